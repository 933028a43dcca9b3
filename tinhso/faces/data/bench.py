"""`tinhso bench opendata`: what programs ask of the portal, on top of the figures of the tables themselves."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from tinhso.engines.search import services as search
from tinhso.faces.data import bench_http
from tinhso.faces.data.bench_datasette import beside
from tinhso.faces.data.ckan.views import ACTIONS, Call
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.registry import BenchRow
from tinhso.systems.opendata import bench as tables
from tinhso.systems.opendata.models import Dataset, Group, Organisation, Resource
from tinhso.systems.opendata.services.publishing import document

DATASETS = 5_000
SEARCHES = 120
_TEXT = """giá nước sạch dân số hộ nghèo trường học trạm y tế đất lúa ngô rừng biển cảng đường cầu thuế phí lệ hồ sơ
chứng thực khai sinh hộ tịch doanh nghiệp lao động việc làm du lịch di tích môi trường rác thải điện tàu cá"""
_WORDS = sorted(set(_TEXT.split()))


def bench() -> list[BenchRow]:
    """Tables in the engine, over HTTP and beside Datasette; an upload; searches among datasets."""
    with tables.table() as sha256:
        rows = [*tables.filters(sha256), tables.groups(sha256), *bench_http.filters(sha256), *beside(sha256)]
    return [*rows, tables.upload(), *searches()]


def searches() -> list[BenchRow]:
    """`package_search` with words, filters, facets and pages among 5,000 datasets made up here and rolled back."""
    chance = random.Random(5)  # noqa: S311 -- questions of a bench
    with _rolled_back():
        _make_up(chance)
        for given in (_asked(chance) for _number in range(5)):
            _search(given)
        took = sorted(_search(_asked(chance)) for _number in range(SEARCHES))
    slow = took[int(0.95 * SEARCHES)]
    half = took[SEARCHES // 2]
    return [BenchRow(f"package_search among 5,000 datasets, p95 (p50 {half:.0f})", slow, "ms", "≤ 50", slow <= 50)]


@contextmanager
def _rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _make_up(chance: random.Random) -> None:
    bodies = [Organisation.objects.create(name=f"do-co-quan-{n}", title=f"Cơ quan {n}") for n in range(80)]
    groups = [Group.objects.create(name=f"do-chu-de-{n}", title=f"Chủ đề {n}") for n in range(12)]
    made = Dataset.objects.bulk_create(
        Dataset(
            name=f"do-bo-{n}", title=" ".join(chance.choices(_WORDS, k=5)).capitalize(),
            notes=" ".join(chance.choices(_WORDS, k=40)), organisation=chance.choice(bodies),
            tags=sorted(set(chance.choices(_WORDS, k=3))), licence=chance.choice(["cc-by", "other-pd"]), cycle="daily",
        )
        for n in range(DATASETS)
    )  # fmt: skip
    Dataset.groups.through.objects.bulk_create(
        Dataset.groups.through(dataset=one, group=chance.choice(groups)) for one in made
    )
    Resource.objects.bulk_create(
        Resource(dataset=one, name="tệp", format=chance.choice(["CSV", "XLSX", "JSON"]), url="https://vi-du.invalid/a")
        for one in made
        for _number in range(2)
    )
    search.index_many("dataset", map(document, made))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE opendata_dataset, opendata_resource, opendata_dataset_groups, search_searchdocument")


def _asked(chance: random.Random) -> dict[str, Any]:
    """As CKAN's pages and clients ask: words, a filter or neither; four facets; a page of twenty."""
    facets = ["organization", "groups", "tags", "res_format", "license_id"]
    given: dict[str, Any] = {"rows": 20, "start": 20 * chance.randrange(3), "facet.field": facets}
    kind = chance.randrange(4)
    if kind in (0, 1):
        given["q"] = " ".join(chance.choices(_WORDS, k=2))
    if kind in (1, 2):
        given["fq"] = f"organization:do-co-quan-{chance.randrange(80)} OR tags:{chance.choice(_WORDS)}"
    return given


def _search(given: dict[str, Any]) -> float:
    begun = time.perf_counter()
    ACTIONS["package_search"](Call(Actor.anonymous(), given, "https://vi-du.invalid"))
    return (time.perf_counter() - begun) * 1000
