"""Rows ready to draw: states in words and tones, figures in their honest digits."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.urls import reverse

from tinhso.engines.indicators import selectors as figures
from tinhso.engines.indicators import words as said
from tinhso.engines.indicators.rules import State
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.orgs.models import Unit
from tinhso.systems.resolution import words
from tinhso.systems.resolution.models import Explanation, RemedialTask
from tinhso.systems.resolution.permissions import DO
from tinhso.systems.resolution.rules import Remedy
from tinhso.systems.resolution.selectors import Answered, PlanRow

MOST_PEOPLE = 200


def standing(one: figures.Standing) -> dict[str, Any]:
    """Where a target stands, ready to draw."""
    figure, target = one.figure, one.target
    expected = one.expected if target.value is not None and one.expected != target.value else None
    return {
        "state": str(one.state),
        "drawn": said.drawn_state(one.state),
        "value": said.figure_words(figure, target),
        "goal": said.target_words(target) if target.value is not None else "",
        "path": said.value_words(expected, target.unit_of_measure == "%", target) if expected is not None else "",
        "counted_at": figure.counted_at if figure else None,
        "href": reverse("command:target", args=[target.code]),
    }


def answered(row: Answered) -> dict[str, Any]:
    return {
        "row": row,
        "standing": standing(row.standing),
        "href": reverse("resolution:head", args=[row.head.pk]),
    }


def explanation(one: Explanation) -> dict[str, Any]:
    target = one.head.target
    is_ratio = target.unit_of_measure == "%"
    return {
        "one": one,
        "period": f"{one.period_on:%m/%Y}",
        "value": said.value_words(Fraction(one.value), is_ratio, target) if one.value is not None else "",
        "drawn": said.drawn_state(State(one.state)),
    }


def remedy(one: RemedialTask) -> dict[str, Any]:
    tone, icon = words.TONES[Remedy(one.state)]
    return {"one": one, "tone": tone, "icon": icon, "word": one.get_state_display()}


def plan_row(row: PlanRow) -> dict[str, Any]:
    word, tone, icon = words.STANDINGS[row.standing]
    return {
        "row": row,
        "word": str(word),
        "tone": tone,
        "icon": icon,
        "href": reverse("resolution:task", args=[row.task.code]),
    }


def people_below(unit: Unit) -> list[tuple[int, str]]:
    """Who may be named to do the work: people of the unit itself and of the offices right under it."""
    found: dict[int, str] = {}
    units = [unit, *Unit.objects.filter(parent=unit, valid_to=None)[:60]]
    roles = [role.code for role in ROLES.values() if DO in role.permissions]
    held = RoleAssignment.objects.filter(
        unit__in=units, role__in=roles, valid_to=None, account__is_active=True
    ).select_related("account", "unit")
    for row in held.order_by("unit__sort_key", "account__full_name")[:MOST_PEOPLE]:
        found.setdefault(row.account_id, f"{row.account.full_name} ({row.unit.short_name})")
    return list(found.items())
