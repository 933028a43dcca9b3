"""Addresses of the reporting system."""

from django.urls import URLPattern, path

from tinhso.systems.reporting import views, views_excel, views_public, views_published, views_regimes

app_name = "reporting"
urlpatterns: list[URLPattern] = [
    path("quan-tri/bao-cao/", views_regimes.home, name="regimes"),
    path("quan-tri/bao-cao/<int:regime_id>/soan/", views_regimes.begin, name="begin_version"),
    path("quan-tri/bao-cao/<int:regime_id>/ket-thuc/", views_regimes.end, name="end_regime"),
    path("quan-tri/bao-cao/goi/<int:package_id>/gui-lai/", views_regimes.resend, name="resend"),
    path("quan-tri/bao-cao/phien-ban/<int:version_id>/", views_regimes.version, name="version"),
    path("quan-tri/bao-cao/phien-ban/<int:version_id>/viec/<slug:act>/", views_regimes.act, name="version_act"),
    path("quan-tri/bao-cao/phien-ban/<int:version_id>/phan/<slug:key>/", views_regimes.section, name="section"),
    path("quan-tri/bao-cao/phien-ban/<int:version_id>/o/<str:code>/", views_regimes.cell, name="cell"),
    path("quan-tri/bao-cao/phien-ban/<int:version_id>/kiem-tra/<slug:key>/", views_regimes.check, name="check"),
    path("bao-cao/", views.home, name="home"),
    path("bao-cao/tinh-hinh/", views_published.progress, name="progress"),
    path("bao-cao/tinh-hinh/cong-bo/", views_published.publish, name="publish"),
    path("bao-cao/tinh-hinh/<int:duty_id>/thoi/", views_published.let_off, name="let_off"),
    path("bao-cao/da-cong-bo/", views_published.published, name="published"),
    path("bao-cao/da-cong-bo/<int:pk>/", views_published.publication, name="publication"),
    path("bao-cao/da-cong-bo/<int:pk>/cong-khai/", views_published.make_public, name="make_public"),
    path("bao-cao/da-cong-bo/<int:pk>/thoi-cong-khai/", views_published.withdraw, name="withdraw"),
    path("bao-cao/da-cong-bo/<int:pk>/<slug:kind>/", views_published.published_file, name="published_file"),
    path("bao-cao-cong-khai/", views_public.listed, name="public"),
    path("bao-cao-cong-khai/<slug:code>/<str:period>/", views_public.report, name="public_report"),
    path("bao-cao-cong-khai/<slug:code>/<str:period>/lan-<int:number>/", views_public.version, name="public_version"),
    path(
        "bao-cao-cong-khai/<slug:code>/<str:period>/lan-<int:number>/<slug:kind>/",
        views_public.file,
        name="public_file",
    ),
    path("bao-cao/<int:pk>/", views.report, name="report"),
    path("bao-cao/<int:pk>/ban-ky-<int:number>.pdf", views.signed_paper, name="signed_paper"),
    path("bao-cao/<int:pk>/o/<str:code>/", views.records, name="records"),
    path("bao-cao/<int:pk>/mau.xlsx", views_excel.template, name="template"),
    path("bao-cao/<int:pk>/tai-len/", views_excel.upload, name="upload"),
    path("bao-cao/<int:pk>/tai-len/<int:upload_id>/", views_excel.tried, name="tried"),
    path("bao-cao/<int:pk>/viec/<slug:act>/", views.act, name="act"),
]
