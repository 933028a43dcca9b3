from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "tinhso.engines.workflow"
    label = "workflow"
