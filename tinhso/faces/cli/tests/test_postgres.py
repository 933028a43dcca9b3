"""PostgreSQL by itself: found in order, started as whoever we are, its leftovers dealt with."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tinhso.faces.cli import postgres
from tinhso.faces.cli.place import Place, is_alive
from tinhso.faces.cli.words import Trouble

pytestmark = pytest.mark.faults


@pytest.fixture(params=["machine", "pip"])
def origin(request: pytest.FixtureRequest) -> str:
    if not any(one.origin == request.param for one in postgres.find_binaries()):
        pytest.skip(f"NOT RUN: no PostgreSQL of the {request.param} here")
    return str(request.param)


@pytest.fixture
def place() -> Iterator[Place]:
    """A folder that nobody else may enter: for root the server's own folder must then lie elsewhere."""
    folder = Path(tempfile.mkdtemp(prefix="tinhso-pg-"))
    one = Place(folder / "data", 0)
    one.make()
    yield one
    postgres.forget(one)
    shutil.rmtree(folder)


@contextlib.contextmanager
def running(server: postgres.Server) -> Iterator[postgres.Server]:
    try:
        server.start()
        yield server
    finally:
        server.stop()


def test_each_kind_of_server_starts_keeps_its_data_and_stops(origin: str, place: Place) -> None:
    with running(postgres.own_server(place, fast=True, origin=origin)) as server:
        server.ensure_database()
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE kept (word text)")
            connection.execute("INSERT INTO kept VALUES ('đã ghi')")
        assert server.process
        pid = server.process.pid
        assert os.stat(f"/proc/{pid}").st_uid != 0  # noqa: PTH116 - of the process, not of a path
    assert not is_alive(pid)
    with (
        running(postgres.own_server(place, fast=True, origin=origin)) as again,
        psycopg.connect(again.url) as connection,
    ):
        assert connection.execute("SELECT word FROM kept").fetchone() == ("đã ghi",)
        encoding, collation = connection.execute(
            "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = current_database()"
        ).fetchone() or ("", "")
        assert encoding == "UTF8" and collation.startswith("C")


def test_nobody_signs_in_without_the_password(place: Place) -> None:
    with running(postgres.own_server(place, fast=True)) as server:
        server.ensure_database()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(server.url.replace(server.password, "guess"))


def test_a_server_left_behind_is_ended_and_a_dead_ones_mark_is_removed(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    left = postgres.own_server(place, fast=True)
    left.start()
    assert left.process
    with running(postgres.own_server(place, fast=True)) as server:
        assert server.process and left.process.wait(10) == 0
        assert "còn sót lại" in capsys.readouterr().out
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        assert (server.folder / "postmaster.pid").exists()
        server.start()
        assert "dừng đột ngột" in capsys.readouterr().out
        assert server.is_running()


def test_a_strangers_process_number_is_not_taken_for_the_server(place: Place) -> None:
    server = postgres.own_server(place, fast=True)
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (server.folder / "postmaster.pid").write_text(f"{stranger.pid}\n{server.folder}\n")
        with running(server):
            assert stranger.poll() is None
        stranger.kill()


def test_data_of_a_version_that_is_gone_is_told_in_a_sentence(place: Place) -> None:
    folder, _ = postgres.home_of_cluster(place)
    folder.mkdir(exist_ok=True)
    (folder / "PG_VERSION").write_text("9\n")
    with pytest.raises(Trouble, match="PostgreSQL 9"):
        postgres.choose(folder, "")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://nobody@127.0.0.1:1/none", "127.0.0.1:1/none"),
        ("postgresql://nobody:secret-word@127.0.0.1:1/none", "127.0.0.1:1/none"),
        ("not an address", "DATABASE_URL"),
    ],
)
def test_a_given_database_that_does_not_answer_is_told_without_its_password(url: str, said: str) -> None:
    with pytest.raises(Trouble, match=said) as trouble:
        postgres.check_given(url)
    assert "secret-word" not in str(trouble.value)
