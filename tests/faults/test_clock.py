"""The machine's clock jumps: the log still holds, sessions end, and the doctor says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tinhso.faces.cli import doctor
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.audit.verify import verify_fully
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in

pytestmark = pytest.mark.faults


def at(moment: datetime) -> object:
    return patch("django.utils.timezone.now", return_value=moment)


@pytest.mark.django_db(transaction=True)
def test_a_clock_put_back_leaves_the_log_in_the_order_of_the_acts_and_whole(cast: Cast) -> None:
    now = timezone.now()
    for moment in (now, now - timedelta(hours=3), now - timedelta(days=400), now + timedelta(days=30)):
        with at(moment), transaction.atomic():  # type: ignore[attr-defined]
            audit.record(Actor.system(), "test.done", cast.units.commune, n=moment.isoformat())
    rows = list(AuditRow.objects.filter(act="test.done").order_by("id"))
    assert [row.details["n"] for row in rows] == [row.at.isoformat() for row in rows]
    assert verify_fully(None).problems == []


@pytest.mark.django_db
def test_a_session_from_before_the_clock_jumped_ahead_is_over(cast: Cast, client: Client) -> None:
    sign_in(client, cast.citizen)
    home = reverse("people:home")
    assert client.get(home).status_code == 200
    with at(timezone.now() + timedelta(days=400)):  # type: ignore[attr-defined]
        answer = client.get(home)
    assert answer.status_code == 302 and reverse("account_login") in answer["Location"]


@pytest.mark.django_db
def test_the_doctor_names_clocks_that_differ() -> None:
    given = connection.settings_dict
    url = psycopg.conninfo.make_conninfo(
        host=given["HOST"], port=given["PORT"], user=given["USER"], password=given["PASSWORD"], dbname=given["NAME"]
    )
    assert doctor.clock(url).is_fine

    class Ahead(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + timedelta(hours=1)

    with patch.object(doctor, "datetime", Ahead):
        finding = doctor.clock(url)
    assert not finding.is_fine and "3600" in finding.sentence
