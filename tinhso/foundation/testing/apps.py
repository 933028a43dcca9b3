from django.apps import AppConfig


class TestingConfig(AppConfig):
    name = "tinhso.foundation.testing"
    label = "testing"
