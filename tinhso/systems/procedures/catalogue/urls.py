"""Addresses of the officers' pages of the list."""

from django.urls import URLPattern, path

from tinhso.systems.procedures.catalogue import views

app_name = "catalogue"
urlpatterns: list[URLPattern] = [
    path("can-bo/danh-muc/", views.worklist, name="worklist"),
    path("can-bo/danh-muc/chua-toan-trinh/", views.partial, name="partial"),
    path("can-bo/danh-muc/da-doi/", views.drift, name="drift"),
    path("can-bo/danh-muc/<str:code>/", views.entry, name="entry"),
    path("can-bo/danh-muc/<str:code>/xac-nhan/", views.confirm, name="confirm"),
    path("can-bo/danh-muc/<str:code>/ly-do/", views.reason, name="reason"),
]
