"""Whole walks through portals that answer, break off, lie and turn in circles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tinhso.engines.search.models import SearchDocument
from tinhso.foundation.access import guard as access
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.opendata.harvest import rules, selectors, services
from tinhso.systems.opendata.harvest.errors import AlreadyRunning
from tinhso.systems.opendata.harvest.models import Harvested, Run, Source
from tinhso.systems.opendata.harvest.simulator.app import Portal, made_up
from tinhso.systems.opendata.harvest.tests.conftest import SYSTEM, read
from tinhso.systems.opendata.models import Dataset, Resource

Add = Callable[[str], Source]
KINDS = ("ckan", "dcat", "csv")


@pytest.mark.parametrize("kind", KINDS)
def test_every_record_comes_with_its_origin(add: Add, kind: str) -> None:
    run = read(add(kind))
    assert (run.state, run.seen, run.added, run.refused) == ("done", 12, 12, 0), run.notes
    dataset = Dataset.objects.get(title="Hồ chứa (bộ 3)")
    assert dataset.origin["source"] == f"Nguồn {kind}" and dataset.origin["identifier"] and dataset.origin["url"]
    assert dataset.name.startswith(f"nguon-{kind}-")
    assert [one.url for one in dataset.resources.all()] == ["https://ban.example/tep/3.csv"]


@pytest.mark.parametrize("kind", KINDS)
def test_reading_again_changes_nothing(add: Add, kind: str) -> None:
    source = add(kind)
    read(source)
    before = list(Dataset.objects.order_by("pk").values("pk", "modified_at", "origin"))
    again = read(source)
    assert again.state == "done" and again.added == again.changed == again.gone == 0
    assert list(Dataset.objects.order_by("pk").values("pk", "modified_at", "origin")) == before


@pytest.mark.parametrize(("kind", "place"), [("ckan", 5), ("dcat", 2)])
def test_a_source_that_dies_half_way_goes_on_where_it_stopped(add: Add, portal: Portal, kind: str, place: int) -> None:
    portal.faults = {f"cut:{place}"}
    source = add(kind)
    run = read(source)
    assert run.state == "paused" and run.seen == 5 and "đứt" in run.notes[-1]
    assert source.runs.count() == 1 and Harvested.objects.count() == 5
    asked = len(portal.asked)
    run = read(source)
    assert (run.state, run.seen, run.added, run.sitting) == ("done", 12, 12, 2)
    assert not any("start=0" in path or path == "/catalog.ttl" for path in portal.asked[asked:]), "begun again"


def test_a_sitting_that_is_too_long_pauses_and_goes_on(add: Add, portal: Portal) -> None:
    source = add("ckan")
    run = read(source, seconds=0)
    assert run.state == "paused" and run.failures == 0 and source.pk in selectors.due()
    assert read(source).state == "done"


def test_a_killed_sitting_is_taken_over_only_when_it_is_dead(add: Add) -> None:
    source = add("ckan")
    run = services.begin_sitting(actor=SYSTEM, source_id=source.pk)
    with pytest.raises(AlreadyRunning):
        read(source)
    Run.objects.update(touched_at=timezone.now() - rules.SILENCE - timedelta(seconds=1))
    again = read(source)
    assert again.pk == run.pk and again.state == "done" and again.sitting == 2
    with pytest.raises(services.Superseded):
        services.pause_run(actor=SYSTEM, run_id=run.pk, sitting=1)


def test_a_sitting_that_always_kills_its_worker_ends(add: Add) -> None:
    source = add("ckan")
    for _time in range(len(rules.PAUSES) + 2):
        run = services.begin_sitting(actor=SYSTEM, source_id=source.pk)
        Run.objects.filter(finished_at=None).update(touched_at=timezone.now() - timedelta(hours=1))
        if run.finished_at:
            break
    assert run.state == "failed" and "nhiều lần" in run.notes[-1]


@pytest.mark.parametrize(("kind", "fault"), [("ckan", "loop"), ("dcat", "loop"), ("dcat", "endless")])
def test_a_source_that_turns_in_a_circle_ends_with_a_sentence(add: Add, portal: Portal, kind: str, fault: str) -> None:
    portal.faults = {fault}
    run = read(add(kind))
    assert run.state == "ended" and "dừng tại đây" in run.notes[-1]
    assert len(portal.asked) <= 10 and run.added >= 5 and run.gone == 0


def test_a_source_that_lies_about_its_count_ends_and_withdraws_nothing(add: Add, portal: Portal) -> None:
    source = add("ckan")
    read(source)
    portal.packages = portal.packages[1:]
    portal.faults = {"lie"}
    Source.objects.update(full_at=None)
    run = read(source)
    assert run.state == "done" and run.gone == 0
    assert any("chỉ đưa ra" in note for note in run.notes) and any("chưa rút" in note for note in run.notes)
    portal.faults = {"nonsense"}
    Source.objects.update(full_at=None)
    assert read(source).state == "done"


def test_a_source_out_of_all_bounds_ends(add: Add, portal: Portal) -> None:
    run = read(add("ckan"), records=10)
    assert run.state == "ended" and "vượt giới hạn" in run.notes[-1] and Harvested.objects.count() == 10


def test_a_source_that_never_answers_is_tried_ever_more_seldom_and_then_given_up(add: Add, portal: Portal) -> None:
    portal.faults = {"junk"}
    source = add("ckan")
    pauses = []
    for _time in range(len(rules.PAUSES)):
        run = read(source)
        assert run.state == "paused"
        source.refresh_from_db()
        pauses.append(source.next_at - run.touched_at)
    assert pauses == sorted(pauses) and source.pk not in selectors.due()
    run = read(source)
    assert run.state == "failed" and source.runs.count() == 1
    portal.faults = set()
    assert read(source).state == "done"


def test_only_changes_are_asked_for_between_full_walks(add: Add, portal: Portal) -> None:
    source = add("ckan")
    read(source)
    portal.packages[3] |= {"title": "Hồ chứa mới", "metadata_modified": "2026-05-01T00:00:00.000000", "resources": []}
    portal.asked = []
    run = read(source)
    assert not run.is_full and run.seen <= 2 and run.changed == 1 and run.gone == 0
    dataset = Dataset.objects.get(title="Hồ chứa mới")
    assert dataset.name == "nguon-ckan-du-lieu-3" and Resource.objects.get(dataset=dataset).state == "deleted"


def test_an_unchanged_document_is_not_read_again(add: Add, portal: Portal) -> None:
    portal.page = 100
    source = add("dcat")
    read(source)
    run = read(source)
    assert run.state == "done" and run.seen == 0 and "không đổi" in run.notes[-1]
    assert not Harvested.objects.filter(is_gone=True).exists()


def test_what_the_source_withdrew_is_no_longer_shown_and_may_come_back(add: Add, portal: Portal) -> None:
    source = add("dcat")
    read(source)
    gone = portal.packages.pop(3)
    run = read(source)
    assert run.gone == 1 and Dataset.objects.get(title=gone["title"]).state == "deleted"
    portal.packages.append(gone)
    read(source)
    assert Dataset.objects.get(title=gone["title"]).state == "active" and Dataset.objects.count() == 12


def test_a_source_that_lost_nearly_everything_is_not_believed(add: Add, portal: Portal) -> None:
    portal.packages, portal.page = made_up(30), 100
    source = add("dcat")
    read(source)
    portal.packages = portal.packages[:5]
    run = read(source)
    assert run.gone == 0 and "chưa rút" in run.notes[-1] and Dataset.objects.filter(state="active").count() == 30


def test_bad_records_are_told_one_by_one_and_the_rest_comes(add: Add, portal: Portal) -> None:
    portal.packages[1] = {"id": "b", "metadata_modified": "2026-01-01T00:00:00.000000"}
    portal.packages[2] |= {
        "title": "x" * 5000 + "\x00",
        "tags": "không phải danh sách",
        "resources": [None, {"url": "javascript:1"}],
    }
    portal.packages[4] |= {"id": {"a": 1}, "metadata_modified": "2026-01-01T00:00:00.000000"}
    portal.packages[5] |= {"metadata_modified": "31/02/2025", "name": "Đường Sắt & Ga", "license_id": 7}
    source = add("ckan")
    run = read(source)
    assert run.state == "done" and run.refused == 2 and run.added == 10
    assert {fault.identifier for fault in selectors.faults(source)} == {"b", ""}
    assert Dataset.objects.filter(name="nguon-ckan-duong-sat-ga").exists()
    assert not Resource.objects.exclude(url__startswith="https://ban.example/").exists()


def test_two_records_of_one_name_are_two_datasets(add: Add, portal: Portal) -> None:
    for one in portal.packages[:3]:
        one["name"] = "trung-ten"
    assert read(add("ckan")).added == 12
    assert Dataset.objects.filter(name__startswith="nguon-ckan-trung-ten").count() == 3


def test_harvested_datasets_are_found_until_they_are_withdrawn(add: Add, portal: Portal, client: Client) -> None:
    source = add("dcat")
    read(source)
    dataset = Dataset.objects.get(title="Hồ chứa (bộ 3)")
    assert client.get(f"/du-lieu/bo/{dataset.name}/").status_code == 200
    known = SearchDocument.objects.filter(kind="dataset", object_id=str(dataset.pk))
    assert known.exists()
    portal.packages.pop(3)
    read(source)
    assert client.get(f"/du-lieu/bo/{dataset.name}/").status_code in (404, 410) and not known.exists()


def test_only_who_manages_the_portal_harvests(add: Add, cast: Cast) -> None:
    source = add("ckan")
    with pytest.raises(access.Denied):
        services.begin_sitting(actor=cast.actor("leader"), source_id=source.pk)
    with pytest.raises(access.Denied):
        services.switch_source(actor=cast.actor("citizen"), source_id=source.pk, is_enabled=False)
    assert services.begin_sitting(actor=cast.actor("administrator"), source_id=source.pk).state == "running"


def test_a_source_switched_off_is_not_due(add: Add) -> None:
    source = add("ckan")
    assert source.pk in selectors.due()
    services.switch_source(actor=SYSTEM, source_id=source.pk, is_enabled=False)
    assert source.pk not in selectors.due()
