"""Addresses of the fee table."""

from django.urls import URLPattern, path

from tinhso.systems.procedures.fees import views

app_name = "fees"
urlpatterns: list[URLPattern] = [
    path("", views.table, name="table"),
    path("<str:code>/", views.procedure, name="procedure"),
    path("<slug:kind>/<int:row_id>/", views.row, name="row"),
]
