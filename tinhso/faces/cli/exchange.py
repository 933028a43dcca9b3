"""`tinhso exchange`: the data plane's processes, and who stamps their evidence."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from asn1crypto import tsp

from tinhso.engines.exchange.plane import parent
from tinhso.engines.exchange.plane.config import from_environment
from tinhso.faces.cli import environment


def run() -> None:
    """Serves until stopped. A demo without a time-stamping authority asks its own demonstration authority."""
    config = from_environment()
    if config.tls_certificate and not config.client_authority:
        os.environ["TINHSO_EXCHANGE_CLIENT_AUTHORITY"] = own_authority(config.folder)
    parent.run(from_environment(), demo_stamp if os.environ.get("TINHSO_DEMO") else None)


def own_authority(folder: Path) -> str:
    """Where TLS is spoken, callers' certificates are those that this exchange issued, unless another is named."""
    environment.setup()
    from tinhso.engines.exchange.authority import certificate_pem

    folder.mkdir(parents=True, exist_ok=True)
    place = folder / "authority.pem"
    place.write_text(certificate_pem(), encoding="ascii")
    return str(place)


def demo_stamp(asked: tsp.TimeStampReq) -> bytes:
    from tinhso.engines.signing.timestamping import stamper

    answer: bytes = stamper(datetime.now(UTC)).request_tsa_response(asked).dump()
    return answer
