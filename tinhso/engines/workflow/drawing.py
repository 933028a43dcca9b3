"""A process as a picture: plain SVG made on the server, with the same in words for those who do not see it.

`draw(definition, at=("resolving",))` gives a figure for any page: steps from top to bottom, branches side by side, the
present step marked by a thick frame and by words, what is behind it muted. No script, no style attribute.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from tinhso.engines.workflow import rules
from tinhso.engines.workflow.layout import Spot, lay_out
from tinhso.engines.workflow.shape import HOURS_PER_WORKING_DAY, Process, Step

WIDE, HIGH, ACROSS, DOWN, EDGE = 240, 100, 24, 40, 20
LINE, MOST_LINES = 30, 3


@dataclass(frozen=True)
class _Picture:
    """What is drawn and where: steps, ways as pairs, gutters for the long ones."""

    process: Process
    shown: list[str]
    ways: list[tuple[str, str, bool]]
    spots: dict[str, Spot]


def draw(
    definition: Mapping[str, Any],
    *,
    at: str | Collection[str] = (),
    done: Collection[str] = (),
    places: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    whole: bool = False,
    key: str = "quy-trinh",
    title: str = "",
) -> SafeString:
    """The figure. `at`: where the case stands (several when split); `done`: steps behind it; `places`: names of places;
    `faults`: a sentence by step, for whoever is making the process; `whole`: every step and way, not only the main
    ones; `key`: an id no other figure of the page has. A definition without shape is said to be one, not drawn.
    """
    try:
        process = rules.read(definition)
    except rules.Malformed:
        return format_html('<p class="muted">{}</p>', _("Quy trình chưa đúng khuôn nên chưa vẽ được."))
    present = {at} if isinstance(at, str) and at else set(at)
    facts = _Facts(process, present, set(done), places or {}, faults or {})
    picture = _picture(process, whole=whole, keep=present)
    return format_html(
        '<figure class="process-map"><div class="scroll" tabindex="0" role="region" aria-labelledby="{0}-ten">{1}</div>'
        '<details class="details"{4}><summary>{2}</summary>{3}</details></figure>',
        key,
        _svg(picture, facts, key, title or str(_("Sơ đồ quy trình"))),
        _("Quy trình dạng danh sách"),
        _as_list(facts, key),
        mark_safe(" open") if faults else "",
    )


@dataclass(frozen=True)
class _Facts:
    process: Process
    present: set[str]
    done: set[str]
    places: Mapping[str, str]
    faults: Mapping[str, str]

    def state(self, step: Step) -> str:
        if step.code in self.faults:
            return "fault"
        if step.code in self.present:
            return "now"
        return "done" if step.code in self.done else "next"

    def under(self, step: Step) -> list[str]:
        """Who, and how long."""
        place = self.places.get(step.place, "") or step.role
        term = str(_("chờ bên ngoài")) if step.waits else term_words(step.hours) if step.is_work else ""
        return [part for part in (place, term) if part]


def term_words(hours: float) -> str:
    """Hours of a step as people say them: parts of a working day, or hours when they make no even part."""
    if hours <= 0:
        return ""
    days = hours / HOURS_PER_WORKING_DAY
    if abs(days * 4 - round(days * 4)) < rules.CLOSE:
        return str(_("%(count)s ngày làm việc") % {"count": f"{days:g}".replace(".", ",")})
    return str(_("%(count)s giờ làm việc") % {"count": f"{hours:.2f}".rstrip("0").rstrip(".").replace(".", ",")})


def _picture(process: Process, *, whole: bool, keep: set[str]) -> _Picture:
    every = [way for way in _all_ways(process) if way[0] in process.steps and way[1] in process.steps]
    main = _follow(process.start, [(a, b) for a, b, _back, side in every if not side])
    # A present step beside the main way (waiting for the citizen) is drawn with the ways that lead to and from it.
    beside = keep - main
    ways = [(a, b, back) for a, b, back, side in every if whole or not side or a in beside or b in beside]
    onward = _without_loops([(a, b) for a, b, back in ways if not back], process)
    if whole:
        shown = list(process.steps)
    else:
        reached = _follow(process.start, [(a, b) for a, b, _back in ways]) | keep
        shown = [code for code in process.steps if code in reached]
    ways = [(a, b, back or (a, b) not in onward) for a, b, back in ways if a in shown and b in shown]
    spots = lay_out(shown, [(a, b) for a, b, back in ways if not back])
    return _Picture(process, shown, ways, spots)


def _all_ways(process: Process) -> Iterable[tuple[str, str, bool, bool]]:
    """Each way once: from, to, whether it returns, whether it is beside the main way (a refusal, a wait, a return)."""
    seen: set[tuple[str, str]] = set()
    for step in process.steps.values():
        for branch in step.fork:
            yield step.code, branch.to, False, False
        for way in step.transitions.values():
            if (step.code, way.to) in seen:
                continue
            seen.add((step.code, way.to))
            target = process.steps.get(way.to)
            side = way.back or way.needs_note or bool(target and target.waits) or step.waits or bool(step.fork)
            yield step.code, way.to, way.back, side


def _follow(start: str, ways: list[tuple[str, str]]) -> set[str]:
    reached, ahead = set[str](), [start]
    while ahead:
        code = ahead.pop()
        if code not in reached:
            reached.add(code)
            ahead += [b for a, b in ways if a == code]
    return reached


def _without_loops(ways: list[tuple[str, str]], process: Process) -> set[tuple[str, str]]:
    """The ways that can be laid out in ranks: of an unmarked loop (a fault being mended) the closing way is left."""
    kept: set[tuple[str, str]] = set()
    for a, b in ways:
        if a != b and a not in _follow(b, list(kept)):
            kept.add((a, b))
    return kept


def _svg(picture: _Picture, facts: _Facts, key: str, title: str) -> SafeString:
    gutters = sum(1 for way in picture.ways if not _next_rank(picture, way[0], way[1]))
    ranks = max((spot.rank for spot in picture.spots.values()), default=0) + 1
    slots = max((spot.slot for spot in picture.spots.values()), default=0) + 1
    width = 2 * EDGE + slots * (WIDE + ACROSS) - ACROSS + 12 * gutters + (8 if gutters else 0)
    height = 2 * EDGE + ranks * (HIGH + DOWN) - DOWN
    right = EDGE + slots * (WIDE + ACROSS) - ACROSS
    lines, used = [], 0
    for source, target, back in picture.ways:
        used += 0 if _next_rank(picture, source, target) else 1
        lines.append((_line(picture, source, target, right + 12 * used), " process-back" if back else "", key))
    return format_html(
        '<svg class="process-svg" role="img" aria-labelledby="{0}-ten" aria-describedby="{0}-loi" width="{1}" '
        'height="{2}" viewBox="0 0 {1} {2}"><title id="{0}-ten">{3}</title><desc id="{0}-loi">{4}</desc>'
        '<defs><marker id="{0}-mui" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path class="process-arrow" d="M0 0 8 4 0 8z"/></marker></defs>{5}{6}</svg>',
        key,
        width,
        height,
        title,
        _in_words(facts),
        format_html_join("", '<path class="process-way{1}" marker-end="url(#{2}-mui)" d="{0}"/>', lines),
        format_html_join("", "{}", ((_card(picture, facts, code),) for code in picture.shown)),
    )


def _in_words(facts: _Facts) -> str:
    now = ", ".join(facts.process.steps[code].title for code in facts.process.steps if code in facts.present)
    told = [str(_("Quy trình có %(count)s bước.") % {"count": sum(s.is_work for s in facts.process.steps.values())})]
    if now:
        told.append(str(_("Đang ở: %(steps)s.") % {"steps": now}))
    return " ".join([*told, str(_("Nội dung từng bước ở danh sách bên dưới."))])


def _next_rank(picture: _Picture, source: str, target: str) -> bool:
    return picture.spots[target].rank - picture.spots[source].rank == 1


def _corner(spot: Spot) -> tuple[int, int]:
    return EDGE + spot.slot * (WIDE + ACROSS), EDGE + spot.rank * (HIGH + DOWN)


def _line(picture: _Picture, source: str, target: str, gutter: int) -> str:
    (ax, ay), (bx, by) = _corner(picture.spots[source]), _corner(picture.spots[target])
    if _next_rank(picture, source, target):
        x1, y1, x2, y2 = ax + WIDE // 2, ay + HIGH, bx + WIDE // 2, by
        middle = (y1 + y2) // 2
        return f"M{x1} {y1}V{y2}" if x1 == x2 else f"M{x1} {y1}V{middle}H{x2}V{y2}"
    y1, y2 = ay + HIGH // 2 + 8, by + HIGH // 2 - 8
    return f"M{ax + WIDE} {y1}H{gutter}V{y2}H{bx + WIDE}"


def _card(picture: _Picture, facts: _Facts, code: str) -> SafeString:
    step = picture.process.steps[code]
    x, y = _corner(picture.spots[code])
    state = facts.state(step)
    kind = "end" if step.is_end else "split" if step.fork or step.join else "work"
    text = _wrapped(step.title or step.code)
    under = [_wrapped(row)[0] if len(row) <= LINE else row[: LINE - 1] + "…" for row in facts.under(step)]
    mark = {"now": str(_("Đang ở bước này")), "done": "✓", "fault": str(_("Cần sửa"))}.get(state, "")
    top = y + HIGH / 2 - (len(text) + len(under) + bool(mark) - 1) * 9 + 4
    rows = [(r, "process-name") for r in text] + [(r, "process-under") for r in under]
    rows += [(mark, "process-mark")] if mark else []
    return format_html(
        '<g class="process-step process-{0} process-{1}">'
        '<rect x="{2}" y="{3}" width="{4}" height="{5}" rx="{6}"/>{7}</g>',
        kind,
        state,
        x,
        y,
        WIDE,
        HIGH,
        HIGH // 2 if kind == "end" else 6,
        format_html_join(
            "",
            '<text class="{0}" x="{1}" y="{2}" text-anchor="middle">{3}</text>',
            ((name, x + WIDE // 2, round(top + 18 * n), row) for n, (row, name) in enumerate(rows)),
        ),
    )


def _wrapped(text: str) -> list[str]:
    rows: list[str] = []
    for word in text.split():
        if rows and len(rows[-1]) + 1 + len(word) <= LINE:
            rows[-1] += f" {word}"
        else:
            rows.append(word[:LINE])
    if len(rows) > MOST_LINES - 1:
        rows = [*rows[: MOST_LINES - 2], rows[MOST_LINES - 2][: LINE - 1] + "…"]
    return rows


def _as_list(facts: _Facts, key: str) -> SafeString:
    """Every step in words with its ways, side ways too: the whole process, also for those who see the picture."""
    return format_html(
        '<ol class="process-list">{}</ol>',
        format_html_join(
            "",
            "<li{0}><strong>{1}</strong>{2}{3}{4}</li>",
            (
                (
                    mark_safe(' aria-current="step"') if code in facts.present else "",
                    step.title or code,
                    _aside(facts, step),
                    format_html('<div class="error-text">{}</div>', facts.faults[code]) if code in facts.faults else "",
                    _ways_in_words(facts.process, step),
                )
                for code, step in facts.process.steps.items()
            ),
        ),
    )


def _aside(facts: _Facts, step: Step) -> SafeString:
    told = [" · ".join(facts.under(step))]
    told += [str(_("đang ở bước này"))] if step.code in facts.present else []
    told += [str(_("kết thúc"))] if step.is_end else []
    told += [str(_("đã qua"))] if step.code in facts.done and step.code not in facts.present else []
    words = "; ".join(word for word in told if word)
    note = format_html('<div class="muted small">{}</div>', step.note) if step.note else ""
    return format_html(" ({}){}", words, note) if words else format_html("{}", note)


def _ways_in_words(process: Process, step: Step) -> SafeString:
    def name(code: str) -> str:
        return process.steps[code].title or code if code in process.steps else code

    rows = [
        (str(_("Song song, không bắt buộc chờ")) if b.optional else str(_("Song song")), name(b.to)) for b in step.fork
    ]
    rows += [(capfirst(way.title or way.code), name(way.to)) for way in step.transitions.values()]
    if not rows:
        return mark_safe("")
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{} → {}</li>", rows))
