"""The 56 target rows of the Resolution, as it words them."""

import csv

import pytest

from tinhso.engines.indicators.models import Target
from tinhso.engines.indicators.seeds import TARGETS_FILE, load_targets
from tinhso.foundation.audit.models import AuditRow

pytestmark = pytest.mark.django_db


def test_all_56_rows_load_once_and_a_second_run_changes_nothing() -> None:
    assert load_targets() == 56
    written = AuditRow.objects.count()
    assert load_targets() == 0
    assert Target.objects.count() == 56 and AuditRow.objects.count() == written


def test_a_changed_row_is_put_back_and_audited() -> None:
    load_targets()
    Target.objects.filter(code="T25-B04").update(operator=">=")
    assert load_targets() == 1
    assert Target.objects.get(code="T25-B04").operator == ">"
    assert AuditRow.objects.filter(act="indicators.target.loaded").count() == 57


def test_above_is_strict_exactly_where_the_resolution_says_above() -> None:
    load_targets()
    strict = set(Target.objects.filter(operator=">").values_list("code", flat=True))
    assert strict == {"T25-B04", "T25-B10", "T25-C02", "T25-C05", "T30-05", "T30-07", "T30-13"}


def test_no_number_is_invented_where_the_resolution_gives_none() -> None:
    load_targets()
    empty = set(Target.objects.filter(value=None).values_list("code", flat=True))
    assert empty == {"T25-B12", "T25-C04d", "T25-C06", "T25-D01", "T30-08", "T30-12"}


def test_district_rows_end_with_the_districts() -> None:
    load_targets()
    ended = dict(Target.objects.exclude(level_ended_on=None).values_list("code", "level_ended_on"))
    assert set(ended) == {"T25-B02b", "T25-B06b", "T25-D02a", "T25-D02b", "T30-03b"}
    assert {str(day) for day in ended.values()} == {"2025-06-30"}


def test_every_row_names_its_clause() -> None:
    with TARGETS_FILE.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len({row["code"] for row in rows}) == 56
    assert all(row["source"].startswith("Nghị quyết 05-NQ/TU của Tỉnh ủy Hà Tĩnh, mục II.2.") for row in rows)
