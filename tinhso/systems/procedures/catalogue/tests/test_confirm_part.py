"""An officer confirms a fact with its source: a new version; no file undoes it; of two officers one wins."""

from datetime import date
from typing import Any

import pytest

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.procedures.catalogue import selectors, services
from tinhso.systems.procedures.catalogue.models import CatalogueEntry
from tinhso.systems.procedures.catalogue.testing import load, newest, raw

UNSURE: dict[str, Any] = {"fee_vnd": 0, "fee_v": "zero", "term_v": "no", "legal_term_src": "knowledge"}


@pytest.fixture
def unsure(cast: Cast) -> Cast:
    load(raw(**UNSURE))
    return cast


def confirm(cast: Cast, who: str = "administrator", **given: Any) -> CatalogueEntry:
    wanted: dict[str, Any] = {
        "code": "1.000001",
        "part": "fee",
        "values": {"fee_vnd": 30000},
        "source": "Nghị quyết 12/2026/NQ-HĐND",
        "seen": newest().pk,
    }
    return services.confirm_part(actor=cast.actor(who), **{**wanted, **given})


def test_a_confirmed_fact_is_a_new_version_with_its_source(unsure: Cast) -> None:
    assert newest().doubts == ["term", "fee"]
    entry = confirm(unsure)
    assert (entry.number, entry.fee_vnd, entry.doubts) == (2, 30000, ["term"])
    assert entry.confirmed["fee"]["source"] == "Nghị quyết 12/2026/NQ-HĐND"
    assert AuditRow.objects.get(act="procedures.catalogue.confirmed").details["part"] == "fee"
    assert selectors.entry("1.000001", date(2026, 7, 20)).fee_vnd == 0


def test_two_parts_on_one_day_leave_one_version_in_force(unsure: Cast) -> None:
    confirm(unsure)
    entry = confirm(unsure, part="term", values={"term_value": 5})
    assert entry.doubts == [] and entry.fee_vnd == 30000
    assert CatalogueEntry.objects.newest().count() == 1


def test_an_unsure_file_does_not_undo_it_and_a_sure_one_replaces_it(unsure: Cast) -> None:
    confirm(unsure)
    report = load(raw(**{**UNSURE, "as_of": "2027-01-05", "name_vi": "Thủ tục tên mới"}))
    assert report.differences[0].kept == ["fee"]
    assert (newest().fee_vnd, newest().name) == (30000, "Thủ tục tên mới")
    assert load(raw(**{**UNSURE, "as_of": "2027-01-05", "name_vi": "Thủ tục tên mới"})).same == 1
    load(raw(fee_vnd=45000, as_of="2027-02-05"))
    assert newest().fee_vnd == 45000 and newest().confirmed == {}


def test_only_columns_of_the_part_are_taken(unsure: Cast) -> None:
    entry = confirm(unsure, values={"fee_vnd": 1, "name": "Tên khác", "is_vertical": True})
    assert entry.name == "Thủ tục cấp giấy phép thử nghiệm" and not entry.is_vertical


def test_a_confirmation_needs_its_source(unsure: Cast) -> None:
    with pytest.raises(services.NothingSaid):
        confirm(unsure, source="  ")


def test_the_second_of_two_officers_is_told(unsure: Cast) -> None:
    seen = newest().pk
    confirm(unsure, seen=seen)
    with pytest.raises(services.ChangedMeanwhile):
        confirm(unsure, part="term", seen=seen)


def test_a_part_that_is_sure_is_not_confirmed(unsure: Cast) -> None:
    with pytest.raises(services.NotInDoubt):
        confirm(unsure, part="papers", values={"papers": []})


@pytest.mark.parametrize("who", ["citizen", "desk_officer", "leader", "provincial_leader", "auditor"])
def test_who_may_not_confirm(unsure: Cast, who: str) -> None:
    with pytest.raises(access.Denied):
        confirm(unsure, who)
    with pytest.raises(access.Denied):
        services.say_why_partial(actor=unsure.actor(who), code="1.000001", reason="x", basis="y", seen=newest().pk)
    assert newest().number == 1


def test_a_partial_service_says_why_and_by_what(unsure: Cast) -> None:
    assert [entry.code for entry in selectors.without_reason()] == ["1.000001"]
    admin = unsure.actor("administrator")
    with pytest.raises(services.NothingSaid):
        services.say_why_partial(actor=admin, code="1.000001", reason="Phải ký sổ", basis=" ", seen=newest().pk)
    services.say_why_partial(
        actor=admin, code="1.000001", reason="Phải ký sổ", basis="Luật Hộ tịch, điều 16", seen=newest().pk
    )
    assert not selectors.without_reason().exists()
    load(raw(**{**UNSURE, "as_of": "2027-01-05", "form_name": "Mẫu mới"}))
    assert newest().partial_reason == "Phải ký sổ"
