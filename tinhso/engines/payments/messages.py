"""What the bank's messages say, read strictly. Pure: bytes in, a typed message or BadMessage out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

LONGEST_BODY = 64 * 1024
CREDITED = "transaction.credited"
TRANSFER_SETTLED, TRANSFER_FAILED = "transfer.settled", "transfer.failed"
LARGEST = 10**13


class BadMessage(ValueError):
    """The body is no message of ours; says which part is wrong."""


@dataclass(frozen=True)
class Credit:
    """Money that arrived on an account."""

    reference: str
    bin: str
    number: str
    amount: int
    description: str
    payer: str
    paid_at: datetime
    # Where the person paid: the province's gateway, or the national portal's payment platform (766, 3.6).
    channel: str = "local"


@dataclass(frozen=True)
class Transfer:
    """How a transfer that we ordered ended."""

    order: str
    reference: str
    is_settled: bool
    reason: str
    at: datetime


def read(body: bytes) -> Credit | Transfer | None:
    """The message; None for a type that we do not use."""
    if len(body) > LONGEST_BODY:
        raise BadMessage("body too long")
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as wrong:
        raise BadMessage("body is no JSON") from wrong
    if not isinstance(told, dict) or not isinstance(told.get("type"), str):
        raise BadMessage("type is missing")
    if told["type"] not in (CREDITED, TRANSFER_SETTLED, TRANSFER_FAILED):
        return None
    data = told.get("data")
    if not isinstance(data, dict):
        raise BadMessage("data is missing")
    return _credit(data) if told["type"] == CREDITED else _transfer(data, told["type"] == TRANSFER_SETTLED)


def _credit(data: dict[str, Any]) -> Credit:
    account = data.get("account")
    if not isinstance(account, dict):
        raise BadMessage("data.account is missing")
    amount = data.get("amount")
    # A bool is an int to Python, 1.5 is no đồng, and 1e3 is a float: all refused.
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 < amount < LARGEST:
        raise BadMessage("data.amount must be whole đồng above 0")
    if data.get("currency", "VND") != "VND":
        raise BadMessage("data.currency must be VND")
    channel = data.get("channel", "local")
    if channel not in ("local", "national"):
        raise BadMessage("data.channel must be local or national")
    return Credit(
        channel=channel,
        reference=_text(data, "reference", 64, needed=True),
        bin=_text(account, "bin", 6, needed=True),
        number=_text(account, "number", 19, needed=True),
        amount=amount,
        description=_text(data, "description", 500),
        payer=_text(data, "payer_name", 200),
        paid_at=_moment(data, "paid_at"),
    )


def _transfer(data: dict[str, Any], is_settled: bool) -> Transfer:
    return Transfer(
        order=_text(data, "order", 14, needed=True),
        reference=_text(data, "reference", 64, needed=is_settled),
        is_settled=is_settled,
        reason=_text(data, "reason", 300),
        at=_moment(data, "at"),
    )


def _text(data: dict[str, Any], name: str, longest: int, *, needed: bool = False) -> str:
    value = data.get(name, "")
    if not isinstance(value, str) or len(value) > longest or (needed and not value.strip()):
        raise BadMessage(f"{name} must be text of at most {longest} characters")
    return "".join(" " if ord(letter) < 32 else letter for letter in value).encode("utf-8", "replace").decode().strip()


def _moment(data: dict[str, Any], name: str) -> datetime:
    value = data.get(name)
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not 2000 <= at.year < 3000:
        raise BadMessage(f"{name} must be a moment with its zone")
    return at
