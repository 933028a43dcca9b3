"""What the pages share: who acts, one call to one act, and how its refusal is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.text.errors import Refused

LARGEST_ID = 2**63 - 1


def numbered(pk: int) -> int:
    """A number that the database can hold; larger ones name nothing."""
    return pk if pk <= LARGEST_ID else -1


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Liên thông dữ liệu"), reverse("exchanging:home")), *more]


def doors(here: str) -> list[dict[str, Any]]:
    """The pages of the exchange side by side."""
    names = {
        "home": _("Dịch vụ dữ liệu"),
        "agreements": _("Thoả thuận"),
        "systems": _("Hệ thống của đơn vị"),
        "members": _("Thành viên"),
        "rooms": _("Phòng tin"),
        "receipts": _("Biên nhận"),
        "peers": _("Nền tảng bạn"),
    }
    return [
        {"href": reverse(f"exchanging:{name}"), "label": label, "is_current": name == here}
        for name, label in names.items()
    ]


def once(request: HttpRequest, act: Callable[[], Any], said: str, to: str, *given: Any) -> HttpResponse:
    """One act from a plain button: its sentence is shown on the page it came from, done or refused."""
    try:
        act()
    except access.Denied:
        raise
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, said)
    return redirect(to, *given)


def form_page(
    request: HttpRequest, template: str, form: Any, act: Callable[[], HttpResponse], **more: Any
) -> HttpResponse:
    """A form shown, or its act done; a refusal keeps what was typed and says what to mend."""
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            return act()
        except access.Denied:
            raise
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
            problems = list(getattr(refusal, "problems", []))
    status = 422 if request.method == "POST" else 200
    return render(request, template, {"form": form, "problems": problems, **more}, status=status)
