"""The simulated portal as a real process: it files, is told, fails as told, holds everything once, survives a kill."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tinhso.systems.procedures import services as core
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.national import client, services
from tinhso.systems.procedures.national.models import Incoming, Outgoing
from tinhso.systems.procedures.national.testing import CONNECTED, DOOR_SECRET, SECRET, UNIT, USER
from tinhso.systems.procedures.testing import Office


class Process:
    """The simulator, started and killed."""

    def __init__(self, port: int, folder: Path, door: str) -> None:
        self.url, self.folder, self.door, self.port = f"http://127.0.0.1:{port}", folder, door, port
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "tinhso.systems.procedures.national.simulator", "--port", str(self.port)]
        names = {"UNIT": UNIT, "USER": USER, "SECRET": SECRET, "DOOR_SECRET": DOOR_SECRET}
        environment = {**os.environ, **{f"TINHSO_NATIONAL_{name}": value for name, value in names.items()}}
        self.process = subprocess.Popen(
            [*command, "--data", str(self.folder), "--door", self.door], env=environment, start_new_session=True
        )
        _wait(lambda: self.get("/health") == b"ok")

    def kill(self) -> None:
        assert self.process
        os.killpg(self.process.pid, 9)
        self.process.wait(10)

    def get(self, path: str) -> bytes:
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return bytes(answer.read())
        except OSError:
            return b""

    def post(self, path: str, **fields: str) -> str:
        with urllib.request.urlopen(self.url + path, urllib.parse.urlencode(fields).encode(), timeout=20) as answer:
            return str(answer.read().decode())

    def held(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.get("/giu"))
        return found


def _wait(ready: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, "nothing came in time"
        time.sleep(0.05)


@pytest.fixture
def portal(live_server: Any, tmp_path: Path, settings: Any) -> Iterator[Process]:
    for name, value in CONNECTED.items():
        setattr(settings, name, value)
    settings.NATIONAL_PATIENCE = 1
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        process = Process(free.getsockname()[1], tmp_path, f"{live_server.url}/cong-quoc-gia/")
    settings.NATIONAL_URL = process.url
    process.start()
    yield process
    process.kill()
    client.forget_session()


def send_everything(days: int = 0) -> None:
    for _number in range(40):
        if not services.send_round(now=timezone.now() + timedelta(days=days)).tried:
            return


@pytest.mark.django_db(transaction=True)
def test_a_morning_with_the_portal(office: Office, portal: Process) -> None:
    assert "MÔ PHỎNG" in portal.get("/").decode()
    item = json.loads(portal.get("/mau?ma=1.004873&noi=99001"))
    assert "Đã nộp" in portal.post("/nop", tin=json.dumps(item))
    dossier = Dossier.objects.get()
    desk = office.cast.actor("desk_officer")
    send_everything()
    assert portal.held()["dossiers"][dossier.code]["TrangThaiHoSo"] == 1
    core.ask_supplement(actor=desk, dossier_id=dossier.pk, items="Ảnh rõ", reason="Ảnh mờ")
    # Every way to fail strikes in turn; the messages wait and go again.
    for day, way in enumerate(("500", "cut", "lost", "garbage", "session", "timeout"), start=1):
        portal.post("/su-co", cach=way, lan="1", giay="1.3")
        done = services.send_round(limit=1, now=timezone.now() + timedelta(days=day))
        assert done.is_silent is (way != "session"), way
        core.set_fee_state(
            actor=desk, dossier_id=dossier.pk, fee_state="due" if way in ("500", "lost", "session") else "none"
        )
    send_everything(days=20)
    held = portal.held()
    assert held["dossiers"][dossier.code]["TrangThaiHoSo"] == 5 and not held["refused"]
    assert [one["TrangThai"] for one in held["dossiers"][dossier.code]["TienDo"]] == [1, 5]
    assert not Outgoing.objects.exclude(state="sent").exists() and held["repeated"] == 1
    request = dossier.supplement_requests.get()
    assert "Đã gửi" in portal.post("/bo-sung", **{"ma": dossier.code, "yeu-cau": str(request.pk), "loi": "Đã chụp lại"})
    core.receive_dossier(actor=desk, dossier_id=dossier.pk)
    portal.kill()
    assert services.send_round().is_silent
    portal.start()
    send_everything(days=40)
    assert portal.held()["dossiers"][dossier.code]["TrangThaiHoSo"] == 2, "a killed portal forgets nothing"
    assert "Đã rút" in portal.post("/rut", **{"ma": dossier.code, "ly-do": "Không cần nữa"})
    with pytest.raises(urllib.error.HTTPError):
        portal.post("/nop", tin="không phải JSON")
    assert Incoming.objects.filter(state="accepted").count() == 3
