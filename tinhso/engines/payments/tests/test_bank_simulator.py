"""The simulated bank as a real process: its page pays, its messages are taken, its statement and transfers answer."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tinhso.engines.payments import jobs, services
from tinhso.engines.payments.models import Bill, Discrepancy, Payment, Reconciliation, Refund
from tinhso.engines.payments.testing import SECRET, make_till
from tinhso.foundation.testing.cast import Cast


@pytest.fixture
def bank(live_server: Any, tmp_path: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    hook = f"{live_server.url}/thanh-toan/ngan-hang/"
    command = [sys.executable, "-m", "tinhso.engines.payments.bank_simulator", "--port", str(port)]
    environment = {**os.environ, "TINHSO_BANK_SECRET": SECRET}
    process = subprocess.Popen([*command, "--data", str(tmp_path), "--webhook", hook], env=environment)
    try:
        _wait(lambda: _get(f"http://127.0.0.1:{port}/health") == b"ok")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _get(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bytes(answer.read())
    except OSError:
        return b""


def _wait(ready: Any, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, "nothing came in time"
        time.sleep(0.05)


def _pay(bank: str, qr: str, fault: str = "") -> str:
    form = urllib.parse.urlencode({"qr": qr, "fault": fault, "payer": "HOA"}).encode()
    with urllib.request.urlopen(f"{bank}/pay", form, timeout=10) as answer:
        return str(answer.read().decode())


@pytest.mark.django_db(transaction=True)
def test_a_day_with_the_bank(cast: Cast, bank: str, settings: Any) -> None:
    settings.BANK_SECRET, settings.BANK_URL = SECRET, bank
    till = make_till(cast)
    good, many, silent = till.bill(8000), till.bill(9000), till.bill(10_000)
    page = _get(f"{bank}/?{urllib.parse.urlencode({'qr': good.qr})}").decode()
    assert "MÔ PHỎNG" in page and good.qr in page
    for qr in ("", "<script>", "0002016304FFFF"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            _pay(bank, qr)
        assert refused.value.code == 422
    assert b"<script>alert" not in _get(f"{bank}/?qr=%3Cscript%3Ealert(1)%3C/script%3E")
    assert _get(f"{bank}/statement?bin=1&number=1") == b""
    assert "Đã trả" in _pay(bank, good.qr)
    _pay(bank, many.qr, "ten-times")
    _pay(bank, silent.qr, "silent")
    _pay(bank, good.qr, "signature")
    _wait(lambda: Bill.objects.filter(state="paid").count() == 2 and Discrepancy.objects.filter(kind="forged").exists())
    assert Payment.objects.count() == 2
    jobs.fetch_statement(till.account.pk, timezone.localdate().isoformat())
    run = Reconciliation.objects.get()
    assert run.figures["statement_count"] == 4 and run.figures["matched"] == 2
    assert Discrepancy.objects.filter(kind="not_in_ledger").count() == 2
    refund = services.request_refund(
        actor=cast.actor("desk_officer"), payment_id=Payment.objects.get(bill=good).pk, reason="rút"
    )
    services.approve_refund(actor=cast.actor("leader"), refund_id=refund.pk, to_bin="970436", to_number="123")
    for _n in range(2):
        jobs.send_refund(refund.pk)
    _wait(lambda: Refund.objects.get().state == "settled")
    good.refresh_from_db()
    assert good.state == "refunded"
