"""Acts on scorecards: publishing a version of weights, assessing oneself with evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.indicators import events, permissions, selectors
from tinhso.engines.indicators.models import Scorecard, ScorecardRow, SelfScore
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.files.models import StoredFile
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.errors import Refused


class BadScorecard(Refused):
    """The table cannot stand."""

    code = "bad_scorecard"


class BadScore(Refused):
    """The self-assessment cannot be taken."""

    code = "bad_score"


@transaction.atomic
def publish_scorecard(
    actor: access.Actor,
    *,
    code: str,
    valid_from: date,
    title: str,
    source: str,
    rows: Iterable[Mapping[str, Any]],
    is_certain: bool = False,
) -> Scorecard:
    """Ban hành bảng trọng số. A next version holds from its day on; earlier years keep their own weights.

    Raises BadScorecard for a day before the standing version or a number given twice, and what an unknown indicator
    raises.
    """
    access.require(actor, permissions.DEFINE)
    latest = Scorecard.objects.filter(code=code).order_by("-version").first()
    if latest and valid_from <= latest.valid_from:
        raise BadScorecard(_("Bảng mới phải áp dụng sau ngày %(day)s.") % {"day": f"{latest.valid_from:%d/%m/%Y}"})
    listed = list(rows)
    if len({row["number"] for row in listed}) < len(listed):
        raise BadScorecard(_("Có hai mục cùng số thứ tự."))
    selectors.as_indicators({row["indicator"] for row in listed if row.get("indicator")})
    made = Scorecard.objects.create(
        code=code,
        version=latest.version + 1 if latest else 1,
        valid_from=valid_from,
        title=title,
        source=source,
        is_certain=is_certain,
    )
    ScorecardRow.objects.bulk_create(ScorecardRow(scorecard=made, **row) for row in listed)
    audit.record(actor, "indicators.scorecard.published", made, code=code, version=made.version)
    bus.publish(events.SCORECARD_PUBLISHED, subject=made, occurred_on=timezone.localdate(), code=code)
    return made


@transaction.atomic
def assess(
    actor: access.Actor,
    *,
    row: ScorecardRow,
    unit: Unit,
    year: int,
    points: Decimal,
    explanation: str,
    evidence: Sequence[StoredFile] = (),
) -> SelfScore:
    """Tự chấm điểm. Within the row's points, with its reasons; a change of mind is a new row that replaces the old."""
    access.require(actor, permissions.ENTER, unit=unit)
    if not points.is_finite() or not 0 <= points <= row.points:
        raise BadScore(_("Điểm phải từ 0 đến %(most)s.") % {"most": row.points.normalize()})
    if not explanation.strip():
        raise BadScore(_("Hãy ghi thuyết minh cho điểm tự chấm."))
    if in_force(row.scorecard.code, year) != row.scorecard:
        raise BadScore(_("Bảng trọng số này không áp dụng cho năm %(year)s.") % {"year": year})
    with connection.cursor() as cursor:
        # Two people assessing one row make one line of scores.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 13))", [f"score:{row.pk}:{unit.pk}:{year}"])
    before = SelfScore.objects.filter(row=row, unit=unit, year=year, replaced_by=None).first()
    made = SelfScore.objects.create(
        row=row,
        unit=unit,
        year=year,
        points=points,
        explanation=explanation.strip(),
        recorded_at=timezone.now(),
        recorded_by_id=actor.account_id,
        replaces=before,
    )
    made.evidence.set(evidence)
    audit.record(
        actor,
        "indicators.scorecard.assessed",
        made,
        unit_id=unit.pk,
        year=year,
        number=row.number,
        before=str(before.points) if before else "",
        now=str(points),
    )
    bus.publish(events.SCORECARD_ASSESSED, subject=made, unit=unit, occurred_on=timezone.localdate(), year=year)
    return made


def in_force(code: str, year: int) -> Scorecard | None:
    """The version that holds at the end of a year."""
    return Scorecard.objects.filter(code=code, valid_from__lte=date(year, 12, 31)).order_by("-valid_from").first()
