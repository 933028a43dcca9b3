"""A breach from the hour it is known to its closing: owed notices, people told, measures."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.notices.services import notify
from tinhso.foundation.numbering.services import next_number
from tinhso.foundation.people.models import Account, Person
from tinhso.foundation.privacy import events, permissions, rules, selectors
from tinhso.foundation.privacy.errors import LateNeedsReason, WrongBreach
from tinhso.foundation.privacy.models import Breach, BreachNotice, BreachPerson
from tinhso.foundation.privacy.services.steps import words_of
from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.rules import normalise
from tinhso.foundation.ui.formats import full_datetime

MOST_PEOPLE = 20_000_000
# To whom each notice goes: the ministry is the same, its force for personal data another than for systems.
RECEIVERS = {
    "authority": "Cơ quan chuyên trách bảo vệ dữ liệu cá nhân, Bộ Công an",
    "first": "Lực lượng chuyên trách bảo vệ an ninh mạng, Bộ Công an",
    "report": "Lực lượng chuyên trách bảo vệ an ninh mạng, Bộ Công an",
}


@transaction.atomic
def record_breach(
    *,
    actor: access.Actor,
    title: str,
    known_at: datetime,
    scope: str,
    categories: list[str],
    people_count: int,
    cause: str,
    consequences: str = "",
    happened_at: datetime | None = None,
    is_serious: bool = False,
    is_grave: bool = False,
    at: datetime | None = None,
) -> Breach:
    """Writes a breach down and starts its clocks from the hour it was known, not from the hour it was written."""
    unit, now = selectors.controller(), at or timezone.now()
    access.require(actor, permissions.BREACHES, unit=unit)
    named = [fitting(normalise(one), 200) for one in categories if normalise(one)]
    _require_sound(title, named, known_at, happened_at, now, people_count)
    number = next_number(kind="privacy.breach", unit_id=unit.pk, period=str(timezone.localtime(now).year))
    made = Breach.objects.create(
        code=f"VP-{timezone.localtime(now).year}-{number:03d}",
        unit=unit,
        title=fitting(normalise(title), 200),
        known_at=known_at,
        happened_at=happened_at,
        scope=words_of(scope, _("Hãy ghi phạm vi, diễn biến của vụ việc.")),
        categories=named,
        people_count=people_count,
        cause=words_of(cause, _("Hãy ghi nguyên nhân đến nay đã biết; chưa rõ thì ghi “đang xác minh”.")),
        consequences=words_of(consequences),
        is_serious=is_serious,
        is_grave=is_grave,
        recorded_at=now,
        recorded_by_id=actor.account_id,
        is_simulated=actor.is_simulated,
    )
    _owe(made)
    audit.record(actor, "privacy.breach.recorded", made, unit_id=unit.pk, serious=is_serious, grave=is_grave)
    bus.publish(events.BREACH_RECORDED, subject=made, unit=unit, occurred_on=timezone.localdate(known_at))
    return made


def _require_sound(
    title: str,
    categories: list[str],
    known_at: datetime,
    happened_at: datetime | None,
    now: datetime,
    people_count: int,
) -> None:
    if not normalise(title) or not categories:
        raise WrongBreach(_("Hãy ghi tên vụ việc và ít nhất một loại dữ liệu bị ảnh hưởng."))
    if known_at > now:
        raise WrongBreach(_("Thời điểm biết vụ việc không thể ở tương lai."))
    if known_at < now - timedelta(days=3650):
        raise WrongBreach(_("Thời điểm biết vụ việc quá xa. Hãy kiểm tra lại ngày."))
    if happened_at is not None and happened_at > known_at:
        raise WrongBreach(_("Vụ việc phải xảy ra trước khi được biết."))
    if not 0 <= people_count <= MOST_PEOPLE:
        raise WrongBreach(_("Số người bị ảnh hưởng chưa đúng."))


def _owe(breach: Breach) -> None:
    """Owes what the law asks at this gravity; what is owed or sent already stays as it is."""
    for one in rules.breach_notices(breach.known_at, is_serious=breach.is_serious, is_grave=breach.is_grave):
        BreachNotice.objects.get_or_create(
            breach=breach, kind=one.kind, defaults={"due_at": one.due_at, "receiver": RECEIVERS[one.kind]}
        )


def _locked(actor: access.Actor, breach_id: int) -> Breach:
    found = Breach.objects.select_for_update(of=("self",)).select_related("unit").get(pk=breach_id)
    access.require(actor, permissions.BREACHES, unit=found.unit)
    if found.closed_at is not None:
        raise WrongBreach(_("Vụ việc này đã đóng."))
    return found


@transaction.atomic
def update_breach(
    *,
    actor: access.Actor,
    breach_id: int,
    people_count: int,
    cause: str,
    measures: str,
    is_serious: bool = False,
    is_grave: bool = False,
) -> Breach:
    """Later findings. Found graver, it owes more notices, from the same hour; it never becomes lighter on paper."""
    found = _locked(actor, breach_id)
    if not 0 <= people_count <= MOST_PEOPLE:
        raise WrongBreach(_("Số người bị ảnh hưởng chưa đúng."))
    before = {"people_count": found.people_count, "serious": found.is_serious, "grave": found.is_grave}
    found.people_count = people_count
    found.cause = words_of(cause, _("Hãy ghi nguyên nhân đến nay đã biết."))
    found.measures = words_of(measures)
    was_grave = found.is_grave
    found.is_serious, found.is_grave = found.is_serious or is_serious, found.is_grave or is_grave
    found.save()
    _owe(found)
    if found.is_grave and not was_grave:
        # "At once" counts from when the breach was known: a first notice not sent yet may be late from here on.
        due = found.known_at + timedelta(hours=rules.AT_ONCE_HOURS)
        found.notices.filter(kind="first", sent_at=None, due_at__gt=due).update(due_at=due)
    audit.record(actor, "privacy.breach.changed", found, unit_id=found.unit_id, before=before, people=people_count)
    return found


@transaction.atomic
def send_notice(
    *,
    actor: access.Actor,
    notice_id: int,
    reference: str,
    late_reason: str = "",
    at: datetime | None = None,
) -> BreachNotice:
    """Writes that a notice went out, with the facts of that hour frozen; past its clock only with the reason."""
    now = at or timezone.now()
    notice = BreachNotice.objects.select_for_update(of=("self",)).get(pk=notice_id)
    breach = _locked(actor, notice.breach_id)
    if notice.sent_at is not None:
        raise WrongBreach(_("Thông báo này đã gửi."))
    notice.reference = fitting(normalise(reference), 100)
    if not notice.reference:
        raise WrongBreach(_("Hãy ghi số, ký hiệu của văn bản đã gửi."))
    if now < breach.known_at or now > timezone.now() + timedelta(minutes=1):
        raise WrongBreach(_("Thời điểm gửi phải sau khi biết vụ việc và không ở tương lai."))
    notice.late_reason = words_of(late_reason) if now > notice.due_at else ""
    if now > notice.due_at and not notice.late_reason:
        raise LateNeedsReason(
            _("Đã quá hạn %(due)s. Hãy ghi lý do thông báo muộn.") % {"due": full_datetime(notice.due_at)}
        )
    notice.sent_at, notice.sent_by_id, notice.content = now, actor.account_id, facts_of(breach)
    notice.save()
    late = notice.is_late
    audit.record(actor, "privacy.breach.notified", breach, unit_id=breach.unit_id, kind=notice.kind, late=late)
    return notice


def facts_of(breach: Breach) -> dict[str, Any]:
    """What a notice says (Law 91/2025 art. 23): what happened, whose and which data, consequences, measures."""
    return {
        "code": breach.code,
        "title": breach.title,
        "unit": breach.unit.name,
        "known_at": breach.known_at.isoformat(),
        "happened_at": breach.happened_at.isoformat() if breach.happened_at else "",
        "scope": breach.scope,
        "categories": list(breach.categories),
        "people_count": breach.people_count,
        "cause": breach.cause,
        "consequences": breach.consequences,
        "measures": breach.measures,
        "people_told": breach.people.exclude(informed_at=None).count(),
    }


@transaction.atomic
def name_people(*, actor: access.Actor, breach_id: int, personal_numbers: list[str]) -> tuple[int, list[str]]:
    """Writes down who is touched, by their numbers. Returns how many are new, and the numbers nobody here has."""
    found = _locked(actor, breach_id)
    wanted = list(dict.fromkeys(one.strip() for one in personal_numbers if one.strip()))[:5000]
    known = dict(Person.objects.filter(personal_number__in=wanted).values_list("personal_number", "pk"))
    before = found.people.count()
    rows = [BreachPerson(breach=found, person_id=pk) for pk in known.values()]
    BreachPerson.objects.bulk_create(rows, ignore_conflicts=True)
    audit.record(actor, "privacy.breach.changed", found, unit_id=found.unit_id, named=len(rows))
    return found.people.count() - before, [one for one in wanted if one not in known]


@transaction.atomic
def tell_people(*, actor: access.Actor, breach_id: int, at: datetime | None = None) -> tuple[int, int]:
    """Tells everybody named who was not told yet. Returns (by notice, left for letter or telephone)."""
    found, now = _locked(actor, breach_id), at or timezone.now()
    if not found.measures:
        raise WrongBreach(_("Hãy ghi biện pháp đã làm trước khi báo người bị ảnh hưởng: họ cần biết nên làm gì."))
    waiting = list(found.people.select_for_update(of=("self",)).filter(informed_at=None, is_by_hand=False))
    accounts: dict[int, list[Account]] = {}
    reached = Account.objects.filter(person_id__in=[one.person_id for one in waiting], is_active=True)
    for account in reached.select_related("person"):
        accounts.setdefault(account.person_id or 0, []).append(account)
    told = by_hand = 0
    for one in waiting:
        for account in accounts.get(one.person_id, []):
            _tell(actor, found, account)
        one.is_by_hand = one.person_id not in accounts
        one.informed_at = None if one.is_by_hand else now
        told, by_hand = told + (not one.is_by_hand), by_hand + one.is_by_hand
    BreachPerson.objects.bulk_update(waiting, ["is_by_hand", "informed_at"])
    audit.record(actor, "privacy.breach.people_told", found, unit_id=found.unit_id, told=told, by_hand=by_hand)
    return told, by_hand


def _tell(actor: access.Actor, found: Breach, account: Account) -> None:
    notify(
        actor,
        account=account,
        text="privacy.breach",
        values={
            "unit": found.unit.name,
            "title": found.title,
            "known": full_datetime(found.known_at),
            "categories": ", ".join(found.categories),
            "measures": found.measures,
        },
        link="/tai-khoan/du-lieu/",
        key=f"privacy.breach:{found.pk}",
    )


@transaction.atomic
def told_by_hand(
    *, actor: access.Actor, breach_id: int, row_id: int, words: str, at: datetime | None = None
) -> BreachPerson:
    """Somebody without an account was told by letter or telephone; how is written down."""
    found, now = _locked(actor, breach_id), at or timezone.now()
    row = found.people.select_for_update(of=("self",)).filter(pk=row_id, is_by_hand=True, informed_at=None).first()
    if row is None:
        raise WrongBreach(_("Người này đã được báo."))
    said = words_of(words, _("Hãy ghi đã báo bằng cách nào."))
    row.informed_at = now
    row.save(update_fields=["informed_at"])
    audit.record(actor, "privacy.breach.people_told", found, unit_id=found.unit_id, person=row.person_id, how=said)
    return row


@transaction.atomic
def close_breach(*, actor: access.Actor, breach_id: int, measures: str, at: datetime | None = None) -> Breach:
    """Closes it with its measures; not while a notice is owed or somebody named is not told."""
    found, now = _locked(actor, breach_id), at or timezone.now()
    if found.notices.filter(sent_at=None).exists():
        raise WrongBreach(_("Còn thông báo chưa gửi cơ quan có thẩm quyền nên chưa đóng được."))
    if found.people.filter(informed_at=None).exists():
        raise WrongBreach(_("Còn người bị ảnh hưởng chưa được báo nên chưa đóng được."))
    found.measures = words_of(measures, _("Hãy ghi các biện pháp đã làm để đóng vụ việc."))
    found.closed_at, found.closed_by_id = now, actor.account_id
    found.save()
    audit.record(actor, "privacy.breach.closed", found, unit_id=found.unit_id)
    bus.publish(events.BREACH_CLOSED, subject=found, unit=found.unit, occurred_on=timezone.localdate(now))
    return found
