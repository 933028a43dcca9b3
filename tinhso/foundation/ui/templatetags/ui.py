"""`{% load ui %}`: icons, dates, numbers, clocks, states. README.md lists them with examples."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.forms.boundfield import BoundField
from django.template.base import Parser, Token
from django.template.context import RequestContext
from django.template.loader_tags import IncludeNode, do_include
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.foundation.ui import charts, formats, maps, nav
from tinhso.foundation.ui.folding import fixed
from tinhso.foundation.ui.icons import ICONS

register = template.Library()

# What a component may take from the page around it without being told; everything else must be given by name.
_TAKES = {
    "breadcrumb": ("crumbs",),
    "error_summary": ("errors", "form"),
    "filters": ("chips",),
    "pagination": ("previous_url", "next_url"),
    "period_picker": ("period",),
    "steps": ("steps",),
    "timeline": ("moments",),
}


@register.tag("include")
def include(parser: Parser, token: Token) -> IncludeNode:
    """Django's include, except that components see only what they are given: a page's own `form`, `title` or
    `name` never leaks into a button or a notice."""
    node = do_include(parser, token)
    path = str(node.template.var)
    if path.startswith("ui/components/"):
        taken = _TAKES.get(path.removeprefix("ui/components/").removesuffix(".html"), ())
        node.isolated_context = True
        node.extra_context = {**{name: parser.compile_filter(name) for name in taken}, **node.extra_context}
    return node


@lru_cache(maxsize=1)
def _sprite() -> str:
    return static("ui/icons.svg")


@lru_cache(maxsize=512)
def draw_icon(name: str, label: str = "", classes: str = "") -> SafeString:
    """An icon of our own set; without a label it is decoration and hidden from screen readers."""
    if name not in ICONS:
        raise template.TemplateSyntaxError(f"no icon named {name!r}; see foundation/ui/icons.py")
    kind = f"icon {classes}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}#{}"/></svg>', kind, label, _sprite(), name
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', kind, _sprite(), name)


@register.simple_tag
@fixed
def icon(name: str, label: str = "", classes: str = "") -> SafeString:
    """{% icon "check" %} or {% icon "bell" "Thông báo" %}."""
    return draw_icon(name, label, classes)


@register.filter
def vi_date(value: date | datetime | None, form: str = "") -> str:
    """23/11/2026; `"near"` says hôm nay, hôm qua; `"full"` adds the weekday."""
    if not value:
        return ""
    if form == "full":
        return formats.full_date(value)
    near = formats.near_day(formats.day_of(value), timezone.localdate()) if form == "near" else ""
    return near or formats.plain_date(value)


@register.filter
def vi_datetime(value: datetime | None, form: str = "") -> str:
    """hôm nay, 15:30; thứ Hai, 23/11/2026, 15:30 beyond; `"full"` always exact; `"short"` 23/11/2026 15:30."""
    if not value:
        return ""
    if form == "full":
        return formats.full_datetime(value)
    if form == "short":
        return formats.short_datetime(value)
    return formats.near_datetime(value)


@register.simple_tag
def when(value: date | datetime | None, form: str = "") -> SafeString:
    """A <time> with the exact moment for machines and on hover, the near words for people."""
    if not value:
        return mark_safe("")
    if isinstance(value, datetime):
        exact, words = formats.full_datetime(value), vi_datetime(value, form)
    else:
        exact, words = formats.full_date(value), vi_date(value, form or "near")
    exact = escape(exact)
    words = exact if words == exact else escape(words)
    return mark_safe(f'<time datetime="{value.isoformat()}" title="{exact}">{words}</time>')  # noqa: S308 - escaped


@register.filter
def vi_number(value: Any, decimals: int | None = None) -> str:
    return formats.number(value, decimals)


@register.filter
def vi_money(value: Any) -> str:
    return formats.money(value)


@register.filter
def vi_percent(value: Any, decimals: int = 1) -> str:
    """92,4 % of a number already in hundredths (92.4)."""
    text = formats.number(value, decimals)
    return f"{text}{formats.NBSP}%" if text else ""


@register.filter
def vi_phone(value: str | None) -> str:
    return formats.phone(value)


@register.filter
def mask_number(value: str | None) -> str:
    return formats.mask_number(value)


@register.filter
def hide_number(value: object) -> str:
    """Text with the personal numbers in it masked."""
    return re.sub(r"(?<!\d)\d{12}(?!\d)", lambda found: formats.mask_number(found[0]), str(value or ""))


@register.filter
def file_size(value: int | None) -> str:
    return formats.file_size(value)


def draw_clock(face: formats.ClockFace) -> SafeString:
    exact = _("hạn %(moment)s") % {"moment": formats.full_datetime(face.due_at)} if face.due_at else ""
    return format_html(
        '<span class="clock clock-{}"{}>{}<span>{}</span>{}</span>',
        face.state,
        format_html(' title="{}"', exact) if exact else "",
        draw_icon(face.icon),
        face.words,
        format_html('<span class="visually-hidden">, {}</span>', exact) if exact else "",
    )


@register.filter
def clock_badge(value: Any) -> SafeString:
    """A clock from working minutes left (int), from a due moment (datetime), or from anything with
    `remaining`, `due_at`, `is_paused`, `finished_at` (an object or a dict)."""
    if value is None or isinstance(value, int | float):
        return draw_clock(formats.clock_face(None if value is None else int(value)))
    if isinstance(value, datetime):
        return draw_clock(formats.clock_face(due_at=value))
    parts = {name: get(value, name) or None for name in ("due_at", "is_paused", "finished_at")}
    remaining = value.get("remaining") if isinstance(value, Mapping) else getattr(value, "remaining", None)
    return draw_clock(
        formats.clock_face(
            remaining,
            due_at=parts["due_at"],
            paused=bool(parts["is_paused"]),
            finished_at=parts["finished_at"],
        )
    )


@register.simple_tag
def clock(
    due_at: datetime | None = None,
    remaining: int | None = None,
    paused: bool = False,
    finished_at: datetime | None = None,
    now: datetime | None = None,
) -> SafeString:
    """{% clock due_at=d.due_at remaining=minutes paused=d.is_paused %}."""
    if remaining is None and finished_at is None and not paused:  # by the wall: another one each minute
        return draw_clock(formats.clock_face(due_at=due_at, now=now))
    return _known_clock(get_language(), due_at, remaining, bool(paused), finished_at)


@lru_cache(maxsize=4096)
def _known_clock(
    language: str | None, due_at: datetime | None, remaining: int | None, paused: bool, finished_at: datetime | None
) -> SafeString:
    """A list's clocks are few: due at the close of a day, so many working hours left."""
    return draw_clock(formats.clock_face(remaining, due_at=due_at, paused=paused, finished_at=finished_at))


_BADGES = {"ok": "check", "warn": "warn", "danger": "alarm", "info": "info", "nodata": "none", "decide": "sign"}


@register.simple_tag
@fixed
def badge(label: str, tone: str = "nodata", icon: str = "", classes: str = "") -> SafeString:
    """{% badge "Đã trả" "ok" %}; icon "-" for none. Tones: ok, warn, danger, info, nodata, lam, decide."""
    name = "" if icon == "-" else icon or _BADGES.get(tone, "")
    drawn = draw_icon(name) if name else mark_safe("")
    return format_html('<span class="badge tone-{} {}">{}<span>{}</span></span>', tone, classes, drawn, label)


@register.simple_tag
@fixed
def simulated() -> SafeString:
    """The mark of simulated data: dotted edge, flask, word."""
    word = _("mô phỏng")
    return format_html(
        '<span class="badge tone-warn badge-simulated" title="{0}">{1}<span>{0}</span></span>',
        word,
        draw_icon("simulated"),
    )


@register.simple_tag
@fixed
def simulated_mark() -> SafeString:
    """The same mark for a row of a list: the flask alone, its word on hover and for screen readers."""
    word = _("mô phỏng")
    return format_html('<span class="mark-simulated" title="{}">{}</span>', word, draw_icon("simulated", word))


# state: (tone, icon, extra class); words below, so that they are translated when drawn (LOOK section 2)
_TARGETS = {
    "reached": ("ok", "check", "badge-solid"),
    "on_path": ("ok", "ahead", "badge-outline"),
    "behind": ("warn", "behind", ""),
    "far_behind": ("danger", "alarm", ""),
    "no_data": ("nodata", "none", "badge-hatch"),
    "ended": ("nodata", "ended", ""),
    "simulated": ("warn", "simulated", "badge-simulated"),
}


def target_words(state: str) -> str:
    return {
        "reached": _("đạt"),
        "on_path": _("đúng lộ trình"),
        "behind": _("chậm"),
        "far_behind": _("chậm nhiều"),
        "no_data": _("chưa có số liệu"),
        "ended": _("cấp đã kết thúc"),
        "simulated": _("mô phỏng"),
    }[state]


@register.simple_tag
@fixed
def target_state(state: str, label: str = "") -> SafeString:
    """{% target_state "behind" %}: reached, on_path, behind, far_behind, no_data, ended, simulated."""
    tone, name, classes = _TARGETS[state]
    return badge(label or target_words(state), tone, name, classes)


@register.simple_tag(takes_context=True)
def nav_links(context: RequestContext, face: str) -> list[nav.Link]:
    """{% nav_links "desk" as links %}: what this reader may open in a face."""
    request = context.get("request")
    return nav.links(face, request) if request is not None else []


@register.simple_tag(takes_context=True)
def face_links(context: RequestContext) -> dict[str, Any]:
    """The face we are in, its name, and the doors to the other faces this reader may enter."""
    request = context.get("request")
    if request is None:
        return {"face": "portal", "name": "", "links": []}
    return nav.doors(request)


@lru_cache(maxsize=16)
def _vendored(path: str) -> str:
    name = f"vendor/{path}"
    if finders.find(name):
        try:
            return static(name)
        except ValueError:
            return ""
    return ""


@register.simple_tag
@fixed
def vendored(path: str) -> str:
    """The address of an installed front-end file, or empty when it is not installed (the page works without)."""
    return _vendored(path)


@register.filter
def is_bound_field(value: Any) -> bool:
    return isinstance(value, BoundField)


@register.filter
def widget_kind(field: BoundField) -> str:
    """The shape a Django field is drawn in: check, choices, boxes, file, hidden or input."""
    widget = field.field.widget
    kinds = {
        "checkbox": "check",
        "radio": "choices",
        "file": "file",
        "hidden": "hidden",
        "dateboxes": "boxes",
    }
    kind = getattr(widget, "ui_kind", None) or getattr(widget, "input_type", None) or ""
    if kind == "checkbox" and widget.__class__.__name__ == "CheckboxSelectMultiple":
        return "choices"
    return kinds.get(kind, "input")


@register.filter
def split(value: str, separator: str = "|") -> list[str]:
    return [part.strip() for part in value.split(separator)]


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """{{ row|get:column }} for tables whose columns are data."""
    return mapping.get(key, "") if isinstance(mapping, Mapping) else getattr(mapping, str(key), "")


@register.inclusion_tag("ui/components/chart.html")
def chart(
    kind: str,
    rows: Any,
    title: str,
    unit: str = "",
    target: float | None = None,
    decimals: int | None = None,
    source: str = "",
    label_name: str = "",
    value_name: str = "",
) -> dict[str, Any]:
    """{% chart "bars" rows "Thạch Hà trả đúng hạn nhiều nhất" unit="%" target=95 source="…" %}; kind bars or line.

    rows: (label, value or None[, href]). The title states the finding. The table of the same rows is below it."""
    common: dict[str, Any] = {"unit": unit, "target": target, "decimals": decimals}
    is_line = kind == "line"
    return {
        **common,
        "wide": charts.line(rows, **common, classes="chart-wide") if is_line else "",
        "narrow": charts.line(rows, **common, width=330, classes="chart-narrow") if is_line else "",
        "is_line": is_line,
        "rows": [(point, "") for point in charts.points(rows)] if is_line else charts.bar_rows(rows, target),
        "title": title,
        "source": source,
        "label_name": label_name or _("Mục"),
        "value_name": value_name or _("Giá trị"),
    }


@register.simple_tag
def spark(values: Any) -> SafeString:
    """{% spark values %}: a small line for a tile."""
    return charts.spark(list(values))


@register.simple_tag
def meter(value: float | None, target: float | None = None, top: float = 100.0) -> SafeString:
    """{% meter 92.4 target=95 %}: a bar beside the words."""
    return charts.meter(value, target, top)


@register.inclusion_tag("ui/components/unit_map.html")
def unit_map(sheet: Any, cells: Any, title: str, name: str = "ban-do", table_href: str = "", **words: str) -> Any:
    """{% unit_map sheet cells "Hương Khê chậm nhất" name="ban-do" source="…" label_name="Xã" %}: sheet
    by `places.drawing.sheet_on(day)`, cells of `maps.Cell`; table_href="#…" where the page has the table itself;
    shapes="…" the address of the same units as GeoJSON: then the browser draws them too, where it can."""
    library, worker, look = (_vendored(f"maplibre-gl{end}") for end in ("-csp.js", "-csp-worker.js", ".css"))
    live = {"library": library, "worker": worker, "look": look} if library and worker and look else None
    return {**maps.context(sheet, cells, name), "title": title, "table_href": table_href, "live": live, **words}
