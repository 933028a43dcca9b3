"""Targets, figures and states in words. A figure is never rounded onto the other side of its target."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tinhso.engines.indicators import rules
from tinhso.engines.indicators.models import Target
from tinhso.engines.indicators.rules import State
from tinhso.engines.indicators.selectors import Figure, Shares
from tinhso.foundation.ui import formats

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

GROUPS: dict[str, _StrPromise] = {
    "general": gettext_lazy("Mục tiêu tổng quát"),
    "a": gettext_lazy("Đến năm 2025: hạ tầng số"),
    "b": gettext_lazy("Đến năm 2025: chính quyền số"),
    "c": gettext_lazy("Đến năm 2025: kinh tế số"),
    "d": gettext_lazy("Đến năm 2025: đô thị thông minh"),
    "2030": gettext_lazy("Đến năm 2030"),
}
LEVELS: dict[str, _StrPromise] = {
    "all": gettext_lazy("toàn tỉnh"),
    "province": gettext_lazy("cấp tỉnh"),
    "district": gettext_lazy("cấp huyện"),
    "commune": gettext_lazy("cấp xã"),
    "province,commune": gettext_lazy("cấp tỉnh và cấp xã"),
}
STATES: dict[State, _StrPromise] = {
    State.REACHED: gettext_lazy("đạt"),
    State.ON_PATH: gettext_lazy("đúng lộ trình"),
    State.BEHIND: gettext_lazy("chậm"),
    State.FAR_BEHIND: gettext_lazy("chậm nhiều"),
    State.NO_DATA: gettext_lazy("chưa có số liệu"),
    State.NO_SOURCE: gettext_lazy("chưa có nguồn"),
    State.NO_THRESHOLD: gettext_lazy("theo dõi, không có ngưỡng"),
    State.LEVEL_ENDED: gettext_lazy("cấp đã kết thúc"),
}
# The drawing of each state in the design system; those it does not know are drawn as no data.
DRAWN = {State.NO_SOURCE: "no_data", State.NO_THRESHOLD: "no_data", State.LEVEL_ENDED: "ended"}


def group_name(code: str) -> str:
    return str(GROUPS.get(code, code))


def level_name(code: str) -> str:
    return str(LEVELS.get(code, code))


def state_word(state: State) -> str:
    return str(STATES[state])


def drawn_state(state: State) -> str:
    """The name under which the design system draws the state."""
    return DRAWN.get(state, str(state))


def target_words(target: Target) -> str:
    """What must be reached, with the operator as the Resolution words it."""
    if target.value is None:
        return _("không nêu số")
    if target.unit_of_measure == "có/không":
        return pgettext("target", "có")
    amount = _amount(target.value, target.unit_of_measure)
    match target.operator:
        case Target.Operator.ABOVE:
            return _("trên %(amount)s") % {"amount": amount}
        case Target.Operator.AT_MOST if target.kind == Target.Kind.RANK:
            return _("trong %(amount)s đầu") % {"amount": amount}
        case Target.Operator.AT_MOST:
            return _("không quá %(amount)s") % {"amount": amount}
        case _other if target.operator == Target.Operator.EXACTLY or target.value == 100:
            return _("đủ %(amount)s") % {"amount": amount}
    return _("từ %(amount)s trở lên") % {"amount": amount}


def _amount(value: Decimal, unit: str) -> str:
    number = formats.number(value)
    return f"{number}{formats.NBSP}{unit}" if unit else number


def figure_words(figure: Figure | None, target: Target | None = None) -> str:
    """92,4 %; more digits when fewer would lie about the target; empty when there is no figure."""
    if figure is None or figure.value is None:
        return ""
    return value_words(figure.value, figure.is_ratio, target)


def value_words(value: Fraction, is_ratio: bool, target: Target | None = None) -> str:
    """A percentage or an amount in words."""
    places = places_of(value, target)
    shown = rules.honest_digits(value, *_aim(target))
    number = formats.number(shown, places)
    return f"{number}{formats.NBSP}%" if is_ratio else number


def places_of(value: Fraction, target: Target | None = None) -> int:
    """How many decimals an honest figure needs: none for whole numbers, one as a rule, more near the target."""
    shown = rules.honest_digits(value, *_aim(target))
    return 0 if value.denominator == 1 else max(0, -int(shown.as_tuple().exponent))


def _aim(target: Target | None) -> tuple[str | None, Fraction | None]:
    if target is None or target.value is None:
        return None, None
    return target.operator, Fraction(target.value)


def shares_words(shares: Shares) -> str:
    """On what a figure stands: "số sống 64 đơn vị, số nhập tay 3, thiếu 2 đơn vị"; parts of zero are not named."""
    said = [
        (shares.live, _("số sống %(n)d đơn vị")),
        (shares.manual, _("số nhập tay %(n)d đơn vị")),
        (shares.imported, _("số từ tệp %(n)d đơn vị")),
        (shares.missing, _("thiếu %(n)d đơn vị")),
    ]
    return ", ".join(words % {"n": count} for count, words in said if count)


def count_words(value: Decimal) -> str:
    """An added-up amount: whole, unless a split unit's share made a part of one."""
    return formats.number(value, 0 if value == value.to_integral_value() else 1)


def plain_number(value: Decimal) -> str:
    """A value as it may be typed again: no grouping, a comma before decimals, no trailing zeros."""
    return f"{value.normalize():f}".replace(".", ",")
