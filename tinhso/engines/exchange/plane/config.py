"""What a plane is told: by environment, so that the parent and its workers read the same."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20


@dataclass(frozen=True)
class Config:
    """Where it listens, where its evidence lies, whom it trusts, and the bounds of everything."""

    folder: Path
    instance: str = "TINHSO"
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = 0
    workers: int = 1
    tls_certificate: str = ""
    tls_key: str = ""
    client_authority: str = ""
    tsa_url: str = ""
    # Segments that are wholly in PostgreSQL stay on disk so long after their last receipt.
    kept_seconds: float = 24 * 3600.0
    # Bodies up to here are held whole (retried, filtered, checked); larger ones stream.
    held_bytes: int = MIB
    # The largest JSON answer that is read for its fields; a larger one is refused when fields must be filtered.
    filtered_bytes: int = 32 * MIB
    largest_bytes: int = 4096 * MIB
    # A SOAP request is held whole: nothing of it goes on before all of it was looked at.
    soap_bytes: int = 8 * MIB
    header_seconds: float = 15.0
    body_seconds: float = 30.0
    write_seconds: float = 30.0
    breaker_failures: int = 5
    breaker_seconds: float = 10.0
    cache_bytes: int = 64 * MIB
    segment_bytes: int = 64 * MIB
    root_seconds: float = 1.0
    # The nginx plane: each receipt's text is on the disk, not only in the kernel's hands, before the answer leaves.
    syncs: bool = False


def from_environment() -> Config:
    """TINHSO_EXCHANGE_* as the launcher or systemd sets them."""

    def text(name: str, otherwise: str = "") -> str:
        return os.environ.get(f"TINHSO_EXCHANGE_{name}", otherwise)

    return Config(
        folder=Path(text("FOLDER") or Path(os.environ.get("TINHSO_DATA", "data")) / "exchange"),
        instance=text("INSTANCE", "TINHSO"),
        database_url=os.environ.get("DATABASE_URL", ""),
        host=text("HOST", "127.0.0.1"),
        port=int(text("PORT", "8443")),
        workers=max(1, int(text("WORKERS", "1"))),
        tls_certificate=text("TLS_CERTIFICATE"),
        tls_key=text("TLS_KEY"),
        client_authority=text("CLIENT_AUTHORITY"),
        tsa_url=text("TSA_URL"),
        kept_seconds=float(text("KEPT_HOURS", "24")) * 3600,
        syncs=text("SYNC") == "1",
    )
