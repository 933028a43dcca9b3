"""The person who filed is told of each change, once, and only when they filed online."""

import pytest

from tinhso.foundation.events.dispatch import deliver_all
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.notices.models import Notice
from tinhso.foundation.people.models import Person
from tinhso.systems.procedures import events, handlers, services
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.testing import IN_PERSON, Office

pytestmark = pytest.mark.django_db


def test_each_change_is_told_once_even_when_delivered_twice(office: Office) -> None:
    dossier = office.received()
    deliver_all()
    event = DomainEvent.objects.get(name=events.DOSSIER_RECEIVED)
    handlers.tell([event])
    told = Notice.objects.filter(account=office.cast.citizen, text="procedures.received", channel="web")
    assert told.count() == 1
    assert dossier.code in told.get().title and dossier.code in told.get().link


def test_no_notice_carries_a_personal_number(office: Office) -> None:
    office.issued()
    deliver_all()
    number = office.cast.citizen.person.personal_number  # type: ignore[union-attr]
    assert Notice.objects.exists()
    assert not any(str(number) in f"{one.title} {one.body}" for one in Notice.objects.all())


def walk_in(office: Office, person: Person | None) -> Dossier:
    assert person is not None
    return services.record_walk_in(
        actor=office.cast.actor("desk_officer"),
        version=office.version(IN_PERSON),
        desk=office.cast.units.commune_centre,
        person=person,
        data={},
    )


def test_a_walk_in_without_an_account_is_told_at_the_desk_only(office: Office) -> None:
    walk_in(office, Person.objects.create(full_name="Trần Thị Bưởi", personal_number="099190000123", source="test"))
    deliver_all()
    assert not Notice.objects.exists()


def test_a_walk_in_with_an_account_is_told_there_and_the_officer_is_not(office: Office) -> None:
    walk_in(office, office.cast.other_citizen.person)
    deliver_all()
    assert set(Notice.objects.values_list("account", flat=True)) == {office.cast.other_citizen.pk}


def test_who_received_handled_and_returned_is_told_at_every_change(office: Office) -> None:
    dossier = office.issued()
    deliver_all()
    told = set(Notice.objects.filter(account=office.cast.citizen).values_list("text", flat=True))
    assert {"procedures.received", "procedures.handed_over", "procedures.drafted", "procedures.issued"} <= told
    received = Notice.objects.filter(account=office.cast.citizen, text="procedures.received", channel="web").get()
    assert dossier.desk.name in received.body
    assert "Lê Thị Mai" in received.body and "%(" not in received.body
    for text, name in (("handed_over", "Lê Thị Mai"), ("drafted", "Phan Văn Lực"), ("issued", "Võ Minh Tuấn")):
        told_of = Notice.objects.get(account=office.cast.citizen, text=f"procedures.{text}", channel="web")
        assert name in told_of.body, text


def test_the_citizen_is_told_who_settles_now_and_when_a_result_goes_back(office: Office) -> None:
    dossier = office.drafted()
    leader, officer = office.cast.actor("leader"), office.cast.resolving_officer
    services.send_back(actor=leader, dossier_id=dossier.pk, reason="Thiếu căn cứ")
    services.assign_dossier(actor=leader, dossier_id=dossier.pk, account=officer, reason="Giao lại")
    deliver_all()
    bodies = {
        one.text: one.body for one in Notice.objects.filter(account=office.cast.citizen, channel="web").order_by("pk")
    }
    assert "Võ Minh Tuấn" in bodies["procedures.sent_back"] and "soạn lại" in bodies["procedures.sent_back"]
    assert str(officer.full_name) in bodies["procedures.given"]


def test_every_change_by_an_office_is_told_or_is_the_citizens_own() -> None:
    """Decree 224/2026 art. 15.1.g: a new event of a dossier is told, or this list says why it is not."""
    own_acts = {events.DOSSIER_SUBMITTED}
    inside_the_office = {events.APOLOGY_PROPOSED, events.APOLOGY_DECLINED}
    told_by_others = {events.FEE_STATE_CHANGED, events.DELIVERY_STATE_CHANGED}
    every = {value for name, value in vars(events).items() if name.isupper()}
    assert every - set(handlers.TOLD) == own_acts | inside_the_office | told_by_others
