"""Working out a fee: pure, exact, and able to say why. Whole đồng; unknown is not zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

LARGEST_QUANTITY = 10_000


@dataclass(frozen=True)
class Tier:
    """A price up to a count of pieces; `up_to` None: for all that follow."""

    up_to: int | None
    amount: int


@dataclass(frozen=True)
class Rule:
    """One fee of a procedure as it stands on a day. `amount` None: the amount is not known."""

    pk: int
    name: str
    amount: int | None
    per: str = ""
    quantity_field: str = ""
    tiers: tuple[Tier, ...] = ()
    cap: int | None = None
    province: str = ""
    case: str = ""
    channel: str = ""
    basis: str = ""

    @property
    def closeness(self) -> tuple[bool, bool, bool]:
        """The rule of the province goes before the national one, then that of the case, then that of the channel."""
        return (bool(self.province), bool(self.case), bool(self.channel))


@dataclass(frozen=True)
class Relief:
    """An exemption or reduction. `condition` {} must be claimed by the person; otherwise it applies by itself."""

    pk: int
    name: str
    percent: int
    basis: str
    fee_name: str = ""
    condition: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One fee worked out. `amount` is what is left after relief; None when unknown."""

    rule: Rule
    quantity: int
    full: int | None
    amount: int | None
    relief: Relief | None = None


@dataclass(frozen=True)
class Quote:
    """What is to be paid and why."""

    lines: tuple[Line, ...]

    @property
    def is_known(self) -> bool:
        """At least one rule, and none of unknown amount (a fee wholly exempted needs no amount)."""
        return bool(self.lines) and all(line.amount is not None for line in self.lines)

    @property
    def amount(self) -> int | None:
        """The sum, None when any part is unknown: never a sum of the known parts alone."""
        if not self.is_known:
            return None
        return sum(line.amount or 0 for line in self.lines)


def applicable(rules: Iterable[Rule], *, province: str, case: str, channel: str) -> list[Rule]:
    """For each fee name the closest rule that fits, in order of names."""
    best: dict[str, Rule] = {}
    for rule in rules:
        if rule.province not in ("", province) or rule.case not in ("", case) or rule.channel not in ("", channel):
            continue
        known = best.get(rule.name)
        if known is None or rule.closeness > known.closeness:
            best[rule.name] = rule
    return [best[name] for name in sorted(best)]


def full_amount(rule: Rule, quantity: int) -> int | None:
    """The fee for a quantity before relief: tier by tier, capped."""
    if rule.amount is None:
        return None
    if not rule.tiers:
        total = rule.amount * quantity
    else:
        total, before = 0, 0
        for tier in rule.tiers:
            end = quantity if tier.up_to is None else min(quantity, tier.up_to)
            total += max(end - before, 0) * tier.amount
            before = max(before, end)
    return total if rule.cap is None else min(total, rule.cap)


def holds(condition: Mapping[str, Any], *, case: str, channel: str, data: Mapping[str, Any]) -> bool:
    """A relief's own condition: channel, case, and answers of the form, all of them."""
    if "channel" in condition and condition["channel"] != channel:
        return False
    if "case" in condition and condition["case"] != case:
        return False
    answers = condition.get("answers", {})
    return isinstance(answers, Mapping) and all(data.get(name) == wanted for name, wanted in answers.items())


def quantity_of(rule: Rule, data: Mapping[str, Any], counted: int | None) -> int:
    """What the desk counted, else the form's own answer, else one."""
    given = counted if counted is not None else data.get(rule.quantity_field)
    if not isinstance(given, int) or isinstance(given, bool):
        given = 1
    return min(max(given, 1), LARGEST_QUANTITY) if rule.per else 1


def work_out(
    rules: Iterable[Rule],
    reliefs: Iterable[Relief],
    *,
    province: str,
    case: str = "",
    channel: str = "",
    data: Mapping[str, Any] | None = None,
    quantity: int | None = None,
    claimed: frozenset[int] = frozenset(),
) -> Quote:
    """The quote: each fee in its quantity, with the best relief claimed or applying by itself; reliefs never add up."""
    answers = data or {}
    fitting = [
        relief
        for relief in reliefs
        if (
            relief.pk in claimed
            if not relief.condition
            else holds(relief.condition, case=case, channel=channel, data=answers)
        )
    ]
    lines = []
    for rule in applicable(rules, province=province, case=case, channel=channel):
        count = quantity_of(rule, answers, quantity)
        full = full_amount(rule, count)
        own = [relief for relief in fitting if relief.fee_name in ("", rule.name)]
        best = max(own, key=lambda relief: (relief.percent, -relief.pk), default=None)
        lines.append(Line(rule, count, full, reduced(full, best), best))
    return Quote(tuple(lines))


def reduced(full: int | None, relief: Relief | None) -> int | None:
    """After relief, rounded down to a whole đồng in the payer's favour; wholly exempt is 0 even when unknown."""
    if relief is not None and relief.percent >= 100:
        return 0
    if full is None or relief is None:
        return full
    return full * (100 - relief.percent) // 100
