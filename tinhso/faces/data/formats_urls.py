"""Addresses under which a dataset is read in the formats of others. Names are kept for good."""

from __future__ import annotations

from django.urls import URLPattern, path

from tinhso.faces.data import formats_views as views

app_name = "dataformats"
urlpatterns: list[URLPattern] = [
    path("danh-muc", views.catalogue, name="catalogue"),
    path("danh-muc.<slug:suffix>", views.catalogue, name="catalogue_as"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("rss.xml", views.rss, name="rss"),
    path("bo/<slug:name>/mo-ta/", views.described, name="described"),
    path("bo/<slug:name>/mo-ta/<str:kind>", views.described_as, name="described_as"),
    path("bo/<slug:name>/goi.zip", views.package, name="package"),
    path("ogc/", views.ogc, name="ogc"),
    path("ogc/<path:rest>", views.ogc, name="ogc_below"),
]
