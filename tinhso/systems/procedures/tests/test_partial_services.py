"""A service that is not full-process says why, on which ground and by which rule, or it is not published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tinhso.foundation.access.guard import Actor
from tinhso.systems.procedures import rules, seeds
from tinhso.systems.procedures.errors import PartialWithoutReason
from tinhso.systems.procedures.models import PartialGround, ProcedureVersion
from tinhso.systems.procedures.testing import BIRTH

SYSTEM = Actor.system("kiểm thử")


@pytest.mark.parametrize(
    ("facts", "owes"),
    [
        (("full", "", "", ""), False),
        (("partial", "presence", "Phải ký sổ", "Luật Hộ tịch, Điều 16"), False),
        (("partial", "", "Phải ký sổ", "Luật Hộ tịch, Điều 16"), True),
        (("partial", "presence", " ", "Luật Hộ tịch, Điều 16"), True),
        (("none", "presence", "Phải ký sổ", ""), True),
    ],
)
def test_what_is_owed(facts: tuple[str, str, str, str], owes: bool) -> None:
    assert rules.owes_a_reason(*facts) is owes


def test_everything_served_here_says_it() -> None:
    for path in seeds.CATALOGUE.glob("*.json"):
        facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        said = [facts[name] for name in ("service_kind", "partial_ground", "partial_reason", "partial_basis")]
        assert not rules.owes_a_reason(*said), path.name
        assert facts["partial_ground"] in ("", *PartialGround.values), path.name


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["partial_ground", "partial_reason", "partial_basis"])
def test_a_file_without_it_is_refused_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    facts: dict[str, Any] = json.loads((seeds.CATALOGUE / f"{BIRTH}.json").read_text(encoding="utf-8"))
    path = tmp_path / f"{BIRTH}.json"
    path.write_text(json.dumps({**facts, name: ""}), encoding="utf-8")
    with pytest.raises(PartialWithoutReason, match="Điều 14"):
        seeds.load_procedure(SYSTEM, path)
    assert not ProcedureVersion.objects.exists()


@pytest.mark.django_db
def test_the_page_shows_ground_reason_and_rule(client: Client) -> None:
    seeds.load_catalogue(SYSTEM, only={BIRTH})
    page = client.get(f"/thu-tuc/{BIRTH}/").content.decode()
    assert "người nộp phải có mặt" in page and "Luật Hộ tịch 60/2014/QH13, Điều 16" in page
