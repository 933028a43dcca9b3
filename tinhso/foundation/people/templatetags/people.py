"""What account pages need of the sign-in machinery."""

from __future__ import annotations

from allauth.socialaccount.adapter import get_adapter
from django import template
from django.conf import settings
from django.http import HttpRequest

register = template.Library()


@register.simple_tag(takes_context=True)
def identity_providers(context: template.Context) -> list[dict[str, str]]:
    """Identity providers that are set up: name and the address that starts signing in."""
    request: HttpRequest = context["request"]
    return [
        {"name": str(provider.name), "url": provider.get_login_url(request)}
        for provider in get_adapter().list_providers(request)
    ]


@register.simple_tag(takes_context=True)
def demo_code(context: template.Context) -> str:
    """In a demo, the present code of a demo administrator, so that trying it needs no phone; "" anywhere else."""
    from allauth.account.internal.stagekit import unstash_login

    from tinhso.foundation.people import seeds

    request: HttpRequest = context["request"]
    if not settings.DEMO:
        return ""
    if request.user.is_authenticated:
        return seeds.demo_code(request.user)
    login = unstash_login(request, peek=True)
    return seeds.demo_code(login.user) if login and login.user else ""
