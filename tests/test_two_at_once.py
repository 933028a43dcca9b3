"""Two people, one dossier, the same instant, through the real pages: one act happens, the other is told."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.audit.verify import verify
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.testing.cast import BEGINNING
from tinhso.foundation.testing.sessions import sign_in
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import services
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.testing import Office, office

__all__ = ["office"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh_cache(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.DATA_DIR = tmp_path
    cache.clear()
    yield
    cache.clear()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Runs the acts in threads of their own, let go at one instant; what each returned or raised."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            gate.wait(10)
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(60) for future in [pool.submit(run, act) for act in acts]]


def second_desk_officer(office: Office) -> Any:
    colleague = office.cast.desk_officer_elsewhere
    RoleAssignment.objects.create(
        account=colleague, role="desk_officer", unit=office.cast.units.commune_centre, valid_from=BEGINNING
    )
    return colleague


def test_two_officers_receive_one_dossier(office: Office) -> None:
    dossier = office.filed()
    first, second = office.cast.desk_officer, second_desk_officer(office)
    act = reverse("desk:act", kwargs={"pk": dossier.pk, "act": "tiep-nhan"})
    clients = [sign_in(Client(), account) for account in (first, second)]
    answers = at_once(*(lambda c=client: c.post(act, {"seen": dossier.lock_version}) for client in clients))
    assert all(not isinstance(answer, Exception) for answer in answers), answers
    assert all(answer.status_code < 500 for answer in answers)
    dossier.refresh_from_db()
    assert dossier.state == State.RECEIVED and dossier.due_at is not None
    assert AuditRow.objects.filter(act="procedures.dossier.received").count() == 1
    assert DomainEvent.objects.filter(name="procedures.dossier_received").count() == 1
    assert dossier.case is not None and dossier.case.log.filter(kind="move").count() == 1
    assert verify() == []


def test_one_receives_while_another_refuses(office: Office) -> None:
    dossier = office.filed()
    desk = office.cast.actor("desk_officer")
    colleague = Actor.of(second_desk_officer(office))
    results = at_once(
        lambda: services.receive_dossier(actor=desk, dossier_id=dossier.pk),
        lambda: services.refuse_dossier(actor=colleague, dossier_id=dossier.pk, reason="Sai nơi nộp"),
    )
    refused = [result for result in results if isinstance(result, Refused)]
    done = [result for result in results if isinstance(result, Dossier)]
    assert len(refused) == len(done) == 1, results
    dossier.refresh_from_db()
    assert dossier.state == done[0].state
    told = Counter(DomainEvent.objects.values_list("name", flat=True))
    assert told["procedures.dossier_received"] + told["procedures.dossier_refused"] == 1


def test_a_form_sent_four_times_at_once_is_one_dossier(office: Office) -> None:
    draft = office.draft()
    address = reverse("portal:check", kwargs={"token": draft.token})
    clients = [sign_in(Client(), office.cast.citizen) for _ in range(4)]
    answers = at_once(*(lambda c=client: c.post(address) for client in clients))
    assert all(not isinstance(answer, Exception) for answer in answers), answers
    dossier = Dossier.objects.get()
    assert {answer.status_code for answer in answers} == {302}
    assert {answer["Location"] for answer in answers} == {reverse("portal:filed", kwargs={"code": dossier.code})}
    assert AuditRow.objects.filter(act="procedures.dossier.submitted").count() == 1
    assert DomainEvent.objects.filter(name="procedures.dossier_submitted").count() == 1


def test_two_citizens_filing_at_once_get_two_codes_in_a_row(office: Office) -> None:
    drafts = [(office.draft(who=who), office.cast.actor(who)) for who in ("citizen", "other_citizen")]
    results = at_once(
        *(lambda d=draft, a=actor: services.submit_dossier(actor=a, token=d.token) for draft, actor in drafts)
    )
    assert all(isinstance(result, Dossier) for result in results), results
    assert sorted(result.code[-4:] for result in results) == ["0001", "0002"]


def test_one_officer_hands_over_while_the_citizen_withdraws(office: Office) -> None:
    dossier = office.received()
    results = at_once(
        lambda: services.hand_over(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk),
        lambda: services.withdraw_dossier(
            actor=office.cast.actor("citizen"), dossier_id=dossier.pk, reason="Không còn cần"
        ),
    )
    # Either order is lawful when the state allows it; a half of both never is.
    dossier.refresh_from_db()
    done = [result for result in results if isinstance(result, Dossier)]
    assert done and all(isinstance(result, Dossier | Refused) for result in results), results
    told = Counter(DomainEvent.objects.values_list("name", flat=True))
    assert (dossier.state == State.WITHDRAWN) == bool(told["procedures.dossier_withdrawn"])
    assert verify() == []
