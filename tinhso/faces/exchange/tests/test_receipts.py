"""The receipt of a call as a file, for people of its two sides; judged by openssl through the script inside it."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.utils import timezone

from tinhso.engines.exchange.models import MerkleBatch, Message
from tinhso.engines.exchange.testing import World, call_of
from tinhso.faces.exchange.tests.conftest import window_of
from tinhso.foundation.audit import merkle
from tinhso.foundation.audit.models import AuditRow

KEY = Ed25519PrivateKey.generate()
PAGE = "/lien-thong/bien-nhan/"


@pytest.fixture(autouse=True)
def plane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the plane keeps its public key."""
    monkeypatch.setenv("TINHSO_EXCHANGE_FOLDER", str(tmp_path))
    public = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "plane.pem").write_bytes(public)
    yield tmp_path


def _call(world: World, **changes: Any) -> Message:
    """A call whose receipt stands in a batch of its own, or, with `changes`, something else than that."""
    text = json.dumps({"id": "một lần gọi"}).encode()
    receipt = KEY.sign(text) + text
    root = merkle.root([merkle.leaf(receipt)])
    batch = MerkleBatch.objects.create(segment="thu", first_position=3, count=1, root=root, at=timezone.now())
    return call_of(world.granted(), **({"receipt": receipt, "position": 3, "batch": batch} | changes))


def _exports() -> int:
    return AuditRow.objects.filter(act="exchange.receipt.exported").count()


def test_both_sides_take_the_receipt_and_openssl_agrees(world: World, tmp_path: Path) -> None:
    call = _call(world)
    for number, account in enumerate((world.cast.leader, world.cast.leader_elsewhere)):
        window = window_of(account)
        for query in (f"?ma={call.uid}", f"?thoa-thuan={call.agreement_id}"):
            assert f"{PAGE}{call.uid}/tai/" in window.get(PAGE + query).content.decode()
        answer = window.post(f"{PAGE}{call.uid}/tai/")
        assert answer["Content-Type"] == "application/zip" and "no-store" in answer["Cache-Control"]
        folder = tmp_path / f"ra-{number}"
        zipfile.ZipFile(io.BytesIO(answer.content)).extractall(folder)
        said = subprocess.run(["sh", "kiem-tra.sh"], cwd=folder, capture_output=True, text=True)
        assert said.returncode == 0 and "Root OK" in said.stdout
        (folder / "r.json").write_bytes(b"{}")
        assert subprocess.run(["sh", "kiem-tra.sh"], cwd=folder, capture_output=True).returncode != 0
    assert _exports() == 2
    last = AuditRow.objects.filter(act="exchange.receipt.exported").latest("pk")
    assert last.actor_id == world.cast.leader_elsewhere.pk and last.details["uid"] == str(call.uid)


def test_nobody_else_sees_or_takes_it_and_a_get_takes_nothing(world: World) -> None:
    call = _call(world)
    for name in ("desk_officer", "resolving_officer_elsewhere", "provincial_leader", "citizen"):
        window = window_of(getattr(world.cast, name))
        assert str(call.uid) + "/tai/" not in window.get(f"{PAGE}?ma={call.uid}").content.decode()
        assert window.get(f"{PAGE}?thoa-thuan={call.agreement_id}").status_code in (302, 403, 404)
        assert window.post(f"{PAGE}{call.uid}/tai/").status_code in (302, 403, 404)
    assert Client().post(f"{PAGE}{call.uid}/tai/").status_code in (302, 403)
    assert window_of(world.cast.leader).get(f"{PAGE}{call.uid}/tai/").status_code == 405
    assert _exports() == 0


def test_a_third_unit_of_the_same_rank_sees_nothing(world: World) -> None:
    call = _call(world, agreement=None, service=None, client_identifier="HT/GOV/khac/he-thong")
    window = window_of(world.cast.leader)
    assert "Không thấy biên nhận nào" in window.get(f"{PAGE}?ma={call.uid}").content.decode()
    assert window.post(f"{PAGE}{call.uid}/tai/").status_code == 404


def test_a_call_to_a_peer_is_its_callers_alone(world: World) -> None:
    call = _call(world, agreement=None, service=None)
    assert window_of(world.cast.leader).post(f"{PAGE}{call.uid}/tai/").status_code == 404
    assert window_of(world.cast.leader_elsewhere).post(f"{PAGE}{call.uid}/tai/").status_code == 200


WRONG = [({"batch": None}, "chưa vào lô"), ({"receipt": b"x" * 80}, "không còn nguyên"), ({}, "khoá công khai")]


@pytest.mark.parametrize(("changes", "sentence"), WRONG)
def test_what_cannot_be_proved_is_refused_in_words(
    world: World, plane: Path, changes: dict[str, Any], sentence: str
) -> None:
    call = _call(world, **changes)
    if not changes:
        (plane / "plane.pem").unlink()
    answer = window_of(world.cast.leader).post(f"{PAGE}{call.uid}/tai/", follow=True)
    assert answer.redirect_chain and answer.status_code == 200 and sentence in answer.content.decode()
    assert _exports() == 0


@pytest.mark.parametrize("typed", ["khong-phai-ma", "a\x00b", "' OR 1=1", "9" * 80, str(UUID(int=7))])
def test_hostile_codes_find_nothing(world: World, typed: str) -> None:
    window = window_of(world.cast.leader)
    answer = window.get(PAGE, {"ma": typed})
    assert answer.status_code == 200 and "/tai/" not in answer.content.decode()
    assert window.get(PAGE, {"thoa-thuan": typed}).status_code == 404
