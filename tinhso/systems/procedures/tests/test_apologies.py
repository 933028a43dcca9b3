"""Form 04: proposed by the office, sent by the head, once, a day before the limit, or on record as late."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.systems.procedures import rules, services
from tinhso.systems.procedures.errors import (
    AlreadyProposed,
    AlreadyReappointed,
    OutOfOrder,
    TooLateToApologise,
    WrongNewDate,
)
from tinhso.systems.procedures.models import Apology, Dossier
from tinhso.systems.procedures.testing import Office
from tinhso.systems.procedures.tests.test_supplements import at

pytestmark = pytest.mark.django_db

NEW = date(2026, 9, 24)


def propose(
    office: Office, dossier: Dossier, when: datetime, day: date = NEW, who: str = "resolving_officer"
) -> Apology:
    return services.propose_apology(
        actor=office.cast.actor(who), dossier_id=dossier.pk, reason="Phải xác minh", new_due_on=day, at=when
    )


def send(office: Office, apology: Apology, when: datetime, who: str = "leader", late: bool = False) -> Apology:
    return services.send_apology(actor=office.cast.actor(who), apology_id=apology.pk, accept_late=late, at=when)


def due(dossier: Dossier) -> datetime:
    assert dossier.due_at is not None
    return timezone.localtime(dossier.due_at)


def test_sent_in_time_it_renews_the_date_once_and_keeps_the_first_promise(office: Office) -> None:
    dossier = office.resolving(at=at(7))
    first = due(dossier)
    sent = send(office, propose(office, dossier, at(8)), at(8, 10))
    dossier.refresh_from_db()
    assert dossier.due_at == sent.new_due_at and dossier.promised_at == first
    assert sent.number_text == "01/PXL-UBND" and not sent.is_late
    assert dossier.case is not None and dossier.case.due_at == sent.new_due_at
    with pytest.raises(AlreadyReappointed):
        propose(office, dossier, at(9), date(2026, 9, 30))


def test_on_the_last_day_it_is_refused_unless_taken_as_late(office: Office) -> None:
    dossier = office.resolving(at=at(7))
    on_the_day = due(dossier).replace(hour=8)
    apology = propose(office, dossier, on_the_day)
    with pytest.raises(TooLateToApologise):
        send(office, apology, on_the_day)
    sent = send(office, apology, on_the_day, late=True)
    assert sent.is_late


def test_the_day_before_is_in_time_to_the_last_minute(office: Office) -> None:
    dossier = office.resolving(at=at(7))
    eve = (due(dossier) - timedelta(days=1)).replace(hour=23, minute=59)
    assert not send(office, propose(office, dossier, at(8)), eve).is_late


def test_the_rule_itself() -> None:
    assert rules.apology_in_time(date(2026, 9, 9), date(2026, 9, 10))
    assert not rules.apology_in_time(date(2026, 9, 10), date(2026, 9, 10))


@pytest.mark.parametrize("day", [date(2026, 9, 26), date(2026, 9, 7), date(2026, 9, 8)])
def test_a_day_off_or_a_day_not_later_is_refused(office: Office, day: date) -> None:
    dossier = office.resolving(at=at(7))
    with pytest.raises(WrongNewDate):
        propose(office, dossier, at(8), day)


def test_a_proposal_that_waits_past_its_own_date_is_not_sent(office: Office) -> None:
    apology = propose(office, office.resolving(at=at(7)), at(8))
    with pytest.raises(WrongNewDate):
        send(office, apology, at(28), late=True)


def test_the_head_may_decline_and_the_office_may_propose_again(office: Office) -> None:
    dossier = office.resolving(at=at(7))
    apology = propose(office, dossier, at(8))
    with pytest.raises(AlreadyProposed):
        propose(office, dossier, at(8, 10))
    services.decline_apology(actor=office.cast.actor("leader"), apology_id=apology.pk, reason="Làm kịp", at=at(8, 11))
    with pytest.raises(AlreadyReappointed):
        send(office, apology, at(8, 12))
    assert propose(office, dossier, at(8, 14)).sent_at is None


@pytest.mark.parametrize("who", ["desk_officer", "resolving_officer", "leader_elsewhere", "citizen", "stranger"])
def test_only_the_head_of_the_agency_sends(office: Office, who: str) -> None:
    apology = propose(office, office.resolving(at=at(7)), at(8))
    with pytest.raises(access.Denied):
        send(office, apology, at(8, 10), who)


def test_nothing_is_promised_anew_while_the_citizen_is_waited_for(office: Office) -> None:
    dossier = office.resolving(at=at(7))
    services.ask_supplement(
        actor=office.cast.actor("resolving_officer"), dossier_id=dossier.pk, items="x", reason="y", at=at(7, 10)
    )
    with pytest.raises(OutOfOrder):
        propose(office, dossier, at(8))


def test_the_database_refuses_a_second_letter(office: Office) -> None:
    sent = send(office, propose(office, office.resolving(at=at(7)), at(8)), at(8, 10))
    with pytest.raises(IntegrityError), transaction.atomic():
        Apology.objects.create(
            dossier=sent.dossier,
            reason="x",
            old_due_at=sent.old_due_at,
            new_due_at=sent.new_due_at,
            proposed_at=at(9),
            sent_at=at(9),
        )
