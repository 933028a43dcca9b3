"""Every procedure served here goes from the form to the signed result, in each of its cases."""

import random

import pytest
from django.utils import timezone

from tinhso.systems.procedures import cases, clock, playing, seeds, services
from tinhso.systems.procedures.catalogue import loading, rules, testing
from tinhso.systems.procedures.catalogue.models import CatalogueEntry, LocalService
from tinhso.systems.procedures.catalogue.routing import SettledElsewhere
from tinhso.systems.procedures.models import Dossier, ProcedureVersion
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.testing import BIRTH, Office

# Of the thirty common procedures: those of the commune; the province's three and the ministries' eight are routed.
SERVED = 19


@pytest.fixture
def everything(office: Office) -> Office:
    """All that the product serves, published."""
    seeds.load_catalogue(testing.SYSTEM)
    return office


def filed(office: Office, version: ProcedureVersion, case: str, dice: random.Random) -> Dossier:
    """A dossier of one case, online where the procedure takes it, else at the desk."""
    citizen = office.cast.actor("citizen")
    if version.form is None or "online" not in version.channels:
        person = office.cast.citizen.person
        assert person is not None
        return services.record_walk_in(
            actor=office.cast.actor("desk_officer"),
            version=version,
            desk=office.cast.units.commune_centre,
            person=person,
            data={},
            case_code=case,
        )
    draft = services.start_draft(actor=citizen, version=version, case_code=case)
    services.choose_commune(actor=citizen, token=draft.token, commune=office.cast.units.commune)
    playing.fill(dice, citizen, draft, version)
    dossier = services.submit_dossier(actor=citizen, token=draft.token)
    return services.receive_dossier(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk)


def test_every_case_is_filed_and_has_its_own_term(everything: Office) -> None:
    dice, made = random.Random(4), 0
    versions = list(ProcedureVersion.objects.select_related("form", "process"))
    assert len(versions) == SERVED
    for version in versions:
        for case in [*(one.code for one in cases.every_case(version))] or [""]:
            dossier = filed(everything, version, case, dice)
            assert (dossier.case_code, dossier.state) == (case, State.RECEIVED), version.code
            assert dossier.received_at is not None
            expected = clock.due_at(version, dossier.office, dossier.received_at, case)
            assert dossier.due_at == expected, (version.code, case)
            made += 1
    assert made >= 45


def test_every_one_of_them_ends_in_a_signed_result(everything: Office) -> None:
    dice = random.Random(5)
    desk, officer, leader = (everything.cast.actor(name) for name in ("desk_officer", "resolving_officer", "leader"))
    for version in ProcedureVersion.objects.select_related("form", "process"):
        first = next((one.code for one in cases.every_case(version)), "")
        dossier = filed(everything, version, first, dice)
        services.hand_over(actor=desk, dossier_id=dossier.pk)
        rows = [{"label": row["label"], "value": "x"} for row in version.result_layout["rows"]]
        services.draft_result(actor=officer, dossier_id=dossier.pk, rows=rows, conclusion="Đủ điều kiện.")
        signed = services.sign_and_issue(actor=leader, dossier_id=dossier.pk)
        assert signed.result.file is not None and signed.result.number_text, version.code


def test_each_row_of_a_result_names_a_question_of_its_form(everything: Office) -> None:
    for version in ProcedureVersion.objects.select_related("form").exclude(form=None):
        assert version.form is not None
        asked = set(version.form.schema["properties"])
        assert {row["field"] for row in version.result_layout["rows"]} <= asked, version.code
        titles = [case.title for case in cases.every_case(version)]
        if titles:
            assert version.form.schema["properties"][cases.CASE_FIELD]["enum"] == titles


def test_what_is_served_is_linked_to_the_list_and_drift_is_seen(everything: Office) -> None:
    loading.load(testing.SYSTEM)
    assert LocalService.objects.count() == SERVED
    from tinhso.systems.procedures.catalogue import selectors
    from tinhso.systems.procedures.catalogue import services as list_services

    assert not selectors.drifted().exists()
    entry = testing.newest(BIRTH)
    list_services.load_entries(
        actor=testing.SYSTEM,
        rows=[rules.Row(1, BIRTH, {**entry.facts(), "fee_vnd": 5000}, timezone.localdate())],
        source_name="moi.jsonl",
    )
    assert [link.version.code for link in selectors.drifted()] == [BIRTH]


@pytest.mark.parametrize("way", ["online", "desk"])
def test_a_vertical_procedure_is_never_begun_here(office: Office, way: str) -> None:
    testing.load(testing.raw(BIRTH, vertical=True, issuer="Bộ Công an"))
    person = office.cast.citizen.person
    assert person is not None
    with pytest.raises(SettledElsewhere) as refusal:
        if way == "online":
            services.start_draft(actor=office.cast.actor("citizen"), version=office.version(BIRTH))
        else:
            services.record_walk_in(
                actor=office.cast.actor("desk_officer"),
                version=office.version(BIRTH),
                desk=office.cast.units.commune_centre,
                person=person,
                data={},
            )
    assert "Bộ Công an" in refusal.value.sentence
    assert not Dossier.objects.exists()


def test_a_draft_begun_before_the_procedure_moved_to_the_ministry_is_refused_at_filing(office: Office) -> None:
    draft = office.draft(BIRTH)
    testing.load(testing.raw(BIRTH, vertical=True))
    with pytest.raises(SettledElsewhere):
        services.submit_dossier(actor=office.cast.actor("citizen"), token=draft.token)
    assert not Dossier.objects.exists() and CatalogueEntry.objects.get().is_vertical
