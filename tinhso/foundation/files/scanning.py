"""Virus scanning: the EICAR test string by ourselves, everything else by clamd when one is configured."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import clamd
from django.conf import settings

# The industry's harmless test file; written in two halves so that this source is not itself "infected".
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_WINDOW = 1024 * 1024


@dataclass(frozen=True)
class Verdict:
    """`is_infected` None: nobody could say yet (clamd is configured and does not answer)."""

    is_infected: bool | None
    finding: str = ""
    by: str = ""


def scan(path: Path) -> Verdict:
    """Scans a whole file. Without clamd configured, our own checks are all there is, and the verdict says so."""
    if _holds_eicar(path):
        return Verdict(True, "EICAR-Test-File", "tinhso")
    address = clamd_address()
    if not address:
        return Verdict(False, "", "tinhso")
    return _ask_clamd(address, path)


def clamd_address() -> str:
    """TINHSO_CLAMD: a Unix socket's path, or host:port; empty when no scanner is configured."""
    return str(getattr(settings, "CLAMD", "") or os.environ.get("TINHSO_CLAMD", ""))


def _holds_eicar(path: Path) -> bool:
    tail = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_WINDOW):
            if EICAR in tail + chunk:
                return True
            tail = chunk[-len(EICAR) :]
    return False


def connect(address: str, timeout: float = 30) -> clamd.ClamdNetworkSocket | clamd.ClamdUnixSocket:
    """A client for `host:port` or `/path/of/socket`."""
    network = re.fullmatch(r"(?P<host>[\w.\-\[\]:]+):(?P<port>\d+)", address)
    if network and not address.startswith("/"):
        return clamd.ClamdNetworkSocket(network["host"], int(network["port"]), timeout=timeout)
    return clamd.ClamdUnixSocket(address, timeout=timeout)


def _ask_clamd(address: str, path: Path) -> Verdict:
    try:
        with path.open("rb") as stream:
            status, finding = connect(address).instream(stream)["stream"]
    except (clamd.ClamdError, OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        return Verdict(None, f"{type(fault).__name__}", "clamd")
    if status == "FOUND":
        return Verdict(True, str(finding)[:200], "clamd")
    return Verdict(False, "", "clamd") if status == "OK" else Verdict(None, str(finding)[:200], "clamd")
