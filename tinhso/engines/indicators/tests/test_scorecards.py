"""Weight tables in versions and self-assessment: within the points, with reasons, replaced and never changed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import InternalError, transaction
from django.db.utils import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from tinhso.engines.indicators import definitions, entries
from tinhso.engines.indicators.models import Scorecard, ScorecardRow, SelfScore
from tinhso.engines.indicators.scorecards import selectors, services
from tinhso.engines.indicators.scorecards.loading import load_scorecards
from tinhso.engines.indicators.seeds import load_targets
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast

SYSTEM = Actor.system()


def row(number: str = "3", version: int = 1) -> ScorecardRow:
    return ScorecardRow.objects.get(scorecard__code="dti", scorecard__version=version, number=number)


@pytest.fixture
def dti(cast: Cast) -> Cast:
    assert load_scorecards() == 2
    assert load_scorecards() == 0
    return cast


def test_the_known_structure_adds_up_and_the_unseen_one_is_empty_and_says_so(dti: Cast) -> None:
    first, second = Scorecard.objects.filter(code="dti").order_by("version")
    assert sum(one.points for one in first.rows.all()) == 1000
    assert sum(one.components for one in first.rows.all()) == 98
    assert not second.rows.exists() and "chưa thấy" in second.source and not second.is_certain
    assert services.in_force("dti", 2024) == first and services.in_force("dti", 2025) == second
    assert selectors.sheet(second, dti.units.province, 2025).is_empty


def test_a_self_score_has_bounds_reasons_and_a_history(dti: Cast) -> None:
    leader, unit = dti.actor("provincial_leader"), dti.units.province

    def assess(points: str, why: str = "Theo báo cáo 15/BC-SKHCN", year: int = 2024) -> SelfScore:
        return services.assess(leader, row=row(), unit=unit, year=year, points=Decimal(points), explanation=why)

    for points, why, year in (
        ("101", "x", 2024),
        ("-1", "x", 2024),
        ("NaN", "x", 2024),
        ("5", " ", 2024),
        ("5", "x", 2026),
    ):
        with pytest.raises(services.BadScore):
            assess(points, why, year)
    first = assess("70")
    second = assess("82.5")
    assert second.replaces == first
    found = selectors.sheet(row().scorecard, unit, 2024)
    assert (found.own, found.assessed, found.most) == (Decimal("82.5"), 100, 1000)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        SelfScore.objects.update(points=1)


@pytest.mark.parametrize("name", ["leader", "auditor", "administrator", "citizen", "stranger"])
def test_who_may_not_assess_the_province(dti: Cast, name: str) -> None:
    with pytest.raises(access.Denied):
        services.assess(
            dti.actor(name), row=row(), unit=dti.units.province, year=2024, points=Decimal(1), explanation="x"
        )
    assert not SelfScore.objects.exists()


def test_a_row_fed_by_an_indicator_shows_what_the_figure_is_worth(dti: Cast) -> None:
    load_targets()
    made = services.publish_scorecard(
        SYSTEM,
        code="thu",
        valid_from=date(2026, 1, 1),
        title="Bảng thử",
        source="thử",
        rows=[
            {"number": "1", "name": "Phủ sóng 4G", "points": Decimal(10), "full_at": 80, "indicator": "nq05.T25-A07"},
            {"number": "2", "name": "Khác", "points": Decimal(5)},
        ],
    )
    unit = dti.units.province
    assert [line.counted for line in selectors.sheet(made, unit, 2026).lines] == [None, None]
    for code, value in (("nq05.residential_areas", 100), ("nq05.areas_4g", 60)):
        entries.enter(SYSTEM, measure=code, unit=dti.units.commune_committee, period="2026Q3", value=value, source="s")
    assert [line.counted for line in selectors.sheet(made, unit, 2026).lines] == [Decimal("7.50"), None]
    with pytest.raises(services.BadScorecard):
        services.publish_scorecard(SYSTEM, code="thu", valid_from=date(2026, 1, 1), title="x", source="x", rows=[])
    assert definitions.users_of("nq05.areas_4g")


@given(st.fractions(-10, 200), st.one_of(st.none(), st.integers(1, 100)), st.integers(0, 20))
def test_points_stay_within_the_row_and_grow_with_the_share(share: Fraction, full_at: int | None, most: int) -> None:
    one = ScorecardRow(points=Decimal(most), full_at=full_at)
    found = selectors.points_for(share, one)
    assert found is not None and 0 <= found <= most
    more = selectors.points_for(share + 1, one)
    assert more is not None and more >= found
    assert selectors.points_for(None, one) is None
