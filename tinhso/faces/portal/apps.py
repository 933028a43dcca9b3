from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "tinhso.faces.portal"
    label = "portal"
