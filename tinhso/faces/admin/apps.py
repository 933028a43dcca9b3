from django.apps import AppConfig


class AdminConfig(AppConfig):
    name = "tinhso.faces.admin"
    label = "admin_face"
