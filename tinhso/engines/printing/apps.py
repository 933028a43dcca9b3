from django.apps import AppConfig


class PrintingConfig(AppConfig):
    name = "tinhso.engines.printing"
    label = "printing"
