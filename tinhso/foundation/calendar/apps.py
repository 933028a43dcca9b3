from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "tinhso.foundation.calendar"
    label = "calendar"
