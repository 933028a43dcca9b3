from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "tinhso.foundation.notices"
    label = "notices"
