"""What an address of these pages asks for: period, unit, procedure, channel, officer. All of it can be sent on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.systems.procedures.models import Channel, ProcedureVersion
from tinhso.systems.procedures.performance.permissions import VIEW
from tinhso.systems.procedures.performance.rules.spans import MONTH, QUARTER, YEAR, Span
from tinhso.systems.procedures.performance.tallies import BY_PROCEDURE, BY_UNIT, GROUPS, Asked

# The oldest period that may be asked for: dossiers of the system begin later.
FIRST_YEAR = 2021
AGENCIES = (UnitKind.COMMUNE_COMMITTEE, UnitKind.PROVINCIAL_COMMITTEE, UnitKind.DEPARTMENT, UnitKind.OTHER)
PARTS = (UnitKind.OFFICE, UnitKind.SERVICE_CENTRE)


@dataclass(frozen=True)
class Page:
    """The state of a page: the question, who asks, where they stand, and how rows are grouped."""

    actor: Actor
    asked: Asked
    root: Unit
    today: date
    group: str = BY_PROCEDURE
    complaint: str = ""
    given: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> Unit:
        return self.asked.unit or self.root

    def address(self, **changes: str) -> str:
        """The query of this page with some parts changed; "" takes one away."""
        kept = {name: value for name, value in {**self.given, **changes}.items() if value}
        return f"?{urlencode(kept)}" if kept else "?"


def read(request: HttpRequest) -> Page:
    """Reads the address. What cannot be read falls back to what is usual and says so; another's unit is not found."""
    actor: Actor = actor_of(request)
    today = timezone.localdate()
    root = root_of(actor)
    span, complaint = span_of(request.GET.get("ky", ""), today)
    unit = unit_of(actor, request.GET.get("don_vi", "")) or root
    given = {name: request.GET.get(name, "") for name in ("ky", "don_vi", "thu_tuc", "kenh", "can_bo", "nhom")}
    asked = Asked(
        span=span,
        now=timezone.now(),
        unit=unit,
        procedure=given["thu_tuc"],
        channel=given["kenh"] if given["kenh"] in Channel.values else "",
        officer=int(given["can_bo"]) if _is_number(given["can_bo"]) else None,
    )
    usual = BY_UNIT if unit.kind in (UnitKind.PROVINCE, UnitKind.PROVINCIAL_COMMITTEE) else BY_PROCEDURE
    group = given["nhom"] if given["nhom"] in GROUPS else usual
    return Page(actor, asked, root, today, group, complaint, given)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


def span_of(text: str, today: date, usual: str = MONTH) -> tuple[Span, str]:
    """The period asked for; the present one, with a sentence, when it cannot be read or has not come."""
    present = Span.of(today, usual)
    if not text:
        return present, ""
    try:
        span = Span.parse(text)
    except ValueError:
        return present, _("Không đọc được kỳ trong địa chỉ; trang đang cho xem kỳ hiện tại.")
    if span.first_day > today:
        return present, _("Kỳ này chưa đến; trang đang cho xem kỳ hiện tại.")
    if span.year < FIRST_YEAR:
        return present, _("Hệ thống không có số liệu của kỳ này; trang đang cho xem kỳ hiện tại.")
    return span, ""


def root_of(actor: Actor) -> Unit:
    """The uppermost unit of the reader's right."""
    reach = access.reach(actor, VIEW)
    # The uppermost is one where the right was given; what lies below need not be read.
    given = Q(parent=None) if "" in reach.paths else Q(path__in=reach.paths) | Q(pk__in=reach.units)
    found = Unit.objects.filter(given).select_related("area")
    root = min(found, key=lambda unit: (len(unit.ancestor_ids), unit.pk), default=None)
    if root is None:
        raise Http404
    return root


def unit_of(actor: Actor, text: str) -> Unit | None:
    """The unit asked for when it lies within the reader's right; 404 for every other, so that ids tell nothing."""
    if not text:
        return None
    unit = Unit.objects.filter(pk=int(text)).first() if _is_number(text) else None
    if unit is None or not within(actor, unit):
        raise Http404
    return unit


def within(actor: Actor, unit: Unit) -> bool:
    """The unit itself, or an office of a unit, that the reader's right covers."""
    reach = access.reach(actor, VIEW)
    return reach.covers(unit.pk, unit.path) or any(one in reach.units for one in unit.ancestor_ids)


def choices(page: Page) -> dict[str, Any]:
    """What the filters of the page offer."""
    return {
        "spans": spans(page.today),
        "units": [(str(unit.pk), unit.name) for unit in _units(page)],
        "procedures": list(
            ProcedureVersion.objects.as_of(page.today).order_by("sort_key").values_list("code", "plain_name")
        ),
        "channels": [(channel.value, str(channel.label).capitalize()) for channel in Channel],
        "groupings": [(code, str(label)) for code, label in GROUPS.items()],
    }


def _units(page: Page) -> QuerySet[Unit]:
    """The agencies the reader sees, and the offices of the one chosen."""
    seen = Unit.objects.as_of(page.today).filter(
        access.scope(page.actor, VIEW, ""), kind__in=[UnitKind.PROVINCE, *AGENCIES]
    )
    near = page.place if page.place.kind not in PARTS else page.place.parent
    if near is not None and near.kind != UnitKind.PROVINCE:
        seen = seen | Unit.objects.as_of(page.today).filter(path__startswith=near.path, kind__in=PARTS)
    return seen.order_by("sort_key", "pk")


def spans(today: date) -> list[tuple[str, str]]:
    """The periods of the picker: this year and the last, the last quarters and months, newest first."""
    years = [Span.of(today, YEAR).plus(-back) for back in range(2)]
    quarters = [Span.of(today, QUARTER).plus(-back) for back in range(5)]
    listed = [Span.of(today, MONTH).plus(-back) for back in range(13)]
    return [(str(one), span_words(one)) for one in [*listed, *quarters, *years]]


def span_words(span: Span) -> str:
    """A period as people say it."""
    if span.kind == YEAR:
        return _("năm %(year)s") % {"year": span.year}
    if span.kind == QUARTER:
        return _("quý %(number)s/%(year)s") % {"number": span.number, "year": span.year}
    return _("tháng %(number)s/%(year)s") % {"number": f"{span.number:02d}", "year": span.year}


def at_unit(page: Page, unit: Unit) -> Page:
    """The same question of another unit."""
    return replace(page, asked=replace(page.asked, unit=unit))
