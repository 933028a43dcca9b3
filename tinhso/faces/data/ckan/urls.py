"""The CKAN Action API, version 3 of its address."""

from django.urls import path

from tinhso.faces.data.ckan import views

app_name = "ckan"
urlpatterns = [path("action/<slug:action>", views.call, name="action")]
