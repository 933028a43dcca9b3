from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "tinhso.foundation.places"
    label = "places"
