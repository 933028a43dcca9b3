from django.apps import AppConfig


class CliConfig(AppConfig):
    name = "tinhso.faces.cli"
    label = "cli"
