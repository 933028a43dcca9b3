"""Fees on other pages: a panel beside a dossier, the explanation of a procedure's fee."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from tinhso.systems.procedures import cases
from tinhso.systems.procedures.fees import explaining, rules, selectors
from tinhso.systems.procedures.fees.models import Certainty, ExemptionClaim, FeeDecision
from tinhso.systems.procedures.models import Dossier, Draft, FeeState
from tinhso.systems.procedures.reading import has

register = template.Library()


@register.inclusion_tag("fees/panel.html")
def fee_panel(dossier: Dossier, desk: bool = False) -> dict[str, Any]:
    """Beside a dossier: what is owed or paid, and the way to the payment page; nothing where no fee is known of."""
    decision = selectors.decision_of(dossier) if has(dossier, FeeDecision) else None
    claim = selectors.open_claim(dossier) if decision is None and has(dossier, ExemptionClaim) else None
    may_cost = decision is None and claim is None and dossier.is_open and dossier.fee_state == FeeState.NONE
    if may_cost:
        may_cost = selectors.rules_of(dossier.version.code, timezone.localdate()).exclude(amount=0).exists()
    return {
        "dossier": dossier,
        "decision": decision,
        "claim": claim,
        "may_cost": may_cost,
        "desk": desk,
        "bill": decision.bill if decision else None,
    }


@register.inclusion_tag("fees/explained.html")
def fee_explained(code: str, case: str = "", channel: str = "") -> dict[str, Any]:
    """On a procedure's page: the rules in force with their sources, the exemptions with their basis."""
    day = timezone.localdate()
    return {
        "rules": [
            {"rule": rule, "price": price(rule), "to_check": rule.certainty == Certainty.CHECK}
            for rule in selectors.rules_of(code, day)
            if rule.province in ("", selectors.province_code())
        ],
        "exemptions": list(selectors.exemptions_of(code, day)),
    }


def price(rule: Any) -> str:
    """One rule in a few words."""
    quote = rules.Quote((rules.Line(rule.as_rule(), 1, rule.amount, rule.amount),))
    return " ".join(explaining.sentences(quote))


@register.inclusion_tag("fees/of_draft.html")
def fee_of_draft(draft: Draft) -> dict[str, Any]:
    """Before filing: what this dossier will cost as it is filled in now."""
    case = cases.chosen(draft.version, draft.data)
    quote = selectors.quote(draft.version.code, case=case, channel="online", data=draft.data)
    return {
        "quote": quote,
        "sentences": explaining.sentences(quote) if quote.lines else [],
        "claimable": selectors.claimable(draft.version.code, timezone.localdate()) if quote.amount else [],
    }
