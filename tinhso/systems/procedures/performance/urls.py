from django.urls import URLPattern, path

from tinhso.systems.procedures.performance import views, views_public

app_name = "performance"
urlpatterns: list[URLPattern] = [
    path("dieu-hanh/giai-quyet/", views.statistics, name="statistics"),
    path("dieu-hanh/giai-quyet/ho-so/", views.dossiers, name="dossiers"),
    path("ket-qua-giai-quyet/", views_public.everywhere, name="public"),
    path("ket-qua-giai-quyet/<int:unit_id>/", views_public.unit, name="public_unit"),
]
