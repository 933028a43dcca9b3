"""`tinhso exchange`: the data plane's processes, and who stamps their evidence."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from asn1crypto import tsp

from tinhso.engines.exchange.plane import parent
from tinhso.engines.exchange.plane.config import from_environment


def run() -> None:
    """Serves until stopped. A demo without a time-stamping authority asks its own demonstration authority."""
    parent.run(from_environment(), demo_stamp if os.environ.get("TINHSO_DEMO") else None)


def demo_stamp(asked: tsp.TimeStampReq) -> bytes:
    from tinhso.engines.signing.timestamping import stamper

    answer: bytes = stamper(datetime.now(UTC)).request_tsa_response(asked).dump()
    return answer
