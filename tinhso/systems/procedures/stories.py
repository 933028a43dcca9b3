"""The story of one played dossier: who does what when, within the legal time nine times in ten."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.calendar.services import calendar_for
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account
from tinhso.systems.procedures import services
from tinhso.systems.procedures.models import Channel, Dossier
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.services.hand_overs import to_be_listed
from tinhso.systems.procedures.walking import onward, who_may

HAND_OVER_HOURS = 4
REFUSED, LATE, COLLECTED, APOLOGISED, LISTED = 0.03, 0.09, 0.85, 0.5, 0.6
# Where one throw of the dice leads: asked for more, given back to the desk, ended without a result, else straight on.
SUPPLEMENTED, RETURNED, ENDED = 0.06, 0.09, 0.13
REFUSAL = "Hồ sơ nộp nhầm nơi, không thuộc thẩm quyền."
MISSING = "Ảnh chụp giấy tờ rõ bốn góc"
PAPER_MISSING = "Chưa thấy bản giấy kèm theo."
SENT_AGAIN = "Tôi đã chụp lại và gửi kèm."
NO_NEED = "Không còn nhu cầu."
NOT_ELIGIBLE = "Qua thẩm tra, hồ sơ chưa đủ điều kiện giải quyết theo quy định."
FLOODED = "Phải xác minh lại tại nơi cư trú, chưa kịp vì mưa lớn."
ENDED_STATES = (State.RETURNED, State.REFUSED, State.WITHDRAWN, State.STOPPED)
SHOWN = "Thẻ căn cước"
TEXTED = "Tin nhắn"
BLURRED = "Ảnh đã nộp bị loá, không đọc được số."


@dataclass(frozen=True)
class Crew:
    """Who works in one commune, or on one procedure of the province (`others`: heads, leaders on the way)."""

    commune: Unit
    desk: Account
    officer: Account
    leader: Account
    others: tuple[Account, ...] = ()


class Story:
    """Plays a filed dossier step by step, each at its time, until `until` or until `most` steps are done."""

    def __init__(self, dice: random.Random, crew: Crew, dossier: Dossier) -> None:
        self.dice, self.dossier = dice, dossier
        self.desk = Actor.of(crew.desk, stepped_up=True)
        self.officer = Actor.of(crew.officer, stepped_up=True)
        self.leader = Actor.of(crew.leader, stepped_up=True)
        self.others = [Actor.of(one, stepped_up=True) for one in crew.others]
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
        # The same day (61/2018 art. 18.2), however long the term; and the office's first steps soon after, so that what
        # is asked for is asked within the three working days.
        yield self._later(min(self._share(0.02, 0.1), HAND_OVER_HOURS)), self._hand_over
        yield from self._on("draft")
        yield from self._settle(self.dice.random())

    def _settle(self, turn: float) -> Iterator[tuple[datetime, Callable[[datetime], Any]]]:
        """Most go straight on; a few take each of the turns the law knows, so that every state can be seen."""
        if turn < SUPPLEMENTED:
            # Well within the three working days that the office has to ask.
            yield self._later(min(self._share(0.1, 0.3), 12)), self._ask
            if turn < SUPPLEMENTED / 2:
                return
            yield self._later(self.dice.uniform(2, 16)), self._answer
        elif turn < RETURNED:
            yield self._later(min(self._share(0.05, 0.1), 8)), self._return_to_desk
            yield self._later(self.dice.uniform(0.2, 1)), self._hand_over
            yield from self._on("draft")
        elif turn < ENDED:
            ends = (self._stop, self._withdraw, self._refuse_settling)
            yield self._later(self._share(0.1, 0.3)), self.dice.choice(ends)
            return
        late = self.dice.random() < LATE
        if late and self.dice.random() < APOLOGISED:
            yield self._later(self._share(0.1, 0.3)), self._apologise
        yield self._later(self._share(1.1, 1.6) if late else self._share(0.2, 0.6)), self._draft
        yield from self._on("sign")
        yield self._later(0.5 if late else self._share(0.1, 0.5)), self._sign
        if self.dossier.state == State.ISSUED:
            yield from self._on("return")
        if self.dossier.state == State.ISSUED and self.dice.random() < COLLECTED:
            yield self._later(self.dice.uniform(0.2, 1)), self._announce
            yield self._later(self.dice.uniform(1, 16)), self._give

    def _on(self, goal: str) -> Iterator[tuple[datetime, Callable[[datetime], Any]]]:
        """The procedure's own steps up to the one where `goal` is done (B3 to B4): none in most procedures."""
        while (way := onward(self.dossier, [goal])) and self.dossier.state not in ENDED_STATES:
            yield self._later(min(self._share(0.01, 0.05), 1)), partial(self._forward, way)

    def _forward(self, way: str, at: datetime) -> None:
        who = who_may(self.dossier, (self.officer, *self.others, self.leader, self.desk)) or self.officer
        services.forward_dossier(actor=who, dossier_id=self.dossier.pk, transition=way, at=at)

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
        handed = services.hand_over(actor=self.desk, dossier_id=self.dossier.pk, at=at)
        # Stories are not told in the order of their days: a list of this dossier alone keeps every time true.
        is_alone = to_be_listed(handed.desk, handed.office).count() == 1
        if handed.channel != Channel.ONLINE and is_alone and self.dice.random() < LISTED:
            made = services.make_hand_over_list(actor=self.desk, desk=handed.desk, office=handed.office, at=at)
            services.receive_hand_over_list(actor=self.officer, list_id=made.pk, at=at)

    def _return_to_desk(self, at: datetime) -> None:
        services.return_to_desk(actor=self.officer, dossier_id=self.dossier.pk, reason=PAPER_MISSING, at=at)

    def _answer(self, at: datetime) -> None:
        filer = Actor.of(self.dossier.filed_by)
        services.answer_supplement(actor=filer, dossier_id=self.dossier.pk, answer=SENT_AGAIN, at=at)

    def _stop(self, at: datetime) -> None:
        name = self.dossier.applicant.full_name
        services.stop_dossier(actor=self.desk, dossier_id=self.dossier.pk, reason=NO_NEED, asked_by=name, at=at)

    def _withdraw(self, at: datetime) -> None:
        filer = Actor.of(self.dossier.filed_by)
        services.withdraw_dossier(actor=filer, dossier_id=self.dossier.pk, reason=NO_NEED, at=at)

    def _refuse_settling(self, at: datetime) -> None:
        services.refuse_settling(actor=self.officer, dossier_id=self.dossier.pk, reason=NOT_ELIGIBLE, at=at)

    def _apologise(self, at: datetime) -> None:
        """In good time when there is a day left; a term of a day or less has none, and its letter is late."""
        due = timezone.localtime(self.dossier.due_at or at)
        day = self.calendar.next_working_day(self.calendar.next_working_day(due.date()))
        apology = services.propose_apology(
            actor=self.officer, dossier_id=self.dossier.pk, reason=FLOODED, new_due_on=day, at=at
        )
        services.send_apology(actor=self.leader, apology_id=apology.pk, accept_late=True, at=at)

    def _announce(self, at: datetime) -> None:
        services.announce_result(actor=self.desk, dossier_id=self.dossier.pk, how=TEXTED, at=at)

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
            actor=self.desk,
            dossier_id=self.dossier.pk,
            collected_by=self.dossier.applicant.full_name,
            paper=SHOWN,
            at=at,
        )

    def _rows(self, rows: list[dict[str, str]]) -> list[dict[str, str]]:
        data, name = self.dossier.data, self.dossier.applicant.full_name
        return [{"label": row["label"], "value": str(data.get(row["field"]) or name)} for row in rows]
