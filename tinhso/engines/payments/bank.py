"""Asking the bank: transfers and statements over its address, each request signed as its own messages are."""

from __future__ import annotations

import json
import secrets
import time
import urllib.request
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from tinhso.engines.payments import signatures
from tinhso.engines.payments.models import CollectionAccount, Refund
from tinhso.engines.payments.services import intake
from tinhso.engines.payments.statement_file import LONGEST_FILE

PATIENCE = 15


class Unanswered(RuntimeError):
    """The bank did not answer as agreed; the job tries again."""


def is_known() -> bool:
    """True when this installation has an address for its bank."""
    return bool(settings.BANK_URL and settings.BANK_SECRET)


def _ask(path: str, signed: bytes, body: bytes | None = None) -> bytes:
    secret = intake.secrets()[0]
    headers = signatures.headers_for(secret, f"ask_{secrets.token_hex(8)}", int(time.time()), signed)
    asked = urllib.request.Request(  # noqa: S310 - the bank's address, from the settings
        f"{settings.BANK_URL}{path}", body, {**headers, "content-type": "application/json"}
    )
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310
            return bytes(answer.read(LONGEST_FILE + 1))
    except OSError as fault:
        raise Unanswered(str(fault)) from fault


def order_transfer(refund: Refund) -> dict[str, Any]:
    """Orders the refund's transfer. The refund's own number makes a second order the same transfer."""
    body = json.dumps(
        {
            "order": refund.reference,
            "amount": refund.amount,
            "from": {"bin": refund.account.bin, "number": refund.account.number},
            "to": {"bin": refund.to_bin, "number": refund.to_number, "name": refund.to_name},
        }
    ).encode()
    told = json.loads(_ask("/transfers", body, body))
    if not isinstance(told, dict):
        raise Unanswered("no object")
    return told


def statement_of(account: CollectionAccount, day: date) -> bytes:
    """The bank's statement of one day, as its file."""
    query = urlencode({"bin": account.bin, "number": account.number, "day": day.isoformat(), "format": "json"})
    return _ask(f"/statement?{query}", query.encode())
