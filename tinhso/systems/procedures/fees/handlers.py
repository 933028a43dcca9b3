"""Reactions: a filed dossier gets its bill, a paid one is marked, an ended one is wound up, people are told."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.engines.payments import events as money
from tinhso.engines.payments.models import Bill, Refund
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.events import bus
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.notices.services import notify
from tinhso.foundation.notices.texts import Text, register_text
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import events
from tinhso.systems.procedures.fees import selectors, services
from tinhso.systems.procedures.fees.explaining import dong
from tinhso.systems.procedures.models import Channel, Dossier, FeeState
from tinhso.systems.procedures.services import set_fee_state

# Played dossiers of past weeks are not billed after the fact; the played payments make their own bills.
PLAYED_AGO = timedelta(hours=2)

DUE = Text(
    "procedures.fee_due",
    _("Hồ sơ %(code)s cần nộp %(amount)s"),
    _("Mở hồ sơ để xem vì sao có khoản này và quét mã thanh toán. Nếu bạn thuộc diện miễn, giảm, hãy báo ở đó."),
    _("Ho so %(code)s can nop %(amount)s. Mo ho so de thanh toan."),
)
PAID = Text(
    "procedures.fee_paid",
    _("Đã nhận %(amount)s của hồ sơ %(code)s"),
    _("Cảm ơn bạn. Biên lai nằm ở trang thanh toán của hồ sơ."),
    _("Da nhan %(amount)s cua ho so %(code)s."),
)
REFUNDED = Text(
    "procedures.fee_refunded",
    _("Đã hoàn trả %(amount)s của hồ sơ %(code)s"),
    _("Tiền đã được chuyển trả. Nếu bạn chưa thấy sau hai ngày làm việc, hãy báo bộ phận một cửa."),
    _("Da hoan tra %(amount)s cua ho so %(code)s."),
)


def bill_them(submitted: list[DomainEvent]) -> None:
    """Fixes the fees of dossiers filed online, where the rules know them. Twice it is the first decision."""
    filed = Dossier.objects.filter(pk__in=[int(event.subject_id) for event in submitted], channel=Channel.ONLINE)
    open_ones = [one for one in filed.select_related("version").order_by("pk") if one.is_open]
    today = timezone.localdate()
    tariffs = {code: selectors.tariff_of(code, today) for code in {one.version.code for one in open_ones}}
    for dossier in open_ones:
        if tariffs[dossier.version.code][0]:
            bill_it(dossier, tariffs[dossier.version.code])


def bill_it(dossier: Dossier, tariff: selectors.Tariff | None = None) -> None:
    """Fixes the fee of one dossier; what cannot be worked out yet waits for a person."""
    if dossier.is_simulated and timezone.now() - dossier.submitted_at > PLAYED_AGO:
        return
    actor = Actor.system("Hệ thống", is_simulated=dossier.is_simulated)
    try:
        services.fix_fee(actor=actor, dossier_id=dossier.pk, version=dossier.version, tariff=tariff)
    except Refused:
        # Unknown fee, an exemption waiting, no account: the payment page and the desk say so.
        return


def _dossier_of(bill: Bill) -> Dossier | None:
    if bill.subject_type != Dossier._meta.label_lower:
        return None
    return Dossier.objects.select_related("filed_by").get(pk=bill.subject_id)


def tell_due(event: DomainEvent) -> None:
    bill = Bill.objects.get(pk=event.subject_id)
    dossier = _dossier_of(bill)
    if dossier is not None and bill.is_open:
        _tell(dossier, DUE, bill.amount, event)


def mark_paid(event: DomainEvent) -> None:
    """The dossier shows its fee as paid; whoever filed it online is told."""
    bill = Bill.objects.get(pk=event.subject_id)
    dossier = _dossier_of(bill)
    if dossier is None:
        return
    if bill.is_paid:
        actor = Actor.system("Hệ thống", is_simulated=dossier.is_simulated)
        set_fee_state(actor=actor, dossier_id=dossier.pk, fee_state=FeeState.PAID)
    _tell(dossier, PAID, bill.amount, event)


def mark_refunded(event: DomainEvent) -> None:
    refund = Refund.objects.select_related("bill").get(pk=event.subject_id)
    dossier = _dossier_of(refund.bill) if refund.bill else None
    if dossier is None:
        return
    if refund.bill is not None and not refund.bill.is_paid:
        actor = Actor.system("Hệ thống", is_simulated=dossier.is_simulated)
        set_fee_state(actor=actor, dossier_id=dossier.pk, fee_state=FeeState.REFUNDED)
    _tell(dossier, REFUNDED, refund.amount, event)


def _tell(dossier: Dossier, text: Text, amount: int, event: DomainEvent) -> None:
    if dossier.channel != Channel.ONLINE:
        return
    notify(
        Actor.system("Hệ thống", is_simulated=dossier.is_simulated),
        account=dossier.filed_by,
        text=text.code,
        values={"code": dossier.code, "amount": dong(amount)},
        link=f"/ho-so/{dossier.code}/thanh-toan/",
        key=f"{event.name}:{event.pk}",
    )


def wind_up(event: DomainEvent) -> None:
    dossier = Dossier.objects.get(pk=event.subject_id)
    actor = Actor.system("Hệ thống", is_simulated=dossier.is_simulated)
    services.wind_up(actor=actor, dossier_id=dossier.pk)


def register() -> None:
    """Declares the texts and listens; called once at start."""
    for text in (DUE, PAID, REFUNDED):
        register_text(text)
    bus.subscribe_batch(events.DOSSIER_SUBMITTED, bill_them)
    for ended in (events.DOSSIER_REFUSED, events.DOSSIER_WITHDRAWN, events.DOSSIER_STOPPED):
        bus.subscribe(ended, wind_up)
    bus.subscribe(money.BILL_MADE, tell_due)
    bus.subscribe(money.BILL_PAID, mark_paid)
    bus.subscribe(money.REFUND_SETTLED, mark_refunded)
