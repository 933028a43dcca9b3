"""`{{ form }}` anywhere draws our fields, errors and error summary."""

from django.forms.renderers import DjangoTemplates


class UiRenderer(DjangoTemplates):
    """Django's form renderer with our form and field templates."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
