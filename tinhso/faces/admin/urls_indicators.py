"""Addresses of measures, indicators and units of measure in the administration."""

from django.urls import URLPattern, URLResolver, path

from tinhso.faces.admin import views_indicators as views

urlpatterns: list[URLPattern | URLResolver] = [
    path("so-lieu/", views.indicators, name="indicators"),
    path("so-lieu/don-vi-tinh/them/", views.unit_of_measure_create, name="unit_of_measure_create"),
    path("so-lieu/co-so/them/", views.measure_create, name="measure_create"),
    path("so-lieu/co-so/<int:measure_id>/", views.measure, name="measure"),
    path("so-lieu/co-so/<int:measure_id>/sua/", views.measure_change, name="measure_change"),
    path("so-lieu/chi-so/them/", views.indicator_create, name="indicator_create"),
    path("so-lieu/chi-so/<int:indicator_id>/", views.indicator, name="indicator"),
    path("so-lieu/chi-so/<int:indicator_id>/phien-ban/", views.indicator_version, name="indicator_version"),
]
