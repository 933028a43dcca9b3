"""Finding rows again, and an export that anyone can check."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import acts, chain, log, selectors
from tinhso.foundation.audit.selectors import Filter
from tinhso.foundation.numbering.models import Series

SYSTEM = Actor.system()
HOA = Actor(7, "Nguyễn Thị Hoa", "account")


@pytest.mark.django_db
def test_the_history_of_a_record_is_its_own_newest_first() -> None:
    mine = [log.record(SYSTEM, "tests.a", Series(pk=1)), log.record(HOA, "tests.b", Series(pk=1))]
    log.record(SYSTEM, "tests.a", Series(pk=11))
    assert list(selectors.history(Series(pk=1))) == mine[::-1]


@pytest.mark.django_db
def test_filters_narrow_and_pages_join_without_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [log.record(HOA if n % 2 else SYSTEM, f"tests.act{n % 3}", Series(pk=n)) for n in range(20)]
    page = selectors.search(Filter(actor="thị hoa"), limit=4)
    rest = selectors.search(Filter(actor="thị hoa"), before=page[-1].pk)
    assert [r.pk for r in page + rest] == [r.pk for r in rows[::-1] if r.actor_id == 7]
    assert len(selectors.search(Filter(actor="7"))) == 10
    assert {r.act for r in selectors.search(Filter(act="tests.act1"))} == {"tests.act1"}
    assert len(selectors.search(Filter(act="tests."))) == 20
    assert [r.pk for r in selectors.search(Filter(object_type="numbering.series", object_id="5"))] == [rows[5].pk]
    today = timezone.localdate()
    assert len(selectors.search(Filter(since=today, until=today))) == 20
    assert selectors.search(Filter(until=today - timedelta(days=1))) == []
    assert selectors.known_acts() == ["tests.act0", "tests.act1", "tests.act2"]


@pytest.mark.django_db
@pytest.mark.parametrize("hostile", ["'; DROP TABLE audit_auditrow;--", "\x00", "%", "9" * 40, "\ud800x", "<b>"])
def test_hostile_filters_find_nothing_and_break_nothing(hostile: str) -> None:
    log.record(SYSTEM, "tests.a", Series(pk=1))
    for field in ("actor", "act", "object_type", "object_id"):
        found = selectors.search(Filter(**{field: hostile}))
        assert len(found) in (0, 1)


@pytest.mark.django_db(transaction=True)
def test_the_export_can_be_checked_with_sha256_alone() -> None:
    for n in range(3):
        log.record(HOA, "tests.a", Series(pk=n), note="Đã nhận", n=n)
    lines = [json.loads(line) for line in selectors.export_lines()]
    assert len(lines) == 3
    for line in lines:
        at = datetime.fromisoformat(line["at"])
        fields = [
            round(at.timestamp() * 1_000_000),
            *(line[k] for k in ("act", "actor_id", "actor_label", "on_behalf_of_id", "object_type", "object_id")),
            *(line[k] for k in ("unit_id", "is_simulated", "details")),
        ]
        plain = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        content = hashlib.sha256(plain).hexdigest()
        assert content == line["content_hash"]
        seal = hashlib.sha256(
            bytes.fromhex(line["previous_hash"])
            + f"{line['stream']}:{line['sequence']}:".encode()
            + bytes.fromhex(content)
        ).hexdigest()
        assert seal == line["row_hash"]
    assert chain.BEGINNING.hex() in {line["previous_hash"] for line in lines}


def test_an_act_declared_twice_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "ACTS", {})
    acts.register_acts({"tests.a": "làm thử"})
    assert acts.sentence("tests.a") == "làm thử" and acts.sentence("tests.b") == "tests.b"
    with pytest.raises(RuntimeError):
        acts.register_acts({"tests.a": "lại nữa"})
