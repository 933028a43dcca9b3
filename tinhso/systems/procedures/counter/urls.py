"""Addresses of the counter: the officers' line, the kiosk, the calling screen, appointments, scans."""

from django.urls import path

from tinhso.systems.procedures.counter import views_appointments, views_line, views_public, views_scans

app_name = "counter"
urlpatterns = [
    path("can-bo/hang-cho/", views_line.line, name="line"),
    path("can-bo/hang-cho/thiet-lap/", views_line.arrange, name="arrange"),
    path("can-bo/hang-cho/quay/<int:counter>/goi/", views_line.call, name="call"),
    path("can-bo/hang-cho/so/<int:ticket>/<slug:act>/", views_line.act, name="act"),
    path("can-bo/lich-hen/", views_line.expected, name="expected"),
    path("can-bo/ho-so/<int:dossier>/so-hoa/", views_scans.papers, name="scans"),
    path("can-bo/so-hoa/giay-to/<int:paper>/", views_scans.add, name="scan_add"),
    path("can-bo/so-hoa/<int:scan>/xac-nhan/", views_scans.confirm, name="scan_confirm"),
    path("can-bo/so-hoa/<int:scan>/bo/", views_scans.drop, name="scan_drop"),
    path("can-bo/so-hoa/<int:scan>/goc/", views_scans.original, name="scan_original"),
    path("lay-so/<uuid:key>/", views_public.kiosk, name="kiosk"),
    path("lay-so/<uuid:key>/<int:ticket>/", views_public.ticket, name="ticket"),
    path("man-hinh-goi-so/<int:desk>/", views_public.screen, name="screen"),
    path("man-hinh-goi-so/<int:desk>/dang-goi/", views_public.calling, name="calling"),
    path("dat-lich/", views_appointments.book, name="book"),
    path("dat-lich/cua-toi/", views_appointments.mine, name="my_appointments"),
    path("dat-lich/<int:pk>/huy/", views_appointments.cancel, name="cancel"),
    path("dat-lich/<int:pk>/doi/", views_appointments.move, name="move"),
]
