"""The story of one played dossier: who does what when, within the legal time nine times in ten."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.calendar.services import calendar_for
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account
from tinhso.systems.procedures import services
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.rules import State

REFUSED, SUPPLEMENTED, LATE, COLLECTED = 0.03, 0.05, 0.07, 0.85
REFUSAL = "Hồ sơ nộp nhầm nơi, không thuộc thẩm quyền."
MISSING = "Ảnh chụp giấy tờ rõ bốn góc"
BLURRED = "Ảnh đã nộp bị loá, không đọc được số."


@dataclass(frozen=True)
class Crew:
    """Who works in one commune."""

    commune: Unit
    desk: Account
    officer: Account
    leader: Account


class Story:
    """Plays a filed dossier step by step, each at its time, until `until` or until `most` steps are done."""

    def __init__(self, dice: random.Random, crew: Crew, dossier: Dossier) -> None:
        self.dice, self.dossier = dice, dossier
        self.desk = Actor.of(crew.desk, stepped_up=True)
        self.officer = Actor.of(crew.officer, stepped_up=True)
        self.leader = Actor.of(crew.leader, stepped_up=True)
        self.calendar = calendar_for(dossier.office)
        self.at = dossier.received_at or dossier.submitted_at

    def play(self, until: datetime, most: int = 99) -> None:
        """Each step whose time has come, in order."""
        for _number, (at, step) in zip(range(most), self._steps(), strict=False):
            if at >= until:
                return
            self.at = at
            step(at)
            self.dossier.refresh_from_db()

    def _later(self, hours: float) -> datetime:
        return self.calendar.add_hours(timezone.localtime(self.at), hours)

    def _steps(self) -> Iterator[tuple[datetime, Callable[[datetime], Any]]]:
        if self.dossier.received_at is None:
            if self.dice.random() < REFUSED:
                yield self._later(self.dice.uniform(0.2, 4)), self._refuse
                return
            yield self._later(self.dice.uniform(0.1, 4)), self._receive
        yield self._later(self._share(0.02, 0.1)), self._hand_over
        if self.dice.random() < SUPPLEMENTED:
            yield self._later(self._share(0.1, 0.3)), self._ask
            return
        late = self.dice.random() < LATE
        yield self._later(self._share(1.1, 1.6) if late else self._share(0.2, 0.6)), self._draft
        yield self._later(0.5 if late else self._share(0.1, 0.5)), self._sign
        if self.dossier.state == State.ISSUED and self.dice.random() < COLLECTED:
            yield self._later(self.dice.uniform(1, 16)), self._give

    def _share(self, least: float, most: float) -> float:
        """Working hours: a share of what is left until the due time (of an eight-hour day when nothing is)."""
        if self.dossier.due_at is None:
            return self.dice.uniform(least, most)
        left = self.calendar.remaining(timezone.localtime(self.at), timezone.localtime(self.dossier.due_at)) / 60
        return max(self.dice.uniform(least, most) * (left if left > 0 else 1), 0.05)

    def _receive(self, at: datetime) -> None:
        services.receive_dossier(actor=self.desk, dossier_id=self.dossier.pk, at=at)

    def _refuse(self, at: datetime) -> None:
        services.refuse_dossier(actor=self.desk, dossier_id=self.dossier.pk, reason=REFUSAL, at=at)

    def _hand_over(self, at: datetime) -> None:
        services.hand_over(actor=self.desk, dossier_id=self.dossier.pk, at=at)

    def _ask(self, at: datetime) -> None:
        services.ask_supplement(actor=self.officer, dossier_id=self.dossier.pk, items=MISSING, reason=BLURRED, at=at)

    def _draft(self, at: datetime) -> None:
        layout = self.dossier.version.result_layout
        services.draft_result(
            actor=self.officer,
            dossier_id=self.dossier.pk,
            rows=self._rows(layout.get("rows", [])),
            conclusion=layout.get("conclusion", ""),
            at=at,
        )

    def _sign(self, at: datetime) -> None:
        services.sign_and_issue(actor=self.leader, dossier_id=self.dossier.pk, at=at)

    def _give(self, at: datetime) -> None:
        services.return_result(
            actor=self.desk, dossier_id=self.dossier.pk, collected_by=self.dossier.applicant.full_name, at=at
        )

    def _rows(self, rows: list[dict[str, str]]) -> list[dict[str, str]]:
        data, name = self.dossier.data, self.dossier.applicant.full_name
        return [{"label": row["label"], "value": str(data.get(row["field"]) or name)} for row in rows]
