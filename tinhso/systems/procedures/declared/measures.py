"""Fields not asked again, by month and committee (Decree 224/2026 art. 15)."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tinhso.engines.indicators.registry import FLOW, Measure, RecordLine, register_measure
from tinhso.foundation.access import guard as access
from tinhso.foundation.orgs.models import UnitKind
from tinhso.systems.procedures import events, permissions
from tinhso.systems.procedures.declared.models import NotAsked
from tinhso.systems.procedures.measures import initials


def spared() -> QuerySet[NotAsked]:
    """Every filed form with what its person was spared."""
    return NotAsked.objects.all()


def visible_to(actor: access.Actor, rows: QuerySet[NotAsked]) -> QuerySet[NotAsked]:
    """The rows behind a figure that the reader may list."""
    allowed = access.scope(actor, permissions.COUNT, "unit")
    return rows.filter(allowed).select_related("dossier__version", "dossier__applicant")


def describe(row: NotAsked) -> RecordLine:
    """One dossier as a line, its person by initials."""
    return RecordLine(
        code=row.dossier.code,
        title=str(row.dossier.version.plain_name),
        person=initials(str(row.dossier.applicant.full_name)),
        on=row.filed_on,
        state=str(row.fields),
        is_simulated=row.is_simulated,
    )


NOT_ASKED = Measure(
    code="procedures.fields_not_asked_again",
    name=_("Trường không phải khai lại"),
    sentence=_(
        "Số trường của tờ khai nộp trực tuyến trong tháng được điền từ dữ liệu tỉnh đã có và người nộp giữ nguyên."
    ),
    kind=FLOW,
    unit_path="unit",
    records=spared,
    touched_by=(events.DOSSIER_SUBMITTED,),
    sum_field="fields",
    date_path="filed_on",
    unit_kinds=(UnitKind.COMMUNE_COMMITTEE,),
    simulated_field="is_simulated",
    visible_to=visible_to,
    describe=describe,
)


def register() -> None:
    """Declares the measure; called once at start."""
    register_measure(NOT_ASKED)
