"""Addresses of the machine face, by version."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _

from tinhso.faces.api.v1 import api
from tinhso.foundation.access.gates import machine, public
from tinhso.foundation.text.problems import problem


@public
def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Machines that lose their way get problem details as well."""
    return problem(404, "not-found", _("Không có địa chỉ này."))


_patterns, _app, _namespace = api.urls
for _pattern in _patterns:
    if _pattern.callback is not None:
        machine(_pattern.callback)

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", (_patterns, _app, _namespace)),
    path("<path:rest>", nothing_here, name="api_nothing_here"),
]
