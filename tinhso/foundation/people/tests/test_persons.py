"""Persons once, looked at on the record, corrected with what was before, merged without loss."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.people import services
from tinhso.foundation.people.errors import (
    CannotMerge,
    LevelTooLow,
    MembershipOverlaps,
    NotFound,
    PurposeMissing,
    WrongNumber,
)
from tinhso.foundation.people.lookups import lookups_of, record_lookup
from tinhso.foundation.people.masking import MASK, mask_email, mask_number, mask_phone
from tinhso.foundation.people.models import Enterprise, Household, HouseholdMember, LookUp, Person, PersonChange
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in

HOA = "042190000017"


def test_a_number_is_masked_as_agreed() -> None:
    assert mask_number("042090001234") == "0420••••••34"


@given(st.text(alphabet="0123456789", max_size=30))
def test_masking_never_shows_more_than_six_digits(number: str) -> None:
    masked = mask_number(number)
    assert len(masked) == len(number) and sum(ch != MASK for ch in masked) <= 6
    assert len(number) > 6 or set(masked) <= {MASK}


@given(st.text(max_size=40))
def test_masking_takes_any_text(text: str) -> None:
    assert mask_phone(text) is not None and mask_email(text) is not None


def find(cast: Cast, by: str = "desk_officer", **given: object) -> Person:
    act: dict[str, object] = {
        "personal_number": HOA,
        "purpose": "Tiếp nhận hồ sơ khai sinh",
        "unit": cast.units.commune_centre,
    }
    return services.find_person(cast.actor(by), **(act | given))  # type: ignore[arg-type]


def test_every_find_is_on_the_persons_own_page(client: Client, cast: Cast) -> None:
    assert find(cast) == cast.citizen.person
    looked = LookUp.objects.get()
    assert looked.purpose == "Tiếp nhận hồ sơ khai sinh" and looked.unit == cast.units.commune_centre
    page = sign_in(client, cast.citizen).get("/tai-khoan/ai-da-xem/").content.decode()
    assert "Lê Thị Mai" in page and "Tiếp nhận hồ sơ khai sinh" in page
    other = sign_in(Client(), cast.other_citizen).get("/tai-khoan/ai-da-xem/").content.decode()
    assert "Lê Thị Mai" not in other


@pytest.mark.parametrize("purpose", ["", "   ", "\u200b", "\x00"])
def test_nobody_looks_without_saying_why(cast: Cast, purpose: str) -> None:
    with pytest.raises(PurposeMissing):
        find(cast, purpose=purpose)
    with pytest.raises(PurposeMissing):
        record_lookup(cast.actor("desk_officer"), person=cast.citizen.person, purpose=purpose)


@pytest.mark.parametrize(
    "name", ["stranger", "citizen", "other_citizen", "desk_officer_elsewhere", "administrator", "auditor"]
)
def test_who_may_not_look_people_up_here(cast: Cast, name: str) -> None:
    with pytest.raises(access.Denied):
        find(cast, by=name)
    assert not LookUp.objects.exists()


@pytest.mark.parametrize("number", ["04219000001", "%", "042190000017' OR 1=1", "０４２１９００００００１７", "042*"])
def test_only_a_whole_number_finds(cast: Cast, number: str) -> None:
    with pytest.raises((WrongNumber, NotFound)):
        find(cast, personal_number=number)


def test_an_empty_number_finds_nobody_even_when_someone_has_none(cast: Cast) -> None:
    Person.objects.filter(pk=cast.citizen.person_id).update(personal_number=None)
    with pytest.raises(NotFound):
        find(cast, personal_number="")


def test_the_log_cannot_be_changed_or_emptied(cast: Cast) -> None:
    find(cast)
    for change in (
        lambda: LookUp.objects.update(purpose="khác"),
        lambda: LookUp.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert LookUp.objects.get().purpose == "Tiếp nhận hồ sơ khai sinh"


def test_a_look_is_taken_back_only_with_the_whole_act(cast: Cast) -> None:
    """What was shown was recorded: the row stands in the same transaction that read the person."""
    with pytest.raises(RuntimeError), transaction.atomic():
        find(cast)
        raise RuntimeError("the page broke before anything was shown")
    assert not LookUp.objects.exists()


def test_ones_own_look_is_no_look(cast: Cast) -> None:
    assert record_lookup(cast.actor("citizen"), person=cast.citizen.person, purpose="xem") is None


def test_a_delegate_is_named_too(cast: Cast) -> None:
    record_lookup(cast.actor("leader"), person=cast.citizen.person, purpose="ký kết quả")
    assert LookUp.objects.get().account_label == "Võ Minh Tuấn"
    assert LookUp.objects.get().unit == cast.units.commune_committee


def test_people_are_listed_only_to_officers_of_their_area(cast: Cast) -> None:
    Person.objects.filter(pk=cast.citizen.person_id).update(commune=cast.units.commune)
    seen = {
        name: cast.citizen.person in Person.objects.visible_to(cast.actor(name)) for name in ("stranger", *Cast.NAMES)
    }
    assert {name for name, sees in seen.items() if sees} == {
        "citizen",
        "desk_officer",
        "resolving_officer",
        "leader",
    }


def correct(cast: Cast, by: str = "resolving_officer", **changes: object) -> Person:
    return services.correct_person(
        cast.actor(by),
        person_id=cast.citizen.person_id,
        changes=changes,
        reason="Ghi sai khi nhập",
        document="CCCD",
        unit=cast.units.commune_office,
    )


def test_a_correction_keeps_what_was_before(cast: Cast) -> None:
    correct(cast, full_name="Nguyễn Thị Hoà", born_on=date(1990, 5, 18))
    change = PersonChange.objects.get()
    assert change.before == {"full_name": "Nguyễn Thị Hoa", "born_on": "1990-05-17"}
    assert change.after["full_name"] == "Nguyễn Thị Hoà"
    with pytest.raises(DatabaseError), transaction.atomic():
        PersonChange.objects.update(reason="khác")
    assert LookUp.objects.filter(person=cast.citizen.person).exists()
    assert DomainEvent.objects.filter(name="people.person_corrected").exists()


def test_the_audit_holds_no_personal_number(cast: Cast) -> None:
    correct(cast, personal_number="042190000999", full_name="Khác")
    assert "042190000999" not in str(list(AuditRow.objects.values_list("details", flat=True)))


def test_a_number_of_another_person_is_refused(cast: Cast) -> None:
    with pytest.raises(WrongNumber, match="0420••••••25"):
        correct(cast, personal_number="042090000025")
    assert not PersonChange.objects.exists()


@pytest.mark.parametrize("name", ["citizen", "desk_officer", "resolving_officer_elsewhere", "administrator"])
def test_who_may_not_correct(cast: Cast, name: str) -> None:
    with pytest.raises(access.Denied):
        correct(cast, by=name, full_name="Khác")


def merge(cast: Cast, kept: int, duplicate: int) -> Person:
    return services.merge_persons(
        cast.actor("leader"),
        kept_id=kept,
        duplicate_id=duplicate,
        reason="Cùng một người",
        document="Biên bản 3",
        unit=cast.units.commune_committee,
    )


def test_merging_points_to_the_one_that_goes_on_and_loses_nothing(cast: Cast) -> None:
    twin = Person.objects.create(full_name="Nguyen Thi Hoa")
    record_lookup(cast.actor("desk_officer"), person=twin, purpose="trước khi nhập")
    merge(cast, cast.citizen.person_id, twin.pk)
    twin.refresh_from_db()
    assert twin.merged_into == cast.citizen.person and twin not in Person.objects.current()
    assert lookups_of(cast.citizen.person_id).filter(purpose="trước khi nhập").exists()


def test_the_number_and_the_account_follow(cast: Cast) -> None:
    kept = Person.objects.create(full_name="Nguyễn Thị Hoa")
    merge(cast, kept.pk, cast.citizen.person_id)
    kept.refresh_from_db()
    cast.citizen.refresh_from_db()
    assert kept.personal_number == HOA and cast.citizen.person == kept


def test_two_numbers_are_two_people(cast: Cast) -> None:
    with pytest.raises(CannotMerge):
        merge(cast, cast.citizen.person_id, cast.other_citizen.person_id)
    with pytest.raises(CannotMerge):
        merge(cast, cast.citizen.person_id, cast.citizen.person_id)


def test_recording_a_known_number_again_makes_no_second_person(cast: Cast) -> None:
    known = services.record_person(
        cast.actor("desk_officer"),
        full_name="Tên Khác",
        personal_number="0421 9000 0017",
        unit=cast.units.commune_centre,
    )
    assert known == cast.citizen.person and known.full_name == "Nguyễn Thị Hoa"
    assert LookUp.objects.count() == 1


def test_an_unproved_identity_does_not_file_until_the_desk_proves_it(cast: Cast) -> None:
    with pytest.raises(LevelTooLow):
        services.require_proved_identity(cast.actor("citizen"))
    services.verify_person(
        cast.actor("desk_officer"),
        person_id=cast.citizen.person_id,
        unit=cast.units.commune_centre,
        document="CCCD gắn chip",
    )
    assert services.require_proved_identity(cast.actor("citizen")) == cast.citizen.person
    with pytest.raises(LevelTooLow):
        services.require_proved_identity(cast.actor("stranger"))


@pytest.mark.parametrize(("code", "kept"), [("3000123456", "3000123456"), ("3000123456-001", "3000123456001")])
def test_tax_codes_of_ten_and_thirteen_digits(cast: Cast, code: str, kept: str) -> None:
    made = services.record_enterprise(
        cast.actor("desk_officer"), tax_code=code, name="Công ty Ánh Dương", unit=cast.units.commune_centre
    )
    assert made.tax_code == kept


@pytest.mark.parametrize("code", ["300012345", "30001234567", "3000123456-1", "abc", "", "٣٠٠٠١٢٣٤٥٦"])
def test_other_tax_codes_are_refused(cast: Cast, code: str) -> None:
    with pytest.raises(WrongNumber):
        services.record_enterprise(cast.actor("desk_officer"), tax_code=code, name="X", unit=cast.units.commune_centre)
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        Enterprise.objects.create(tax_code=code[:13], name="X")


def test_a_branch_is_tied_to_its_parent_and_a_closed_one_stays(cast: Cast) -> None:
    actor, unit = cast.actor("desk_officer"), cast.units.commune_centre
    parent = services.record_enterprise(actor, tax_code="3000123456", name="Mẹ", unit=unit)
    branch = services.record_enterprise(actor, tax_code="3000123456-002", name="Chi nhánh", unit=unit)
    assert branch.parent == parent
    services.close_enterprise(actor, enterprise_id=branch.pk, closed_on=date(2026, 11, 1), document="TB 5", unit=unit)
    assert Enterprise.objects.get(pk=branch.pk).closed_on == date(2026, 11, 1)


def household(cast: Cast, code: str = "HA-1") -> Household:
    return services.record_household(
        cast.actor("desk_officer"),
        code=code,
        commune=cast.units.commune,
        address="Thôn 1",
        unit=cast.units.commune_centre,
        recorded_on=timezone.localdate(),
    )


def join(cast: Cast, home: Household, person: Person | None, relation: str, on: date) -> HouseholdMember:
    assert person
    return services.join_household(
        cast.actor("desk_officer"),
        household_id=home.pk,
        person=person,
        relation=relation,
        joined_on=on,
        unit=cast.units.commune_centre,
    )


def test_one_household_at_a_time_and_one_head(cast: Cast) -> None:
    first, second = household(cast), household(cast, "HA-2")
    today = timezone.localdate()
    hoa = join(cast, first, cast.citizen.person, "head", today - timedelta(days=30))
    with pytest.raises(MembershipOverlaps):
        join(cast, second, cast.citizen.person, "head", today)
    with pytest.raises(MembershipOverlaps):
        join(cast, first, cast.other_citizen.person, "head", today)
    join(cast, first, cast.other_citizen.person, "spouse", today)
    services.leave_household(
        cast.actor("desk_officer"), member_id=hoa.pk, left_on=today, unit=cast.units.commune_centre
    )
    join(cast, second, cast.citizen.person, "head", today)
    assert first.head_on(today - timedelta(days=1)) == cast.citizen.person
    assert first.head_on(today) is None and second.head_on(today) == cast.citizen.person
