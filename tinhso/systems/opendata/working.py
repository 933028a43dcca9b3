"""Working copies of large tables: the Parquet as DuckDB keeps rows itself, so that a question opens no file anew.

The Parquet in the store stays the truth and what people download. A copy is made of it when the table is published, or
when first asked after it was lost; it lies outside the backup, and goes when its table goes or nobody asks for a month.
In it rows bear their number, and texts of few values are kept as numbers (two columns of ten million rows are then
grouped in a tenth of the time).
"""

from __future__ import annotations

import logging
import os
import threading
import time
from contextlib import suppress
from pathlib import Path

import duckdb
from django.conf import settings

from tinhso.foundation.files import blobs
from tinhso.systems.opendata.rules.query import ROW, quoted

log = logging.getLogger(__name__)
# Smaller tables are read from their Parquet as quickly.
SMALLEST = 1024 * 1024
# A text column of fewer different values becomes numbers with a list of the texts.
FEW = 2000
UNASKED = 30 * 24 * 3600.0
_making = threading.Lock()


def folder() -> Path:
    """Where the copies lie; made when missing."""
    path = Path(settings.DATA_DIR) / "tmp" / "tables"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def path_of(sha256: str) -> Path:
    return folder() / f"{sha256}.duckdb"


def wants_one(sha256: str) -> bool:
    """Whether the table is large enough to be worth a copy."""
    try:
        return blobs.blob_path(sha256).stat().st_size >= SMALLEST
    except OSError:
        return False


def ready(sha256: str) -> Path | None:
    """The copy, made when missing; None for a small table, or when there is no room for it (the Parquet will do)."""
    if not wants_one(sha256):
        return None
    target = path_of(sha256)
    with _making:
        if not target.exists():
            try:
                _make(sha256, target)
            except (OSError, duckdb.Error):
                log.exception("open data: no working copy of table %s", sha256)
                return None
        with suppress(OSError):
            os.utime(target)  # asked today
    return target


def _make(sha256: str, target: Path) -> None:
    # Two processes may make it at once: each its own, and the last one put in place is as good as the first.
    half = target.with_name(f"{target.name}.{os.getpid()}")
    half.unlink(missing_ok=True)
    try:
        spill = str(blobs.folder("incoming"))
        with duckdb.connect(
            half, config={"memory_limit": "384MB", "threads": 2, "temp_directory": spill}
        ) as connection:
            _fill(connection, "'" + str(blobs.blob_path(sha256)).replace("'", "''") + "'")
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)


def _fill(connection: duckdb.DuckDBPyConnection, source: str) -> None:
    chosen = []
    for number, name in enumerate(_texts_of_few_values(connection, source)):
        values = f"SELECT DISTINCT {quoted(name)} FROM read_parquet({source}) WHERE {quoted(name)} IS NOT NULL"  # noqa: S608
        # In order, so that comparing and sorting the numbers is comparing and sorting the texts.
        connection.execute(f"CREATE TYPE few_{number} AS ENUM ({values} ORDER BY 1)")
        chosen.append(f"{quoted(name)}::few_{number} AS {quoted(name)}")
    replaced = f" REPLACE ({', '.join(chosen)})" if chosen else ""
    connection.execute(
        f"CREATE TABLE rows AS SELECT file_row_number + 1 AS {quoted(ROW)}, * EXCLUDE (file_row_number){replaced} "  # noqa: S608
        f"FROM read_parquet({source}, file_row_number = true)"
    )
    connection.execute("CHECKPOINT")


def _texts_of_few_values(connection: duckdb.DuckDBPyConnection, source: str) -> list[str]:
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({source})").fetchall()  # noqa: S608
    texts = [str(row[0]) for row in described if row[1] == "VARCHAR"]
    if not texts:
        return []
    asked = ", ".join(f"approx_count_distinct({quoted(name)})" for name in texts)
    counts = connection.execute(f"SELECT {asked} FROM read_parquet({source})").fetchone() or ()  # noqa: S608
    return [name for name, count in zip(texts, counts, strict=True) if 0 < count < FEW]


def sweep() -> int:
    """Removes copies whose table is gone or that nobody has asked for a month; how many."""
    removed = 0
    for path in folder().iterdir():
        is_kept = blobs.blob_path(path.name[:64]).exists() and time.time() - path.stat().st_mtime < UNASKED
        if not is_kept:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
