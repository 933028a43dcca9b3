"""Measures of the running stack: complete acts a second, the portal's first page, memory."""

from __future__ import annotations

import contextlib
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

from tinhso.faces.cli.place import Place
from tinhso.faces.cli.processes import Part, Supervisor
from tinhso.faces.cli.words import _
from tinhso.foundation.jobs.registry import BenchRow

WRITERS = 4
SECONDS = 8.0
PAGES = 60

# One officer of one commune, acting as the desk does: permission by role, row, audit row, event, durable commit.
WRITER = """
import sys, time
import django; django.setup()
from django.utils import timezone
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.people.models import Account
from tinhso.foundation.people.services import persons
account = Account.objects.get(username=sys.argv[1])
actor = Actor.of(account)
unit = Unit.objects.get(pk=actor.grants[0].unit_id)
first, n = int(sys.argv[2]), 0
print("ready", flush=True)
sys.stdin.readline()
until = time.monotonic() + float(sys.argv[3])
while time.monotonic() < until:
    persons.record_person(actor, full_name="Người Đo Tốc Độ", personal_number=f"042{first + n:09d}", unit=unit,
                          is_simulated=True, source="bench")
    n += 1
print(n, flush=True)
"""
OFFICER = "motcua"


def acts(place: Place, supervisor: Supervisor) -> list[BenchRow]:
    """Complete acts a second by four writers beside the running stack, every commit on disk."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, OFFICER, str((n + 1) * 10_000_000), str(SECONDS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(WRITERS)
    ]
    done = 0
    for writer in writers:
        assert writer.stdout
        writer.stdout.readline()
    began = time.monotonic()
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        said = writer.communicate(timeout=SECONDS + 60)[0]
        done += int(said) if said.strip().isdigit() else 0
    rate = done / (time.monotonic() - began)
    return [
        BenchRow(
            _("Nghiệp vụ trọn vẹn (quyền, dòng, nhật ký, sự kiện)"), rate, _("nghiệp vụ/giây"), "≥ 100", rate >= 100
        )
    ]


# The boldest face belongs to the wall, not to a page on a phone (tokens.css).
WALL_ONLY = b"-700-"


def home(place: Place, supervisor: Supervisor) -> list[BenchRow]:
    """The portal's first page: what a phone must fetch before it reads, and how long the server takes for it."""
    page, body = fetch(place.address + "/")
    linked = set(re.findall(r'<(?:link|script)\b[^>]*?(?:href|src)="([^"]+\.(?:css|js|woff2)[^"]*)"', body.decode()))
    size = page + sum(whole(urljoin(place.address, address)) for address in linked)
    times = []
    for _n in range(PAGES):
        began = time.perf_counter()
        fetch(place.address + "/")
        times.append((time.perf_counter() - began) * 1000)
    middle = statistics.median(times)
    return [
        BenchRow(_("Trang chủ cổng dịch vụ, kể cả kiểu dáng và mã"), size / 1000, "kB", "< 100", size < 100_000),
        BenchRow(_("Trang chủ: thời gian máy chủ (trung vị)"), middle, "ms", "≤ 30", middle <= 30),
    ]


def whole(address: str) -> int:
    """Bytes of a linked file with the fonts that a style sheet names and this page asks for."""
    size, body = fetch(address)
    fonts = set(re.findall(rb"url\([\"']?([^\"')]+\.woff2[^\"')]*)", body)) if ".css" in address else set()
    return size + sum(fetch(urljoin(address, font.decode()))[0] for font in fonts if WALL_ONLY not in font)


def fetch(address: str) -> tuple[int, bytes]:
    """(bytes on the wire as a browser would get them, body)."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})  # noqa: S310 - our own address
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        body = answer.read()
        if answer.headers.get("Content-Encoding") == "gzip":
            import gzip

            return len(body), gzip.decompress(body)
        return len(body), body


def memory(place: Place, supervisor: Supervisor) -> list[BenchRow]:
    """Web, worker and push after work, each page of memory counted once (PSS), without PostgreSQL."""
    total = 0
    for record in supervisor.records:
        part = record.part
        if isinstance(part, Part) and part.process and part.name in {"web", "worker", "push"}:
            total += sum(proportional(pid) for pid in family(part.process.pid))
    megabytes = total / 1024
    return [BenchRow(_("Bộ nhớ: web + worker + push"), megabytes, "MB", "≤ 700", megabytes <= 700)]


def family(pid: int) -> list[int]:
    """The process and all that came from it (they share its group)."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                if (entry / "stat").read_text().rpartition(")")[2].split()[2] == str(pid):
                    found.append(int(entry.name))
    return found


def proportional(pid: int) -> int:
    """Kilobytes of memory, shared pages divided among those who share them."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
