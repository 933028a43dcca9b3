"""Addresses of the exchange standard, by its version."""

from django.urls import path

from tinhso.faces.api.sdmx import views

app_name = "sdmx"
urlpatterns = [
    path("2.1/<path:rest>", views.entry, {"standard": "2.1"}, name="v21"),
    path("3.0/<path:rest>", views.entry, {"standard": "3.0"}, name="v30"),
]
