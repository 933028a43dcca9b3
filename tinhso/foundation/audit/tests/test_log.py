"""The log in the database: append-only, chained at commit, free of deadlocks, and every tampering is named."""

from __future__ import annotations

import json
import stat
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import chain, heads, keys, log
from tinhso.foundation.audit.chain import Kind
from tinhso.foundation.audit.models import AuditHead, AuditRow, AuditSeal
from tinhso.foundation.audit.verify import verify, verify_fully
from tinhso.foundation.numbering.models import Series

SYSTEM = Actor.system()


@pytest.fixture(autouse=True)
def own_data_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def record(number: int = 1, **details: Any) -> AuditRow:
    return log.record(SYSTEM, "tests.series.touched", Series(pk=number), **details)


@contextmanager
def tampering() -> Iterator[Any]:
    """What a superuser can do: switch all triggers off and write what he likes."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor


def longest_stream() -> list[AuditSeal]:
    """The seals of the stream that has most, in order."""
    seals: dict[str, list[AuditSeal]] = {}
    for seal in AuditSeal.objects.order_by("sequence"):
        seals.setdefault(seal.stream, []).append(seal)
    return max(seals.values(), key=len)


def fill(count: int) -> None:
    """Rows of one transaction share a stream; most here stand in one."""
    with transaction.atomic():
        for n in range(count):
            record(n, step=n)
    for n in range(5):
        record(n)


def findings(heads_file: Path | None = None) -> list[tuple[Kind, int | None]]:
    return [(problem.kind, problem.row_id) for problem in verify(heads_file)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_auditrow SET act = 'x'",
        "DELETE FROM audit_auditrow",
        "TRUNCATE audit_auditrow CASCADE",
        "UPDATE audit_auditseal SET sequence = 9",
        "DELETE FROM audit_auditseal",
        "TRUNCATE audit_auditseal",
        "DELETE FROM audit_audithead",
        "TRUNCATE audit_audithead",
    ],
)
def test_the_database_refuses_to_change_the_log(sql: str) -> None:
    record()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS audit_seal_at_commit IMMEDIATE")
    heads.take_head()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db(transaction=True)
def test_rows_of_one_act_stand_in_one_stream_in_their_order() -> None:
    with transaction.atomic():
        rows = [record(n) for n in range(4)]
    seals = [AuditSeal.objects.get(row=row) for row in rows]
    assert len({seal.stream for seal in seals}) == 1
    assert [seal.sequence for seal in seals] == [1, 2, 3, 4]
    assert findings() == []


@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_leaves_no_row_and_no_seal() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        record()
        raise RuntimeError
    assert not AuditRow.objects.exists() and not AuditSeal.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_eight_writers_never_block_one_another_in_a_circle() -> None:
    """Acts that write audit rows before, between and after taking row locks, in any order of records."""
    for n in range(1, 4):
        Series.objects.create(kind="lock", unit_id=n, period="2026")
    errors: list[BaseException] = []

    def work(seed: int) -> None:
        try:
            for n in range(25):
                with transaction.atomic():
                    record(seed * 31 + n)
                    Series.objects.select_for_update().get(kind="lock", unit_id=(seed + n) % 3 + 1)
                    record(n)
                    record(seed)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert errors == []
    assert AuditSeal.objects.count() == AuditRow.objects.count() == 8 * 25 * 3
    assert findings() == []


@pytest.mark.django_db(transaction=True)
def test_an_audited_act_that_waits_does_not_hold_up_others() -> None:
    """The chain's lock is taken at the commit: an act that sleeps with its row written blocks nobody."""
    began, done = threading.Event(), threading.Event()

    def sleeper() -> None:
        with transaction.atomic():
            record(1)
            began.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=sleeper)
    thread.start()
    began.wait(5)
    start = time.monotonic()
    for n in range(40):  # enough to come past every stream
        record(n)
    took = time.monotonic() - start
    done.set()
    thread.join()
    assert took < 5
    assert findings() == []


@pytest.mark.django_db(transaction=True)
def test_an_edited_row_is_named() -> None:
    fill(12)
    victim = longest_stream()[4].row_id
    with tampering() as cursor:
        cursor.execute("UPDATE audit_auditrow SET actor_label = 'Người khác' WHERE id = %s", [victim])
    assert findings() == [(Kind.EDITED, victim)]
    assert str(victim) in verify()[0].sentence and "bị sửa" in verify()[0].sentence


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "column, value",
    [
        ("at", "2020-01-01"),
        ("act", "x"),
        ("actor_id", 9),
        ("on_behalf_of_id", 9),
        ("object_type", "x"),
        ("object_id", "x"),
        ("unit_id", 9),
        ("is_simulated", True),
        ("details", '{"step": 5}'),
    ],
)
def test_every_column_counts(column: str, value: object) -> None:
    row = record(1, step=1)
    with tampering() as cursor:
        cursor.execute(f"UPDATE audit_auditrow SET {column} = %s WHERE id = %s", [value, row.pk])
    assert findings() == [(Kind.EDITED, row.pk)]


@pytest.mark.django_db(transaction=True)
def test_a_removed_row_is_named_with_and_without_its_seal() -> None:
    fill(12)
    seals = longest_stream()
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_auditrow WHERE id = %s", [seals[2].row_id])
        cursor.execute("DELETE FROM audit_auditrow WHERE id = %s", [seals[6].row_id])
        cursor.execute("DELETE FROM audit_auditseal WHERE row_id = %s", [seals[6].row_id])
    problems = verify()
    assert [(p.kind, p.stream, p.sequence) for p in problems] == [
        (Kind.REMOVED, seals[0].stream, seals[2].sequence),
        (Kind.REMOVED, seals[0].stream, seals[6].sequence),
    ]
    assert problems[0].row_id == seals[2].row_id


@pytest.mark.django_db(transaction=True)
def test_an_inserted_row_is_named_with_and_without_a_seal() -> None:
    fill(12)
    seals = longest_stream()
    stream, at = seals[0].stream, seals[5].sequence
    with tampering() as cursor:
        columns = "at, act, actor_label, object_type, object_id, is_simulated, details, content_hash"
        cursor.execute(
            f"INSERT INTO audit_auditrow ({columns}) SELECT {columns} FROM audit_auditrow WHERE id = %s "
            "UNION ALL SELECT " + columns + " FROM audit_auditrow WHERE id = %s RETURNING id",
            [seals[0].row_id, seals[1].row_id],
        )
        loose, chained = (row[0] for row in cursor.fetchall())
        cursor.execute(
            "UPDATE audit_auditseal SET sequence = -sequence - 1 WHERE stream = %s AND sequence >= %s", [stream, at]
        )
        cursor.execute("UPDATE audit_auditseal SET sequence = -sequence WHERE sequence < 0")
        content = bytes(AuditRow.objects.get(pk=chained).content_hash)
        before = bytes(seals[4].row_hash)
        cursor.execute(
            "INSERT INTO audit_auditseal VALUES (%s, %s, %s, %s, %s)",
            [chained, stream, at, before, chain.seal_digest(before, stream, at, content)],
        )
    assert findings() == [(Kind.INSERTED, chained), (Kind.INSERTED, loose)]


@pytest.mark.django_db(transaction=True)
def test_rows_changed_about_are_named() -> None:
    fill(12)
    seals = longest_stream()
    a, b = seals[3], seals[7]
    with tampering() as cursor:
        cursor.execute("UPDATE audit_auditseal SET sequence = -1 WHERE row_id = %s", [a.row_id])
        cursor.execute("UPDATE audit_auditseal SET sequence = %s WHERE row_id = %s", [a.sequence, b.row_id])
        cursor.execute("UPDATE audit_auditseal SET sequence = %s WHERE row_id = %s", [b.sequence, a.row_id])
    assert set(findings()) == {(Kind.REORDERED, a.row_id), (Kind.REORDERED, b.row_id)}


@pytest.mark.django_db(transaction=True)
def test_a_cut_tail_is_told_by_the_exported_heads_alone(tmp_path: Path) -> None:
    fill(12)
    heads.take_head()
    seals = longest_stream()
    safe_copy = tmp_path / "elsewhere.jsonl"
    safe_copy.write_bytes(next(heads.folder().glob("*.jsonl")).read_bytes())
    with tampering() as cursor:  # the cutter also removes the heads that he can reach
        ids = [seal.row_id for seal in seals[-3:]]
        cursor.execute("DELETE FROM audit_auditrow WHERE id = ANY(%s)", [ids])
        cursor.execute("DELETE FROM audit_auditseal WHERE row_id = ANY(%s)", [ids])
        cursor.execute("DELETE FROM audit_audithead")
    for path in heads.folder().glob("*.jsonl"):
        path.unlink()
    assert findings() == [], "the chain by itself is sound"
    problems = verify(safe_copy)
    assert [(p.kind, p.stream, p.sequence, p.until) for p in problems] == [
        (Kind.CUT, seals[0].stream, seals[-3].sequence, seals[-1].sequence)
    ]


@pytest.mark.django_db(transaction=True)
def test_a_chain_rewritten_from_its_last_row_is_told_by_the_heads() -> None:
    fill(4)
    heads.take_head()
    last = longest_stream()[-1]
    with tampering() as cursor:
        row = AuditRow.objects.get(pk=last.row_id)
        row.actor_label = "Người khác"
        content = chain.content_digest(log.fields_of(row))
        row_hash = chain.seal_digest(bytes(last.previous_hash), last.stream, last.sequence, content)
        cursor.execute(
            "UPDATE audit_auditrow SET actor_label = 'Người khác', content_hash = %s WHERE id = %s", [content, row.pk]
        )
        cursor.execute("UPDATE audit_auditseal SET row_hash = %s WHERE row_id = %s", [row_hash, row.pk])
    assert [(p.kind, p.stream, p.sequence) for p in verify()] == [(Kind.REWRITTEN, last.stream, last.sequence)]


@pytest.mark.django_db(transaction=True)
def test_a_whole_stream_removed_is_told_by_the_heads() -> None:
    fill(6)
    heads.take_head()
    with tampering() as cursor:
        cursor.execute("DELETE FROM audit_auditrow")
        cursor.execute("DELETE FROM audit_auditseal")
    assert {p.kind for p in verify()} == {Kind.CUT}


@pytest.mark.django_db(transaction=True)
def test_a_forged_or_missing_head_is_named(tmp_path: Path) -> None:
    for _ in range(3):
        record()
        heads.take_head()
    lines = next(heads.folder().glob("*.jsonl")).read_text().splitlines()
    forged = json.loads(lines[1])
    forged["statement"] = forged["statement"].replace('"at":"20', '"at":"19')
    copy = tmp_path / "copy.jsonl"
    copy.write_text("\n".join([lines[0], json.dumps(forged), lines[2]]))
    assert next((p.kind, p.stream) for p in verify(copy)) == (Kind.BAD_HEAD, "copy.jsonl:2")
    copy.write_text("\n".join([lines[0], lines[2]]))
    assert [(p.kind, p.stream) for p in verify(copy)] == [(Kind.BAD_HEAD, "copy.jsonl:2")]
    copy.write_text("rác\n" + lines[0])
    assert (Kind.BAD_HEAD, "copy.jsonl:1") in [(p.kind, p.stream) for p in verify(copy)]
    copy.write_text("\n".join(lines))
    assert verify(copy) == []


@pytest.mark.django_db(transaction=True)
def test_a_head_is_taken_only_when_something_is_new_and_its_key_is_private() -> None:
    assert heads.take_head() is None
    record()
    assert heads.take_head() is not None
    assert heads.take_head() is None
    assert AuditHead.objects.count() == 1 and len(heads.exported()) == 1
    key_file = keys.folder() / "audit-heads.pem"
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert verify_fully().heads == 2


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(details=st.dictionaries(st.text(max_size=8), json_values, max_size=4), label=st.text(max_size=250))
def test_whatever_is_recorded_reads_back_with_the_same_hash(details: dict[str, Any], label: str) -> None:
    actor = Actor(None, label, "system")
    row = log.record(actor, "tests.anything", Series(pk=1), payload=details)
    stored = AuditRow.objects.get(pk=row.pk)
    assert chain.content_digest(log.fields_of(stored)) == bytes(stored.content_hash) == bytes(row.content_hash)


@pytest.mark.django_db
def test_secrets_are_masked_whoever_passes_them() -> None:
    row = record(1, password="abc", form={"pin_code": "123456", "name": "Hoa"}, access_token="x")
    assert row.details == {"password": "•••", "form": {"pin_code": "•••", "name": "Hoa"}, "access_token": "•••"}


@pytest.mark.django_db(transaction=True)
def test_verification_is_undisturbed_by_work_going_on() -> None:
    fill(20)
    stop = threading.Event()

    def worker() -> None:
        while not stop.is_set():
            record(1)
        connection.close()

    thread = threading.Thread(target=worker)
    thread.start()
    try:
        for _ in range(5):
            assert verify() == []
    finally:
        stop.set()
        thread.join()
