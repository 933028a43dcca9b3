"""The welcome names only accounts that exist, and says how to begin where there are none."""

from __future__ import annotations

from datetime import date

import pytest

from tinhso.faces.cli import prepare
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.testing.cast import Cast, make_account, make_units

pytestmark = pytest.mark.django_db


def shown(capsys: pytest.CaptureFixture[str]) -> str:
    prepare.welcome("http://127.0.0.1:8000")
    return capsys.readouterr().out


def test_an_empty_database_names_nobody_and_says_how_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    make_units()
    text = " ".join(shown(capsys).split())
    assert "motcua" not in text and "thu-nghiem" not in text
    assert "tinhso user create quantri" in text and "--role administrator --unit 99" in text


def test_the_accounts_that_are_there_are_named(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    make_account("motcua", "Lê Thị Mai", role="desk_officer", unit=cast.units.commune_centre)
    text = shown(capsys)
    assert "motcua" in text and "ketoan" not in text and "user create" not in text


def test_an_administrator_whose_role_ended_does_not_count(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    RoleAssignment.objects.filter(role="administrator").update(valid_to=date(2025, 12, 31))
    assert "user create" in shown(capsys)
