from django.apps import AppConfig


class CommandConfig(AppConfig):
    name = "tinhso.faces.command"
    label = "command"
