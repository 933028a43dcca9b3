"""Making, renaming, moving and dissolving units: who may, what passes on, what is refused."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tinhso.foundation.access.guard import Actor, Denied, allowed
from tinhso.foundation.access.models import Delegation, RoleAssignment
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.calendar.services import calendar_for, set_day_override
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.numbering.models import Series
from tinhso.foundation.numbering.services import next_number
from tinhso.foundation.orgs import heirs, selectors
from tinhso.foundation.orgs.errors import WrongShares, WrongUnit
from tinhso.foundation.orgs.models import HandOver, Succession, Unit, UnitKind
from tinhso.foundation.orgs.services import (
    carry_out_due,
    create_unit,
    dissolve_unit,
    move_unit,
    record_succession,
    rename_unit,
    set_share,
)
from tinhso.foundation.testing.cast import Cast, make_cast

DOC = "Nghị quyết 01/NQ-UBTVQH"


@pytest.fixture
def today() -> date:
    return timezone.localdate()


def made(cast: Cast, code: str, parent: Unit, day: date, kind: str = UnitKind.COMMUNE, **given: object) -> Unit:
    return create_unit(
        cast.actor("administrator"),
        **{  # type: ignore[arg-type]
            "code": code,
            "kind": kind,
            "name": f"Xã {code}",
            "short_name": f"Xã {code}",
            "parent": parent,
            "valid_from": day,
            "document": DOC,
            **given,
        },
    )


def merged(cast: Cast, day: date, **given: object) -> HandOver:
    """An Bình goes into Đông Hải."""
    return dissolve_unit(
        cast.actor("administrator"),
        **{  # type: ignore[arg-type]
            "unit": cast.units.commune,
            "ended_on": day,
            "document": DOC,
            "successors": [(cast.units.other_commune, Decimal(1))],
            "basis": "whole",
            **given,
        },
    )


ACTS: dict[str, Callable[[Actor, Cast], object]] = {
    "create": lambda a, c: create_unit(
        a,
        code="x",
        kind="office",
        name="x",
        short_name="x",
        parent=c.units.commune_committee,
        valid_from=date(2026, 1, 1),
        document=DOC,
    ),
    "rename": lambda a, c: rename_unit(
        a, unit=c.units.commune, name="Xã Mới", short_name="Mới", renamed_on=date(2026, 1, 1), document=DOC
    ),
    "dissolve": lambda a, c: dissolve_unit(a, unit=c.units.commune, ended_on=date(2026, 1, 1), document=DOC),
    "move": lambda a, c: move_unit(
        a, unit=c.units.commune_office, parent=c.units.other_committee, moved_on=date(2026, 1, 1), document=DOC
    ),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("name", [n for n in ("stranger", *Cast.NAMES) if n != "administrator"])
def test_only_the_administrator_changes_units(cast: Cast, name: str, act: str) -> None:
    before = list(Unit.objects.order_by("pk").values())
    with pytest.raises(Denied):
        ACTS[act](cast.actor(name), cast)
    assert list(Unit.objects.order_by("pk").values()) == before
    assert not DomainEvent.objects.exists() and not AuditRow.objects.exists()


def test_after_a_merger_the_officers_serve_at_the_agency_of_the_same_kind(cast: Cast, today: date) -> None:
    hand_over = merged(cast, today)
    desk = cast.actor("desk_officer")
    assert allowed(desk, "orgs.units.view", cast.units.other_centre)
    assert not allowed(desk, "orgs.units.view", cast.units.commune_centre)
    assert allowed(cast.actor("leader"), "orgs.units.view", cast.units.other_committee)
    old = RoleAssignment.objects.get(account=cast.desk_officer, unit=cast.units.commune_centre)
    new = RoleAssignment.objects.get(account=cast.desk_officer, unit=cast.units.other_centre)
    assert (old.valid_to, new.valid_from, new.valid_to, new.document) == (today, today, None, DOC)
    assert hand_over.done_at is not None
    assert HandOver.objects.filter(done_at=None).count() == 0
    assert sum(row.passed.get("access", 0) for row in HandOver.objects.all()) == 3


def test_the_merger_keeps_who_served_when(cast: Cast, today: date) -> None:
    merged(cast, today)
    yesterday = Actor.of(cast.desk_officer, day=today - timedelta(1))
    assert [grant.unit_id for grant in yesterday.grants] == [cast.units.commune_centre.pk]


def test_an_officer_who_already_serves_at_the_heir_gets_no_second_role(cast: Cast, today: date) -> None:
    RoleAssignment.objects.create(
        account=cast.desk_officer, role="desk_officer", unit=cast.units.other_centre, valid_from=date(2025, 7, 1)
    )
    merged(cast, today)
    assert RoleAssignment.objects.filter(account=cast.desk_officer, unit=cast.units.other_centre).count() == 1


def test_a_delegation_passes_on_and_a_revoked_one_does_not(cast: Cast, today: date) -> None:
    common = {
        "giver": cast.leader,
        "receiver": cast.resolving_officer,
        "role": "unit_leader",
        "unit": cast.units.commune_committee,
        "valid_from": today - timedelta(5),
    }
    Delegation.objects.create(**common, valid_to=today + timedelta(5))
    Delegation.objects.create(
        **{**common, "receiver": cast.desk_officer}, valid_to=today + timedelta(5), revoked_at=timezone.now()
    )
    merged(cast, today)
    assert allowed(cast.actor("resolving_officer"), "orgs.units.view", cast.units.other_committee)
    assert Delegation.objects.filter(unit=cast.units.other_committee).count() == 1


def test_a_merger_with_a_coming_day_passes_on_in_the_night_before_it(cast: Cast, today: date) -> None:
    day = today + timedelta(10)
    hand_over = merged(cast, day)
    assert hand_over.done_at is None
    assert allowed(cast.actor("desk_officer"), "orgs.units.view", cast.units.commune_centre)
    assert carry_out_due(Actor.system(), day - timedelta(1)) == 0
    assert carry_out_due(Actor.system(), day) == 4
    assert carry_out_due(Actor.system(), day) == 0
    later = Actor.of(cast.desk_officer, day=day)
    assert [grant.unit_id for grant in later.grants] == [cast.units.other_centre.pk]


def test_the_ended_units_stay_with_their_days_and_successors(cast: Cast, today: date) -> None:
    merged(cast, today)
    assert selectors.unit_by_code("99001", today) is None
    assert selectors.unit_by_code("99001", today - timedelta(1)) == cast.units.commune
    assert selectors.successors_of(cast.units.commune) == [(cast.units.other_commune, Decimal(1))]
    assert selectors.successors_of(cast.units.commune_office) == [(cast.units.other_office, Decimal(1))]
    assert selectors.successors_of(cast.units.commune, today - timedelta(1)) == [(cast.units.commune, Decimal(1))]


def test_a_merger_leaves_number_series_closed_and_unmixed(cast: Cast, today: date) -> None:
    old, new = cast.units.commune_committee, cast.units.other_committee
    for unit, times in ((old, 3), (new, 2)):
        for _ in range(times):
            next_number(kind="results", unit_id=unit.pk, period="2026")
    merged(cast, today)
    assert next_number(kind="results", unit_id=new.pk, period="2026") == 3
    assert Series.objects.get(unit_id=old.pk).last_number == 3


def test_a_moved_office_keeps_people_numbers_days_and_code(cast: Cast, today: date) -> None:
    office = cast.units.commune_office
    next_number(kind="results", unit_id=office.pk, period="2026")
    storm = today + timedelta(3)
    set_day_override(Actor.system(), unit=office, day=storm, kind="off", reason="Sửa trụ sở", document=DOC)
    moved = move_unit(
        cast.actor("administrator"), unit=office, parent=cast.units.other_committee, moved_on=today, document=DOC
    )
    assert (moved.code, moved.identifier, moved.valid_from) == (office.code, office.identifier, today)
    assert moved.path == f"{cast.units.other_committee.path}{moved.pk}."
    assert next_number(kind="results", unit_id=moved.pk, period="2026") == 2
    assert allowed(cast.actor("resolving_officer"), "orgs.units.view", moved)
    assert not calendar_for(moved).is_working(storm)
    assert selectors.unit_by_code(office.code, today) == moved
    assert selectors.unit_by_code(office.code, today - timedelta(1)) == office


def test_a_moved_subtree_goes_on_whole_and_yesterday_is_unchanged(cast: Cast, today: date) -> None:
    yesterday = today - timedelta(1)
    before = [(unit.pk, unit.path) for unit in selectors.tree(yesterday)]
    district = made(cast, "990", cast.units.province, yesterday, kind=UnitKind.DISTRICT)
    moved = move_unit(
        cast.actor("administrator"), unit=cast.units.commune, parent=district, moved_on=today, document=DOC
    )
    names = sorted(str(unit) for unit in Unit.objects.as_of(today).under(moved))
    assert len(names) == 4
    centre = Unit.objects.as_of(today).get(code=cast.units.commune_centre.code)
    assert centre.area == moved and centre.path.startswith(district.path)
    assert [(u.pk, u.path) for u in selectors.tree(yesterday) if u.pk != district.pk] == before


def test_a_split_says_who_gets_what_and_one_heir_takes_the_work(cast: Cast, today: date) -> None:
    third = made(cast, "99003", cast.units.province, today)
    shares = [(cast.units.other_commune, Decimal("0.6")), (third, Decimal("0.4"))]
    with pytest.raises(WrongUnit, match="nhận bàn giao"):
        merged(cast, today, successors=shares, basis="population")
    merged(cast, today, successors=shares, basis="population", heir=cast.units.other_commune)
    assert dict(selectors.successors_of(cast.units.commune)) == dict(shares)
    assert allowed(cast.actor("desk_officer"), "orgs.units.view", cast.units.other_centre)


def test_an_unknown_share_is_completed_later(cast: Cast, today: date) -> None:
    merged(cast, today, successors=[(cast.units.other_commune, None)], basis="")
    row = Succession.objects.get(predecessor=cast.units.commune)
    assert (row.share, row.share_basis) == (None, "")
    set_share(
        cast.actor("administrator"), succession_id=row.pk, share=Decimal("0.75"), basis="area", document="Biên bản"
    )
    third = made(cast, "99003", cast.units.province, today)
    give = {"predecessor": cast.units.commune, "successor": third, "document": "Biên bản", "basis": "area"}
    with pytest.raises(WrongShares, match="quá 1"):
        record_succession(cast.actor("administrator"), **give, share=Decimal("0.3"))
    record_succession(cast.actor("administrator"), **give, share=Decimal("0.25"))
    with pytest.raises(WrongUnit, match="đã được ghi"):
        record_succession(cast.actor("administrator"), **give, share=None)
    with pytest.raises(WrongShares, match="quá 1"):
        set_share(cast.actor("administrator"), succession_id=row.pk, share=Decimal(1), basis="area", document="x")


@pytest.mark.parametrize(
    ("shares", "basis"),
    [((0.6, 0.5), "area"), ((0, 1), "area"), ((-1, 1), "area"), ((0.5, 0.5), ""), ((2, None), "area")],
)
def test_shares_that_cannot_be_are_refused(cast: Cast, today: date, shares: tuple[float, ...], basis: str) -> None:
    third = made(cast, "99003", cast.units.province, today)
    pairs = [
        (unit, None if share is None else Decimal(str(share)))
        for unit, share in zip((cast.units.other_commune, third), shares, strict=True)
    ]
    with pytest.raises(WrongShares):
        merged(cast, today, successors=pairs, basis=basis, heir=third)
    assert Unit.objects.get(pk=cast.units.commune.pk).valid_to is None


def test_what_cannot_be_dissolved_is_refused(cast: Cast, today: date) -> None:
    u = cast.units
    cases: list[tuple[dict[str, object], str]] = [
        ({"unit": u.province, "successors": ()}, "Không giải thể tỉnh"),
        ({"ended_on": date(2025, 7, 1)}, "chính ngày này"),
        ({"ended_on": date(2020, 1, 1)}, "không có hiệu lực"),
        ({"document": "  "}, "văn bản"),
        ({"successors": [(u.commune, Decimal(1))]}, "chính mình"),
        ({"successors": [(u.commune_office, Decimal(1))]}, "chính mình"),
        ({"heir": u.other_office}, "một trong các đơn vị kế thừa"),
    ]
    for given, sentence in cases:
        with pytest.raises(WrongUnit, match=sentence):
            merged(cast, given.pop("ended_on", today), **given)  # type: ignore[arg-type]
    assert not HandOver.objects.exists()
    merged(cast, today)
    with pytest.raises(WrongUnit):
        merged(cast, today)


def test_an_area_with_areas_below_waits_for_them(cast: Cast, today: date) -> None:
    district = made(cast, "990", cast.units.province, date(2025, 8, 1), kind=UnitKind.DISTRICT)
    made(cast, "99004", district, date(2025, 8, 1))
    with pytest.raises(WrongUnit, match="trước"):
        merged(cast, today, unit=district)


def test_without_successors_the_roles_end(cast: Cast, today: date) -> None:
    dissolve_unit(cast.actor("administrator"), unit=cast.units.commune, ended_on=today, document=DOC)
    assert cast.actor("desk_officer").grants == ()
    assert not Succession.objects.exists()


def test_a_part_that_refuses_to_pass_undoes_the_whole_act(cast: Cast, today: date, monkeypatch) -> None:
    def refuse(passing: heirs.Passing) -> int:
        raise heirs_errors("Còn 2 hồ sơ chưa giải quyết.")

    from tinhso.foundation.orgs.errors import WorkWouldBeLost as heirs_errors

    monkeypatch.setitem(heirs.HEIRS, "zz", heirs.Heir("zz", "hồ sơ", refuse, lambda unit, day: 2))
    assert ("hồ sơ", 2) in heirs.open_at(cast.units.commune, today)
    with pytest.raises(heirs_errors):
        merged(cast, today)
    assert Unit.objects.get(pk=cast.units.commune.pk).valid_to is None
    assert not HandOver.objects.exists() and not AuditRow.objects.filter(act="orgs.unit.dissolved").exists()
    assert cast.actor("desk_officer").grants[0].unit_id == cast.units.commune_centre.pk


def test_a_renamed_unit_answers_to_both_names_by_date(cast: Cast, today: date) -> None:
    unit = rename_unit(
        cast.actor("administrator"),
        unit=cast.units.commune,
        name="Xã  An Thịnh ",
        short_name="An Thịnh",
        renamed_on=today,
        document=DOC,
    )
    assert (str(unit), selectors.name_on(unit, today)) == ("Xã An Thịnh", "Xã An Thịnh")
    assert selectors.name_on(unit, today - timedelta(1)) == "Xã An Bình"
    assert unit in selectors.find("xa an binh") and selectors.find("an thinh")[0] == unit
    with pytest.raises(WrongUnit, match="phải sau"):
        ACTS["rename"](cast.actor("administrator"), cast)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": "\u0000 "}, "tên đầy đủ"),
        ({"renamed_on": date(2099, 1, 1)}, "sau hôm nay"),
        ({"name": "Xã An Bình", "short_name": "Xã An Bình"}, "trùng"),
        ({"renamed_on": date(2025, 7, 1)}, "phải sau"),
        ({"document": ""}, "văn bản"),
    ],
)
def test_a_rename_that_makes_no_sense_is_refused(cast: Cast, given: dict[str, object], sentence: str) -> None:
    asked = {"name": "Xã X", "short_name": "X", "renamed_on": date(2026, 1, 1), "document": DOC} | given
    with pytest.raises(WrongUnit, match=sentence):
        rename_unit(cast.actor("administrator"), unit=cast.units.commune, **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"code": "99001"}, "đang thuộc một đơn vị khác"),
        ({"identifier": "Z99.99001.UB"}, "đang thuộc một đơn vị khác"),
        ({"identifier": "h27 01"}, "không đúng dạng"),
        ({"valid_from": date(2020, 1, 1)}, "không có hiệu lực"),
        ({"kind": "province"}, "loại đơn vị"),
        ({"name": " "}, "tên đầy đủ"),
        ({"document": " "}, "văn bản"),
    ],
)
def test_a_unit_that_cannot_be_made_is_refused(
    cast: Cast, today: date, given: dict[str, object], sentence: str
) -> None:
    day = given.pop("valid_from", today)
    with pytest.raises(WrongUnit, match=sentence):
        made(cast, **{"code": "99009", "parent": cast.units.province, "day": day, **given})  # type: ignore[arg-type]


def test_a_code_is_used_again_only_after_its_unit_ended(cast: Cast, today: date) -> None:
    merged(cast, today)
    with pytest.raises(WrongUnit, match="đang thuộc"):
        made(cast, "99001", cast.units.province, today - timedelta(1))
    again = made(cast, "99001", cast.units.province, today)
    assert selectors.unit_by_code("99001", today) == again


def test_the_database_itself_refuses_overlapping_codes_wrong_paths_and_shares(cast: Cast, today: date) -> None:
    u = cast.units
    with pytest.raises(IntegrityError, match="orgs_unit_code_never_overlaps"), transaction.atomic():
        Unit(code="99001", valid_from=today, kind="commune", name="x", short_name="x", parent=u.province).save()
    with pytest.raises(IntegrityError, match="does not follow its parent"), transaction.atomic():
        Unit.objects.filter(pk=u.commune.pk).update(parent=u.commune_office)
        connection.check_constraints()
    with pytest.raises(IntegrityError, match="does not follow its parent"), transaction.atomic():
        Unit.objects.filter(pk=u.commune.pk).update(path="7.")
        connection.check_constraints()
    with pytest.raises(IntegrityError, match="outside the life"), transaction.atomic():
        Unit.objects.filter(pk=u.commune.pk).update(valid_to=today)
        connection.check_constraints()
    with pytest.raises(IntegrityError, match="must end and the other live"), transaction.atomic():
        Succession.objects.create(predecessor=u.commune, successor=u.other_commune, effective_on=today)
    merged(cast, today, successors=[(u.other_commune, Decimal("0.7"))], basis="area")
    third = made(cast, "99003", u.province, today)
    with pytest.raises(IntegrityError, match="more than 1"), transaction.atomic():
        Succession.objects.create(
            predecessor=u.commune, successor=third, effective_on=today, share=Decimal("0.4"), share_basis="area"
        )
    with pytest.raises(IntegrityError, match="basis"), transaction.atomic():
        Succession.objects.create(predecessor=u.commune, successor=third, effective_on=today, share=Decimal("0.1"))


@pytest.fixture
def committed(transactional_db: None) -> Iterator[Cast]:
    with transaction.atomic():
        cast = make_cast()
    yield cast


def test_two_administrators_who_dissolve_at_once_do_it_once(committed: Cast, today: date) -> None:
    cast, results = committed, []

    def act() -> None:
        try:
            results.append(
                dissolve_unit(
                    Actor.system(),
                    unit=cast.units.commune,
                    ended_on=today,
                    document=DOC,
                    successors=[(cast.units.other_commune, Decimal(1))],
                    basis="whole",
                )
            )
        except WrongUnit as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4 and sum(isinstance(one, HandOver) for one in results) == 1
    assert RoleAssignment.objects.filter(account=cast.desk_officer).count() == 2
    assert AuditRow.objects.filter(act="orgs.unit.dissolved").count() == 1
