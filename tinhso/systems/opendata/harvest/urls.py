"""Addresses of the harvest's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from tinhso.systems.opendata.harvest import views

app_name = "harvest"
urlpatterns: list[URLPattern] = [
    path("quan-tri/thu-thap-du-lieu/", views.sources, name="sources"),
    path("quan-tri/thu-thap-du-lieu/<int:pk>/", views.source, name="source"),
]
