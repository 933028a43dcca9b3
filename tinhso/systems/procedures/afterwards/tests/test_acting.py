"""Acting for another, tried like an opponent: who sees what before, during and after the power."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tinhso.foundation.access.guard import Actor, Denied
from tinhso.foundation.people.models import Enterprise
from tinhso.foundation.privacy import services as privacy
from tinhso.foundation.testing.sessions import sign_in
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import playing
from tinhso.systems.procedures import services as core
from tinhso.systems.procedures.afterwards import services
from tinhso.systems.procedures.afterwards.errors import PowerEnded, WrongPower
from tinhso.systems.procedures.afterwards.models import ActingDossier, Power
from tinhso.systems.procedures.afterwards.testing import Beside
from tinhso.systems.procedures.models import Dossier, Draft
from tinhso.systems.procedures.testing import BIRTH, Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def beside(office: Office) -> Beside:
    return Beside(office.cast)


def draft_for(office: Office, power: Power) -> Draft:
    import random

    actor = office.cast.actor("other_citizen")
    draft = core.start_draft(actor=actor, version=office.version(BIRTH))
    core.choose_commune(actor=actor, token=draft.token, commune=office.cast.units.commune)
    draft = services.act_for(actor=actor, token=draft.token, power_id=power.pk)
    playing.fill(random.Random(7), actor, draft, office.version(BIRTH))
    return draft


def sees(office: Office, who: str, dossier: Dossier) -> bool:
    return Dossier.objects.belonging_to(office.cast.actor(who)).filter(pk=dossier.pk).exists()


def test_the_principals_dossier_is_filed_seen_and_lost_with_the_power(office: Office, beside: Beside) -> None:
    power, agent = beside.held(), office.cast.actor("other_citizen")
    draft = draft_for(office, power)
    dossier = core.submit_dossier(actor=agent, token=draft.token)
    assert dossier.applicant == office.cast.citizen.person and dossier.filed_by == office.cast.other_citizen
    assert sees(office, "citizen", dossier) and sees(office, "other_citizen", dossier)
    services.end_power(actor=office.cast.actor("citizen"), power_id=power.pk, reason="Thôi uỷ quyền")
    assert sees(office, "citizen", dossier) and not sees(office, "other_citizen", dossier)
    client = sign_in(Client(), office.cast.other_citizen)
    for address in ("", "trao-doi/", "nhan-ket-qua/", "nguoi-cung-nop/", "phieu-tiep-nhan.pdf"):
        assert client.get(f"/ho-so/{dossier.code}/{address}").status_code == 404
    with pytest.raises(Dossier.DoesNotExist):
        core.withdraw_dossier(actor=agent, dossier_id=dossier.pk, reason="phá")


def test_an_agent_of_everything_files_data_requests_for_the_principal(office: Office, beside: Beside) -> None:
    agent, principal = office.cast.actor("other_citizen"), office.cast.citizen.person
    assert principal is not None
    ask = {"actor": agent, "kind": "know", "for_person_id": principal.pk}
    with pytest.raises(Refused):
        privacy.file_request(token=uuid.uuid4(), **ask)
    power = beside.held()
    made = privacy.file_request(token=uuid.uuid4(), **ask)
    assert made.person == principal and made.acting_basis
    services.end_power(actor=office.cast.actor("citizen"), power_id=power.pk, reason="Thôi")
    with pytest.raises(Refused):
        privacy.file_request(token=uuid.uuid4(), **ask)
    # A power over one procedure is not a power over somebody's data.
    beside.held(procedures=[BIRTH])
    with pytest.raises(Refused):
        privacy.file_request(token=uuid.uuid4(), **ask)


def test_a_power_revoked_a_moment_before_files_nothing(office: Office, beside: Beside) -> None:
    power = beside.held()
    draft = draft_for(office, power)
    services.end_power(actor=office.cast.actor("citizen"), power_id=power.pk, reason="")
    with pytest.raises(PowerEnded):
        core.submit_dossier(actor=office.cast.actor("other_citizen"), token=draft.token)
    assert not Dossier.objects.exists() and not ActingDossier.objects.exists()


def test_an_expired_power_opens_and_files_nothing(office: Office, beside: Beside) -> None:
    power, agent = beside.held(), office.cast.actor("other_citizen")
    draft = draft_for(office, power)
    dossier = core.submit_dossier(actor=agent, token=draft.token)
    again = draft_for(office, power)
    yesterday = timezone.localdate() - timedelta(days=1)
    Power.objects.filter(pk=power.pk).update(valid_from=yesterday, valid_to=yesterday)
    assert not sees(office, "other_citizen", dossier)
    with pytest.raises(PowerEnded):
        core.submit_dossier(actor=agent, token=again.token)


def test_what_is_not_confirmed_gives_nothing(office: Office, beside: Beside) -> None:
    asked, agent = beside.asked(), office.cast.actor("other_citizen")
    draft = core.start_draft(actor=agent, version=office.version(BIRTH))
    with pytest.raises(PowerEnded):
        services.act_for(actor=agent, token=draft.token, power_id=asked.pk)
    with pytest.raises(Power.DoesNotExist):
        services.act_for(actor=office.cast.actor("other_citizen"), token=draft.token, power_id=999999)
    held = services.confirm_own_power(actor=office.cast.actor("citizen"), power_id=asked.pk)
    with pytest.raises(Draft.DoesNotExist):
        services.act_for(actor=office.cast.actor("citizen"), token=draft.token, power_id=held.pk)


def test_a_power_for_one_procedure_covers_no_other(office: Office, beside: Beside) -> None:
    power = beside.held(procedures=["1.004873"])
    draft = core.start_draft(actor=office.cast.actor("other_citizen"), version=office.version(BIRTH))
    with pytest.raises(PowerEnded):
        services.act_for(actor=office.cast.actor("other_citizen"), token=draft.token, power_id=power.pk)


def test_the_agents_own_facts_do_not_become_the_principals(office: Office, beside: Beside) -> None:
    actor = office.cast.actor("other_citizen")
    draft = core.start_draft(actor=actor, version=office.version(BIRTH))
    assert draft.provenance
    draft = services.act_for(actor=actor, token=draft.token, power_id=beside.held().pk)
    number = office.cast.other_citizen.person.personal_number
    assert draft.provenance == {} and number not in str(draft.data)


@pytest.mark.parametrize("who", ["other_citizen", "leader", "desk_officer_elsewhere", "resolving_officer", "stranger"])
def test_nobody_else_confirms(office: Office, beside: Beside, who: str) -> None:
    asked, actor = beside.asked(), office.cast.actor(who)
    with pytest.raises((Denied, WrongPower, Power.DoesNotExist, Exception)) as refused:
        services.confirm_own_power(actor=actor, power_id=asked.pk)
    assert not isinstance(refused.value, AssertionError)
    with pytest.raises(Denied):
        services.confirm_power(
            actor=actor, power_id=asked.pk, principal_name=asked.principal_name, principal_number=asked.principal_number
        )
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_the_officer_types_what_the_paper_says(office: Office, beside: Beside) -> None:
    officer, asked = office.cast.actor("desk_officer"), beside.asked(kind="guardian")
    with pytest.raises(Power.DoesNotExist):
        services.confirm_own_power(actor=office.cast.actor("citizen"), power_id=asked.pk)
    for name, number in (("Người Khác", asked.principal_number), (asked.principal_name, "042190000099")):
        with pytest.raises(WrongPower):
            services.confirm_power(actor=officer, power_id=asked.pk, principal_name=name, principal_number=number)
    done = services.confirm_power(
        actor=officer,
        power_id=asked.pk,
        principal_name=asked.principal_name,
        principal_number=asked.principal_number,
    )
    assert done.person == office.cast.citizen.person and done.confirmed_how == "officer"


def test_terms_and_numbers_that_cannot_be_are_refused(office: Office, beside: Beside) -> None:
    today = timezone.localdate()
    own = office.cast.other_citizen.person.personal_number
    for wrong in (
        {"until": today - timedelta(days=1)},
        {"until": today + timedelta(days=400)},
        {"principal_number": "123"},
        {"principal_number": own},
        {"principal_name": " "},
        {"desk": office.cast.units.commune_committee},
    ):
        with pytest.raises(WrongPower):
            beside.asked(**wrong)  # type: ignore[arg-type]
    assert not Power.objects.exists()


def test_an_enterprise_is_filed_for_by_its_representative_and_lost_with_the_power(
    office: Office, beside: Beside
) -> None:
    enterprise = Enterprise.objects.create(
        tax_code="3000000001", name="Công ty Thử", representative=office.cast.citizen.person
    )
    asked = beside.asked(kind="company", principal_name="Công ty Thử", principal_number="3000000001")
    power = services.confirm_own_power(actor=office.cast.actor("citizen"), power_id=asked.pk)
    assert power.enterprise == enterprise
    agent = office.cast.actor("other_citizen")
    dossier = core.submit_dossier(actor=agent, token=draft_for(office, power).token)
    assert sees(office, "other_citizen", dossier) and not sees(office, "citizen", dossier)
    services.end_power(actor=office.cast.actor("citizen"), power_id=power.pk, reason="Đổi người")
    assert not sees(office, "other_citizen", dossier)


def test_asking_tells_nothing_of_the_person_named(office: Office, beside: Beside) -> None:
    client = sign_in(Client(), office.cast.other_citizen)
    asked = beside.asked(principal_name="Tên Bịa Ra")
    page = client.get("/lam-thay/").content.decode()
    assert "Tên Bịa Ra" in page and office.cast.citizen.person.full_name not in page
    assert asked.person is None


def test_both_sides_through_the_pages(office: Office, beside: Beside, django_assert_max_num_queries: Any) -> None:
    power = beside.asked()
    principal = sign_in(Client(), office.cast.citizen)
    with django_assert_max_num_queries(25):
        assert "Trần Văn Đức" in principal.get("/lam-thay/").content.decode()
    principal.post(f"/lam-thay/{power.pk}/dong-y/")
    power.refresh_from_db()
    assert power.state == "confirmed" and power.confirmed_how == "level"
    assert sign_in(Client(), office.cast.leader).post(f"/lam-thay/{power.pk}/cham-dut/").status_code == 404
    assert Actor.of(office.cast.citizen).is_signed_in
    draft = draft_for(office, power)
    agent = sign_in(Client(), office.cast.other_citizen)
    assert "Nguyễn Thị Hoa" in agent.get(f"/ho-so/soan/{draft.token}/lam-thay/").content.decode()
