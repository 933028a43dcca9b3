"""Complete acts a second: permission, rows, audit and event, committed for real by two processes on one commune.

Runs in a database of its own that is made and removed again, so a running installation keeps nothing of it. Both
processes file for the same commune: they queue on its number series and share the audit's chains, the worst ordinary
case. Each turn is two acts: a walk-in recorded (numbered, received) and handed over.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg

from tinhso.foundation.jobs.registry import BenchRow

WHAT = "Nghiệp vụ trên hồ sơ: tiếp nhận, chuyển thụ lý"
BUDGET = "≥ 100"
TURNS = 150
PROCESSES = 2


def bench_acts() -> list[BenchRow]:
    """The rate over both processes; a row that says why when it could not be measured."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return [BenchRow(f"{WHAT}: NOT RUN, DATABASE_URL is not set", 0, "nghiệp vụ/giây", BUDGET, False)]
    try:
        with _scratch(url) as scratch:
            _run("prepare", scratch)
            runs = [_start("work", scratch) for _ in range(PROCESSES)]
            spans = [json.loads(run.communicate()[0]) for run in runs]
    except (psycopg.Error, subprocess.CalledProcessError, ValueError) as error:
        return [BenchRow(f"{WHAT}: NOT RUN, {type(error).__name__}", 0, "nghiệp vụ/giây", BUDGET, False)]
    seconds = max(span["ended"] for span in spans) - min(span["began"] for span in spans)
    rate = sum(span["acts"] for span in spans) / seconds
    return [BenchRow(WHAT, rate, "nghiệp vụ/giây", BUDGET, rate >= 100)]


@contextmanager
def _scratch(url: str) -> Iterator[str]:
    """A database beside the present one, migrated, dropped at the end."""
    parts = urlsplit(url)
    name = f"{parts.path.strip('/') or 'tinhso'}_bench"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield parts._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _start(part: str, url: str) -> subprocess.Popen[bytes]:
    env = {**os.environ, "DATABASE_URL": url}
    env.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
    command = [sys.executable, "-m", "tinhso.systems.procedures.bench", part]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE)  # noqa: S603


def _run(part: str, url: str) -> None:
    run = _start(part, url)
    run.communicate()
    if run.returncode:
        raise subprocess.CalledProcessError(run.returncode, part)


def _prepare() -> None:
    from django.core.management import call_command
    from django.db import transaction

    from tinhso.foundation.access.guard import Actor
    from tinhso.foundation.testing.cast import make_cast
    from tinhso.systems.procedures.seeds import load_catalogue

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        make_cast()
    load_catalogue(Actor.system("đo tốc độ"))


def _work() -> dict[str, float]:
    from tinhso.foundation.access.guard import Actor
    from tinhso.foundation.orgs.models import Unit
    from tinhso.foundation.people.models import Account, Person
    from tinhso.systems.procedures import services
    from tinhso.systems.procedures.models import ProcedureVersion

    actor = Actor.of(Account.objects.get(username="desk_officer"))
    desk = Unit.objects.get(code="99001.HCC")
    version = ProcedureVersion.objects.filter(process__isnull=False).order_by("code")[0]
    person = Person.objects.order_by("pk")[0]
    for turn in range(TURNS + 5):
        if turn == 5:  # the first turns warm the caches of a process
            began = time.time()
        dossier = services.record_walk_in(actor=actor, version=version, desk=desk, person=person, data={})
        services.hand_over(actor=actor, dossier_id=dossier.pk)
    return {"acts": 2 * TURNS, "began": began, "ended": time.time()}


def main(part: str) -> None:
    import django

    django.setup()
    if part == "prepare":
        _prepare()
    else:
        print(json.dumps(_work()))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
