"""One file that holds a whole installation, and back: every table, every file, every key.

The file is a gzip tar. Tables are PostgreSQL's own COPY text, so a backup of one server version loads into another;
`manifest.json` comes last and carries a SHA-256 of every member, so a cut or altered file is known before anything is
written. Restoring builds the tables by the migrations the backup was made at, loads, then migrates on to this version.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

import psycopg
from psycopg import sql

import tinhso
from tinhso.faces.cli.place import Place, folder_sentence
from tinhso.faces.cli.prepare import Bar
from tinhso.faces.cli.words import Trouble, _
from tinhso.foundation.jobs import tables

FORMAT = 1
MANIFEST = "manifest.json"
# Made anew at each place, or of no worth elsewhere.
NOT_KEPT = {"postgres", "run", "logs", "static", "tmp", "keys/postgres"}
BLOCK = 1 << 20


@dataclass(frozen=True)
class Table:
    """A table of ours, and the columns that are stored (generated ones are not)."""

    name: str
    columns: tuple[str, ...]

    @property
    def member(self) -> str:
        return f"tables/{self.name}.copy"

    @property
    def listed(self) -> sql.Composed:
        return sql.SQL(", ").join(map(sql.Identifier, self.columns))


# --- making a backup


def write(place: Place, url: str, target: Path, progress: Bar) -> dict[str, Any]:
    """Writes the backup; returns its manifest. The database is read as of one instant, also while people work."""
    if target.exists():
        raise Trouble(_("{target} đã có. Hãy chọn tên khác: sao lưu không ghi đè lên tệp nào.").format(target=target))
    part = target.with_name(target.name + ".part")
    try:
        with part.open("xb") as raw:
            part.chmod(0o600)
            manifest = _write_all(place, url, raw, part.parent, progress)
            raw.flush()
            os.fsync(raw.fileno())
        part.rename(target)
    except FileExistsError:
        raise Trouble(_("{part} còn từ một lần sao lưu dở. Hãy xóa nó rồi chạy lại.").format(part=part)) from None
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Trouble(folder_sentence(target.parent, error)) from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return manifest


def _write_all(place: Place, url: str, raw: IO[bytes], scratch: Path, progress: Bar) -> dict[str, Any]:
    members: dict[str, str] = {}
    with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=3) as tar, psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        tables = tables_of(connection)
        kept = list(files_of(place))
        progress.start(_("Sao lưu"), len(tables) + len(kept))
        rows: dict[str, int] = {}
        for table in tables:
            with tempfile.TemporaryFile(dir=scratch) as spool:
                rows[table.name] = _copy_out(connection, table, spool)
                members[table.member] = _add(tar, table.member, spool)
            progress.advance()
        manifest = {
            "format": FORMAT,
            "version": tinhso.__version__,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "postgresql": connection.info.server_version,
            "migrations": connection.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall(),
            "sequences": dict(sequences_of(connection)),
            "tables": {table.name: {"columns": table.columns, "rows": rows[table.name]} for table in tables},
        }
        # Files after the snapshot: they are only ever added, so every file that a row names is there.
        for path, name in kept:
            with path.open("rb") as stream:
                members[name] = _add(tar, name, stream)
            progress.advance()
        manifest["members"] = members
        _add(tar, MANIFEST, io.BytesIO(json.dumps(manifest, ensure_ascii=False).encode()))
    return manifest


def tables_of(connection: psycopg.Connection[Any]) -> list[Table]:
    """Every table of the schema, those referred to before those that refer."""
    columns = connection.execute(
        """SELECT c.relname, array_agg(a.attname ORDER BY a.attnum) FROM pg_class c
           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
           WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
           GROUP BY c.relname ORDER BY c.relname"""
    ).fetchall()
    references = connection.execute(
        """SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
           WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conrelid <> confrelid"""
    ).fetchall()
    needs: dict[str, set[str]] = {}
    for table, needed in references:
        needs.setdefault(table.strip('"'), set()).add(needed.strip('"'))
    return _in_order([Table(name, tuple(names)) for name, names in columns], needs)


def _in_order(tables: list[Table], needs: dict[str, set[str]]) -> list[Table]:
    done: list[Table] = []
    names: set[str] = set()
    left = list(tables)
    while left:
        # A circle of references is broken anywhere: Django's own are only checked at the end.
        ready = [table for table in left if needs.get(table.name, set()) <= names] or left[:1]
        done += ready
        names |= {table.name for table in ready}
        left = [table for table in left if table.name not in names]
    return done


def _copy_out(connection: psycopg.Connection[Any], table: Table, spool: IO[bytes]) -> int:
    query = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(table.listed, sql.Identifier(table.name))
    with connection.cursor() as cursor:
        with cursor.copy(query) as rows:
            for block in rows:
                spool.write(block)
        spool.seek(0)
        return cursor.rowcount


def sequences_of(connection: psycopg.Connection[Any]) -> Iterator[tuple[str, int | None]]:
    yield from connection.execute(
        "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
    ).fetchall()


def files_of(place: Place) -> Iterator[tuple[Path, str]]:
    """(path, name in the backup) of everything under the data folder that is kept."""
    for folder, inner, names in os.walk(place.data):
        here = Path(folder).relative_to(place.data)
        inner[:] = sorted(name for name in inner if (here / name).as_posix() not in NOT_KEPT)
        for name in sorted(names):
            kept = (here / name).as_posix()
            path = Path(folder) / name
            if kept not in NOT_KEPT and path.is_file() and not path.is_symlink():
                yield path, f"data/{kept}"


def _add(tar: tarfile.TarFile, name: str, stream: IO[bytes]) -> str:
    digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    info = tarfile.TarInfo(name)
    info.size = stream.seek(0, os.SEEK_END)
    info.mode = 0o600
    stream.seek(0)
    tar.addfile(info, stream)
    return digest


# --- reading one back


BROKEN = (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, ValueError, KeyError)


def check(source: Path) -> dict[str, Any]:
    """Reads the whole file and compares every member with the manifest; says in a sentence what is wrong with it."""
    found: dict[str, str] = {}
    manifest: dict[str, Any] | None = None
    try:
        with gzip.open(source, "rb") as plain:
            for info, stream in _members(plain):
                if stream is None or not _is_ours(info.name):
                    raise Trouble(_("{source} không phải bản sao lưu của Tỉnh Số.").format(source=source))
                if info.name == MANIFEST:
                    manifest = json.load(stream)
                else:
                    found[info.name] = _digest(stream)
    except FileNotFoundError:
        raise Trouble(_("Không có tệp {source}.").format(source=source)) from None
    except BROKEN:
        raise Trouble(
            _("{source} bị hỏng, bị cắt ngắn, hoặc không phải bản sao lưu của Tỉnh Số. Không có gì được ghi.").format(
                source=source
            )
        ) from None
    except OSError as error:
        raise Trouble(_("Không đọc được {source}: {reason}.").format(source=source, reason=error.strerror)) from None
    if manifest is None:
        raise Trouble(_("{source} bị cắt ngắn: thiếu phần kê khai ở cuối. Không có gì được ghi.").format(source=source))
    _compare(source, manifest, found)
    return manifest


def _members(plain: gzip.GzipFile) -> Iterator[tuple[tarfile.TarInfo, IO[bytes] | None]]:
    """Each member in turn, and the file to its very end: what is cut after the last member is cut all the same."""
    with tarfile.open(fileobj=plain, mode="r|") as tar:
        for info in tar:
            yield info, tar.extractfile(info)
    while plain.read(BLOCK):
        pass


def _digest(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := stream.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _is_ours(name: str) -> bool:
    """Only names that stay inside the places we restore to."""
    parts = PurePosixPath(name).parts
    return name == MANIFEST or (len(parts) > 1 and parts[0] in {"tables", "data"} and ".." not in parts)


def _compare(source: Path, manifest: dict[str, Any], found: dict[str, str]) -> None:
    if manifest.get("format") != FORMAT:
        raise Trouble(
            _("{source} có định dạng {theirs}, bản này đọc định dạng {ours}. Hãy nâng cấp Tỉnh Số rồi thử lại.").format(
                source=source, theirs=manifest.get("format"), ours=FORMAT
            )
        )
    wrong = sorted(name for name in {*found, *manifest["members"]} if found.get(name) != manifest["members"].get(name))
    if wrong:
        raise Trouble(
            _("{source} bị sửa hoặc hỏng ở {count} phần, trước hết là {first}. Không có gì được ghi.").format(
                source=source, count=len(wrong), first=wrong[0]
            )
        )


def restore(place: Place, url: str, source: Path, progress: Bar) -> dict[str, Any]:
    """Brings a backup into an empty place: all of it, or nothing. Needs Django set up on `url`."""
    manifest = check(source)
    with psycopg.connect(url) as connection:
        _require_empty(connection)
    migrate_to([(app, name) for app, name in manifest["migrations"]])
    progress.start(_("Khôi phục"), len(manifest["members"]))
    with (
        tempfile.TemporaryDirectory(dir=place.data, prefix=".restore-") as scratch,
        psycopg.connect(url) as connection,
        connection.transaction(),
    ):
        _load(connection, source, manifest, Path(scratch), progress)
        _put_files(Path(scratch), place)
    return manifest


def _require_empty(connection: psycopg.Connection[Any]) -> None:
    tables = [table.name for table in tables_of(connection)]
    if not tables:
        return
    for name in ("people_account", "orgs_unit", "audit_auditrow"):
        if (
            name in tables
            and connection.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(name))).fetchone()
        ):
            raise Trouble(
                _("Nơi khôi phục đã có dữ liệu. Hãy chọn thư mục dữ liệu mới (DATA=…) hoặc cơ sở dữ liệu mới.")
            )


def migrate_to(applied: list[tuple[str, str]]) -> None:
    """Builds the tables as they were when the backup was made."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    graph = MigrationExecutor(connection).loader.graph
    unknown = [node for node in applied if node not in graph.nodes]
    if unknown:
        raise Trouble(
            _("Bản sao lưu do phiên bản mới hơn tạo (có bước {step}). Hãy nâng cấp Tỉnh Số rồi khôi phục.").format(
                step=".".join(unknown[0])
            )
        )
    known = set(applied)
    leaves = [
        node
        for node in applied
        if not any(child.key in known and child.key[0] == node[0] for child in graph.node_map[node].children)
    ]
    with tables.quickly():
        MigrationExecutor(connection).migrate(leaves)
    connection.close()


def _load(
    connection: psycopg.Connection[Any], source: Path, manifest: dict[str, Any], scratch: Path, progress: Bar
) -> None:
    tables = tables_of(connection)
    names = [sql.Identifier(table.name) for table in tables]
    # The audit log refuses change by trigger; its owner may let the trigger rest while bringing the log itself back.
    for name in names:
        connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
    connection.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(names)))
    _load_rows(connection, source, manifest, scratch, progress)
    for name, value in manifest["sequences"].items():
        if value is not None:
            connection.execute("SELECT setval(%s::regclass, %s)", [f'public."{name}"', value])
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for name in names:
        connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(name))


def _load_rows(
    connection: psycopg.Connection[Any], source: Path, manifest: dict[str, Any], scratch: Path, progress: Bar
) -> None:
    members = {f"tables/{name}.copy": (name, one) for name, one in manifest["tables"].items()}
    with gzip.open(source, "rb") as plain:
        for info, stream in _members(plain):
            if stream is None or info.name == MANIFEST:
                continue
            if info.name in members:
                name, described = members[info.name]
                _copy_in(connection, Table(name, tuple(described["columns"])), stream, described["rows"])
            else:
                target = scratch / PurePosixPath(info.name).relative_to("data")
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as out:
                    shutil.copyfileobj(stream, out, BLOCK)
            progress.advance()


def _copy_in(connection: psycopg.Connection[Any], table: Table, stream: IO[bytes], rows: int) -> None:
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), table.listed)
    with connection.cursor() as cursor:
        with cursor.copy(query) as copy:
            while block := stream.read(BLOCK):
                copy.write(block)
        if cursor.rowcount != rows:
            raise Trouble(
                _("Bảng {table} nạp được {got} trên {rows} dòng.").format(
                    table=table.name, got=cursor.rowcount, rows=rows
                )
            )


def _put_files(scratch: Path, place: Place) -> None:
    """Moves the files into place; a different file of the same name stops everything before any is moved."""
    found = [path for path in scratch.rglob("*") if path.is_file()]
    for path in found:
        target = place.data / path.relative_to(scratch)
        # The database is empty, so keys here were made by this very start and nothing hangs on them; kept all the same.
        if target.exists() and place.keys in target.parents and target.read_bytes() != path.read_bytes():
            target.rename(target.with_name(f"{target.name}.before-restore"))
        elif target.exists() and target.read_bytes() != path.read_bytes():
            raise Trouble(_("{target} đã có và khác bản sao lưu. Hãy chọn thư mục dữ liệu mới.").format(target=target))
    for path in found:
        target = place.data / path.relative_to(scratch)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
    with contextlib.suppress(OSError):
        place.keys.chmod(0o700)


def fingerprints(url: str) -> dict[str, tuple[int, str]]:
    """Rows and a digest of every table's content whatever its order: two places with equal ones hold the same."""
    found = {}
    with psycopg.connect(url) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        for table in tables_of(connection):
            query = sql.SQL(
                "SELECT count(*), coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') FROM {} t"
            ).format(sql.Identifier(table.name))
            rows, digest = connection.execute(query).fetchall()[0]
            found[table.name] = (int(rows), str(digest))
    return found
