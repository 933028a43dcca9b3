"""How long signing and checking take, printed by `tinhso bench`. Everything is rolled back."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from tinhso.engines.signing import services
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.registry import BenchRow
from tinhso.foundation.people.models import Account
from tinhso.foundation.text import typesetting

ROUNDS = 10
SIGN_MS, VERIFY_MS = 200, 200
TEMPLATE = Path(__file__).resolve().parent / "bench.typ"


def bench() -> list[BenchRow]:
    """Mean of ten: one PAdES B-T signature with its stamp and evidence (PIN included), and one check of it."""
    made = typesetting.typeset(TEMPLATE, {})
    assert isinstance(made, bytes)
    with transaction.atomic():
        account = Account.objects.create(username="bench.signing", full_name="Người Ký Thử", is_simulated=True)
        system = Actor.system("bench", is_simulated=True)
        services.issue_demo_certificate(system, account=account, pin="314159")
        signed = services.sign_pdf(system, pdf=made, account=account, pin="314159")
        signing = _mean_ms(lambda: services.sign_pdf(system, pdf=made, account=account, pin="314159"))
        checking = _mean_ms(lambda: services.verify_pdf(signed))
        transaction.set_rollback(True)
    return [
        BenchRow("sign a PDF (PAdES B-T, stamp, evidence)", signing, "ms", f"≤ {SIGN_MS}", signing <= SIGN_MS),
        BenchRow("check a signed PDF", checking, "ms", f"≤ {VERIFY_MS}", checking <= VERIFY_MS),
    ]


def _mean_ms(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    for _round in range(ROUNDS):
        act()
    return round((time.perf_counter() - begun) * 1000 / ROUNDS, 1)
