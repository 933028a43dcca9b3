from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "tinhso.systems.procedures"
    label = "procedures"

    def ready(self) -> None:
        from tinhso.systems.procedures import printing

        printing.register()
