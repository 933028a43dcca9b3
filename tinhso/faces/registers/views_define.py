"""Defining a register and its structure: a table of fields, no code."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tinhso.engines.registers import permissions, services, words
from tinhso.engines.registers.models import Register
from tinhso.engines.registers.rules.schema import RuleKind
from tinhso.faces.registers.asking import number_of, register_of
from tinhso.faces.registers.views_owner import about
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.concepts import concepts
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.asked import day_of
from tinhso.foundation.text.errors import Refused
from tinhso.foundation.text.rules import normalise

# Empty rows at the end of the table, for what is added.
SPARE, SPARE_RULES, MOST_ROWS = 4, 2, 200
FIRST: dict[str, Any] = {"fields": [], "keys": []}


@permitted(permissions.DEFINE)
def define(request: HttpRequest) -> HttpResponse:
    """A new register: name, owner, purpose, and the first fields."""
    error, typed = "", request.POST
    units = Unit.objects.filter(access.units(actor_of(request), permissions.DEFINE), valid_to=None)
    if request.method == "POST":
        try:
            one = _defined(request, get_object_or_404(units, pk=number_of(typed.get("don_vi"))))
            messages.success(request, _("Đã lập. Hãy xem lại cấu trúc rồi ban hành."))
            return redirect("registers:structure", one.pk)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    holders = units.exclude(kind__in=("commune", "district", "office")).order_by("sort_key")[:400]
    context = {
        "error": error,
        "typed": {name: typed.get(name, "") for name in ("ma", "ten", "muc_dich", "van_ban", "chu_ky", "don_vi")},
        "units": [(unit.pk, str(unit.name)) for unit in holders],
        **_table(content_of(typed, FIRST) if error else FIRST),
    }
    return render(request, "registers/define.html", context, status=422 if error else 200)


def _defined(request: HttpRequest, owner: Unit) -> Register:
    typed = request.POST
    return services.define_register(
        actor=actor_of(request),
        code=typed.get("ma", ""),
        name=typed.get("ten", ""),
        owner=owner,
        content=content_of(typed, FIRST),
        purpose=typed.get("muc_dich", ""),
        legal_basis=typed.get("van_ban", ""),
        update_cycle=typed.get("chu_ky", ""),
    )


@permitted(permissions.VIEW)
def structure(request: HttpRequest, pk: int) -> HttpResponse:
    """The structure by version; the draft of the next one for whoever may define."""
    one, error, typed = register_of(request, pk), "", request.POST
    if request.method == "POST":
        try:
            return _change(request, one)
        except access.Denied:
            raise
        except Refused as refusal:
            error = refusal.sentence
    draft = one.definitions.filter(published_at=None).first()
    newest = draft or one.definitions.order_by("-version").first()
    known = newest.content if newest else FIRST
    content = content_of(typed, known) if error else known
    context = {
        **about(request, one, "cau-truc"),
        **_table(content),
        "draft": draft,
        "versions": one.definitions.filter(published_at__isnull=False),
        "roles": [(code, str(role.name)) for code, role in sorted(ROLES.items()) if not role.implicit],
        "picked": typed.getlist("vai_tro") if error else newest.change_roles if newest else [],
        "note": typed.get("ghi_chu", "") if error else draft.note if draft else "",
        "error": error,
    }
    return render(request, "registers/structure.html", context, status=422 if error else 200)


def _change(request: HttpRequest, one: Register) -> HttpResponse:
    typed, actor = request.POST, actor_of(request)
    if typed.get("viec") in ("dien-san", "thoi-dien-san"):
        services.let_fill_forms(actor=actor, register=one, yes=typed["viec"] == "dien-san")
        messages.success(request, _("Đã ghi. Người dân vẫn được hỏi ý kiến từng người trước khi lấy dữ liệu."))
    elif typed.get("viec") == "ban-hanh":
        services.publish_definition(actor=actor, register=one, valid_from=day_of(typed.get("tu_ngay")))
        messages.success(request, _("Đã ban hành cấu trúc."))
    else:
        newest = one.definitions.order_by("-version").first()
        services.draft_definition(
            actor=actor,
            register=one,
            content=content_of(typed, newest.content if newest else FIRST),
            change_roles=typed.getlist("vai_tro"),
            note=typed.get("ghi_chu", ""),
        )
        messages.success(request, _("Đã lưu bản soạn."))
    return redirect("registers:structure", one.pk)


def _table(content: dict[str, Any]) -> dict[str, Any]:
    """The content as rows of a form, with spare ones at the end."""
    keys, fields = content.get("keys", []), content.get("fields", [])
    rows = [{**one, "options": "; ".join(one.get("options", [])), "is_key": one["name"] in keys} for one in fields]
    rules = list(content.get("rules", []))
    return {
        "rows": list(enumerate([*rows, *[{} for _spare in range(SPARE)]])),
        "rules": list(enumerate([*rules, *[{} for _spare in range(SPARE_RULES)]])),
        "types": [(str(code), label) for code, label in words.TYPES.items()],
        "levels": [(str(code), label) for code, label in words.SENSITIVITIES.items()],
        "facts": _facts(),
        "kinds": [("", ""), *[(str(code), label) for code, label in words.RULES.items()]],
        "names": [("", ""), *[(one["name"], one["label"]) for one in fields]],
        "subject": content.get("subject", ""),
        "title": content.get("title", ""),
    }


def _facts() -> list[tuple[str, list[tuple[str, str]]]]:
    """The shared vocabulary as choices, group by group."""
    grouped = groupby(concepts().values(), key=lambda one: one.group)
    return [(group, [(one.code, one.label) for one in found]) for group, found in grouped]


# What a field says that this page does not ask: kept as it was.
KEPT = ("help", "max_length", "columns", "also")


def content_of(typed: QueryDict, known: dict[str, Any]) -> dict[str, Any]:
    """The structure as it was typed; rows without a name and a label are left out."""
    fields, keys = [], []
    before = {one.get("name"): one for one in known.get("fields", [])}
    for at in range(min(number_of(typed.get("so_dong")), MOST_ROWS)):
        name, label = normalise(typed.get(f"ten_{at}", "")), normalise(typed.get(f"nhan_{at}", ""))
        if not name and not label:
            continue
        options = [part for part in map(normalise, typed.get(f"chon_{at}", "").split(";")) if part]
        fields.append(
            {
                "name": name,
                "label": label[:200],
                "type": typed.get(f"kieu_{at}", "text"),
                "required": bool(typed.get(f"bat_buoc_{at}")) or bool(typed.get(f"khoa_{at}")),
                "sensitivity": typed.get(f"muc_{at}", "shared"),
                **({"options": options} if options else {}),
                **({"concept": concept} if (concept := typed.get(f"khai_niem_{at}", "")[:80]) else {}),
                **{part: before[name][part] for part in KEPT if part in before.get(name, {})},
            }
        )
        if typed.get(f"khoa_{at}"):
            keys.append(name)
    made: dict[str, Any] = {"fields": fields, "keys": keys, "rules": list(_rules(typed))}
    for pointer, box in (("subject", "nguoi"), ("title", "ten_goi")):
        if typed.get(box):
            made[pointer] = typed[box]
    return made


def _rules(typed: QueryDict) -> list[dict[str, str]]:
    found = []
    for at in range(min(number_of(typed.get("so_quy_tac")), MOST_ROWS)):
        kind, value = typed.get(f"qt_{at}", ""), typed.get(f"qt_gia_tri_{at}", "")[:200]
        if not kind:
            continue
        rule = {"kind": kind, "field": typed.get(f"qt_truong_{at}", ""), "other": typed.get(f"qt_kia_{at}", "")}
        if kind == RuleKind.RANGE:
            rule["least"], _dots, rule["most"] = (part.strip() for part in value.partition(".."))
        else:
            rule["value"] = value
        found.append(rule)
    return found
