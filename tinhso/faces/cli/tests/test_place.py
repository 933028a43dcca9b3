"""Ports, folders and locks: what is wrong is said in a sentence that says what to do."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

import pytest

from tinhso.faces.cli import place as places
from tinhso.faces.cli.place import Place
from tinhso.faces.cli.words import Trouble


def test_a_busy_port_is_told_with_who_holds_it_and_another_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(Trouble) as trouble:
            places.require_port(port)
    said = str(trouble.value)
    assert str(port) in said and "make demo PORT=" in said and str(os.getpid()) in said


def test_a_free_port_is_fine() -> None:
    places.require_port(places.free_port())


@pytest.mark.parametrize("value", ["abc", "0", "70000", "-1", "80.5", "８０００0"])
def test_a_port_that_is_none_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", value)
    with pytest.raises(Trouble, match="PORT"):
        Place.from_environment()


def test_a_data_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Trouble, match="không phải là thư mục"):
        Place(tmp_path / "file" / "data", 8000).make()


@pytest.mark.parametrize(
    ("number", "said"), [(errno.ENOSPC, "đầy"), (errno.EACCES, "Không ghi được"), (errno.EIO, "Không dùng được")]
)
def test_each_fault_of_a_disk_has_its_sentence(tmp_path: Path, number: int, said: str) -> None:
    assert said in places.folder_sentence(tmp_path, OSError(number, os.strerror(number)))


def test_one_folder_serves_one_launcher(tmp_path: Path) -> None:
    one = Place(tmp_path, 8000)
    one.make()
    with one.lock("demo", "{folder} {pid} {address}"):
        one.write_state(database_url="x")
        with pytest.raises(Trouble, match=str(os.getpid())), one.lock("demo", "{folder} {pid} {address}"):
            pytest.fail("both hold it")
    with one.lock("demo", ""):
        pass


def test_a_state_left_by_a_dead_launcher_counts_for_nothing(tmp_path: Path) -> None:
    one = Place(tmp_path, 8000)
    one.make()
    (one.run / "state.json").write_text('{"pid": 999999999, "database_url": "x"}')
    assert one.state() == {}
    (one.run / "state.json").write_text("broken")
    assert one.state() == {}


def test_secrets_are_random_kept_and_private(tmp_path: Path) -> None:
    one = Place(tmp_path, 8000)
    one.make()
    first = one.secret("secret-key")
    assert len(first) > 50 and one.secret("secret-key") == first != one.secret("other")
    assert (one.keys / "secret-key").stat().st_mode & 0o077 == 0
    assert one.keys.stat().st_mode & 0o077 == 0


def test_a_database_address_is_shown_without_its_password() -> None:
    assert places.shown("postgresql://u:secret@db.local/tinhso") == "db.local:5432/tinhso"
