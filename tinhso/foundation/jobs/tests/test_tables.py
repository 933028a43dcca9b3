"""The short way of laying out tables draws the same models as Django's own way."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tinhso.foundation.jobs import tables

OPERATIONS: list[Operation] = [
    migrations.CreateModel("Office", [("id", models.BigAutoField(primary_key=True))], {"db_table": "office"}),
    migrations.CreateModel(
        "Desk",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("office", models.ForeignKey("jobs.Office", models.PROTECT, related_name="desks")),
        ],
    ),
    migrations.AddField("Office", "name", models.CharField(max_length=9, default="x"), preserve_default=False),
    migrations.AddField("Office", "head", models.ForeignKey("jobs.Desk", models.PROTECT, related_name="+", null=True)),
    migrations.AddField("Desk", "guests", models.ManyToManyField("jobs.Office", related_name="lent")),
    migrations.AddIndex("Office", models.Index(fields=["name"], name="by_name")),
    migrations.AddConstraint("Desk", models.UniqueConstraint(fields=["office"], name="one_desk")),
    migrations.AlterField("Office", "name", models.CharField(max_length=12)),
    migrations.AddConstraint("Office", models.UniqueConstraint(fields=["name", "head"], name="one_head")),
    migrations.RemoveConstraint("Desk", "one_desk"),
]


def test_the_short_way_draws_what_djangos_way_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, way in tables.DJANGOS.items():  # whatever the tests' own database was made with
        monkeypatch.setattr(ProjectState, name, way)
    short, plain = _drawn(short=True), _drawn(short=False)
    assert short == plain
    assert {name: getattr(ProjectState, name) for name in tables.DJANGOS} == tables.DJANGOS
    assert "one_head" in str(short["office"]) and "one_desk" not in str(short["desk"])


def _drawn(*, short: bool) -> dict[str, Any]:
    """Each model as it stands after every operation, the drawings being made step by step."""
    state = ProjectState()
    state.apps  # noqa: B018 - drawn from the beginning, as in a migration
    with tables.drawn_alone() if short else nullcontext():
        for operation in OPERATIONS:
            operation.state_forwards("jobs", state)
    return {model._meta.model_name: _facts(model) for model in state.apps.get_models(include_auto_created=True)}


def _facts(model: type[models.Model]) -> dict[str, Any]:
    shown = model._meta
    return {
        "fields": {field.name: field.deconstruct()[1:] for field in (*shown.local_fields, *shown.local_many_to_many)},
        "points at": {
            field.name: field.related_model._meta.label for field in shown.local_fields if field.related_model
        },
        "pointed at by": sorted(relation.name for relation in shown.related_objects),
        "indexes": [index.deconstruct() for index in shown.indexes],
        "constraints": [constraint.deconstruct() for constraint in shown.constraints],
        "columns": [field.column for field in shown.local_concrete_fields],
    }
