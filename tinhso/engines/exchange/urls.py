"""Addresses for machines: the connectors' door."""

from django.urls import URLPattern, path

from tinhso.engines.exchange import views_connectors

app_name = "exchange"
urlpatterns: list[URLPattern] = [
    path("lien-thong/ket-noi/<str:name>/<path:rest>", views_connectors.serve, name="connector"),
]
