"""Filing: one draft becomes one dossier with a code, a case, an audit row and an event, or nothing happens."""

import uuid

import pytest

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.events.models import DomainEvent
from tinhso.systems.procedures import events, services
from tinhso.systems.procedures.errors import Incomplete, NotOnline
from tinhso.systems.procedures.models import Dossier, Draft
from tinhso.systems.procedures.testing import BIRTH, IN_PERSON, Office

pytestmark = pytest.mark.django_db


def test_a_filed_dossier_has_its_code_its_three_units_its_trace(office: Office) -> None:
    dossier = office.filed()
    units = office.cast.units
    assert dossier.code.startswith(f"{units.commune_committee.identifier}-")
    assert (dossier.unit, dossier.desk, dossier.office) == (
        units.commune_committee,
        units.commune_centre,
        units.commune_office,
    )
    assert dossier.answer_due_at > dossier.submitted_at
    assert AuditRow.objects.filter(act="procedures.dossier.submitted", object_id=str(dossier.pk)).count() == 1
    event = DomainEvent.objects.get(name=events.DOSSIER_SUBMITTED)
    assert event.unit_id == dossier.unit_id


def test_submitting_twice_is_one_dossier(office: Office) -> None:
    draft = office.draft()
    actor = office.cast.actor("citizen")
    first = services.submit_dossier(actor=actor, token=draft.token)
    again = services.submit_dossier(actor=actor, token=draft.token)
    assert first.pk == again.pk
    assert Dossier.objects.count() == 1
    assert DomainEvent.objects.filter(name=events.DOSSIER_SUBMITTED).count() == 1


def test_codes_of_one_day_count_on_without_a_gap(office: Office) -> None:
    codes = [office.filed(who="citizen").code, office.filed(who="other_citizen").code]
    assert [int(code.rsplit("-", 1)[1]) for code in codes] == [1, 2]


def test_nobody_files_another_persons_draft(office: Office) -> None:
    draft = office.draft()
    with pytest.raises(Draft.DoesNotExist):
        services.submit_dossier(actor=office.cast.actor("other_citizen"), token=draft.token)
    with pytest.raises(access.Denied):
        services.submit_dossier(actor=office.cast.actor("stranger"), token=draft.token)
    with pytest.raises(Draft.DoesNotExist):
        services.submit_dossier(actor=office.cast.actor("citizen"), token=uuid.uuid4())
    assert not Dossier.objects.exists()


def test_a_half_filled_form_is_refused_by_name_and_kept(office: Office) -> None:
    actor = office.cast.actor("citizen")
    draft = services.start_draft(actor=actor, version=office.version(BIRTH))
    services.choose_commune(actor=actor, token=draft.token, commune=office.cast.units.commune)
    with pytest.raises(Incomplete) as refusal:
        services.submit_dossier(actor=actor, token=draft.token)
    assert "Giấy chứng sinh hoặc giấy tờ thay thế" in refusal.value.labels
    draft.refresh_from_db()
    assert draft.data["nyc_ho_ten"] == "Nguyễn Thị Hoa"
    assert not Dossier.objects.exists() and not DomainEvent.objects.filter(name=events.DOSSIER_SUBMITTED).exists()


def test_an_in_person_procedure_takes_no_online_dossier(office: Office) -> None:
    with pytest.raises(NotOnline):
        services.start_draft(actor=office.cast.actor("citizen"), version=office.version(IN_PERSON))


def test_known_parts_come_filled_in_with_their_source_and_lose_it_when_changed(office: Office) -> None:
    actor = office.cast.actor("citizen")
    draft = services.start_draft(actor=actor, version=office.version())
    assert draft.data["nyc_so_dinh_danh"] == "042190000017"
    assert "nyc_ho_ten" in draft.provenance
    values = {name: draft.data[name] for name in draft.data if name.startswith("nyc_")} | {
        "nyc_ho_ten": "Nguyễn Thị Hoà"
    }
    draft = services.save_page(actor=actor, token=draft.token, page=1, values=values, is_complete=False)
    assert "nyc_ho_ten" not in draft.provenance and "nyc_so_dinh_danh" in draft.provenance


def test_one_open_draft_per_procedure(office: Office) -> None:
    actor = office.cast.actor("citizen")
    first = services.start_draft(actor=actor, version=office.version())
    assert services.start_draft(actor=actor, version=office.version()).pk == first.pk
