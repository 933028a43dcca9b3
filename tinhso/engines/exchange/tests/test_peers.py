"""A peer is taken in by what it signed and what a person was told; receipts are compared as they were signed."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import override_settings
from django.utils import timezone

from tinhso.engines.exchange import services
from tinhso.engines.exchange.comparing_receipts import Verdict, compared, exported
from tinhso.engines.exchange.errors import Clash, NotInForce, WrongInput
from tinhso.engines.exchange.models import Message, Peer, Subsystem
from tinhso.engines.exchange.rules import receipts
from tinhso.engines.exchange.services.peers import describe
from tinhso.engines.exchange.signing_key import thumbprint
from tinhso.engines.exchange.testing import World, peer_row
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor

pytestmark = pytest.mark.django_db
KEY = Ed25519PrivateKey.generate()
MARK = thumbprint(KEY)


def described(**settings: Any) -> bytes:
    with override_settings(**({"EXCHANGE_INSTANCE": "BAN"} | settings)):
        return describe(KEY, title="Tỉnh bạn", url="https://ban.example.vn:8443")


def changed(document: bytes, **fields: Any) -> bytes:
    """The document with other fields, signed again by the same key."""
    said = json.loads(document)["description"] | fields
    return json.dumps(
        {"description": said, "signature": base64.b64encode(KEY.sign(receipts.canonical(said))).decode()}
    ).encode()


SYSTEMS = [{"class": "GOV", "member": "X1", "member_name": "Sở Nội vụ", "code": "DVC", "name": "Dịch vụ công"}]


def whole() -> bytes:
    return changed(described(), certificate_sha256="ab" * 32, systems=SYSTEMS)


def admit(document: bytes, mark: str = MARK, actor: Actor | None = None) -> Peer:
    return services.admit_peer(actor=actor or Actor.system("kiểm thử"), document=document, fingerprint=mark)


def test_a_peer_is_admitted_with_its_systems_and_its_newer_description_taken(world: World) -> None:
    shown = ":".join(MARK[at : at + 2] for at in range(0, 64, 2)).upper()
    peer = admit(whole(), shown)
    assert (peer.instance, peer.url, peer.thumbprint) == ("BAN", "https://ban.example.vn:8443", MARK)
    assert Subsystem.objects.get(member__instance="BAN").identifier == "BAN/GOV/X1/DVC"
    moved = changed(whole(), url="https://moi.example.vn:8443")
    assert admit(moved).pk == peer.pk and Peer.objects.get().url == "https://moi.example.vn:8443"
    with pytest.raises(Clash, match="cũ hơn"):
        admit(changed(whole(), made_at="2020-01-01T00:00:00+00:00"))
    services.remove_peer(actor=Actor.system("kiểm thử"), peer=peer, reason="đổi khoá bên kia")
    with pytest.raises(NotInForce):
        services.remove_peer(actor=Actor.system("kiểm thử"), peer=peer, reason="đổi khoá bên kia")
    assert admit(whole()).pk != peer.pk


def test_only_who_reaches_the_whole_province_admits(world: World) -> None:
    for name in ("leader", "citizen", "auditor"):
        with pytest.raises(access.Denied):
            admit(whole(), actor=world.cast.actor(name))
    assert not Peer.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"instance": "TINHSO"},
        {"instance": "a/b"},
        {"url": "http://ban.example.vn"},
        {"url": "https://127.0.0.1"},
        {"url": "https://ban.example.vn/x"},
        {"url": "file:///etc/passwd"},
        {"certificate_sha256": ""},
        {"certificate_sha256": "zz"},
        {"v": 2},
        {"systems": [{"class": "GOV"}]},
        {"systems": 7},
        {"systems": [SYSTEMS[0] | {"code": "a/b"}]},
        {"made_at": "2026-01-01"},
        {"key": "x"},
    ],
)
@override_settings(DEMO=False)
def test_a_description_that_does_not_hold_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(WrongInput):
        admit(changed(whole(), **fields))
    assert not Peer.objects.exists()


def test_a_wrong_signature_a_wrong_fingerprint_or_no_description(world: World) -> None:
    said = json.loads(whole())
    said["description"]["url"] = "https://ke-gian.example.vn"
    with pytest.raises(WrongInput, match="Chữ ký"):
        admit(json.dumps(said).encode())
    with pytest.raises(WrongInput, match="vân tay"):
        admit(whole(), "00" * 32)
    for junk in (b"", b"{}", b"[]", b"\xff", b'{"description": {}, "signature": ""}', b"[" * 9999):
        with pytest.raises(WrongInput):
            admit(junk)


def receipt(number: str, key: Ed25519PrivateKey, **changes: Any) -> bytes:
    """A signed receipt of a call between two exchanges."""
    said = {
        "id": str(uuid.uuid4()), "at": timezone.now().isoformat(), "client": "TINHSO/GOV/B1/DVC",
        "service": "BAN/GOV/X1/HT/persons", "status": 200, "error": "", "answer": {"body": "b" * 128},
        "peer": {"instance": "BAN", "request": "", "passed": number * 128},
    }  # fmt: skip
    text = receipts.canonical(said | changes)
    return key.sign(text) + text


def keep(payload: bytes) -> None:
    said = json.loads(payload[receipts.SIGNATURE :])
    Message.objects.create(
        uid=said["id"], at=said["at"], client_identifier=said["client"], service_identifier=said["service"],
        method="GET", status=said["status"], duration_ms=1, receipt=payload, segment="t",
        position=Message.objects.count(),
    )  # fmt: skip


def test_receipts_of_both_sides_are_laid_side_by_side(world: World) -> None:
    ours, peer = Ed25519PrivateKey.generate(), peer_row(KEY)
    for number in "012":
        keep(receipt(number, ours))
    keep(receipt("9", ours, service="TINHSO/GOV/A1/HKD/households", client="TINHSO/GOV/B1/DVC"))
    since, until = timezone.now() - timedelta(hours=1), timezone.now() + timedelta(hours=1)
    assert len(list(exported(peer, since, until))) == 3
    there = [receipt("0", KEY), receipt("1", KEY, status=504, error="x"), receipt("3", KEY)]
    pairs = compared(peer, b"\n".join(map(base64.b64encode, there)), since, until)
    assert [(pair.verdict, (pair.ours or pair.theirs).passed[0]) for pair in pairs] == [  # type: ignore[union-attr]
        (Verdict.DIFFERENT, "1"),
        (Verdict.OURS_ONLY, "2"),
        (Verdict.THEIRS_ONLY, "3"),
        (Verdict.SAME, "0"),
    ]
    for forged in (receipt("0", ours), b"x" * 80, b""):
        with pytest.raises(WrongInput, match="Dòng 2"):
            compared(peer, base64.b64encode(there[0]) + b"\n" + (base64.b64encode(forged) or b"?"), since, until)
