"""The receipt of a paid fee (biên lai), and the fee lines of form 01."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from tinhso.engines.payments.models import Bill
from tinhso.engines.printing import services as printing
from tinhso.systems.procedures.fees.selectors import decision_of
from tinhso.systems.procedures.models import Dossier

TEMPLATE = "procedures.fee_receipt"


def register() -> None:
    """Called once from the app's ready()."""
    printing.register_template(
        TEMPLATE,
        Path(__file__).resolve().parent / "printing" / "fee_receipt.typ",
        needs=("number", "agency", "payer", "title", "lines", "amount", "paid"),
    )


@override("vi")
def receipt_pdf(bill: Bill) -> bytes:
    """The receipt of a paid bill; the caller has seen that it is paid."""
    paid = timezone.localtime(bill.paid_at)
    return printing.render(
        TEMPLATE,
        {
            "number": bill.receipt_text,
            "agency_upper": bill.unit.name.upper(),
            "agency": bill.collector.name.upper(),
            "payer": bill.payer_name,
            "title": bill.title,
            "reference": bill.reference,
            "lines": [
                {"name": one["name"], "quantity": one["quantity"], "amount": one["amount"]} for one in bill.lines
            ],
            "amount": bill.amount,
            "words": amount_in_words(bill.amount),
            "sentences": bill.sentences,
            "way": str(bill.get_paid_way_display()),
            "paid": paid.strftime("%Y-%m-%dT%H:%M"),
            "refunded": _("Khoản này đã hoàn trả.") if bill.state == "refunded" else "",
            "qr": f"{settings.PUBLIC_URL}/tra-cuu/",
            "is_demo": bill.is_simulated,
        },
        made_at=bill.paid_at,
    )


def fee_lines(dossier: Dossier) -> list[dict[str, object]] | None:
    """For form 01: what was decided; None when nothing was."""
    decision = decision_of(dossier)
    if decision is None:
        return None
    return [{"name": one["name"], "amount": one["amount"]} for one in decision.lines if one["amount"]]


DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
GROUPS = ("", " nghìn", " triệu", " tỷ", " nghìn tỷ")


def amount_in_words(amount: int) -> str:
    """Năm mươi nghìn đồng: as receipts write it."""
    if amount == 0:
        return "Không đồng"
    parts, group, rest = [], 0, amount
    while rest:
        rest, three = divmod(rest, 1000)
        if three:
            parts.append(_three(three, is_first=rest == 0) + GROUPS[group])
        group += 1
    text = " ".join(reversed(parts)) + " đồng"
    return text[:1].upper() + text[1:]


def _three(number: int, *, is_first: bool) -> str:
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    words = []
    if hundreds or not is_first:
        words.append(f"{DIGITS[hundreds]} trăm")
    if tens == 1:
        words.append("mười")
    elif tens:
        words.append(f"{DIGITS[tens]} mươi")
    elif ones and words:
        words.append("linh")
    if ones:
        words.append("mốt" if ones == 1 and tens > 1 else "lăm" if ones == 5 and tens else DIGITS[ones])
    return " ".join(words)
