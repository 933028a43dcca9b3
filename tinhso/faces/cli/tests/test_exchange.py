"""`tinhso exchange` as an installation starts it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from tinhso.engines.exchange import authority
from tinhso.faces.cli import environment, exchange


def test_callers_certificates_are_judged_by_the_authority_that_issues_them(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(environment, "setup", lambda: None)
    told = Path(exchange.own_authority(tmp_path / "evidence"))
    trusted = x509.load_pem_x509_certificate(told.read_bytes())
    assert trusted == authority.ensure().certificate
    assert trusted.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    exchange.own_authority(tmp_path / "evidence")
    assert x509.load_pem_x509_certificate(told.read_bytes()) == trusted
