"""Addresses of the DHIS2-shaped interface; the door reads the rest itself (version, object, extension)."""

from django.urls import path

from tinhso.faces.api.dhis2 import views

app_name = "dhis2"
urlpatterns = [
    path("api", views.entry, name="root"),
    path("api/", views.entry, name="root_slash"),
    path("api/<path:rest>", views.entry, name="entry"),
]
