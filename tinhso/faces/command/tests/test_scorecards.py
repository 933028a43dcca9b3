"""The pages of scorecards: who may score and publish, what is refused beside what was typed, what stays on record."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tinhso.engines.indicators.models import Scorecard, ScorecardRow, SelfScore
from tinhso.engines.indicators.scorecards.loading import load_scorecards
from tinhso.faces.command.tests.objects import PNG
from tinhso.foundation.files.models import StoredFile
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in

pytestmark = pytest.mark.django_db
HOME = "/dieu-hanh/bang-diem/"
DTI = f"{HOME}dti/"
NEXT = {
    "ten": "Cấu trúc 2027",
    "tu-ngay": "2027-01-01",
    "nguon": "Quyết định thử",
    "cac-dong": "1; Nhận thức số; 99,5; 10\n2; Thể chế số; 100",
}


def client_of(cast: Cast, name: str) -> Client:
    client = Client()
    sign_in(client, getattr(cast, name), stepped_up=True)
    return client


@pytest.fixture
def dti(cast: Cast) -> Cast:
    load_scorecards()
    return cast


def assess(client: Client, cast: Cast, points: str, why: str = "Đã ban hành Kế hoạch 12", **more: Any) -> Any:
    row = ScorecardRow.objects.get(scorecard__version=1, number="1")
    given = {"don-vi": cast.units.province.pk, "nam": "2024", "diem": points, "thuyet-minh": why, **more}
    return client.post(reverse("command:assess", args=[row.pk]), given)


def test_a_score_is_given_shown_and_replaced_and_its_evidence_opens(dti: Cast) -> None:
    client = client_of(dti, "provincial_leader")
    assert "chưa chấm" in client.get(DTI).content.decode(), "the newest year with weights opens first"
    assert "Chưa có trọng số cho năm này" in client.get(f"{DTI}?nam=2026").content.decode()
    assert assess(client, dti, "82,5", tep=SimpleUploadedFile("a.png", PNG, "image/png")).status_code == 302
    assert assess(client, dti, "90", "Bổ sung Kế hoạch 15", **{"giu-tep": "1"}).status_code == 302
    text = client.get(f"{DTI}?nam=2024").content.decode()
    assert "Tự chấm 90 điểm trên 100 điểm" in text and "Bổ sung Kế hoạch 15" in text
    standing = SelfScore.objects.get(replaced_by=None)
    assert standing.replaces and standing.replaces.points == 82.5
    [kept] = standing.evidence.all()
    shown = client.get(reverse("command:score_evidence", args=[standing.pk, kept.pk]))
    assert shown.status_code == 200 and b"".join(shown.streaming_content) == PNG
    assert "82,5" in client.get(reverse("command:assess", args=[standing.row_id]) + "?nam=2024").content.decode()


@pytest.mark.parametrize(("points", "why"), [("101", "x"), ("1.5", "x"), ("-1", "x"), ("", "x"), ("5", " ")])
def test_what_is_refused_stays_typed_and_leaves_nothing(dti: Cast, points: str, why: str) -> None:
    answer = assess(client_of(dti, "provincial_leader"), dti, points, why, tep=SimpleUploadedFile("a.png", PNG))
    text = answer.content.decode()
    assert answer.status_code == 422 and 'class="notice' in text and f'value="{points}"' in text
    assert not SelfScore.objects.exists() and not StoredFile.objects.exists()


@pytest.mark.parametrize("name", ["leader", "auditor", "administrator", "desk_officer"])
def test_nobody_else_scores_the_province(dti: Cast, name: str) -> None:
    assert assess(client_of(dti, name), dti, "5").status_code in {403, 404}
    assert not SelfScore.objects.exists()


def test_a_commune_scores_itself_by_the_same_table_and_its_neighbour_does_not_see_it(dti: Cast) -> None:
    here = dti.units.commune_committee.pk
    assert assess(client_of(dti, "leader"), dti, "40", **{"don-vi": here}).status_code == 302
    assert "Tự chấm 40 điểm" in client_of(dti, "leader").get(f"{DTI}?nam=2024&don-vi={here}").content.decode()
    assert client_of(dti, "leader_elsewhere").get(f"{DTI}?nam=2024&don-vi={here}").status_code == 404


def test_the_next_table_is_published_and_the_years_before_keep_theirs(dti: Cast) -> None:
    client = client_of(dti, "administrator")
    page = reverse("command:publish_scorecard", args=["dti"])
    assert client.get(page).status_code == 200
    assert client.post(page, NEXT).status_code == 302
    newest = Scorecard.objects.get(code="dti", version=3)
    assert [str(row.points) for row in newest.rows.order_by("number")] == ["99.50", "100.00"] and not newest.is_certain
    assert "Cấu trúc 2027" in client.get(HOME).content.decode()
    assert "cấu trúc 2022 đến 2024" in client.get(f"{DTI}?nam=2024").content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"cac-dong": "1; A; 1,234.5\n2; B; 100"}, "Dòng 1"),
        ({"cac-dong": "1; A; 10\n1; B; 10"}, "cùng số thứ tự"),
        ({"cac-dong": "1; A; 10; 2; khong.co"}, "khong.co"),
        ({"cac-dong": "A 10"}, "hãy viết"),
        ({"cac-dong": ""}, "ít nhất một dòng"),
        ({"tu-ngay": "2027-02-31"}, "ngày"),
        ({"tu-ngay": "2020-01-01"}, "phải áp dụng sau"),
    ],
)
def test_a_table_with_a_wrong_line_is_not_published(dti: Cast, wrong: dict[str, str], sentence: str) -> None:
    answer = client_of(dti, "administrator").post(reverse("command:publish_scorecard", args=["dti"]), NEXT | wrong)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert Scorecard.objects.count() == 2


def test_only_the_administrator_publishes(dti: Cast) -> None:
    page = reverse("command:publish_scorecard", args=["dti"])
    for name in ("provincial_leader", "leader", "auditor"):
        assert client_of(dti, name).post(page, NEXT).status_code == 403
    assert Scorecard.objects.count() == 2
