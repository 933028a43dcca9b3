from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "tinhso.foundation.orgs"
    label = "orgs"
