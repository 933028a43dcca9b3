"""Played payments over the played dossiers: through the services, marked simulated, with a few things gone wrong."""

from __future__ import annotations

import random
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.payments.messages import Credit
from tinhso.engines.payments.models import Bill
from tinhso.engines.payments.services.intake import take_credit
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.text.errors import Refused
from tinhso.foundation.text.rules import fold
from tinhso.systems.procedures.fees import selectors, services
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.rules import OPEN_STATES

MOST = 24


def play(actor: Actor, progress: Progress, seed: int) -> None:
    """Bills for running dossiers with a known fee: most are paid, one twice, one with a wrong amount."""
    dice = random.Random(seed)  # noqa: S311 - the same seed must play the same payments
    simulated = Actor.system(str(_("Mô phỏng")), is_simulated=True)
    codes = selectors.procedures_payable_online(timezone.localdate())
    running = Dossier.objects.filter(
        is_simulated=True, state__in=OPEN_STATES, version__code__in=codes, fee_state="none"
    )
    chosen = list(running.order_by("id")[:MOST])
    progress.start(str(_("Diễn việc nộp phí, lệ phí")), len(chosen))
    for place, dossier in enumerate(chosen):
        try:
            decision = services.fix_fee(actor=simulated, dossier_id=dossier.pk)
        except Refused:
            continue
        if decision.bill is not None and (place < 2 or dice.random() < 0.75):
            _pay(dice, decision.bill, place)
        progress.advance()


@transaction.atomic
def _pay(dice: random.Random, bill: Bill, place: int) -> None:
    """As the bank tells it; the first of all is paid twice, the second with 1.000 đồng too little."""
    now = timezone.now()
    for turn in range(2 if place == 0 else 1):
        told = Credit(
            reference=f"FTMP{bill.pk:06d}{turn}",
            bin=bill.account.bin,
            number=bill.account.number,
            amount=bill.amount - (1000 if place == 1 else 0),
            description=f"{bill.reference} chuyen tien",
            payer=fold(str(bill.payer_name)).upper(),
            paid_at=now - timedelta(minutes=dice.randrange(1, 30)),
        )
        take_credit(bill.account, told, at=now)
