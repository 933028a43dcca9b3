from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "tinhso.foundation.audit"
    label = "audit"
