"""Loading a province from its seed folder."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import pytest_django

from tinhso.foundation.access.guard import Actor, Denied
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.orgs import selectors
from tinhso.foundation.orgs.errors import AnotherProvince, BadSeed
from tinhso.foundation.orgs.models import Succession, Unit, UnitKind
from tinhso.foundation.orgs.seeds import SHIPPED, load_province
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.kept import Kept

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Kept]:
    """The province as its folder says, loaded once for this file."""
    with django_db_blocker.unblock():
        yield Kept(lambda _nothing: load_province(Actor.system(), "hatinh").province)


@pytest.fixture
def hatinh(loaded: Kept, db: None) -> Unit:
    province: Unit = loaded.give()
    return province


def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED / "hatinh", tmp_path / "seed"))


def test_the_three_days_have_their_units(hatinh: Unit) -> None:
    assert selectors.communes(BEFORE).count() == 209
    assert Unit.objects.as_of(BEFORE).filter(kind=UnitKind.DISTRICT).count() == 12
    assert selectors.communes(AFTER).count() == 69
    assert not Unit.objects.as_of(AFTER).filter(kind=UnitKind.DISTRICT).exists()
    assert selectors.communes(AFTER).filter(name__startswith="Phường").count() == 9
    assert not selectors.communes(date(2024, 12, 31)).exists()


def test_every_commune_has_its_committee_offices_and_centre(hatinh: Unit) -> None:
    for commune in selectors.communes(AFTER):
        for kind, number in (("commune_committee", 1), ("office", 3), ("service_centre", 1)):
            assert selectors.units_serving(commune, kind, AFTER).count() == number, commune


def test_a_code_used_again_means_another_unit(hatinh: Unit) -> None:
    old, new = selectors.unit_by_code("18073", BEFORE), selectors.unit_by_code("18073", AFTER)
    assert old and new and old.pk != new.pk
    assert (str(old), str(new)) == ("Phường Nam Hà", "Phường Thành Sen")


def test_the_split_communes_went_to_several_with_shares_unknown(hatinh: Unit) -> None:
    ky_loi = selectors.unit_by_code("18796", BEFORE)
    assert ky_loi
    reached = selectors.successors_of(ky_loi, AFTER)
    assert {str(unit.short_name): share for unit, share in reached} == {
        "Sông Trí": None,
        "Vũng Áng": None,
        "Hoành Sơn": None,
    }
    assert selectors.successors_of(ky_loi, BEFORE) == [(ky_loi, Decimal(1))]


def test_the_merged_department_is_followed(hatinh: Unit) -> None:
    old = selectors.unit_by_code("42.STTTT", date(2025, 2, 28))
    assert old and selectors.unit_by_code("42.STTTT", date(2025, 3, 1)) is None
    assert [str(unit) for unit, _share in selectors.successors_of(old)] == ["Sở Khoa học và Công nghệ"]


def test_every_former_commune_has_a_successor_and_every_new_one_a_predecessor(hatinh: Unit) -> None:
    old = set(selectors.communes(BEFORE).values_list("pk", flat=True))
    new = set(selectors.communes(AFTER).values_list("pk", flat=True))
    rows = Succession.objects.filter(effective_on=AFTER)
    assert set(rows.values_list("predecessor_id", flat=True)) == old
    assert set(rows.values_list("successor_id", flat=True)) == new


def test_only_the_identifier_that_is_known_is_not_marked_demo(hatinh: Unit) -> None:
    real = Unit.objects.exclude(identifier="").filter(identifier_is_demo=False)
    assert list(real.values_list("identifier", flat=True)) == ["H27"]
    assert all(len(unit.identifier) <= 35 for unit in Unit.objects.all())


def test_every_unit_names_its_source(hatinh: Unit) -> None:
    assert not Unit.objects.filter(source="").exists()
    assert not Succession.objects.filter(source="").exists()


def test_a_second_load_makes_nothing_and_records_nothing(hatinh: Unit) -> None:
    audits, events = AuditRow.objects.count(), DomainEvent.objects.count()
    again = load_province(Actor.system(), "hatinh")
    assert (again.units_made, again.successions_made) == (0, 0)
    assert (AuditRow.objects.count(), DomainEvent.objects.count()) == (audits, events)


def test_the_load_is_one_recorded_act(hatinh: Unit) -> None:
    row = AuditRow.objects.get(act="orgs.province.loaded")
    assert row.details["units"] == Unit.objects.count()
    assert set(row.details["files"]) >= {"province.json", "units_2025.csv", "succession.csv"}
    assert DomainEvent.objects.filter(name="orgs.province_loaded").count() == 1


def test_a_second_province_in_one_database_is_refused(cast: Cast) -> None:
    with pytest.raises(AnotherProvince, match="Tỉnh Thử Nghiệm"):
        load_province(cast.actor("administrator"), "hatinh")


@pytest.mark.parametrize("name", [n for n in ("stranger", *Cast.NAMES) if n != "administrator"])
def test_only_an_administrator_loads(cast: Cast, name: str) -> None:
    with pytest.raises(Denied):
        load_province(cast.actor(name), "hatinh")


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("units_2025.csv", "18073,2025-07-01", "18073,01/07/2025", "units_2025.csv, dòng 2: cột valid_from"),
        ("units_2025.csv", "90983", "đông lắm", "dòng 2: cột population phải là số"),
        ("units_2025.csv", ",commune,phường,Phường Thành Sen", ",hamlet,phường,Phường Thành Sen", "loại đơn vị"),
        ("units_2025.csv", "Thành Sen,42,", "Thành Sen,77,", "không có đơn vị mã “77”"),
        ("units_2025.csv", "Phường Thành Sen,", "Phường Thành Sen,,,,,", "số cột"),
        ("succession.csv", "18073,18073", "18073,99999", "không có đơn vị mã “99999”"),
        ("succession.csv", "18073,18073,2025-07-01", "18073,18073,2025-07-02", "kết thúc vào ngày 02/07/2025"),
        ("province.json", '"name": "Tỉnh Hà Tĩnh"', '"nom": "?"', "thiếu mục “name”"),
        ("province.json", "{", "[", "không phải JSON đúng"),
    ],
)
def test_a_bad_folder_is_refused_by_file_and_row_and_nothing_stays(
    db: None, tmp_path: Path, file: str, old: str, new: str, sentence: str
) -> None:
    path = copied(tmp_path) / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(BadSeed, match=sentence):
        load_province(Actor.system(), path.parent)
    assert not Unit.objects.exists() and not AuditRow.objects.exists() and not DomainEvent.objects.exists()


def test_bytes_that_are_not_text_are_refused(db: None, tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "agencies.csv").write_bytes(b"code,valid_from\n\xff\xfe\x00,1")
    with pytest.raises(BadSeed, match=r"agencies\.csv"):
        load_province(Actor.system(), folder)


def test_a_folder_without_a_province_is_refused(db: None, tmp_path: Path) -> None:
    with pytest.raises(BadSeed):
        load_province(Actor.system(), tmp_path)


def test_the_profile_follows_the_folder(db: None, tmp_path: Path) -> None:
    folder = copied(tmp_path)
    load_province(Actor.system(), folder)
    given = json.loads((folder / "province.json").read_text("utf-8"))
    given["contacts"]["phone"] = "0239 385 5555"
    (folder / "province.json").write_text(json.dumps(given), "utf-8")
    load_province(Actor.system(), folder)
    assert selectors.province_profile().contacts["phone"] == "0239 385 5555"
    assert AuditRow.objects.filter(act="orgs.province.loaded").count() == 2


def test_before_any_province_the_screens_have_a_neutral_face(db: None) -> None:
    profile = selectors.province_profile()
    assert not profile.is_loaded and profile.name


def test_units_are_found_without_marks_nearest_first(hatinh: Unit) -> None:
    assert str(selectors.find("thach ha")[0]) == "Xã Thạch Hà"
    assert str(selectors.find("Sở KHOA hoc")[0]) == "Sở Khoa học và Công nghệ"
    assert selectors.find("thạch hạ", BEFORE)[0].name in ("Huyện Thạch Hà", "Xã Thạch Hạ", "Phường Thạch Hạ")
    assert selectors.find("  ") == [] and selectors.find("'; DROP TABLE") == []


def test_the_tree_lists_parents_first(hatinh: Unit) -> None:
    units = selectors.tree(AFTER)
    seen: set[int] = set()
    for unit in units:
        assert unit.parent_id is None or unit.parent_id in seen
        seen.add(unit.pk)
    assert len(units) == Unit.objects.as_of(AFTER).count()
