"""A backup brings everything back, and a bad one is refused in a sentence with nothing written."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from tinhso.faces.cli import backup
from tinhso.faces.cli.place import Place
from tinhso.faces.cli.prepare import bar
from tinhso.faces.cli.words import Trouble
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.testing.cast import make_cast

pytestmark = pytest.mark.long


def url_of(name: str) -> str:
    given: dict[str, Any] = connection.settings_dict
    password = f":{given['PASSWORD']}" if given["PASSWORD"] else ""
    return f"postgresql://{given['USER']}{password}@{given['HOST']}:{given['PORT']}/{name}"


@pytest.fixture
def url(transactional_db: None) -> str:
    return url_of(connection.settings_dict["NAME"])


@pytest.fixture
def place(tmp_path: Path) -> Place:
    one = Place(tmp_path / "here", 8000)
    one.make()
    (one.files / "ab").mkdir()
    (one.files / "ab" / "cd").write_bytes(bytes(range(256)) * 50)
    one.secret("secret-key")
    one.secret("postgres")
    (one.logs / "web.log").write_text("not kept")
    return one


@pytest.fixture
def work(url: str) -> None:
    """Some acts, with letters and characters that COPY must carry."""
    with transaction.atomic():
        cast = make_cast()
    for n in range(40):
        with transaction.atomic():
            audit.record(Actor.system(), "test.done", cast.units.commune, note=f'dòng {n}\t\\N "\n ư ợ \u2028')
            bus.publish("test.done", subject=cast.units.commune, unit=cast.units.commune, occurred_on="2026-01-02")  # type: ignore[arg-type]


@pytest.fixture
def empty_database(url: str) -> Iterator[str]:
    """A second database without any table, as a new installation has."""
    name = f"{connection.settings_dict['NAME']}_back"[:60]
    with psycopg.connect(url_of("postgres"), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        yield url_of(name)
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def saved(place: Place, url: str, target: Path) -> Path:
    with bar() as progress:
        backup.write(place, url, target, progress)
    return target


def restored(place: Place, url: str, source: Path) -> None:
    """Restores with Django pointed at that database for the while, as `tinhso restore` has it."""
    connections.close_all()
    name = url.rpartition("/")[2]
    with patch.dict(settings.DATABASES["default"], NAME=name), patch.dict(connection.settings_dict, NAME=name):
        try:
            with bar() as progress:
                backup.restore(place, url, source, progress)
        finally:
            connections.close_all()


def test_every_table_and_file_comes_back_equal_and_the_log_still_refuses_change(
    work: None, place: Place, url: str, empty_database: str, tmp_path: Path
) -> None:
    before = backup.fingerprints(url)
    source = saved(place, url, tmp_path / "all.tinhso")
    there = Place(tmp_path / "there", 8001)
    there.make()
    restored(there, empty_database, source)
    assert backup.fingerprints(empty_database) == before
    assert before["audit_auditrow"][0] >= 40
    assert (there.files / "ab" / "cd").read_bytes() == (place.files / "ab" / "cd").read_bytes()
    assert (there.keys / "secret-key").read_text() == (place.keys / "secret-key").read_text()
    assert not (there.keys / "postgres").exists()
    assert not (there.logs / "web.log").exists()
    the_log_refuses_change_and_its_numbers_go_on(empty_database)


def the_log_refuses_change_and_its_numbers_go_on(url: str) -> None:
    last = AuditRow.objects.order_by("-id").values_list("id", flat=True)[0]
    with psycopg.connect(url, autocommit=True) as copy:
        with pytest.raises(psycopg.errors.RestrictViolation):
            copy.execute("UPDATE audit_auditrow SET act = 'x'")
        with pytest.raises(psycopg.errors.RestrictViolation):
            copy.execute("TRUNCATE audit_auditrow CASCADE")
        row = copy.execute("SELECT nextval(pg_get_serial_sequence('audit_auditrow', 'id'))").fetchone()
    assert row and row[0] > last


def test_a_place_that_holds_something_is_not_overwritten_nor_a_newer_backup_read(
    work: None, place: Place, url: str, tmp_path: Path
) -> None:
    source = saved(place, url, tmp_path / "all.tinhso")
    before = backup.fingerprints(url)
    with pytest.raises(Trouble, match="đã có dữ liệu"):
        restored(place, url, source)
    assert backup.fingerprints(url) == before
    assert Unit.objects.exists()
    with patch.object(backup, "FORMAT", 2):
        newer = saved(place, url, tmp_path / "new.tinhso")
    with pytest.raises(Trouble, match="định dạng"):
        backup.check(newer)
    with pytest.raises(Trouble, match="phiên bản mới hơn"):
        backup.migrate_to([("orgs", "9999_from_the_future")])


def test_a_cut_file_and_a_flipped_byte_are_found_and_the_manifest_says_what_is_inside(
    work: None, place: Place, url: str, tmp_path: Path
) -> None:
    source = saved(place, url, tmp_path / "all.tinhso")
    whole = source.read_bytes()
    manifest = backup.check(source)
    assert manifest["tables"]["audit_auditrow"]["rows"] == AuditRow.objects.count()
    assert json.dumps(manifest["migrations"]).count("0001_audit_log") == 1
    assert source.stat().st_mode & 0o077 == 0
    for size in (0, 10, len(whole) // 3, len(whole) * 2 // 3, len(whole) - 1):
        source.write_bytes(whole[:size])
        with pytest.raises(Trouble, match=r"hỏng|cắt ngắn"):
            backup.check(source)
    plain = bytearray(gzip.decompress(whole))
    plain[plain.index("dòng 17".encode())] ^= 1
    source.write_bytes(gzip.compress(bytes(plain)))
    with pytest.raises(Trouble, match=r"audit_auditrow"):
        backup.check(source)


def test_a_file_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    for name, content in (("text", b"hello"), ("png", b"\x89PNG\r\n"), ("empty-gzip", gzip.compress(b""))):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(Trouble):
            backup.check(path)
    with pytest.raises(Trouble, match="Không có tệp"):
        backup.check(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["data/../../etc/cron.d/x", "/etc/passwd", "data/..", "other/x"])
def test_a_name_that_leads_out_of_the_place_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "evil.tinhso"
    with tarfile.open(path, "w:gz") as tar:
        info = tarfile.TarInfo(name)
        info.size = 1
        tar.addfile(info, io.BytesIO(b"x"))
    with pytest.raises(Trouble, match="không phải bản sao lưu"):
        backup.check(path)


def test_a_backup_never_writes_over_a_file_and_leaves_no_half_one(place: Place, url: str, tmp_path: Path) -> None:
    target = tmp_path / "mine.tinhso"
    target.write_text("precious")
    with pytest.raises(Trouble, match="đã có"):
        saved(place, url, target)
    assert target.read_text() == "precious"
    with (
        patch.object(backup, "_add", side_effect=OSError(28, "No space left on device")),
        pytest.raises(Trouble, match="đầy"),
    ):
        saved(place, url, tmp_path / "full.tinhso")
    assert not list(tmp_path.glob("full*"))
