"""One receipt with everything that is needed to check it by openssl, offline, in one ZIP."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

from django.utils.translation import gettext as _

from tinhso.engines.exchange.errors import NotInForce
from tinhso.engines.exchange.models import Message
from tinhso.engines.exchange.rules.receipts import SIGNATURE
from tinhso.foundation.audit import merkle

OFFLINE = Path(__file__).parent / "offline"


def authority(demo: Callable[[], bytes]) -> bytes:
    """The root that stamps lead to: the file named by TINHSO_EXCHANGE_TSA_AUTHORITY, else the demo's own."""
    named = os.environ.get("TINHSO_EXCHANGE_TSA_AUTHORITY", "")
    return Path(named).read_bytes() if named else demo()


def way(payloads: list[bytes], index: int) -> list[tuple[str, bytes]]:
    """From a receipt to the root of its batch: on which side each sibling stands, and its hash."""
    leaves, sides = [merkle.leaf(one) for one in payloads], []
    low, high = 0, len(leaves)
    while high - low > 1:
        middle = low + (1 << (high - low - 1).bit_length() - 1)
        sides.append("left" if index >= middle else "right")
        low, high = (middle, high) if index >= middle else (low, middle)
    return list(zip(reversed(sides), merkle.inclusion(leaves, index), strict=True))


def bundle(message: Message, *, plane_pem: bytes, authority_pem: bytes = b"") -> bytes:
    """The ZIP. Refused while the batch has no root yet (a second) or does not stand in the database whole."""
    batch = message.batch
    if batch is None:
        raise NotInForce(_("Biên nhận này chưa vào lô; hãy thử lại sau vài giây."))
    rows = Message.objects.filter(
        segment=batch.segment,
        position__gte=batch.first_position,
        position__lt=batch.first_position + batch.count,
    )
    payloads = [bytes(one) for one in rows.order_by("position").values_list("receipt", flat=True)]
    if len(payloads) != batch.count or merkle.root(map(merkle.leaf, payloads)) != bytes(batch.root):
        raise NotInForce(_("Lô của biên nhận này không còn nguyên trong cơ sở dữ liệu."))
    receipt = bytes(message.receipt)
    files = {"r.json": receipt[SIGNATURE:], "r.sig": receipt[:SIGNATURE], "plane.pem": plane_pem}
    files["root"] = bytes(batch.root)
    for number, (side, sibling) in enumerate(way(payloads, message.position - batch.first_position)):
        files[f"path/{number:02}-{side}"] = sibling
    files |= {"stamp.tsr": bytes(batch.stamp)} if batch.stamp else {}
    files |= {"authority.pem": authority_pem} if authority_pem else {}
    files |= {path.name: path.read_bytes() for path in sorted(OFFLINE.iterdir())}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return packed.getvalue()
