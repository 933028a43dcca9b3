"""A desk at work for the demo, through the services: counters, people waiting, appointments, papers received."""

from __future__ import annotations

import random
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account
from tinhso.systems.procedures import playing, selectors
from tinhso.systems.procedures.counter import selectors as counter
from tinhso.systems.procedures.counter import services
from tinhso.systems.procedures.counter.models import Priority, ServiceGroup
from tinhso.systems.procedures.counter.rules import Card
from tinhso.systems.procedures.counter.services import PaperLine
from tinhso.systems.procedures.sample_scan import sample_scan

DESK_ACCOUNT, CITIZEN_ACCOUNT = "motcua", "congdan"
GROUPS = (("A", "Hộ tịch, chứng thực", 4), ("B", "Đất đai, xây dựng", 2), ("C", "Bảo trợ xã hội, việc khác", 2))
WAITING = 9


def play(actor: Actor, progress: Progress, seed: int) -> None:
    """The desk of the demo's one-stop officer, this morning; every row marked simulated."""
    progress.start(str(_("Diễn một buổi ở quầy")), 3)
    account = Account.objects.filter(username=DESK_ACCOUNT).first()
    desk = counter.desk_of(Actor.of(account)) if account else None
    if account is None or desk is None:
        return
    officer, dice = Actor.of(account), random.Random(seed)  # noqa: S311 - the same seed plays the same morning
    groups = _arrange(officer, desk)
    progress.advance()
    _wait(officer, groups, desk, dice)
    progress.advance()
    _receive(officer, desk, dice)
    _book(groups[0])
    progress.advance()


def _arrange(officer: Actor, desk: Unit) -> list[ServiceGroup]:
    services.set_up_desk(actor=officer, desk=desk)
    groups = [
        services.arrange_group(actor=officer, desk=desk, letter=letter, name=name, slot_capacity=capacity)
        for letter, name, capacity in GROUPS
    ]
    for number, served in ((1, groups[:1]), (2, groups[1:]), (3, groups)):
        services.arrange_counter(actor=officer, desk=desk, number=number, groups=served)
    return groups


def _wait(officer: Actor, groups: list[ServiceGroup], desk: Unit, dice: random.Random) -> None:
    """People with numbers; two already called."""
    kiosk = Actor.system(_("Máy lấy số"), is_simulated=True)
    now = timezone.now()
    for number in range(WAITING):
        services.take_ticket(
            actor=kiosk,
            group=dice.choice(groups),
            priority=Priority.ELDERLY if number == 4 else Priority.NONE,
            at=now - timedelta(minutes=3 * (WAITING - number)),
        )
    for one in list(counter.counters_of(desk))[1:]:
        if any(ticket.group in one.groups.all() for ticket in counter.line_of(desk) if ticket.state == "waiting"):
            services.call_next(actor=officer, counter=one)


def _receive(officer: Actor, desk: Unit, dice: random.Random) -> None:
    """Two walk-ins with their papers, one of them scanned and waiting to be confirmed."""
    versions = [one for one in selectors.catalogue() if one.papers and "desk" in one.channels][:2]
    for index, version in enumerate(versions):
        born = timezone.localdate() - timedelta(days=365 * 41 + index * 900)
        number = playing.personal_number(dice, born, "female")
        dossier = services.receive_walk_in(
            actor=officer,
            desk=desk,
            version=version,
            card=Card(number, playing.full_name(dice), born, "female", "Thôn Đông", from_code=True),
            papers=[PaperLine(str(paper["name"])) for paper in version.papers[:3]],
            seconds=41 + index,
        )
        if index == 0:
            services.scan_paper(
                actor=officer,
                paper_id=dossier.received_papers.all()[0].pk,
                stream=sample_scan(),
                name="ban-quet-mo-phong.png",
                paper_pages=1,
            )


def _book(group: ServiceGroup) -> None:
    """The demo's citizen holds an hour in the days ahead."""
    citizen = Account.objects.filter(username=CITIZEN_ACCOUNT).first()
    now = timezone.now()
    days = counter.bookable_days(group, now=now)[1:]
    free = [slot["at"] for day in days[:3] for slot in counter.free_slots(group, day, now=now)]
    if citizen is not None and free:
        services.book_appointment(actor=Actor.of(citizen), group=group, starts_at=free[0], note="Chứng thực bản sao")
