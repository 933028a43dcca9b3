from django.apps import AppConfig


class AdminConfig(AppConfig):
    name = "tinhso.faces.admin"
    label = "admin_face"

    def ready(self) -> None:
        from tinhso.faces.admin import nav_accounts
        from tinhso.foundation.ui import nav

        nav.register("admin", nav_accounts.ENTRIES)
