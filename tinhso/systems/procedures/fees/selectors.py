"""Reads about fees: the quote of a procedure, what a dossier owes, and the records that figures count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from tinhso.engines.payments.models import Bill
from tinhso.engines.payments.models.bills import ONLINE_WAYS
from tinhso.foundation.orgs.selectors import province_profile
from tinhso.systems.procedures.fees import rules
from tinhso.systems.procedures.fees.models import DatedQuerySet, Exemption, ExemptionClaim, FeeDecision, FeeRule
from tinhso.systems.procedures.models import Dossier


def province_code() -> str:
    """The code that this province's own rules carry."""
    return province_profile().code


# The rules, the exemptions and the province of one procedure on one day.
Tariff = tuple[list[rules.Rule], list[rules.Relief], str]


def tariff_of(code: str, day: date) -> Tariff:
    """What fees of a procedure are worked out by: read once for many dossiers of a day."""
    charged = [one.as_rule() for one in rules_of(code, day)]
    return charged, [one.as_relief() for one in exemptions_of(code, day)], province_code()


def quote(
    code: str,
    *,
    day: date | None = None,
    case: str = "",
    channel: str = "",
    data: Mapping[str, Any] | None = None,
    quantity: int | None = None,
    claimed: frozenset[int] = frozenset(),
    tariff: Tariff | None = None,
) -> rules.Quote:
    """What a procedure costs on a day, here, for a case and a channel; `tariff` when it has been read."""
    charged, relieved, here = tariff or tariff_of(code, day or timezone.localdate())
    return rules.work_out(
        charged,
        relieved,
        province=here,
        case=case,
        channel=channel,
        data=data,
        quantity=quantity,
        claimed=claimed,
    )


def rules_of(code: str, day: date) -> DatedQuerySet[FeeRule]:
    return FeeRule.objects.as_of(day).filter(procedure_code=code).order_by("name", "id")


def exemptions_of(code: str, day: date) -> DatedQuerySet[Exemption]:
    """Those of this province and the national ones."""
    found = Exemption.objects.as_of(day).filter(procedure_code=code, province__in=["", province_code()])
    return found.order_by("name", "id")


def claimable(code: str, day: date) -> list[Exemption]:
    """Exemptions that a person must claim, for the choice on the payment page."""
    return [one for one in exemptions_of(code, day) if not one.condition]


def decision_of(dossier: Dossier) -> FeeDecision | None:
    """The decision in force."""
    return (
        dossier.fee_decisions.filter(replaced_at=None)
        .select_related("bill__account", "bill__collector", "exemption")
        .first()
    )


_NOTHING_YET = f"""SELECT NOT EXISTS (SELECT FROM {FeeDecision._meta.db_table} WHERE dossier_id = %(dossier)s)
AND NOT EXISTS (SELECT FROM {ExemptionClaim._meta.db_table} WHERE dossier_id = %(dossier)s)"""  # noqa: S608


def has_nothing_yet(dossier: Dossier) -> bool:
    """Whether neither a decision nor a claim was ever made: one question in place of three for what was just filed."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTHING_YET, {"dossier": dossier.pk})
        return bool(cursor.fetchone()[0])


def open_claim(dossier: Dossier) -> ExemptionClaim | None:
    return dossier.exemption_claims.filter(state="asked").select_related("exemption").first()


def claims_of(dossier: Dossier) -> list[ExemptionClaim]:
    return list(dossier.exemption_claims.select_related("exemption").order_by("-asked_at"))


def stamp() -> str:
    """Changes with the rules and with the day: for pages that are kept by browsers."""
    last = FeeRule.objects.aggregate(last=Max("pk"))["last"]
    return f"{timezone.localdate()}:{last}"


def decided_amounts(bill_ids: Iterable[int]) -> dict[int, int]:
    """What was decided behind each bill: the third side of the daily reconciliation."""
    return dict(FeeDecision.objects.filter(bill_id__in=list(bill_ids)).values_list("bill_id", "amount"))


def dossiers_with_fee() -> QuerySet[Dossier]:
    """Received dossiers with something to pay: of fee procedures, without those whose fees are all 0 (766, 3.6)."""
    due = FeeDecision.objects.filter(dossier=OuterRef("pk"), replaced_at=None, amount__gt=0)
    return Dossier.objects.filter(received_at__isnull=False).filter(Exists(due))


def dossiers_paid_online(ways: tuple[str, ...] = ONLINE_WAYS) -> QuerySet[Dossier]:
    """Of those, the ones paid online: by the national portal (channel 1) or the province's gateway (channel 2)."""
    paid = FeeDecision.objects.filter(
        dossier=OuterRef("pk"), replaced_at=None, bill__state__in=["paid", "refunded"], bill__paid_way__in=list(ways)
    )
    return dossiers_with_fee().filter(Exists(paid))


def rules_asking_money(day: date) -> QuerySet[FeeRule]:
    """Rules in force that ask for money: unknown amounts count, rules of 0 do not."""
    return FeeRule.objects.as_of(day).exclude(amount=0)


def procedures_with_fee(day: date) -> set[str]:
    """Codes whose rules ask for money on a day; unknown amounts count, rules of 0 alone do not (766, 3.5)."""
    return set(rules_asking_money(day).values_list("procedure_code", flat=True))


def procedures_payable_online(day: date) -> set[str]:
    """Codes whose fee can be paid online here: the amount is known, so a bill with a code can be made."""
    unknown = rules_asking_money(day).filter(amount=None).values("procedure_code")
    return set(rules_asking_money(day).exclude(procedure_code__in=unknown).values_list("procedure_code", flat=True))


def bills_paid_online(first: date, last: date) -> QuerySet[Bill]:
    """Bills of dossiers paid online in a period."""
    paid = Bill.objects.filter(
        paid_at__date__range=(first, last), paid_way__in=list(ONLINE_WAYS), state__in=["paid", "refunded"]
    )
    return paid.filter(fee_decision__isnull=False)


def procedures_paid_online(first: date, last: date) -> set[str]:
    """Codes with at least one online payment in a period (766, 3.5b)."""
    codes = bills_paid_online(first, last).values_list("fee_decision__dossier__version__code", flat=True)
    return set(codes)
