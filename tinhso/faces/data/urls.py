"""Addresses of the data portal. Addresses under `bo/` are kept for good: files, versions, links of other people."""

from django.urls import path

from tinhso.faces.data import views, views_asking, views_tables, views_versions

app_name = "data"
urlpatterns = [
    path("", views.home, name="home"),
    path("bo/<slug:name>/", views.dataset, name="dataset"),
    path("bo/<slug:name>/phien-ban/<int:number>/", views_versions.version, name="version"),
    path("bo/<slug:name>/khac-nhau/", views_versions.choose, name="compare"),
    path("bo/<slug:name>/khac-nhau/<int:old>/<int:new>/", views_versions.differences, name="differences"),
    path("bo/<slug:name>/phien-ban/<int:number>.<str:shape>", views_tables.version_file, name="version_file"),
    path("bo/<slug:name>/tra-cuu/", views_tables.explore, name="explore"),
    path("bo/<slug:name>/tep/<uuid:key>.<str:shape>", views_tables.table_file, name="table_file"),
    path("bo/<slug:name>/tep/<uuid:key>/goc", views_tables.original, name="original"),
    path("bo/<slug:name>/san-pham/", views_asking.tell_reuse, name="tell_reuse"),
    path("yeu-cau/", views_asking.requests, name="requests"),
    path("yeu-cau/<slug:code>/", views_asking.request_page, name="request"),
    path("can-bo/", views_asking.inbox, name="inbox"),
    path("can-bo/yeu-cau/<slug:code>/", views_asking.answer, name="answer"),
    path("can-bo/san-pham/<int:pk>/", views_asking.decide, name="decide"),
]
