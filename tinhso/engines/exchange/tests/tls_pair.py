"""Both ends of a call by certificate, as files. Apart from `plane_world`, which processes without the registry load."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tinhso.engines.exchange import authority
from tinhso.engines.exchange.services.keys import Issued


def tls_files(folder: Path, certified: Issued) -> None:
    """What both ends of a call by certificate need, in `folder`: ca.pem, client.pem, and the server's own pair."""
    (folder / "ca.pem").write_text(authority.certificate_pem())
    (folder / "client.pem").write_text(certified.key.public_pem + certified.private_pem)
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    made = [*new, "-keyout", "server.key", "-out", "server.pem", "-subj", "/CN=localhost"]
    subprocess.run(made, cwd=folder, check=True, capture_output=True)
