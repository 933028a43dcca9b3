"""What account pages need of the sign-in machinery."""

from __future__ import annotations

from allauth.socialaccount.adapter import get_adapter
from django import template
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def identity_providers(context: template.Context) -> list[dict[str, str]]:
    """Identity providers that are set up: name and the address that starts signing in."""
    request: HttpRequest = context["request"]
    return [
        {"name": str(provider.name), "url": provider.get_login_url(request)}
        for provider in get_adapter().list_providers(request)
    ]


@register.filter
def trusted_svg(svg: str) -> SafeString:
    """A picture drawn by this program (the QR code of a new authenticator), not by a person."""
    return mark_safe(svg[svg.index("<svg") :])  # noqa: S308
