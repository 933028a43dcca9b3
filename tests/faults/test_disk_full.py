"""A full disk: a sentence at the start, a refused act in between, and nothing acknowledged lost."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tinhso.faces.cli import postgres
from tinhso.faces.cli.place import Place
from tinhso.faces.cli.words import Trouble
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.files import services as files
from tinhso.foundation.files.models import StoredFile
from tinhso.foundation.text.errors import Refused

pytestmark = pytest.mark.faults
MEBIBYTE = 1024 * 1024


@pytest.fixture
def small(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A disk of `param` MiB."""
    if os.geteuid() != 0:
        pytest.skip("NOT RUN: a disk of its own size can only be mounted by root")
    folder = Path(tempfile.mkdtemp(prefix="tinhso-full-"))
    size = f"size={request.param}m,mode=755"
    if subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], capture_output=True).returncode:
        folder.rmdir()
        pytest.skip("NOT RUN: this machine does not let us mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("small", [12], indirect=True)
def test_a_start_on_a_full_disk_is_a_sentence(small: Path) -> None:
    place = Place(small / "data", 0)
    place.make()
    with pytest.raises(Trouble, match="đầy"):
        postgres.own_server(place, fast=True)
    fill(small)
    with pytest.raises(Trouble, match="đầy"):
        place.make()


def fill(folder: Path) -> None:
    """Takes every last byte that can be had, then asks for one more."""
    with (folder / "filler").open("ab", buffering=0) as out:
        for size in (MEBIBYTE, 4096, 1):
            try:
                while out.write(bytes(size)) == size:
                    pass
            except OSError:
                continue


@pytest.mark.parametrize("small", [150], indirect=True)
def test_a_disk_that_fills_up_loses_nothing_acknowledged_and_goes_on_when_there_is_room(small: Path) -> None:
    place = Place(small / "data", 0)
    place.make()
    server = postgres.own_server(place)
    (small / "ballast").write_bytes(bytes(24 * MEBIBYTE))
    acknowledged = []
    try:
        server.start()
        server.ensure_database()
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE act (id int PRIMARY KEY, body bytea)")
            connection.execute("CREATE TABLE trace (id int PRIMARY KEY REFERENCES act)")
            connection.execute("ALTER TABLE act ALTER body SET STORAGE EXTERNAL")
            with pytest.raises(psycopg.OperationalError):  # DiskFull, or the server had to stop
                for number in range(2000):
                    with connection.transaction():
                        connection.execute("INSERT INTO act VALUES (%s, %s)", [number, os.urandom(200_000)])
                        connection.execute("INSERT INTO trace VALUES (%s)", [number])
                    acknowledged.append(number)
        assert acknowledged
        (small / "ballast").unlink()
        if not server.is_running() or server.wait_until_ready(60):
            server.stop()
            server.start()
        with psycopg.connect(server.url, autocommit=True) as connection:
            acts = {row[0] for row in connection.execute("SELECT id FROM act")}
            traces = {row[0] for row in connection.execute("SELECT id FROM trace")}
            connection.execute("INSERT INTO act VALUES (999999, 'x')")
        assert set(acknowledged) <= acts and acts == traces
    finally:
        server.stop()


@pytest.mark.parametrize("small", [4], indirect=True)
def test_an_upload_on_a_full_disk_is_refused_with_nothing_kept(small: Path, db: None, settings: Any) -> None:
    settings.DATA_DIR = small
    (small / "files").mkdir()
    fill(small)
    upload = io.BytesIO(b"%PDF-1.4\n" + os.urandom(2 * MEBIBYTE) + b"\n%%EOF")
    with pytest.raises((Refused, OSError)) as refused:
        files.store(Actor.system(), stream=upload, name="đơn.pdf", purpose="test")
    assert isinstance(refused.value, Refused), refused.value
    assert not StoredFile.objects.exists()
