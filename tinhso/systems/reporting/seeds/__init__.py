"""Three real regimes, and months of reports played by communes through the services; all of it marked as simulated."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.indicators.definitions import define_measure, define_unit_of_measure
from tinhso.engines.indicators.models import MeasureDefinition, UnitOfMeasure
from tinhso.engines.indicators.periods import AnyPeriod, PeriodKind
from tinhso.engines.signing.issuing import issue_demo_certificate, issue_demo_seal
from tinhso.engines.signing.models import SigningCertificate
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.access.services import grant_role
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.people.models import Account
from tinhso.foundation.people.services.accounts import create_account
from tinhso.systems.reporting import services
from tinhso.systems.reporting.models import Duty, Regime, Submission
from tinhso.systems.reporting.rules.periods import CutOff, Rule, period_closing_on_or_after
from tinhso.systems.reporting.seeds.contents import MONTHLY, QUARTERLY, YEARLY
from tinhso.systems.reporting.services import Given, releasing

PLAYED, MONTHS = 5, 3
NAMES = (
    "Nguyễn Đình Thắng",
    "Trần Thị Hạnh",
    "Phan Xuân Long",
    "Lê Thị Ngọc Yến",
    "Võ Quang Vinh",
    "Hoàng Thị Châu",
    "Đặng Hữu Phúc",
    "Hồ Thị Thảo",
    "Dương Minh Quân",
    "Thái Thị Oanh",
)


def play(actor: Actor, progress: Progress, seed: int) -> None:
    """The regimes once; then what the communes reported in the last months. Nothing the second time."""
    owner = Unit.objects.filter(kind=UnitKind.PROVINCIAL_COMMITTEE, valid_to=None).order_by("pk").first()
    if owner is None or Regime.objects.filter(code=MONTHLY["code"]).exists():
        return
    dice = random.Random(seed)  # noqa: S311 - the same seed plays the same months
    today = timezone.localdate()
    crews = _crews(actor, today)
    progress.start(str(_("Diễn các kỳ báo cáo")), len(crews) * MONTHS + 1)
    _receivers(actor, owner, today)
    last = period_closing_on_or_after(today, PeriodKind.MONTH, Rule(CutOff.ADMINISTRATIVE)).plus(-1)
    _make(actor, MONTHLY, owner, last.plus(1 - MONTHS).first_day, "month", due_days=3,
          reporter_kinds=[UnitKind.COMMUNE_COMMITTEE.value], reporter_ids=[crew.unit.pk for crew in crews])  # fmt: skip
    _make(actor, QUARTERLY, owner, AnyPeriod.of("quarter", last.first_day).first_day, "quarter", due_days=5,
          reporter_kinds=[UnitKind.COMMUNE_COMMITTEE.value])  # fmt: skip
    _make(actor, YEARLY, owner, date(today.year, 1, 1), "year", due_days=10,
          reporter_kinds=[UnitKind.DEPARTMENT.value], signing="confirmation", remind_days=[10, 5, 1])  # fmt: skip
    services.open_all(actor=actor, day=today)
    progress.advance()
    for back in range(MONTHS - 1, -1, -1):
        for number, crew in enumerate(crews):
            _Story(dice, crew, owner, number, back, last.plus(-back)).play()
            progress.advance()
    _publish(actor, owner, last.plus(1 - MONTHS))


def _make(actor: Actor, what: dict[str, Any], owner: Unit, valid_from: date, frequency: str, **more: Any) -> None:
    unit = UnitOfMeasure.objects.filter(dimension="count").order_by("pk").first() or define_unit_of_measure(
        actor, code="don-vi", name="đơn vị", dimension="count"
    )
    for code, name, sentence, kind in what["measures"]:
        if not MeasureDefinition.objects.filter(code=code).exists():
            define_measure(
                actor, code=code, name=name, sentence=sentence, kind=kind, unit_of_measure=unit, frequency=frequency,
                unit_kinds=more["reporter_kinds"], basis=what["legal_basis"][:300],
            )  # fmt: skip
    draft = services.create_regime(
        actor=actor,
        code=what["code"],
        name=what["name"],
        owner=owner,
        source=what["source"],
        goes_national=what is QUARTERLY or what is MONTHLY,
    )
    services.change_version(
        actor=actor,
        version_id=draft.pk,
        **({"remind_days": [3, 1]} | more),
        frequency=frequency,
        legal_basis=what["legal_basis"],
        content=what["content"],
        valid_from=valid_from,
    )
    services.publish_version(actor=actor, version_id=draft.pk)


class _Crew:
    """Who reports for a commune: an officer of one of its offices, and its leader with a key."""

    def __init__(self, unit: Unit, officer: Account, leader: Account) -> None:
        self.unit, self.officer, self.leader = unit, officer, leader


def _crews(actor: Actor, today: date) -> list[_Crew]:
    """Communes whose people are in post come first; where nobody is, somebody simulated is appointed."""
    committees = Unit.objects.as_of(today).filter(kind=UnitKind.COMMUNE_COMMITTEE)
    held = RoleAssignment.objects.as_of(today).filter(role="unit_leader").values("unit_id")
    staffed = list(committees.filter(pk__in=held).order_by("code"))
    others = list(committees.exclude(pk__in=[one.pk for one in staffed]).order_by("code"))
    found = []
    for number, unit in enumerate([*staffed, *others][:PLAYED]):
        office = Unit.objects.as_of(today).filter(parent=unit, kind=UnitKind.OFFICE).order_by("pk").first() or unit
        officer = _in_post(actor, "resolving_officer", "baocao", office, NAMES[2 * number], today)
        leader = _in_post(actor, "unit_leader", "lanhdao", unit, NAMES[2 * number + 1], today)
        _keys(actor, leader, unit)
        found.append(_Crew(unit, officer, leader))
    return found


def _in_post(actor: Actor, role: str, word: str, unit: Unit, name: str, today: date) -> Account:
    held = RoleAssignment.objects.as_of(today).filter(role=role, unit=unit).select_related("account").first()
    if held is not None:
        return held.account
    username = f"{word}.{unit.code.lower()}"
    account = Account.objects.filter(username=username).first() or create_account(
        actor, username=username, full_name=name, unit=unit, is_simulated=True
    )
    begins = max(unit.valid_from, date(today.year - 1, 1, 1))
    grant_role(actor, account=account, role=role, unit=unit, valid_from=begins, document=_("Dữ liệu mô phỏng"))
    return account


def _keys(actor: Actor, leader: Account, unit: Unit) -> None:
    if not SigningCertificate.objects.filter(account=leader).exists():
        issue_demo_certificate(actor, account=leader, organisation=unit.name)
    if not SigningCertificate.objects.filter(unit=unit, kind=SigningCertificate.Kind.SEAL).exists():
        issue_demo_seal(actor, unit=unit)


def _receivers(actor: Actor, owner: Unit, today: date) -> None:
    """The demo's expert also gathers reports; the head of the provincial committee has a key to publish with."""
    begins = max(owner.valid_from, date(today.year - 1, 1, 1))
    expert = Account.objects.filter(username="chuyenvien").first()
    known = RoleAssignment.objects.filter(account=expert, role="reporting_officer", unit=owner)
    if expert is not None and not known.exists():
        grant_role(
            actor, account=expert, role="reporting_officer", unit=owner, valid_from=begins,
            document=_("Dữ liệu mô phỏng"),
        )  # fmt: skip
    head = RoleAssignment.objects.as_of(today).filter(role="unit_leader", unit=owner).select_related("account").first()
    if head is not None:
        _keys(actor, head.account, owner)


class _Story:
    """One commune's report of one month, as far as it came."""

    def __init__(
        self, dice: random.Random, crew: _Crew, owner: Unit, number: int, back: int, period: AnyPeriod
    ) -> None:
        self.dice, self.crew, self.owner, self.number, self.back = dice, crew, owner, number, back
        self.duty = Duty.objects.select_related("form__regime__owner").get(
            regime__code=MONTHLY["code"], unit=crew.unit, period_on=period.first_day
        )
        self.officer = Actor.of(crew.officer, stepped_up=True)
        self.leader = Actor.of(crew.leader, stepped_up=True)
        self.receiver = Actor.system(str(owner), is_simulated=True)

    def play(self) -> None:
        # The last period is still open work: the demo commune has begun, others stand at every step.
        if self.back == 0 and self.number == 4:
            return
        report = services.begin(actor=self.officer, duty_id=self.duty.pk, at=self._at(1))
        self._fill(report)
        if self.back == 0 and self.number == 0:
            return
        services.submit(actor=self.officer, submission_id=report.pk, at=self._at(1, 11))
        if self.back == 0 and self.number == 1:
            return
        is_late = self.number == 3 and self.back == 1
        sent = self._at(9 if is_late else 2, 9)
        services.sign(actor=self.leader, submission_id=report.pk, at=sent, level="B-B")
        if self.back == 0:
            return
        if self.number == 2 and self.back == 2:
            self._returned(report, sent)
        services.approve(actor=self.receiver, submission_id=report.pk, at=sent + timedelta(days=3))
        if self.number == 1 and self.back == 2:
            self._corrected(report, sent + timedelta(days=8))

    def _at(self, day: int, hour: int = 9) -> datetime:
        """So many days after the period closed; never later than now."""
        wanted = datetime.combine(self.duty.span_last + timedelta(days=day), time(hour, self.dice.randrange(50)))
        return min(timezone.make_aware(wanted), timezone.now())

    def _fill(self, report: Submission) -> None:
        grown = MONTHS - self.back
        out, people, homes = 120 + 17 * self.number + 9 * grown, 24 + self.number, 3100 + 240 * self.number
        figures = {
            "vb.ky": out,
            "vb_ks.ky": out - 6 + grown,
            "cc.ky": people,
            "cc_ks.ky": people - 3,
            "to.ky": 9 + self.number,
            "luot.ky": self.dice.randrange(80, 260),
            "ho.ky": homes,
            "ho_cq.ky": int(homes * 0.82) + 12 * grown,
        }
        words = {
            "kp.ky": f"{self.dice.randrange(15, 60)},5",
            "kho_khan.loi": str(_("Thiếu người am hiểu công nghệ ở thôn.")),
        }
        if self.back == 0 and self.number == 0:
            del figures["ho.ky"], figures["ho_cq.ky"]
        given = {code: Given(str(value), 0) for code, value in (figures | words).items()}
        services.save_cells(actor=self.officer, submission_id=report.pk, given=given, at=self._at(1, 10))

    def _returned(self, report: Submission, sent: datetime) -> None:
        why = str(_("Số lượt người dân được hướng dẫn cao bất thường, đề nghị kiểm tra."))
        services.return_report(actor=self.receiver, submission_id=report.pk, reason=why, at=sent + timedelta(days=1))
        self._change(report, "luot.ky", "96", sent + timedelta(days=1, hours=2))
        services.submit(actor=self.officer, submission_id=report.pk, at=sent + timedelta(days=1, hours=3))
        services.sign(actor=self.leader, submission_id=report.pk, at=sent + timedelta(days=2), level="B-B")

    def _corrected(self, report: Submission, at: datetime) -> None:
        at = min(at, timezone.now())
        wish = services.ask_correction(
            actor=self.officer, submission_id=report.pk, reason=str(_("Ghi sót văn bản của hai ngày cuối kỳ.")), at=at
        )
        services.decide_correction(actor=self.receiver, request_id=wish.pk, is_agreed=True, at=at)
        new = Submission.objects.get(corrects=report)
        self._change(new, "vb.ky", "171", at)
        services.submit(actor=self.officer, submission_id=new.pk, at=at)
        services.sign(actor=self.leader, submission_id=new.pk, at=at, level="B-B")
        services.approve(actor=self.receiver, submission_id=new.pk, at=at)

    def _change(self, report: Submission, code: str, text: str, at: datetime) -> None:
        version = report.cells.get(code=code).version
        services.save_cells(
            actor=self.officer, submission_id=report.pk, given={code: Given(text, version)}, at=min(at, timezone.now())
        )


def _publish(actor: Actor, owner: Unit, period: AnyPeriod) -> None:
    """The oldest played month is published by the head of the provincial committee, and opened to everybody."""
    today = timezone.localdate()
    head = RoleAssignment.objects.as_of(today).filter(role="unit_leader", unit=owner).select_related("account").first()
    if head is not None:
        author = Actor.of(head.account, stepped_up=True)
        made = services.publish(
            actor=author, regime=Regime.objects.get(code=MONTHLY["code"]), period=period, level="B-T"
        )
        services.make_public(
            actor=author,
            publication_id=made.pk,
            basis=str(_("Điều 17 Luật Tiếp cận thông tin số 104/2016/QH13 (dữ liệu mô phỏng).")),
            vouched=[one.code for one in releasing.tellings_of(made)],
        )
