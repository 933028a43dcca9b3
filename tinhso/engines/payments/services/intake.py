"""What the bank tells. Every delivery ends in a row: posted, held with a discrepancy, counted up, or refused."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.payments import messages, references, signatures
from tinhso.engines.payments.errors import NoSecret
from tinhso.engines.payments.models import (
    Bill,
    BillState,
    CollectionAccount,
    Delivery,
    DiscrepancyKind,
    Payment,
    PaymentState,
    PayWay,
)
from tinhso.engines.payments.services.posting import hold, open_discrepancy, settle
from tinhso.foundation.access.guard import Actor

Verdict = Delivery.Verdict
# Deliveries that nobody signed are kept, but a flood of them must not fill the disk.
MOST_UNSIGNED_A_DAY = 500
KEPT_BODY = 2000
OVERFLOW = "overflow"


@dataclass(frozen=True)
class Answer:
    """What the sender is told: an HTTP status and a word."""

    status: int
    word: str


ANSWERS = {
    signatures.Verdict.UNSIGNED: (Answer(401, "unsigned"), Verdict.FORGED),
    signatures.Verdict.FORGED: (Answer(401, "bad-signature"), Verdict.FORGED),
    signatures.Verdict.STALE: (Answer(400, "stale"), Verdict.STALE),
}


def secrets() -> list[str]:
    """The secrets in force; two during a change. NoSecret when there is none: nothing unsigned is ever believed."""
    found = [one for one in str(settings.BANK_SECRET).split() if signatures.is_secret(one)]
    if not found:
        raise NoSecret
    return found


@transaction.atomic
def take_delivery(*, body: bytes, headers: Mapping[str, str], source: str = "", at: datetime | None = None) -> Answer:
    """Judges and books one delivery. Ten deliveries of one message, in any order or at once, make one posting."""
    at = at or timezone.now()
    judged = signatures.judge(secrets(), headers, body, int(at.timestamp()))
    if judged.verdict != signatures.Verdict.GOOD:
        answer, verdict = ANSWERS[judged.verdict]
        _refuse(judged.message_id, body, verdict, source, at)
        return answer
    # One message at a time: the second delivery waits here and then finds the first one's row.
    _queue_up(f"payments:message:{judged.message_id}")
    digest = hashlib.sha256(body).hexdigest()
    known = Delivery.objects.filter(message_id=judged.message_id, verdict__in=BELIEVED).first()
    if known is not None:
        return _again(known, digest, body, source, at)
    try:
        told = messages.read(body)
    except messages.BadMessage as wrong:
        _refuse(judged.message_id, body, Verdict.MALFORMED, source, at, str(wrong))
        return Answer(422, "malformed")
    return _book(judged.message_id, digest, body, told, source, at)


BELIEVED = (Verdict.POSTED, Verdict.SET_ASIDE, Verdict.REFUND, Verdict.IGNORED)


def _queue_up(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _refuse(message_id: str, body: bytes, verdict: Verdict, source: str, at: datetime, why: str = "") -> None:
    """A delivery that is not believed: kept, counted, and in the list of things to look at."""
    digest = hashlib.sha256(body).hexdigest()
    message_id = "".join(letter for letter in message_id if letter.isprintable())
    if verdict == Verdict.FORGED and _is_flood(at):
        message_id, digest, body = OVERFLOW, f"{timezone.localdate(at):%Y%m%d}", b""
    _queue_up(f"payments:refused:{message_id}:{digest}")
    delivery = _record(message_id, digest, body, verdict, source, at)
    sentences = {
        Verdict.FORGED: _("Tin báo tiền %(id)s có chữ ký sai hoặc không có chữ ký; không ghi sổ."),
        Verdict.STALE: _(
            "Tin báo tiền %(id)s đúng chữ ký nhưng thời điểm ký lệch quá 5 phút; không ghi sổ. "
            "Nếu là tiền thật, đối soát sao kê sẽ thấy."
        ),
        Verdict.MALFORMED: _("Tin báo tiền %(id)s đúng chữ ký nhưng không đọc được: %(why)s."),
    }
    open_discrepancy(
        SYSTEM,
        key=f"{verdict}:{message_id}:{digest}",
        kind=DiscrepancyKind(str(verdict)),
        sentence=sentences[verdict] % {"id": message_id or _("không số"), "why": why},
        at=at,
        delivery=delivery,
    )


SYSTEM = Actor.system("Ngân hàng")


def _is_flood(at: datetime) -> bool:
    since = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return Delivery.objects.filter(verdict=Verdict.FORGED, first_at__gte=since).count() >= MOST_UNSIGNED_A_DAY


def _record(
    message_id: str, digest: str, body: bytes, verdict: str, source: str, at: datetime, payment: Payment | None = None
) -> Delivery:
    known = Delivery.objects.filter(message_id=message_id, digest=digest, verdict=verdict).first()
    if known is not None:
        known.times, known.last_at = known.times + 1, at
        known.save(update_fields=["times", "last_at"])
        return known
    return Delivery.objects.create(
        message_id=message_id,
        digest=digest,
        verdict=verdict,
        first_at=at,
        last_at=at,
        source=source[:45],
        body=body[:KEPT_BODY].decode("utf-8", "replace").replace("\x00", ""),
        payment=payment,
    )


def _again(known: Delivery, digest: str, body: bytes, source: str, at: datetime) -> Answer:
    """The message came before: counted. With another body under the same number it is a conflict to look at."""
    if known.digest == digest:
        known.times, known.last_at = known.times + 1, at
        known.save(update_fields=["times", "last_at"])
        return Answer(200, "duplicate")
    delivery = _record(known.message_id, digest, body, Verdict.MALFORMED, source, at)
    open_discrepancy(
        SYSTEM,
        key=f"conflict:{known.message_id}:{digest}",
        kind=DiscrepancyKind.CONFLICT,
        sentence=_("Tin báo tiền %(id)s đến lần nữa với nội dung khác; giữ theo lần đầu.") % {"id": known.message_id},
        at=at,
        delivery=delivery,
        payment=known.payment,
        account=known.payment.account if known.payment else None,
    )
    return Answer(409, "conflict")


def _book(
    message_id: str,
    digest: str,
    body: bytes,
    told: messages.Credit | messages.Transfer | None,
    source: str,
    at: datetime,
) -> Answer:
    if told is None:
        _record(message_id, digest, body, Verdict.IGNORED, source, at)
        return Answer(200, "ignored")
    if isinstance(told, messages.Transfer):
        from tinhso.engines.payments.services.refunds import note_transfer

        note_transfer(told, at=at)
        _record(message_id, digest, body, Verdict.REFUND, source, at)
        return Answer(200, "noted")
    account = CollectionAccount.objects.filter(bin=told.bin, number=told.number).select_related("unit").first()
    if account is None:
        delivery = _record(message_id, digest, body, Verdict.SET_ASIDE, source, at)
        open_discrepancy(
            SYSTEM,
            key=f"unknown_account:{told.reference}",
            kind=DiscrepancyKind.UNKNOWN_ACCOUNT,
            sentence=_("Ngân hàng báo có %(reference)s vào tài khoản %(bin)s %(number)s không có trong hệ thống.")
            % {"reference": told.reference, "bin": told.bin, "number": told.number},
            at=at,
            delivery=delivery,
            amount=told.amount,
        )
        return Answer(200, "set-aside")
    payment, word = take_credit(account, told, at=at, way=PayWay(told.channel))
    verdict = Verdict.POSTED if payment.state == PaymentState.MATCHED else Verdict.SET_ASIDE
    _record(message_id, digest, body, verdict, source, at, payment)
    return Answer(200, word)


def take_credit(
    account: CollectionAccount,
    told: messages.Credit,
    *,
    at: datetime,
    way: PayWay = PayWay.LOCAL,
    actor: Actor | None = None,
    bill: Bill | None = None,
) -> tuple[Payment, str]:
    """Books one credit once, whatever tells of it: its bill is paid, or the money is held with a discrepancy.

    `bill` is given by an accountant who knows better than the description.
    """
    actor = actor or Actor.system("Ngân hàng", is_simulated=account.is_simulated)
    _queue_up(f"payments:credit:{told.reference}")
    known = Payment.objects.filter(provider=provider_of(account), provider_reference=told.reference).first()
    if known is not None:
        return _known_credit(actor, known, told, at)
    found = bill or _bill_of(told)
    if found is not None:
        # The bill's lock closes the race of two credits for one bill: the second finds it paid.
        found = Bill.objects.select_for_update(of=("self",)).select_related("unit", "account").get(pk=found.pk)
    kind = misfit(account, found, told)
    payment = Payment.objects.create(
        provider=provider_of(account),
        provider_reference=told.reference,
        account=account,
        bill=found,
        amount=told.amount,
        way=way,
        paid_at=told.paid_at,
        taken_at=at,
        payer=told.payer,
        description=told.description,
        state=PaymentState.MATCHED if kind is None else PaymentState.HELD,
        is_simulated=account.is_simulated,
    )
    if kind is None and found is not None:
        settle(actor, found, payment, way=way, at=at)
        return payment, "posted"
    hold(actor, payment, at=at)
    open_discrepancy(
        actor,
        key=f"credit:{provider_of(account)}:{told.reference}",
        kind=kind or DiscrepancyKind.UNKNOWN_BILL,
        sentence=_sentence(kind, found, told),
        at=at,
        account=account,
        bill=found,
        payment=payment,
        amount=told.amount,
        is_simulated=account.is_simulated,
    )
    return payment, "set-aside"


def provider_of(account: CollectionAccount) -> str:
    """The bank's numbers are unique within the bank, so its BIN is part of the name."""
    return f"bank{account.bin}"


def _bill_of(told: messages.Credit) -> Bill | None:
    reference = references.find_reference(told.description)
    return Bill.objects.filter(reference=reference).first() if reference else None


def misfit(account: CollectionAccount, bill: Bill | None, told: messages.Credit) -> DiscrepancyKind | None:
    """Why the credit does not pay the bill; None when it does."""
    if bill is None:
        return DiscrepancyKind.UNKNOWN_BILL
    if bill.state == BillState.PAID:
        return DiscrepancyKind.PAID_TWICE
    if bill.state != BillState.OPEN:
        return DiscrepancyKind.BILL_CLOSED
    if bill.account_id != account.pk:
        return DiscrepancyKind.UNKNOWN_ACCOUNT
    return None if told.amount == bill.amount else DiscrepancyKind.WRONG_AMOUNT


def _sentence(kind: DiscrepancyKind | None, bill: Bill | None, told: messages.Credit) -> str:
    known = {
        "reference": told.reference,
        "amount": f"{told.amount:,}".replace(",", "."),
        "bill": bill.reference if bill else "",
        "wanted": f"{bill.amount:,}".replace(",", ".") if bill else "",
        "text": told.description,
    }
    sentences = {
        DiscrepancyKind.UNKNOWN_BILL: _(
            "Giao dịch %(reference)s: nhận %(amount)s đồng, nội dung “%(text)s” không có mã phiếu thu nào của tỉnh."
        ),
        DiscrepancyKind.PAID_TWICE: _(
            "Giao dịch %(reference)s: nhận thêm %(amount)s đồng cho phiếu %(bill)s đã thanh toán."
        ),
        DiscrepancyKind.BILL_CLOSED: _(
            "Giao dịch %(reference)s: nhận %(amount)s đồng cho phiếu %(bill)s đã huỷ hoặc đã hoàn trả."
        ),
        DiscrepancyKind.UNKNOWN_ACCOUNT: _(
            "Giao dịch %(reference)s: nhận %(amount)s đồng cho phiếu %(bill)s nhưng vào tài khoản khác với phiếu."
        ),
        DiscrepancyKind.WRONG_AMOUNT: _(
            "Giao dịch %(reference)s: nhận %(amount)s đồng cho phiếu %(bill)s, phiếu ghi %(wanted)s đồng."
        ),
    }
    return sentences[kind or DiscrepancyKind.UNKNOWN_BILL] % known


def _known_credit(actor: Actor, known: Payment, told: messages.Credit, at: datetime) -> tuple[Payment, str]:
    """The same credit under another message: nothing moves; a different amount is a conflict to look at."""
    if known.amount == told.amount:
        return known, "duplicate"
    open_discrepancy(
        actor,
        key=f"conflict:{known.provider}:{told.reference}:{told.amount}",
        kind=DiscrepancyKind.CONFLICT,
        sentence=_("Giao dịch %(reference)s được báo lại với %(new)s đồng, lần đầu là %(old)s đồng; giữ theo lần đầu.")
        % {"reference": told.reference, "new": told.amount, "old": known.amount},
        at=at,
        account=known.account,
        bill=known.bill,
        payment=known,
        amount=told.amount,
        is_simulated=known.is_simulated,
    )
    return known, "conflict"
