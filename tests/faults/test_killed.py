"""kill -9 of every process under load, a second demo beside the first, Ctrl-C, and a launcher that is killed itself."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.load import PEOPLE, HttpLoad, Writer
from tests.faults.stage import PATIENCE, Stage, launcher, until_nobody
from tinhso.config import env

pytestmark = [pytest.mark.faults, pytest.mark.long]

# Every act is in its table, in the audit log and in the outbox, or in none of them; and the chain holds.
COUNT = """
import json
from tinhso.foundation.access.models import Delegation
from tinhso.foundation.audit.verify import verify_fully
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.people.models import Person
people = Person.objects.filter(source="fault")
ids = [str(pk) for pk in people.values_list("pk", flat=True)]
print(json.dumps({
    "documents": list(Delegation.objects.filter(giver__username="fault.leader").values_list("document", flat=True)),
    "delegations_audited": list(
        AuditRow.objects.filter(act="access.role.delegated").values_list("details__document", flat=True)),
    "delegation_events": DomainEvent.objects.filter(name="access.role_delegated").count(),
    "numbers": list(people.values_list("personal_number", flat=True)),
    "people_audited": AuditRow.objects.filter(act="people.person.recorded", object_id__in=ids).count(),
    "people_events": DomainEvent.objects.filter(name="people.person_recorded", subject_id__in=ids).count(),
    "waiting": DomainEvent.objects.filter(handled_at=None).count(),
    "broken": [problem.sentence for problem in verify_fully(None).problems],
}))
"""


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    one = Stage()
    try:
        one.start()
        yield one
    finally:
        one.end()


@pytest.fixture(scope="module")
def hurt(stage: Stage) -> tuple[list[str], list[str]]:
    """Load while web, worker and PostgreSQL are killed one after the other; what was acknowledged."""
    who = stage.django(PEOPLE)
    posts = [HttpLoad(stage, who["session"], who["assignment"], f"q{n}", n * 2000) for n in range(2)]
    writer = Writer(stage, 10_000_000)
    try:
        hurt_all(stage, posts, writer)
    finally:
        for post in posts:
            post.stop_asked.set()
        writer.stop()
    for post in posts:
        post.join(30)
    return [document for post in posts for document in post.acknowledged], writer.acknowledged


def hurt_all(stage: Stage, posts: list[HttpLoad], writer: Writer) -> None:
    for post in posts:
        post.start()
    writer.until_acknowledged(PATIENCE)
    until_more(posts, 0)
    for victim, pause in (("--interface wsgi", 2.5), ("main worker", 2.0), ("bin/postgres -D", 2.0)):
        time.sleep(pause)
        before = sum(len(post.acknowledged) for post in posts)
        killed = stage.kill(victim)
        assert stage.child(victim) != killed  # the supervisor started another
        until_more(posts, before)
    writer.until_acknowledged(PATIENCE)


def until_more(posts: list[HttpLoad], before: int) -> None:
    """People's acts go through again."""
    until = time.monotonic() + PATIENCE
    while sum(len(post.acknowledged) for post in posts) <= before + 2:
        assert time.monotonic() < until, [(post.answers, post.failures, post.is_alive()) for post in posts]
        time.sleep(0.1)


def test_no_acknowledged_act_is_lost_and_none_is_half_written(stage: Stage, hurt: tuple[list[str], list[str]]) -> None:
    documents, numbers = hurt
    assert len(documents) > 10 and len(numbers) > 10
    found = stage.django(COUNT)
    assert set(documents) <= set(found["documents"])
    assert set(numbers) <= set(found["numbers"])
    assert sorted(found["documents"]) == sorted(found["delegations_audited"])
    assert found["delegation_events"] == len(found["documents"])
    assert found["people_audited"] == found["people_events"] == len(found["numbers"])
    assert found["broken"] == []


def test_the_worker_that_came_back_delivers_what_waited(stage: Stage, hurt: tuple[list[str], list[str]]) -> None:
    until = time.monotonic() + 40
    while (waiting := stage.django(COUNT)["waiting"]) and time.monotonic() < until:
        time.sleep(0.5)
    assert waiting == 0


def test_a_second_demo_beside_the_first_is_refused_in_a_sentence(stage: Stage) -> None:
    second = subprocess.run(
        launcher("demo"), env=stage.environment(), cwd=env.ROOT, capture_output=True, text=True, timeout=60
    )
    said = second.stdout + second.stderr
    assert second.returncode == 1
    assert "đang được một bản khác dùng" in said and stage.place.address in said
    assert "Traceback" not in said
    assert stage.child("--interface wsgi")


def test_another_folder_on_the_same_port_is_refused_naming_who_holds_it(stage: Stage, tmp_path: Path) -> None:
    other = stage.environment(TINHSO_DATA=str(tmp_path / "other"))
    second = subprocess.run(launcher("demo"), env=other, cwd=env.ROOT, capture_output=True, text=True, timeout=60)
    assert second.returncode == 1
    assert f"Cổng {stage.place.port} đang được" in second.stdout and "PORT=" in second.stdout
    assert "Traceback" not in second.stdout + second.stderr
    assert not (tmp_path / "other" / "postgres").exists()


def test_a_killed_launcher_takes_everyone_with_it(stage: Stage) -> None:
    assert stage.process
    stage.process.kill()
    stage.process.wait()
    assert until_nobody(stage, 15) == []


def test_it_starts_again_on_what_is_there_and_ctrl_c_leaves_no_process(stage: Stage) -> None:
    (stage.place.postgres / "postmaster.pid").write_text("1\n/nowhere\n")
    stage.out.write_text("")
    stage.start()
    assert "Lần trước PostgreSQL dừng đột ngột" in stage.out.read_text()
    assert stage.django(COUNT)["numbers"]
    code = stage.interrupt(signal.SIGHUP)
    assert until_nobody(stage, 5) == []
    said = stage.out.read_text()
    assert code == 0 and "Đã dừng mọi tiến trình" in said and "Traceback" not in said
