"""Reads and writes over HTTP among the loaded dossiers, memory, queries; the soak. Printed beside the budget."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tinhso.faces.cli.bench_stack import family, proportional
from tinhso.faces.cli.processes import Part, Supervisor
from tinhso.faces.cli.services_bench.clients import Person, Press, Run, press
from tinhso.faces.cli.words import _, say
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.jobs.registry import BenchRow
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.procedures.models import Dossier, Draft
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.services.batches import MOST_AT_ONCE

READ, WRITE = (50, 150, 300), (100, 300, 500)
TOKEN = "benchbenchbenchbenchbenchbench12"  # noqa: S105 - stands for a browser's own, on a scratch installation
READS, SUBMISSIONS, ACTS, SIGNATURES = 600, 1_200, 800, 60
FIRST_SIGNATURES = 16
LIST_RATE, SUBMISSION_RATE, ACT_RATE = 60, 80, 100
MOST_QUERIES = 25
SEARCHES = ("dang ky khai sinh", "ket hon", "chung thuc ban sao", "xac nhan hon nhan", "đất đai", "ho kinh doanh")


@dataclass
class Cast:
    """Who presses: officers of the busiest commune, the provincial leader, citizens with drafts."""

    desk: Person
    officer: Person
    leader: Person
    head: Person
    commune_desk: int
    offices: tuple[int, ...]
    signer: int


class Bench:
    """One measuring of a running installation."""

    def __init__(self, port: int, supervisor: Supervisor) -> None:
        self.port, self.supervisor = port, supervisor
        self.dice = random.Random(1)  # noqa: S311 - which dossiers are opened
        self.people: dict[int, Person] = {}
        self.cast = self._cast()

    def person(self, account: Account, *, stepped_up: bool = False) -> Person:
        """A session of the account, as its sign-in would leave it."""
        known = self.people.get(account.pk)
        if known is None:
            client = sign_in(Client(), account, stepped_up=stepped_up)
            known = self.people[account.pk] = Person(client.cookies["sessionid"].value, TOKEN)
        return known

    def _cast(self) -> Cast:
        today = timezone.localdate()
        draft = (
            Draft.objects.filter(dossier=None, account__username__startswith="tai.").select_related("commune").first()
        )
        if draft is None or draft.commune is None:
            raise RuntimeError("no drafts wait to be filed")
        agencies = Unit.objects.as_of(today).filter(area=draft.commune)
        held = RoleAssignment.objects.as_of(today).select_related("account", "unit")

        def holder(role: str) -> RoleAssignment:
            return held.filter(role=role, unit__in=agencies).order_by("pk")[0]

        desk, officer, leader = holder("desk_officer"), holder("resolving_officer"), holder("unit_leader")
        head = held.filter(role="provincial_leader").order_by("pk")[0]
        return Cast(
            self.person(desk.account),
            self.person(officer.account),
            self.person(leader.account, stepped_up=True),
            self.person(head.account),
            desk.unit_id,
            tuple(held.filter(account=officer.account).values_list("unit_id", flat=True)),
            leader.account_id,
        )

    # --- reads ---

    def reads(self) -> Iterator[BenchRow]:
        """Queue, dossier page, search, look-up by code, list of 100, each over eight connections."""
        cast, path = self.cast, reverse("desk:home")
        self.warm([path, reverse("portal:home"), reverse("portal:procedures")])
        yield from self._timed(_("Danh sách việc của bộ phận một cửa"), [Press(path, cast.desk)] * READS, READ)
        yield from self._timed(_("Danh sách việc của công chức"), [Press(path, cast.officer)] * READS, READ)
        mine = list(Dossier.objects.filter(desk=cast.commune_desk).order_by("-pk").values_list("pk", "code")[:20_000])
        chosen = [self.dice.choice(mine) for _n in range(READS)]
        pages = [Press(reverse("desk:dossier", args=[pk]), cast.desk) for pk, _code in chosen]
        yield from self._timed(_("Trang một hồ sơ"), pages, READ)
        codes = [Press(f"{reverse('desk:find')}?ma={code}", cast.desk, expect=302) for _pk, code in chosen]
        yield from self._timed(_("Tìm hồ sơ theo mã (cán bộ)"), codes, READ)
        words = [Press(f"{reverse('portal:procedures')}?{_query(q=self.dice.choice(SEARCHES))}") for _n in range(READS)]
        yield from self._timed(_("Tìm thủ tục"), words, (50, 100, 300))
        follow = [Press(f"{reverse('portal:follow')}?ma={code}") for _pk, code in chosen]
        yield from self._timed(_("Tra cứu theo mã (người dân)"), follow, READ)
        listing = f"{reverse('performance:dossiers')}?o=tiep-nhan&ky={timezone.localdate().year}&moi-trang=100"
        everything = f"{Dossier.objects.count():,}"
        run = press(self.port, [Press(f"{listing}&dang=json", cast.head)] * READS)
        yield self._rate(_("Danh sách 100 hồ sơ trong %(count)s, dữ liệu") % {"count": everything}, run, LIST_RATE)
        run = press(self.port, [Press(listing, cast.head)] * (READS // 3))
        yield self._rate(_("Danh sách 100 hồ sơ trong %(count)s, trang") % {"count": everything}, run, LIST_RATE)
        run = press(self.port, pages[: READS // 3], connections=1)
        yield BenchRow(
            _("Một hồ sơ, một kết nối (trung vị)"), run.at(50), "ms", "≤ 50", run.at(50) <= 50 and not run.wrong
        )

    def warm(self, paths: list[str]) -> None:
        """The first requests of a process load its code and templates; they are not measured."""
        people = [self.cast.desk, self.cast.officer, self.cast.leader, None]
        press(self.port, [Press(path, one, expect=0) for path in paths * 6 for one in people])

    def load_everything(self) -> None:
        """What a process loads when it is first asked for it: pages, then printing and signing by every thread.

        A process holds 60 MB more after its first PDF and no more after the hundredth: that is no growth.
        """
        self.warm(["/can-bo/", "/"])
        press(self.port, self.acts(State.DRAFTED, "ky", self.cast.leader)[:FIRST_SIGNATURES])

    def _timed(
        self, what: str, presses: list[Press], budget: tuple[int, int, int], rate: int = 0
    ) -> Iterator[BenchRow]:
        run = press(self.port, presses)
        tell(what, run)
        for percent, most in zip((50, 95, 99), budget, strict=True):
            time_ = run.at(percent)
            yield BenchRow(f"{what}, p{percent}", time_, "ms", f"≤ {most}", time_ <= most and not run.wrong)
        if rate:
            yield BenchRow(f"{what}, {_('tốc độ')}", run.rate, _("lần/giây"), f"≥ {rate}", run.rate >= rate)

    def _rate(self, what: str, run: Run, least: int) -> BenchRow:
        tell(what, run)
        return BenchRow(what, run.rate, _("lần/giây"), f"≥ {least}", run.rate >= least and not run.wrong)

    # --- writes ---

    def writes(self) -> Iterator[BenchRow]:
        """Citizens file; the desk receives and hands over; officers finish; the leader signs."""
        drafts = Draft.objects.filter(dossier=None, account__username__startswith="tai.").select_related("account")
        waiting = list(drafts.order_by("pk")[:SUBMISSIONS])
        filing = [
            Press(reverse("portal:check", args=[one.token]), self.person(one.account), {"gui": "1"}, 302)
            for one in waiting
        ]
        self.dice.shuffle(filing)
        yield from self._timed(_("Nộp hồ sơ"), filing, WRITE, SUBMISSION_RATE)
        desk, officer = self.cast.desk, self.cast.officer
        yield from self._timed(_("Tiếp nhận"), self.acts(State.SUBMITTED, "tiep-nhan", desk), WRITE, ACT_RATE)
        yield from self._timed(_("Chuyển thụ lý"), self.acts(State.RECEIVED, "chuyen", desk), WRITE, ACT_RATE)
        finish = self.acts(State.RESOLVING, "du-thao", officer, nhan=["Kết quả"], gia_tri=["…"], ket_luan="…")
        yield from self._timed(_("Hoàn thành thụ lý, trình ký"), finish, WRITE, ACT_RATE)
        signing = self.acts(State.DRAFTED, "ky", self.cast.leader)[:SIGNATURES]
        run = press(self.port, signing)
        tell(_("Ký và ban hành"), run)
        yield BenchRow(_("Ký và ban hành (in PDF, ký người và dấu), p50"), run.at(50), "ms", "–", not run.wrong)

    def acts(self, state: State, slug: str, person: Person, **form: object) -> list[Press]:
        found = Dossier.objects.filter(state=state, desk=self.cast.commune_desk)
        if state == State.RESOLVING:
            found = found.filter(office__in=self.cast.offices, case__holder=None)
        keys = list(found.order_by("-pk").values_list("pk", "lock_version")[:ACTS])
        return [Press(reverse("desk:act", args=[pk, slug]), person, {"seen": seen, **form}, 302) for pk, seen in keys]

    def drafted(self) -> list[int]:
        """Results that wait for the leader's signature, the oldest first, of one agency."""
        found = Dossier.objects.filter(state=State.DRAFTED, desk=self.cast.commune_desk).order_by("pk")
        return list(found.values_list("pk", flat=True)[:MOST_AT_ONCE])

    # --- what else is promised ---

    def queries(self) -> Iterator[BenchRow]:
        """How many questions a page asks of the database."""
        pk, code = Dossier.objects.filter(desk=self.cast.commune_desk).order_by("-pk").values_list("pk", "code")[0]
        year = timezone.localdate().year
        for what, path, person in (
            (_("Truy vấn: danh sách việc"), reverse("desk:home"), self.cast.desk),
            (_("Truy vấn: trang một hồ sơ"), reverse("desk:dossier", args=[pk]), self.cast.desk),
            (_("Truy vấn: tra cứu theo mã"), f"{reverse('portal:follow')}?ma={code}", None),
            (_("Truy vấn: tìm thủ tục"), f"{reverse('portal:procedures')}?q=khai+sinh", None),
            (_("Truy vấn: thống kê"), f"{reverse('performance:statistics')}?ky={year}", self.cast.head),
            (_("Truy vấn: danh sách 100"), f"{reverse('performance:dossiers')}?o=tiep-nhan&ky={year}", self.cast.head),
        ):
            client = Client(SERVER_NAME="127.0.0.1")
            if person is not None:
                client.cookies["sessionid"] = person.session
            status = client.get(path).status_code
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            count = len(asked)
            yield BenchRow(what, count, "", f"≤ {MOST_QUERIES}", count <= MOST_QUERIES and status == 200)

    def memory(self) -> dict[str, float]:
        """Megabytes by process, each page of memory counted once."""
        found = {}
        for record in self.supervisor.records:
            part = record.part
            if isinstance(part, Part) and part.process and part.name in ("web", "worker"):
                found[part.name] = sum(proportional(pid) for pid in family(part.process.pid)) / 1024
        return found

    def memory_rows(self, before: dict[str, float], minutes: float = 0) -> Iterator[BenchRow]:
        """Flat: after the work no process holds a fifth more than after its first requests."""
        for name, now in self.memory().items():
            was = before.get(name, now)
            words = _("Bộ nhớ %(name)s: %(was).0f MB → ") % {"name": name, "was": was}
            yield BenchRow(words, now, "MB", "≤ +20 %", now <= was * 1.2 + 5)


def _query(**given: str) -> str:
    from urllib.parse import urlencode

    return urlencode(given)


def tell(what: str, run: Run) -> None:
    """One line as soon as it is known; what went wrong, in full."""
    times = " ".join(f"p{percent} {run.at(percent):.0f}" for percent in (50, 95, 99))
    said = f"  {what}: {len(run.times)}, {run.rate:.0f}/s, {times} ms"
    say(said + (f"; {len(run.wrong)} !" if run.wrong else ""))
    for one in run.wrong[:3]:
        say(f"    {one}", "yellow")


PER_MINUTE = 21
BURST = 60


def soak(bench: Bench, minutes: float, pause: Callable[[float], None] = time.sleep) -> Iterator[BenchRow]:
    """A working day's pace for so long: 21 dossiers a minute, a burst now and then; each received and handed over."""
    drafts = Draft.objects.filter(dossier=None, account__username__startswith="tai.").select_related("account")
    waiting = list(drafts.order_by("pk")[: int(minutes * PER_MINUTE * 2) + BURST])
    bench.warm([reverse("desk:home")])
    began, before, wrong, done, slowest = time.monotonic(), bench.memory(), 0, 0, 0.0
    minute = 0
    while time.monotonic() - began < minutes * 60 and waiting:
        count = BURST if minute % 10 == 9 else PER_MINUTE
        now, waiting = waiting[:count], waiting[count:]
        presses = [
            Press(reverse("portal:check", args=[one.token]), bench.person(one.account), {"gui": "1"}, 302)
            for one in now
        ]
        for work in (presses, [Press(reverse("desk:home"), bench.cast.desk)] * count):
            run = press(bench.port, work)
            wrong, slowest = wrong + len(run.wrong), max(slowest, run.at(99))
        for state, slug in ((State.SUBMITTED, "tiep-nhan"), (State.RECEIVED, "chuyen")):
            run = press(bench.port, bench.acts(state, slug, bench.cast.desk)[:count])
            wrong, slowest = wrong + len(run.wrong), max(slowest, run.at(99))
        done, minute = done + len(now), minute + 1
        held = ", ".join(f"{name} {size:.0f} MB" for name, size in bench.memory().items())
        say(f"  {minute}: {done} · {held} · p99 {slowest:.0f} ms · {wrong} !")
        pause(max(began + minute * 60 - time.monotonic(), 0))
    yield BenchRow(_("Chạy bền: hồ sơ trong %(minutes)s phút") % {"minutes": f"{minutes:g}"}, done, "", "–", True)
    yield BenchRow(_("Chạy bền: lỗi"), wrong, "", "= 0", wrong == 0)
    yield BenchRow(_("Chạy bền: chậm nhất (p99)"), slowest, "ms", f"≤ {WRITE[2]}", slowest <= WRITE[2])
    yield from bench.memory_rows(before)
