"""Acts on definitions: units of measure, measures told by people, indicators; and the mirror of declared ones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from tinhso.engines.indicators import catalogue, checking, events, formulas, permissions, registry
from tinhso.engines.indicators.models import Entry, IndicatorDefinition, MeasureDefinition, SourceKind, UnitOfMeasure
from tinhso.engines.indicators.registry import FLOW
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import UnitKind
from tinhso.foundation.text.errors import Refused

FIRST_DAY = date(2021, 1, 1)


class BadDefinition(Refused):
    """The definition cannot stand; the sentence says what to change."""

    code = "bad_definition"


class CodeTaken(BadDefinition):
    """A code is used once, by one measure or indicator, for good."""

    code = "code_taken"


class InUse(BadDefinition):
    """What figures were told with does not change its meaning: a new code does."""

    code = "in_use"


@transaction.atomic
def define_unit_of_measure(
    actor: access.Actor, *, code: str, name: str, dimension: str, scale: Any = 1
) -> UnitOfMeasure:
    """Lập đơn vị tính. The code never changes and is never used twice."""
    access.require(actor, permissions.DEFINE)
    if UnitOfMeasure.objects.filter(code=code).exists():
        raise CodeTaken(_("Mã “%(code)s” đã có. Mã không dùng lại.") % {"code": code})
    made = UnitOfMeasure(code=code, name=name, dimension=dimension, scale=scale)
    _clean(made)
    made.save()
    audit.record(actor, "indicators.unit_of_measure.defined", made, code=code, dimension=dimension)
    _publish(made)
    return made


@transaction.atomic
def define_measure(actor: access.Actor, *, code: str, **fields: Any) -> MeasureDefinition:
    """Lập số liệu cơ sở do người hoặc tệp cung cấp. A rate cannot be added or averaged over units."""
    access.require(actor, permissions.DEFINE)
    _free(code)
    fields.setdefault("over_time", "sum" if fields.get("kind") == "flow" else "last")
    made = MeasureDefinition(code=code, **fields)
    _check_measure(made)
    made.save()
    audit.record(actor, "indicators.measure.defined", made, code=code, source_kind=made.source_kind)
    _publish(made)
    return made


# What may be put right after figures were told: words, reporters, life. The meaning may not.
WORDS = frozenset({"name", "sentence", "basis", "unit_kinds", "unit_codes", "valid_to"})


@transaction.atomic
def change_measure(actor: access.Actor, *, measure: MeasureDefinition, **fields: Any) -> MeasureDefinition:
    """Sửa số liệu cơ sở. After the first entry only words, reporters and the end of its life change."""
    access.require(actor, permissions.DEFINE)
    measure = MeasureDefinition.objects.select_for_update().get(pk=measure.pk)
    if measure.source_kind == SourceKind.LIVE:
        raise InUse(_("Số liệu này do hệ thống khai báo trong chương trình; không sửa ở đây."))
    before = {name: getattr(measure, name) for name in fields}
    changed = {name for name, value in fields.items() if value != before[name]}
    if changed - WORDS and is_used(measure):
        raise InUse(_("Số liệu đã có người nhập. Chỉ sửa được lời; muốn đổi cách tính hãy lập mã mới."))
    if not changed:
        return measure
    for name in changed:
        setattr(measure, name, fields[name])
    measure.version += 1
    _check_measure(measure)
    measure.save()
    told = {name: [str(before[name]), str(fields[name])] for name in sorted(changed)}
    audit.record(actor, "indicators.measure.changed", measure, code=measure.code, changed=told)
    _publish(measure)
    return measure


def is_used(measure: MeasureDefinition) -> bool:
    """Whether any figure was ever told with it."""
    return Entry.objects.filter(measure=measure).exists()


def _free(code: str) -> None:
    if not formulas.CODE.fullmatch(code):
        raise BadDefinition(_("Mã chỉ gồm chữ không dấu, số, dấu chấm, gạch; tối đa 80 ký tự."))
    taken = MeasureDefinition.objects.filter(code=code).exists() or code in registry.MEASURES
    if taken or IndicatorDefinition.objects.filter(code=code).exists() or code in registry.INDICATORS:
        raise CodeTaken(_("Mã “%(code)s” đã có. Mã không dùng lại.") % {"code": code})


def _check_measure(measure: MeasureDefinition) -> None:
    _clean(measure)
    unit = measure.unit_of_measure
    if unit.dimension == "percent" and measure.over_units in ("sum", "avg"):
        raise BadDefinition(
            _(
                "Tỷ lệ không cộng, không lấy trung bình theo đơn vị. Hãy nhập tử số và mẫu số, hoặc chọn “riêng "
                "từng đơn vị”."
            )
        )
    if measure.kind == "stock" and measure.over_time == "sum":
        raise BadDefinition(_("Số có đến cuối kỳ không cộng theo thời gian."))
    unknown = set(measure.unit_kinds).difference(UnitKind.values)
    if unknown:
        raise BadDefinition(_("Không có loại đơn vị: %(kinds)s.") % {"kinds": ", ".join(sorted(unknown))})
    whole = measure.part_of
    if whole and (whole.unit_of_measure_id, whole.frequency) != (measure.unit_of_measure_id, measure.frequency):
        raise BadDefinition(_("Một phần phải cùng đơn vị tính và cùng kỳ với tổng của nó."))


@transaction.atomic
def define_indicator(
    actor: access.Actor,
    *,
    code: str,
    name: str,
    formula: str,
    unit_of_measure: UnitOfMeasure,
    note: str = "",
    targets: Iterable[str] = (),
    valid_from: date = FIRST_DAY,
    source_kind: str = SourceKind.MANUAL,
) -> IndicatorDefinition:
    """Lập chỉ số. The formula is checked whole: read, codes known, no circle, no unlike units."""
    access.require(actor, permissions.DEFINE)
    _free(code)
    checking.check(code, formula, unit_of_measure)
    made = IndicatorDefinition(
        code=code,
        name=name,
        formula=formula,
        unit_of_measure=unit_of_measure,
        note=note,
        targets=list(targets),
        valid_from=valid_from,
        source_kind=source_kind,
        created_by_id=actor.account_id,
    )
    _clean(made)
    made.save()
    audit.record(actor, "indicators.indicator.defined", made, code=code, formula=formula)
    _publish(made)
    return made


@transaction.atomic
def new_version(
    actor: access.Actor, *, indicator: IndicatorDefinition, valid_from: date, reason: str, **fields: Any
) -> IndicatorDefinition:
    """Lập phiên bản mới. The former one ends the day the new one begins; figures before keep their own formula."""
    access.require(actor, permissions.DEFINE)
    latest = IndicatorDefinition.objects.select_for_update().filter(code=indicator.code).order_by("-version").first()
    if latest is None or indicator.code in registry.INDICATORS:
        raise InUse(_("Chỉ số này do hệ thống khai báo trong chương trình; không sửa ở đây."))
    if not reason.strip():
        raise BadDefinition(_("Hãy ghi lý do lập phiên bản mới."))
    if valid_from <= latest.valid_from:
        raise BadDefinition(
            _("Phiên bản mới phải bắt đầu sau ngày %(day)s.") % {"day": f"{latest.valid_from:%d/%m/%Y}"}
        )
    kept = ("name", "note", "formula", "unit_of_measure", "targets", "source_kind")
    values = {name: fields.get(name, getattr(latest, name)) for name in kept}
    checking.check(latest.code, values["formula"], values["unit_of_measure"])
    newer = IndicatorDefinition(
        code=latest.code,
        version=latest.version + 1,
        valid_from=valid_from,
        reason=reason,
        created_by_id=actor.account_id,
        **values,
    )
    _clean(newer)
    IndicatorDefinition.objects.filter(pk=latest.pk).update(valid_to=valid_from)
    newer.save()
    audit.record(actor, "indicators.indicator.versioned", newer, code=newer.code, version=newer.version, reason=reason)
    _publish(newer)
    return newer


def _publish(made: UnitOfMeasure | MeasureDefinition | IndicatorDefinition) -> None:
    bus.publish(events.DEFINITION_CHANGED, subject=made, occurred_on=timezone.localdate(), code=made.code)


def users_of(code: str) -> list[IndicatorDefinition]:
    """The newest versions of indicators whose formula names the code."""
    rows = IndicatorDefinition.objects.newest().filter(formula__contains=f"{{{code}}}")
    return list(IndicatorDefinition.objects.filter(pk__in=rows.values("pk")))


def _clean(row: Any) -> None:
    try:
        row.full_clean()
    except ValidationError as wrong:
        listed = wrong.message_dict.items() if hasattr(wrong, "error_dict") else [("", wrong.messages)]
        told = [f"{_label(row, name)}: {' '.join(words)}" for name, words in listed]
        raise BadDefinition(" ".join(told)) from None


def _label(row: Any, name: str) -> str:
    known = {field.name: field for field in row._meta.concrete_fields}
    return str(known[name].verbose_name) if name in known else str(row._meta.verbose_name)


# --- the mirror of what systems declare ------------------------------------------------------------------------

BASE_UNITS = (
    ("item", "lượt, cái", "count", 1),
    ("dossier", "hồ sơ", "count", 1),
    ("person", "người", "count", 1),
    ("agency", "cơ quan, đơn vị", "count", 1),
    ("enterprise", "doanh nghiệp, cơ sở", "count", 1),
    ("residential_area", "khu dân cư", "count", 1),
    ("percent", "%", "percent", 1),
    ("vnd", "đồng", "money", 1),
    ("thousand_vnd", "nghìn đồng", "money", 1_000),
    ("million_vnd", "triệu đồng", "money", 1_000_000),
    ("billion_vnd", "tỷ đồng", "money", 1_000_000_000),
    ("hour", "giờ", "time", 1),
    ("day", "ngày", "time", 24),
    ("rank", "hạng", "rank", 1),
    ("yes_no", "có/không", "yes_no", 1),
    ("score", "điểm", "score", 1),
    ("km2", "km²", "area", 1),
    ("ha", "ha", "area", "0.01"),
    ("km", "km", "length", 1),
    ("gb", "GB", "data", 1),
)


def sync_declared() -> int:
    """Mirrors declared measures and indicators as rows, so lists and interfaces read one table. Safe to repeat.

    Called at every start with the targets. What a program no longer declares keeps its row and ends: its facts stay
    readable. Returns how many rows were made or changed.
    """
    with override("vi"), transaction.atomic():
        rows = [
            UnitOfMeasure(code=code, name=name, dimension=dimension, scale=Decimal(scale))
            for code, name, dimension, scale in BASE_UNITS
        ]
        UnitOfMeasure.objects.bulk_create(rows, ignore_conflicts=True)
        units = dict(UnitOfMeasure.objects.values_list("code", "pk"))
        measures = [_mirrored_measure(item, units) for item in registry.MEASURES.values()]
        indicators = [_mirrored_indicator(item, units) for item in registry.INDICATORS.values()]
        gone = MeasureDefinition.objects.filter(source_kind=SourceKind.LIVE, valid_to=None)
        ended = gone.exclude(code__in=list(registry.MEASURES)).update(valid_to=timezone.localdate())
        return ended + keep_rows(measures) + keep_rows(indicators)


Definition = TypeVar("Definition", MeasureDefinition, IndicatorDefinition)


def keep_rows(rows: list[Definition]) -> int:
    """Makes or brings up to date rows by code (the first version of an indicator); returns how many differed."""
    if not rows:
        return 0
    model = type(rows[0])
    skipped = {"id", "created_at", "created_by_id", "reason", "version", "part_of_id"}
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in skipped]
    known = {row.code: row for row in model._default_manager.filter(code__in=[row.code for row in rows], version=1)}
    new = [row for row in rows if row.code not in known]
    model._default_manager.bulk_create(new)
    changed = 0
    for row in rows:
        before = known.get(row.code)
        if before and any(getattr(before, name) != getattr(row, name) for name in names):
            row.pk = before.pk
            row.save(update_fields=[name.removesuffix("_id") for name in names])
            changed += 1
    return len(new) + changed


def _mirrored_measure(measure: registry.Measure, units: dict[str, int]) -> MeasureDefinition:
    return MeasureDefinition(
        code=measure.code,
        name=str(measure.name),
        sentence=str(measure.sentence),
        unit_of_measure_id=units[measure.unit_of_measure],
        kind=str(measure.kind),
        over_units="sum" if measure.adds_up else "own",
        over_time="sum" if measure.kind is FLOW else "last",
        frequency="month",
        source_kind=SourceKind.LIVE,
        unit_kinds=[str(kind) for kind in measure.unit_kinds],
    )


def _mirrored_indicator(indicator: registry.Indicator, units: dict[str, int]) -> IndicatorDefinition:
    unit = "percent" if indicator.is_ratio else registry.MEASURES[indicator.numerator].unit_of_measure
    return IndicatorDefinition(
        code=indicator.code,
        name=str(indicator.name),
        note=str(indicator.note),
        formula=catalogue.formula_of(indicator),
        unit_of_measure_id=units[indicator.unit_of_measure or unit],
        targets=list(indicator.targets),
        source_kind=SourceKind.LIVE,
    )
