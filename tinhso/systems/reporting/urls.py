"""Addresses of the reporting system."""

from django.urls import URLPattern, path

from tinhso.systems.reporting import views, views_excel

app_name = "reporting"
urlpatterns: list[URLPattern] = [
    path("bao-cao/", views.home, name="home"),
    path("bao-cao/<int:pk>/", views.report, name="report"),
    path("bao-cao/<int:pk>/ban-ky-<int:number>.pdf", views.signed_paper, name="signed_paper"),
    path("bao-cao/<int:pk>/o/<str:code>/", views.records, name="records"),
    path("bao-cao/<int:pk>/mau.xlsx", views_excel.template, name="template"),
    path("bao-cao/<int:pk>/tai-len/", views_excel.upload, name="upload"),
    path("bao-cao/<int:pk>/tai-len/<int:upload_id>/", views_excel.tried, name="tried"),
    path("bao-cao/<int:pk>/viec/<slug:act>/", views.act, name="act"),
]
