"""Each scene of a wall as what its template draws: counts and names of units, never of people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.indicators import catalogue, selectors, words
from tinhso.engines.indicators.boards.models import Scene, Wall
from tinhso.engines.indicators.models import Target
from tinhso.engines.indicators.rules import State
from tinhso.faces.command import rows
from tinhso.faces.command.asked import Asked
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.reach import Reach
from tinhso.foundation.places.drawing import sheet_on
from tinhso.foundation.ui.maps import Cell
from tinhso.systems.procedures.models import Channel, Dossier
from tinhso.systems.resolution.selectors import who_answers

# How many units a person reads from five metres.
MOST_BEHIND, LOWEST_BESIDE_MAP = 10, 5
BEHIND = (State.BEHIND, State.FAR_BEHIND)


@dataclass
class Drawn:
    """One scene, ready: its template, its words, when its figures were counted."""

    scene: Scene
    title: str
    template: str
    data: dict[str, Any] = field(default_factory=dict)
    counted_at: datetime | None = None
    is_simulated: bool = False

    @property
    def seconds(self) -> int:
        return self.scene.seconds


class Sight:
    """One look at a wall: everything its scenes share is read once."""

    def __init__(self, wall: Wall, today: date | None = None) -> None:
        self.wall, self.today = wall, today or timezone.localdate()
        self.reach = Reach(paths=(wall.unit.path,))
        self.asked = Asked(actor=Actor.anonymous(), reach=self.reach, root=wall.unit, day=self.today, today=self.today)
        self._standings: list[selectors.Standing] | None = None
        self._rows: dict[str, rows.TargetRow] | None = None

    @property
    def standings(self) -> list[selectors.Standing]:
        if self._standings is None:
            self._standings = selectors.standings(self.asked.window, self.wall.unit, self.today)
        return self._standings

    def row(self, code: str) -> rows.TargetRow | None:
        """A target's figure with its words and its mark of simulation."""
        if self._rows is None:
            # Only the targets that some scene names, all of them at once.
            named = {one for scene in self.wall.scenes.filter(removed_at=None) for one in scene.targets}
            chosen = [one for one in self.standings if one.target.code in named]
            self._rows = {row.target.code: row for row in rows.target_rows(chosen, self.asked)}
        return self._rows.get(code)


def draw(wall: Wall, today: date | None = None) -> list[Drawn]:
    """All standing scenes of a wall, in order."""
    sight = Sight(wall, today)
    return [_DRAWERS[Scene.Kind(scene.kind)](sight, scene) for scene in wall.scenes.filter(removed_at=None)]


def _headline(sight: Sight, scene: Scene) -> Drawn:
    found = [row for code in scene.targets if (row := sight.row(code))]
    tiles = [
        {
            "name": row.target.name,
            "code": row.target.code,
            "value": row.value,
            "drawn": row.drawn,
            "word": row.state_word,
            "goal": row.goal,
            "year": row.target.year,
            "spark": row.spark,
            "is_simulated": row.is_simulated,
        }
        for row in found
    ]
    counted = [row.counted_at for row in found if row.counted_at]
    return Drawn(
        scene,
        _("Số nổi bật"),
        "wall/scenes/headline.html",
        {"tiles": tiles, "months": sight.asked.months_in_words},
        max(counted, default=None),
        any(row.is_simulated for row in found),
    )


def _targets(sight: Sight, scene: Scene) -> Drawn:
    listed = sight.standings
    counts = {state: sum(one.state is state for one in listed) for state in State}
    tally = [
        {"state": str(state), "drawn": words.drawn_state(state), "word": words.state_word(state), "count": count}
        for state, count in counts.items()
        if count
    ]
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in listed:
        cell = {"code": one.target.code, "drawn": words.drawn_state(one.state), "word": words.state_word(one.state)}
        groups.setdefault(words.group_name(one.target.group), []).append(cell)
    counted = [one.figure.counted_at for one in listed if one.figure and one.figure.counted_at]
    return Drawn(
        scene,
        _("Chỉ tiêu Nghị quyết 05 theo trạng thái"),
        "wall/scenes/targets.html",
        {"tally": tally, "total": len(listed), "groups": groups.items()},
        max(counted, default=None),
    )


@dataclass(frozen=True)
class Units:
    """One target by unit: rows for the list, cells for the map."""

    target: Target
    rows: list[rows.FigureRow]
    cells: list[Cell]
    counted_at: datetime | None


def _by_unit(sight: Sight, code: str) -> Units | None:
    target, indicator = Target.objects.filter(code=code).first(), catalogue.indicator_for(code, sight.today)
    if target is None:
        return None
    if indicator is None:
        return Units(target, [], [], None)
    listed = rows.unit_rows(indicator, target, sight.asked)
    cells = [replace(cell, href="") for cell in rows.unit_map(listed, sight.asked).get("cells", [])]
    counted = [row.counted_at for row in listed if row.counted_at]
    return Units(target, listed, cells, max(counted, default=None))


def _map(sight: Sight, scene: Scene) -> Drawn:
    code = next(iter(scene.targets), "")
    found, row = _by_unit(sight, code), sight.row(code)
    if found is None or row is None:
        return Drawn(scene, _("Bản đồ"), "wall/scenes/empty.html")
    data = {
        "row": row,
        "sheet": sheet_on(sight.today),
        "cells": found.cells,
        "name": f"ban-do-{scene.pk}",
        "lowest": rows.in_order([one for one in found.rows if one.percent is not None], rows.LOWEST)[
            :LOWEST_BESIDE_MAP
        ],
        "missing": sum(one.percent is None and one.denominator != "0" for one in found.rows),
    }
    return Drawn(scene, found.target.name, "wall/scenes/map.html", data, found.counted_at, row.is_simulated)


def _behind(sight: Sight, scene: Scene) -> Drawn:
    code = next(iter(scene.targets), "")
    found, row = _by_unit(sight, code), sight.row(code)
    if found is None or row is None:
        return Drawn(scene, _("Đơn vị chậm"), "wall/scenes/empty.html")
    behind = [one for one in found.rows if one.state in BEHIND]
    head = who_answers(sight.today, sight.wall.unit).get(code)
    data = {
        "row": row,
        "behind": rows.in_order(behind, rows.LOWEST)[:MOST_BEHIND],
        "total": len(behind),
        "units": len(found.rows),
        # The position and the unit that answer, not the person.
        "head": f"{head.position}, {head.unit.name}" if head else "",
    }
    title = _("Đơn vị chậm: %(name)s") % {"name": found.target.name}
    return Drawn(scene, title, "wall/scenes/behind.html", data, found.counted_at, row.is_simulated)


def _dossiers(sight: Sight, scene: Scene) -> Drawn:
    begin = datetime.combine(sight.today, time.min, timezone.get_default_timezone())
    now = timezone.now()
    inside = Dossier.objects.filter(received_unit__path__startswith=sight.wall.unit.path)
    received, finished = Q(received_at__gte=begin), Q(finished_at__gte=begin)
    running = Q(received_at__isnull=False, finished_at=None)
    counts = inside.aggregate(
        received=Count("pk", filter=received),
        online=Count("pk", filter=received & Q(channel=Channel.ONLINE)),
        finished=Count("pk", filter=finished),
        in_time=Count("pk", filter=finished & Q(finished_at__lte=F("due_at"))),
        running=Count("pk", filter=running),
        overdue=Count("pk", filter=running & Q(due_at__lt=now)),
        simulated=Count("pk", filter=(received | running) & Q(is_simulated=True)),
    )
    share = round(100 * counts["in_time"] / counts["finished"]) if counts["finished"] else None
    data = {**counts, "share": share}
    return Drawn(
        scene, _("Hồ sơ hôm nay"), "wall/scenes/dossiers.html", data, now, is_simulated=bool(counts["simulated"])
    )


_DRAWERS: dict[Scene.Kind, Callable[[Sight, Scene], Drawn]] = {
    Scene.Kind.HEADLINE: _headline,
    Scene.Kind.TARGETS: _targets,
    Scene.Kind.MAP: _map,
    Scene.Kind.BEHIND: _behind,
    Scene.Kind.DOSSIERS: _dossiers,
}
