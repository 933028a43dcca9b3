from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tinhso.foundation.people"
    label = "people"
