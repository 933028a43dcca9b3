"""What this installation trusts: the demo root, and every root and revocation list in DATA_DIR/keys/roots."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from asn1crypto import pem
from asn1crypto import x509 as asn1_x509

from tinhso.engines.signing import authority, keys


def roots() -> list[asn1_x509.Certificate]:
    """The roots, the demo's first. Files are read again only when they change."""
    return [authority.ensure().root.asn1, *(asn1_x509.Certificate.load(one) for one in _files(".pem", ".crt", ".cer"))]


def foreign_crls() -> list[bytes]:
    return _files(".crl")


def _files(*suffixes: str) -> list[bytes]:
    paths = sorted((keys.folder() / "roots").glob("*.*"))
    return [_der(str(path), path.stat().st_mtime_ns) for path in paths if path.suffix in suffixes]


@lru_cache(maxsize=64)
def _der(path: str, _changed: int) -> bytes:
    content = Path(path).read_bytes()
    return bytes(pem.unarmor(content)[2]) if pem.detect(content) else content
