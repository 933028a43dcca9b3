from django.urls import URLPattern, path

from tinhso.systems.procedures.performance import views, views_forecast, views_index, views_public

app_name = "performance"
urlpatterns: list[URLPattern] = [
    path("dieu-hanh/giai-quyet/", views.statistics, name="statistics"),
    path("dieu-hanh/giai-quyet/ho-so/", views.dossiers, name="dossiers"),
    path("dieu-hanh/nguy-co-tre/", views_forecast.likeliest, name="forecast"),
    path("dieu-hanh/chi-so-766/", views_index.home, name="index"),
    path("dieu-hanh/chi-so-766/<slug:slug>/", views_index.component, name="component"),
    path("dieu-hanh/chi-so-766/<slug:slug>/ho-so/", views_index.records, name="component_records"),
    path("ket-qua-giai-quyet/du-bao-tre/", views_forecast.calibration, name="calibration"),
    path("ket-qua-giai-quyet/", views_public.everywhere, name="public"),
    path("ket-qua-giai-quyet/<int:unit_id>/", views_public.unit, name="public_unit"),
]
