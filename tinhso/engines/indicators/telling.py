"""Checks of one told value, each refusal a sentence an officer can act on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from django.utils.translation import gettext as _

from tinhso.engines.indicators.models import MeasureDefinition, SourceKind
from tinhso.engines.indicators.periods import AnyPeriod, Period
from tinhso.engines.indicators.told_rules import fault_of
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text import number_words, numbers
from tinhso.foundation.text.errors import Refused


class Cell(NamedTuple):
    """Where a told value stands."""

    measure: str
    unit_id: int
    period: AnyPeriod


class EntryRefused(Refused):
    """The value cannot be taken."""

    code = "entry_refused"


class WrongPeriod(EntryRefused):
    """Not a period of the measure, or not yet begun."""

    code = "wrong_period"


class WrongUnit(EntryRefused):
    """The unit does not answer for the measure, or was not in being."""

    code = "wrong_unit"


class WrongValue(EntryRefused):
    """No number, or not one of this kind."""

    code = "wrong_value"


class CountedLive(EntryRefused):
    """The measure is counted from records and cannot be told."""

    code = "counted_live"


class NeedsReason(EntryRefused):
    """A correction says why."""

    code = "needs_reason"


class SameCellTwice(EntryRefused):
    """Two rows of one import name the same cell."""

    code = "same_cell_twice"


def unknown_measure(code: str) -> EntryRefused:
    return EntryRefused(_("Không có số liệu nào mang mã “%(code)s”.") % {"code": code[:80]})


def unknown_unit() -> WrongUnit:
    return WrongUnit(_("Không có đơn vị này."))


def more_than_whole(measure: MeasureDefinition) -> WrongValue:
    """A numerator above its denominator, or a denominator below what was told as its part."""
    if measure.part_of:
        return WrongValue(
            _("Số này là một phần của “%(whole)s” nên không được lớn hơn.") % {"whole": measure.part_of.name}
        )
    return WrongValue(_("Số này nhỏ hơn một phần của nó đã được nhập."))


def check_period(measure: MeasureDefinition, given: AnyPeriod | Period | str, today: date) -> AnyPeriod:
    """The period, of the measure's own frequency, begun by today and within the measure's life."""
    if measure.source_kind == SourceKind.LIVE:
        raise CountedLive(_("“%(name)s” được đếm từ hồ sơ, không nhập tay.") % {"name": measure.name})
    try:
        period = _period(given)
    except ValueError:
        raise WrongPeriod(_("Không đọc được kỳ “%(period)s”.") % {"period": str(given)[:20]}) from None
    if period.kind != measure.frequency:
        raise WrongPeriod(_("Số liệu này báo cáo theo %(frequency)s.") % {"frequency": measure.get_frequency_display()})
    if period.first_day > today:
        raise WrongPeriod(_("Kỳ %(period)s chưa đến.") % {"period": period})
    if measure.valid_from > period.last_day or (measure.valid_to and measure.valid_to <= period.first_day):
        raise WrongPeriod(_("Số liệu này không dùng trong kỳ %(period)s.") % {"period": period})
    return period


def _period(given: AnyPeriod | Period | str) -> AnyPeriod:
    if isinstance(given, AnyPeriod):
        return given
    return AnyPeriod.of_month(given) if isinstance(given, Period) else AnyPeriod.parse(given)


def check_unit(measure: MeasureDefinition, unit: Unit, period: AnyPeriod) -> None:
    """The unit answers for the measure and was in being: on some day for a flow, at the end for a stock."""
    if measure.unit_kinds and unit.kind not in measure.unit_kinds:
        raise WrongUnit(_("%(unit)s không phải loại đơn vị báo cáo số liệu này.") % {"unit": unit.name})
    if measure.unit_codes and unit.code not in measure.unit_codes:
        raise WrongUnit(_("Số liệu này không phải do %(unit)s báo cáo.") % {"unit": unit.name})
    if measure.kind == MeasureDefinition.Kind.STOCK:
        lived = unit.is_valid_on(period.last_day)
    else:
        lived = unit.valid_from < period.end and (unit.valid_to is None or unit.valid_to > period.first_day)
    if not lived:
        ended = unit.valid_to and unit.valid_to <= period.last_day
        told = _("%(unit)s đã kết thúc trước kỳ này.") if ended else _("%(unit)s chưa có trong kỳ này.")
        raise WrongUnit(told % {"unit": unit.name})


def check_value(measure: MeasureDefinition, given: Decimal | int | str | None) -> Decimal | None:
    """The value as a number fit for the measure; None stays None."""
    value = _number(given)
    if value is None:
        return None
    fault = fault_of(value, measure.unit_of_measure.dimension, may_be_negative=measure.may_be_negative)
    if fault:
        raise WrongValue(_fault_sentence(fault))
    return value.quantize(Decimal("0.0001"))


def _number(given: Decimal | int | str | None) -> Decimal | None:
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    if isinstance(given, str):
        try:
            return numbers.read(given)
        except numbers.NotANumber as wrong:
            raise WrongValue(number_words.sentence(wrong.reason, wrong.text)) from None
    try:
        return Decimal(given)
    except (InvalidOperation, TypeError, ValueError):
        raise WrongValue(number_words.sentence(numbers.Reason.TEXT, str(given))) from None


def _fault_sentence(fault: str) -> str:
    match fault:
        case "too_large":
            return _("Số quá lớn.")
        case "too_many_places":
            return _("Số có quá bốn chữ số sau dấu phẩy.")
        case "not_yes_or_no":
            return _("Chỉ nhận 1 (có) hoặc 0 (không).")
        case "no_rank":
            return _("Thứ hạng bắt đầu từ 1.")
        case "negative":
            return _("Số này không được âm.")
    return _("Số này phải là số nguyên.")
