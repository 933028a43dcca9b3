"""Addresses of the pages of units and calendars."""

from django.urls import path

from tinhso.faces.admin import views_calendar, views_units

urlpatterns = [
    path("don-vi/", views_units.units, name="units"),
    path("don-vi/<int:unit_id>/", views_units.unit, name="unit"),
    path("don-vi/<int:unit_id>/lap/", views_units.unit_create, name="unit_create"),
    path("don-vi/<int:unit_id>/doi-ten/", views_units.unit_rename, name="unit_rename"),
    path("don-vi/<int:unit_id>/chuyen/", views_units.unit_move, name="unit_move"),
    path("don-vi/<int:unit_id>/giai-the/", views_units.unit_dissolve, name="unit_dissolve"),
    path("don-vi/ke-thua/<int:succession_id>/", views_units.succession_share, name="succession_share"),
    path("lich/", views_calendar.calendar, name="calendar"),
    path("lich/<int:unit_id>/", views_calendar.unit_calendar, name="unit_calendar"),
    path("lich/<int:unit_id>/gio-lam-viec/", views_calendar.calendar_hours, name="calendar_hours"),
    path("lich/<int:unit_id>/ngay/", views_calendar.calendar_override, name="calendar_override"),
    path("lich/ngay/<int:override_id>/bai-bo/", views_calendar.calendar_withdraw, name="calendar_withdraw"),
]
