"""Fixtures of money: an account that collects, a bill, the bank's voice."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from tinhso.engines.payments import services, signatures
from tinhso.engines.payments.models import Bill, CollectionAccount
from tinhso.engines.payments.services.bills import Line
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - the public example
SYSTEM = Actor.system("kiểm thử")


@dataclass
class Till:
    """The cast with an account to collect into and a bank that tells."""

    cast: Cast
    account: CollectionAccount
    told: int = field(default=0)

    def bill(self, amount: int = 8000, subject: Any = None, at: datetime | None = None) -> Bill:
        """A bill for any record: the engine knows no dossier. Without a subject a new one each time."""
        return services.make_bill(
            actor=SYSTEM,
            subject=subject or self.cast.units.province,
            title="Bản sao trích lục",
            unit=self.cast.units.commune_committee,
            collector=self.cast.units.commune_centre,
            payer=self.cast.citizen.person,
            payer_name=self.cast.citizen.full_name,
            lines=[Line("Lệ phí", 1, amount, amount)],
            sentences=["Lệ phí: theo biểu."],
            purpose=f"fee{Bill.objects.count()}" if subject is None else "fee",
            at=at,
        )

    def credit(self, bill: Bill | None = None, **changes: Any) -> dict[str, Any]:
        """The body of a message: the bill paid as asked, with changes."""
        self.told += 1
        told = {
            "reference": f"FT{self.told:08d}",
            "account": {"bin": self.account.bin, "number": self.account.number},
            "amount": bill.amount if bill else 8000,
            "currency": "VND",
            "description": f"MB.{bill.reference} chuyen tien" if bill else "chuyen tien",
            "payer_name": "NGUYEN THI HOA",
            "paid_at": datetime.now(UTC).isoformat(),
        }
        return {"type": "transaction.credited", "data": told | changes}

    def tell(
        self, body: dict[str, Any] | bytes, *, number: str = "", secret: str = SECRET, at: int | None = None
    ) -> tuple[int, str]:
        """Sends a message over HTTP; the status and the word of the answer."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.told += 1
        return send(raw, number or f"msg_{self.told}", secret, at)


def send(raw: bytes, number: str, secret: str = SECRET, at: int | None = None) -> tuple[int, str]:
    """One signed delivery, as the bank makes it."""
    headers = signatures.headers_for(secret, number, int(time.time()) if at is None else at, raw)
    answer: Any = Client().generic(
        "POST", "/thanh-toan/ngan-hang/", raw, "application/json", headers=headers, REMOTE_ADDR="127.0.0.1"
    )
    told = answer.json()
    return answer.status_code, told.get("status") if answer.status_code == 200 else told["type"].rsplit(":")[-1]


def make_till(cast: Cast) -> Till:
    account = services.open_account(
        actor=SYSTEM,
        unit=cast.units.commune_committee,
        bank_name="Ngân hàng thử",
        bank_bin="999999",
        number="0990001",
        holder="UBND XA AN BINH",
        valid_from=date(2025, 7, 1),
        is_simulated=True,
    )
    return Till(cast, account)


@pytest.fixture
def till(cast: Cast, settings: Any) -> Till:
    settings.BANK_SECRET = SECRET
    return make_till(cast)
