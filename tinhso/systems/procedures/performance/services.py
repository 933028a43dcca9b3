"""Acts of this app: a point table comes into force. Nothing published is changed; a new table follows it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.jobs.registry import Progress
from tinhso.systems.procedures.performance import permissions
from tinhso.systems.procedures.performance.components import COMPONENTS
from tinhso.systems.procedures.performance.errors import WrongPoints
from tinhso.systems.procedures.performance.models import PointRow, PointTable

TABLES = Path(__file__).parent / "point_tables"
WHOLE = Decimal(100)


@transaction.atomic
def publish_point_table(
    *,
    actor: Actor,
    valid_from: date,
    title: str,
    source: str,
    rows: Sequence[Sequence[Any]],
    is_certain: bool = False,
) -> PointTable:
    """A table of points from `valid_from` on. `rows`: (component, number, group, points, full at percent or None).

    Refused unless every component is known and named once and the points add up to 100. WrongPoints says why.
    """
    access.require(actor, permissions.POINTS)
    checked = _checked(rows)
    if not source.strip():
        raise WrongPoints(_("chưa ghi nguồn"))
    # Two administrators at once: the second finds the first one's day taken.
    PointTable.objects.select_for_update().order_by("pk").last()
    if PointTable.objects.filter(valid_from=valid_from).exists():
        raise WrongPoints(_("đã có bảng điểm áp dụng từ ngày ấy"))
    last = PointTable.objects.aggregate(last=Max("version"))["last"] or 0
    table = PointTable.objects.create(
        version=last + 1,
        valid_from=valid_from,
        title=title,
        source=source,
        is_certain=is_certain,
        published_at=timezone.now(),
    )
    PointRow.objects.bulk_create(PointRow(table=table, **row) for row in checked)
    audit.record(actor, "procedures.points.published", table, version=table.version, valid_from=valid_from)
    return table


def _checked(rows: Sequence[Sequence[Any]]) -> list[Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        if len(row) != 5 or row[0] not in COMPONENTS:
            raise WrongPoints(_("không có chỉ số “%(code)s”") % {"code": row[0] if row else ""})
        code, number, group, points, full_at = row
        if code in found:
            raise WrongPoints(_("chỉ số “%(code)s” được ghi hai lần") % {"code": code})
        found[code] = {
            "code": code,
            "number": str(number)[:8],
            "group": int(group),
            "points": _decimal(points, Decimal(0)),
            "full_at": None if full_at is None else _decimal(full_at, Decimal("0.01")),
        }
    missing = [code for code in COMPONENTS if code not in found]
    if missing:
        raise WrongPoints(_("thiếu chỉ số “%(code)s”") % {"code": missing[0]})
    total = sum(row["points"] for row in found.values())
    if total != WHOLE:
        raise WrongPoints(_("tổng điểm là %(total)s, phải là 100") % {"total": total})
    return list(found.values())


def _decimal(value: Any, least: Decimal) -> Decimal:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise WrongPoints(_("“%(value)s” không phải số điểm") % {"value": value}) from None
    if not found.is_finite() or not least <= found <= WHOLE or found != found.quantize(Decimal("0.01")):
        raise WrongPoints(_("“%(value)s” không phải số điểm") % {"value": value})
    return found


def load_points(actor: Actor, name: str = "", progress: Progress | None = None) -> str:
    """`tinhso load points [FILE]`: puts a table into force; the product's own when no file is named."""
    files = [Path(name)] if name else sorted(TABLES.glob("*.json"))
    made = 0
    for file in files:
        facts = json.loads(file.read_text(encoding="utf-8"))
        valid_from = date.fromisoformat(facts["valid_from"])
        if not name and PointTable.objects.filter(valid_from=valid_from).exists():
            continue
        publish_point_table(
            actor=actor,
            valid_from=valid_from,
            title=facts["title"],
            source=facts["source"],
            rows=facts["rows"],
            is_certain=bool(facts["is_certain"]),
        )
        made += 1
    if progress is not None:
        progress.advance()
    return _("Đã ban hành %(count)s bảng điểm.") % {"count": made} if made else _("Không có bảng điểm nào mới.")


def seed_points(actor: Actor, progress: Progress, seed: int) -> None:
    """The point table of the demo."""
    progress.start(str(_("Bảng điểm bộ chỉ số 766")), 1)
    load_points(actor, progress=progress)
