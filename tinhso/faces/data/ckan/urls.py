"""The CKAN Action API: with its version in the address and, as its older clients call it, without."""

from django.urls import path

from tinhso.faces.data.ckan import views

app_name = "ckan"
urlpatterns = [
    path("3/action/<slug:action>", views.call, name="action"),
    path("action/<slug:action>", views.call, name="action_unversioned"),
]
