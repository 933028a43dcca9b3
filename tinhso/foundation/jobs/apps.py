from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "tinhso.foundation.jobs"
    label = "jobs"
