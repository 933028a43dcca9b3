"""`tinhso doctor`: in plain words what is right and what is wrong with this installation, and what to do."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from tinhso.faces.cli import environment, postgres
from tinhso.faces.cli.place import Place, is_free, shown, who_holds
from tinhso.faces.cli.words import Trouble, _, say
from tinhso.foundation.jobs.registry import CHECKS, Finding

DISK_LOW = 2 * 1024**3
CLOCK_TOLERANCE = 5.0
SECRET_LENGTH = 40


def examine(place: Place) -> bool:
    """Prints a line per finding; True when all is fine."""
    findings = list(_all(place))
    for finding in findings:
        say(f"{'✓' if finding.is_fine else '✗'} {finding.sentence}", "green" if finding.is_fine else "red")
    bad = sum(not finding.is_fine for finding in findings)
    say()
    say(_("Mọi thứ đều ổn.") if not bad else _("Có {count} điều cần xử lý.").format(count=bad), "bold")
    return not bad


def _all(place: Place) -> Iterator[Finding]:
    yield python()
    yield disk(place)
    yield secret(place)
    yield port(place)
    try:
        with environment.django(place):
            yield from inside(os.environ["DATABASE_URL"])
    except Trouble as trouble:
        yield Finding(False, str(trouble))


def inside(url: str) -> Iterator[Finding]:
    """What can only be seen with the database at hand; a check that breaks is itself a finding."""
    checks: list[tuple[str, Callable[[], Finding]]] = [
        ("database", lambda: database(url)),
        ("clock", lambda: clock(url)),
        ("migrations", migrations),
        *sorted(CHECKS.items()),
    ]
    for name, check in checks:
        try:
            yield check()
        except Exception as error:
            yield Finding(False, _("Không kiểm tra được “{name}”: {error}").format(name=name, error=error))


def python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(sys.version_info >= (3, 11), _("Python {version} (cần từ 3.11)").format(version=version))


def disk(place: Place) -> Finding:
    free = shutil.disk_usage(place.data).free
    sentence = _("Đĩa chứa {folder} còn {free:.1f} GB").format(folder=place.data, free=free / 1024**3)
    if free < DISK_LOW:
        sentence += _("; hãy giải phóng chỗ trống, cần ít nhất 2 GB")
    return Finding(free >= DISK_LOW, sentence)


def secret(place: Place) -> Finding:
    given = os.environ.get("TINHSO_SECRET_KEY", "")
    if given:
        long = len(given) >= SECRET_LENGTH and "demo-only" not in given
        return Finding(
            long,
            _("Khóa bí mật do TINHSO_SECRET_KEY đặt")
            + ("" if long else _(": quá ngắn hoặc là khóa dùng thử; hãy đặt chuỗi ngẫu nhiên từ 50 ký tự")),
        )
    path = place.keys / "secret-key"
    if not path.exists():
        return Finding(True, _("Khóa bí mật sẽ được tạo ở lần chạy đầu"))
    private = path.stat().st_mode & 0o077 == 0
    return Finding(
        private,
        _("Khóa bí mật ở {path}").format(path=path)
        + ("" if private else _(" đang cho người khác đọc; hãy chạy: chmod 600 {path}").format(path=path)),
    )


def port(place: Place) -> Finding:
    state = place.state()
    if state:
        return Finding(True, _("Đang chạy tại {address} (tiến trình {pid})").format(**state))
    if is_free(place.port):
        return Finding(True, _("Cổng {port} còn trống").format(port=place.port))
    holder = who_holds(place.port) or _("chương trình khác")
    return Finding(False, _("Cổng {port} đang được {holder} dùng").format(port=place.port, holder=holder))


def database(url: str) -> Finding:
    with psycopg.connect(url, connect_timeout=10) as connection:
        version = connection.info.server_version
        encoding = connection.info.encoding
        fsync = _value(connection, "SHOW fsync")
    fine = version // 10000 >= postgres.OLDEST and fsync == "on"
    sentence = f"PostgreSQL {version // 10000}.{version % 10000}, {encoding}, {shown(url)}"
    if fsync != "on":
        sentence += _("; fsync đang tắt: mất điện là mất dữ liệu, hãy bật lại")
    return Finding(fine, sentence)


def clock(url: str) -> Finding:
    """The two clocks agree, and neither stands before this version was made."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        theirs = connection.execute("SELECT clock_timestamp()").fetchone()
    now = datetime.now(UTC)
    apart = abs((theirs[0] - now).total_seconds()) if theirs else 0.0
    built = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    if apart > CLOCK_TOLERANCE:
        return Finding(
            False,
            _("Đồng hồ máy này và PostgreSQL lệch {apart:.0f} giây; hãy bật đồng bộ giờ").format(apart=apart),
        )
    if now < built:
        return Finding(False, _("Đồng hồ máy này chạy chậm: còn trước ngày cài đặt; hãy bật đồng bộ giờ (NTP)"))
    return Finding(True, _("Đồng hồ đúng: {now}").format(now=now.astimezone().isoformat(timespec="seconds")))


def migrations() -> Finding:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Finding(False, _("Còn {count} bước lập bảng; hãy chạy: tinhso migrate").format(count=len(waiting)))
    return Finding(True, _("Các bảng đúng phiên bản này"))


def _value(connection: psycopg.Connection[tuple[object, ...]], query: str) -> str:
    with contextlib.suppress(psycopg.Error):
        row = connection.execute(query).fetchone()
        return str(row[0]) if row else ""
    return ""
