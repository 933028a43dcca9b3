"""Addresses of proactive services: the person's list, the officers' figures, the administrator's rules."""

from django.urls import path

from tinhso.systems.procedures.proactive import views, views_desk, views_rules

app_name = "proactive"
urlpatterns = [
    path("nhac-viec/", views.mine, name="mine"),
    path("nhac-viec/khong-nhan/", views.opt_out, name="opt_out"),
    path("nhac-viec/<int:pk>/", views.one, name="one"),
    path("nhac-viec/<int:pk>/<slug:act>/", views.answer, name="answer"),
    path("can-bo/nhac-viec/", views_desk.figures, name="figures"),
    path("can-bo/nhac-viec/<slug:kind>/", views_desk.behind, name="behind"),
    path("quan-tri/nhac-viec/", views_rules.rules, name="rules"),
    path("quan-tri/nhac-viec/<slug:code>/", views_rules.rule, name="rule"),
]
