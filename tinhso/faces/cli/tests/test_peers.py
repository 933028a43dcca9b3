"""`tinhso peer` and `tinhso receipt` on real files: what is written, what is said, what is refused in a sentence."""

from __future__ import annotations

import base64
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import override_settings
from django.utils import timezone

from tinhso.engines.exchange import receipt_files
from tinhso.engines.exchange.models import Message, Peer
from tinhso.engines.exchange.rules import receipts as format_of
from tinhso.engines.exchange.services.peers import describe, folder
from tinhso.engines.exchange.signing_key import thumbprint
from tinhso.engines.exchange.testing import peer_row
from tinhso.faces.cli import peers, receipts
from tinhso.faces.cli.words import Trouble

pytestmark = pytest.mark.django_db
KEY = Ed25519PrivateKey.generate()


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def signed(number: str, status: int = 200) -> bytes:
    said = {
        "id": str(uuid.uuid4()), "at": timezone.now().isoformat(), "client": "TINHSO/GOV/B1/DVC",
        "service": "BAN/GOV/X1/HT/persons", "status": status, "error": "", "answer": {"body": "b" * 128},
        "peer": {"instance": "BAN", "request": "", "passed": number * 128},
    }  # fmt: skip
    text = format_of.canonical(said)
    return KEY.sign(text) + text


def kept(payload: bytes) -> Message:
    said = json.loads(payload[format_of.SIGNATURE :])
    return Message.objects.create(
        uid=said["id"], at=said["at"], client_identifier=said["client"], service_identifier=said["service"],
        method="GET", status=said["status"], duration_ms=1, receipt=payload, segment="t",
        position=Message.objects.count(),
    )  # fmt: skip


def test_a_description_is_written_once_and_its_mark_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    settings.EXCHANGE_PUBLIC_URL = "https://ta.example.vn:8443"
    file = tmp_path / "mo-ta.json"
    peers.describe(file)
    assert json.loads(file.read_bytes())["signature"]
    assert peers_mark() in capsys.readouterr().out
    before = file.read_bytes()
    with pytest.raises(Trouble, match="đã có"):
        peers.describe(file)
    assert file.read_bytes() == before


def peers_mark() -> str:
    from tinhso.engines.exchange.services.peers import own_fingerprint

    return own_fingerprint()


def test_a_peer_is_admitted_by_the_mark_that_was_told_and_by_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with override_settings(EXCHANGE_INSTANCE="BAN"):
        document = describe(KEY, title="Tỉnh bạn", url="https://ban.example.vn:8443")
    said = json.loads(document)["description"] | {"certificate_sha256": "ab" * 32}
    mark = base64.b64encode(KEY.sign(format_of.canonical(said))).decode()
    file = tmp_path / "ban.json"
    file.write_text(json.dumps({"description": said, "signature": mark}), encoding="utf-8")
    with pytest.raises(Trouble, match="vân tay"):
        peers.admit(file, "00" * 32)
    assert not Peer.objects.exists()
    peers.admit(file, thumbprint(KEY))
    assert Peer.objects.get().instance == "BAN" and "✓" in capsys.readouterr().out


def test_receipts_go_out_come_back_and_differences_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    peer_row(KEY)
    for number in "01":
        kept(signed(number))
    out = tmp_path / "ta.txt"
    peers.receipts("BAN", out, 2)
    assert len(out.read_bytes().splitlines()) == 2
    with pytest.raises(Trouble, match="đã có"):
        peers.receipts("BAN", out, 2)
    with pytest.raises(Trouble, match="KHAC"):
        peers.receipts("KHAC", tmp_path / "khac.txt", 2)
    assert not (tmp_path / "khac.txt").exists()
    theirs = tmp_path / "ban.txt"
    theirs.write_bytes(b"\n".join(map(base64.b64encode, (signed("0"), signed("1")))))
    assert peers.compare("BAN", theirs, 2) is True
    theirs.write_bytes(b"\n".join(map(base64.b64encode, (signed("0"), signed("1", status=504), signed("7")))))
    assert peers.compare("BAN", theirs, 2) is False
    said = capsys.readouterr().out
    assert "hai bên ghi khác nhau: 200 / 504" in said and "chỉ bên kia có" in said
    theirs.write_bytes(b"khong phai bien nhan")
    with pytest.raises(Trouble, match="Dòng 1"):
        peers.compare("BAN", theirs, 2)


def test_a_receipt_is_exported_once_its_lot_stands_and_never_over_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands in the ZIP is judged by openssl where a plane has really run (engines/exchange)."""
    message, file = kept(signed("0")), tmp_path / "bien-nhan.zip"
    for unknown in (str(uuid.uuid4()), "khong-phai-ma"):
        with pytest.raises(Trouble, match="Không có biên nhận"):
            receipts.export(unknown, file)
    with pytest.raises(Trouble, match=r"plane\.pem"):
        receipts.export(str(message.uid), file)
    folder().mkdir(parents=True, exist_ok=True)
    public = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder() / "plane.pem").write_bytes(public)
    with pytest.raises(Trouble, match="chưa vào lô"):
        receipts.export(str(message.uid), file)
    assert not file.exists()
    monkeypatch.setattr(receipt_files, "bundle", lambda _message, *, plane_pem, authority_pem: plane_pem)
    receipts.export(str(message.uid), file)
    assert file.read_bytes() == public
    file.write_bytes(b"another's")
    with pytest.raises(Trouble, match="đã có"):
        receipts.export(str(message.uid), file)
    assert file.read_bytes() == b"another's"
