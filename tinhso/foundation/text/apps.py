from django.apps import AppConfig


class TextConfig(AppConfig):
    name = "tinhso.foundation.text"
    label = "text"
