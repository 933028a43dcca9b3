"""VietQR: NAPAS's use of the EMVCo merchant-presented QR code, made and read back. Pure functions.

Tag-length-value in ASCII; template 38 holds the receiving account; the CRC closes it (EMVCo QRCPS-MPM).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NAPAS = "A000000727"
TO_ACCOUNT = "QRIBFTTA"
TO_CARD = "QRIBFTTC"
STATIC, DYNAMIC = "11", "12"
VND, VIETNAM = "704", "VN"
LONGEST_PURPOSE = 25
LONGEST_ACCOUNT = 19
# Field 54 holds 13 characters.
LARGEST_AMOUNT = 9_999_999_999_999
_SERVICES = frozenset({TO_ACCOUNT, TO_CARD})
_PLAIN = re.compile(r"[A-Za-z0-9 .,/\-]*")
_ACCOUNT = re.compile(r"[A-Za-z0-9]{1,19}")


class BadCode(ValueError):
    """The text is no VietQR code, or was damaged on its way."""


@dataclass(frozen=True)
class Code:
    """What a VietQR code says."""

    bin: str
    account: str
    amount: int | None = None
    bill: str = ""
    purpose: str = ""
    service: str = TO_ACCOUNT

    @property
    def is_dynamic(self) -> bool:
        """A code for one payment states its amount."""
        return self.amount is not None


def crc16(data: bytes) -> int:
    """CRC-16/CCITT-FALSE: polynomial 0x1021, beginning 0xFFFF, nothing reflected."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _bit in range(8):
            crc = ((crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def encode(code: Code) -> str:
    """The text that the QR carries. BadCode when a part does not fit the standard."""
    _check(code)
    receiver = _field("00", NAPAS)
    receiver += _field("01", _field("00", code.bin) + _field("01", code.account)) + _field("02", code.service)
    text = _field("00", "01") + _field("01", DYNAMIC if code.is_dynamic else STATIC) + _field("38", receiver)
    text += _field("53", VND)
    if code.amount is not None:
        text += _field("54", str(code.amount))
    text += _field("58", VIETNAM)
    extra = (_field("01", code.bill) if code.bill else "") + (_field("08", code.purpose) if code.purpose else "")
    if extra:
        text += _field("62", extra)
    text += "6304"
    return f"{text}{crc16(text.encode('ascii')):04X}"


def _check(code: Code) -> None:
    if not re.fullmatch(r"[0-9]{6}", code.bin):
        raise BadCode("bin must be 6 digits")
    if not _ACCOUNT.fullmatch(code.account):
        raise BadCode(f"account must be 1 to {LONGEST_ACCOUNT} letters or digits")
    if code.amount is not None and not 0 < code.amount <= LARGEST_AMOUNT:
        raise BadCode(f"amount must be 1 to {LARGEST_AMOUNT} dong")
    if code.service not in _SERVICES:
        raise BadCode("service unknown")
    for part in (code.bill, code.purpose):
        if len(part) > LONGEST_PURPOSE or not _PLAIN.fullmatch(part):
            raise BadCode(f"bill and purpose hold at most {LONGEST_PURPOSE} plain ASCII characters")


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"


def fields(text: str) -> dict[str, str]:
    """The fields of one level, in order. BadCode when the lengths do not add up or a field stands twice."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        tag, length = text[at : at + 2], text[at + 2 : at + 4]
        if not (_digits(tag) and _digits(length)):
            raise BadCode(f"no field at {at}")
        value = text[at + 4 : at + 4 + int(length)]
        if len(value) != int(length):
            raise BadCode(f"field {tag} is cut short")
        if tag in found:
            raise BadCode(f"field {tag} stands twice")
        found[tag] = value
        at += 4 + int(length)
    return found


def _digits(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isdigit()


def decode(text: str) -> Code:
    """Reads a code back, checksum first. BadCode says what is wrong."""
    text = text.strip()
    if len(text) > 512 or not text.isascii() or text[-8:-4] != "6304":
        raise BadCode("no VietQR code")
    if f"{crc16(text[:-4].encode('ascii')):04X}" != text[-4:].upper():
        raise BadCode("checksum differs: the code was damaged or changed")
    top = fields(text)
    receiver = fields(top.get("38", ""))
    if receiver.get("00") != NAPAS or top.get("53") != VND:
        raise BadCode("no VietQR account in dong")
    account, extra = fields(receiver.get("01", "")), fields(top.get("62", ""))
    if not account.get("00") or not account.get("01"):
        raise BadCode("no receiving account")
    return Code(
        bin=account["00"],
        account=account["01"],
        amount=_amount(top.get("54")),
        bill=extra.get("01", ""),
        purpose=extra.get("08", ""),
        service=receiver.get("02", TO_ACCOUNT),
    )


def _amount(text: str | None) -> int | None:
    if text is None:
        return None
    # Others write 10000 as 10000.00; dong have no parts, so anything else behind the point is wrong.
    match = re.fullmatch(r"([0-9]{1,13})(?:\.0{1,2})?", text)
    if match is None or int(match[1]) == 0:
        raise BadCode("amount is no whole number of dong")
    return int(match[1])
