from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "tinhso.engines.search"
    label = "search"
