"""clamd as it speaks, files that wait for it, and the store's upkeep."""

from __future__ import annotations

import io
import os
import socketserver
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.files import blobs, checks, errors, scanning, services, upkeep
from tinhso.foundation.files.models import StoredFile
from tinhso.foundation.files.tests import samples
from tinhso.foundation.testing.cast import Cast

MARK = b"%infected"


class Clamd(socketserver.BaseRequestHandler):
    """The part of clamd's protocol that is used: nPING, and nINSTREAM with length-prefixed chunks up to a zero."""

    def handle(self) -> None:
        command = self._until_newline()
        if command == b"nPING":
            self.request.sendall(b"PONG\n")
        elif command == b"nINSTREAM":
            body = b""
            while size := struct.unpack(">I", self._exactly(4))[0]:
                body += self._exactly(size)
            self.request.sendall(b"stream: Demo.Virus-1 FOUND\n" if MARK in body else b"stream: OK\n")

    def _exactly(self, size: int) -> bytes:
        got = b""
        while len(got) < size:
            part = self.request.recv(size - len(got))
            if not part:
                raise ConnectionError
            got += part
        return got

    def _until_newline(self) -> bytes:
        got = b""
        while not got.endswith(b"\n"):
            got += self._exactly(1)
        return got.rstrip(b"\n")


@pytest.fixture
def clamd(tmp_path: Path, settings: Any) -> Iterator[str]:
    address = str(tmp_path / "clamd.sock")
    server = socketserver.ThreadingUnixStreamServer(address, Clamd)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.CLAMD = address
    yield address
    server.shutdown()
    server.server_close()
    thread.join()


def put(cast: Cast, content: bytes, name: str = "a.pdf") -> StoredFile:
    return services.store(cast.actor("citizen"), stream=io.BytesIO(content), name=name, purpose="test")


def infected_pdf() -> bytes:
    return samples.pdf().replace(b"%PDF-1.3\n", b"%PDF-1.3\n" + MARK + b"\n") + b"\n" + MARK


def test_a_clean_file_passes_the_scanner(cast: Cast, clamd: str) -> None:
    file = put(cast, samples.pdf())
    assert (file.state, file.scanned_by) == ("clean", "clamd")
    assert checks.check_scanner().is_fine


def test_what_the_scanner_finds_is_set_apart(cast: Cast, clamd: str) -> None:
    with pytest.raises(errors.Infected):
        put(cast, infected_pdf())
    assert StoredFile.objects.get().finding == "Demo.Virus-1"


@pytest.mark.parametrize("address", ["/nowhere/clamd.sock", "127.0.0.1:1"])
def test_while_the_scanner_is_silent_files_wait(cast: Cast, settings: Any, address: str) -> None:
    settings.CLAMD = address
    file = put(cast, samples.pdf())
    assert file.state == "pending"
    with pytest.raises(errors.NotReadable, match="chờ quét"):
        file.open()
    assert not checks.check_scanner().is_fine
    assert upkeep.rescan_pending() == 0


def test_waiting_files_are_scanned_when_it_answers_again(cast: Cast, settings: Any, clamd: str) -> None:
    settings.CLAMD = "/nowhere/clamd.sock"
    good, bad, same = put(cast, samples.pdf()), put(cast, infected_pdf()), put(cast, infected_pdf(), "b.pdf")
    settings.CLAMD = clamd
    assert upkeep.rescan_pending() >= 2
    states = {file.pk: file.state for file in StoredFile.objects.all()}
    assert states == {good.pk: "clean", bad.pk: "quarantined", same.pk: "quarantined"}
    assert not blobs.blob_path(bad.sha256).exists()
    assert (blobs.folder("quarantine") / bad.sha256).exists()


def test_an_infected_file_is_recorded_even_when_the_act_rolls_back(cast: Cast) -> None:
    with pytest.raises(errors.Infected), transaction.atomic():
        put(cast, scanning.EICAR, "hồ sơ.pdf")
    assert not StoredFile.objects.exists()
    assert upkeep.adopt_quarantined() == 1
    row = StoredFile.objects.get()
    assert (row.name, row.state, row.account_id) == ("hồ sơ.pdf", "quarantined", cast.citizen.pk)
    assert AuditRow.objects.filter(act="files.file.quarantined", object_id=str(row.pk)).exists()
    assert upkeep.adopt_quarantined() == 0


def test_only_old_blobs_without_a_row_are_swept(cast: Cast) -> None:
    kept = put(cast, samples.pdf())
    orphan, fresh = samples.picture("PNG"), samples.picture("JPEG")
    for content in (orphan, fresh):
        with blobs.receive(io.BytesIO(content), 10**6) as arrival:
            blobs.keep(arrival)
            path = blobs.blob_path(arrival.sha256)
        if content is orphan:
            os.utime(path, (time.time() - 90_000,) * 2)
    half = blobs.folder("incoming") / "half"
    half.write_bytes(b"half")
    os.utime(half, (time.time() - 90_000,) * 2)
    os.utime(blobs.blob_path(kept.sha256), (time.time() - 90_000,) * 2)
    assert upkeep.sweep_orphans() == 2
    assert kept.read() == samples.pdf() and path.exists() and not half.exists()


def test_erased_content_goes_with_the_night_unless_somebody_else_holds_the_same(cast: Cast) -> None:
    actor = cast.actor("citizen")
    mine, theirs = put(cast, samples.pdf()), put(cast, samples.pdf())
    alone = put(cast, samples.picture("PNG"), "a.png")
    for one in (mine, alone):
        assert services.erase(actor, file=one, reason="Yêu cầu xóa") and not services.erase(actor, file=one, reason="x")
        os.utime(blobs.blob_path(one.sha256), (time.time() - 90_000,) * 2)
    assert upkeep.sweep_orphans() == 1
    assert theirs.read() == samples.pdf() and not blobs.blob_path(alone.sha256).exists()
    assert AuditRow.objects.filter(act="files.file.erased").count() == 2


def test_the_doctor_says_when_the_store_cannot_be_written(settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
    assert checks.check_store().is_fine

    def refuse(*args: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    told = checks.check_store()
    assert not told.is_fine and "Không ghi được" in told.sentence
