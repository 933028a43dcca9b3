"""Addresses of the writing of procedures."""

from django.urls import URLPattern, path

from tinhso.systems.procedures.authoring import views, views_form, views_process, views_sections

app_name = "authoring"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("phien-ban/<int:version_id>/soan/", views.begin, name="begin"),
    path("so-sanh/<int:old_id>/<int:new_id>/", views.compare, name="compare"),
    path("<int:proposal_id>/", views.proposal, name="proposal"),
    path("<int:proposal_id>/khac-gi/", views.changes, name="changes"),
    path("<int:proposal_id>/chay-thu/", views.trial, name="trial"),
    path("<int:proposal_id>/ban-hanh/", views.publish, name="publish"),
    path("<int:proposal_id>/bo/", views.drop, name="drop"),
    path("<int:proposal_id>/thong-tin/", views_sections.facts, name="facts"),
    path("<int:proposal_id>/giay-to/", views_sections.papers, name="papers"),
    path("<int:proposal_id>/truong-hop/", views_sections.cases, name="cases"),
    path("<int:proposal_id>/phi/", views_sections.fees, name="fees"),
    path("<int:proposal_id>/ket-qua/", views_sections.result, name="result"),
    path("<int:proposal_id>/ket-qua/xem-thu.pdf", views_sections.result_preview, name="result_preview"),
    path("<int:proposal_id>/bieu-mau/", views_form.form, name="form"),
    path("<int:proposal_id>/bieu-mau/tu-bang-tinh/", views_form.workbook, name="workbook"),
    path("<int:proposal_id>/bieu-mau/trang/<slug:key>/", views_form.page, name="page"),
    path("<int:proposal_id>/bieu-mau/trang/<slug:key>/them/", views_form.question_new, name="question_new"),
    path("<int:proposal_id>/bieu-mau/o/<slug:name>/", views_form.question, name="question"),
    path("<int:proposal_id>/quy-trinh/", views_process.process, name="process"),
    path("<int:proposal_id>/quy-trinh/<slug:code>/", views_process.step, name="step"),
    path("<int:proposal_id>/quy-trinh/<slug:code>/them-buoc/", views_process.step_new, name="step_new"),
    path("<int:proposal_id>/quy-trinh/<slug:code>/loi/", views_process.way, name="way"),
]
