"""What is served here and what is not: forms and templates agree, the list is linked, ministries' own are refused."""

import pytest
from django.utils import timezone

from tinhso.systems.procedures import cases, seeds, services
from tinhso.systems.procedures.catalogue import loading, rules, testing
from tinhso.systems.procedures.catalogue.models import CatalogueEntry, LocalService
from tinhso.systems.procedures.catalogue.routing import SettledElsewhere
from tinhso.systems.procedures.models import Dossier, ProcedureVersion
from tinhso.systems.procedures.testing import BIRTH, Office

pytestmark = pytest.mark.long

# Twenty-two of the thirty common procedures and five of the province's decisions; two of those are in no national list.
SERVED, IN_NO_LIST = 27, {"1.014464", "1.014465"}


@pytest.fixture
def everything(office: Office) -> Office:
    """All that the product serves, published."""
    seeds.load_catalogue(testing.SYSTEM)
    return office


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
    assert LocalService.objects.count() == SERVED - len(IN_NO_LIST)
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
