"""The page for telling figures by hand: who may, what is refused beside what was typed, what stays on record."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tinhso.engines.indicators.models import Entry, Fact, MeasureDefinition
from tinhso.engines.indicators.periods import AnyPeriod, PeriodKind
from tinhso.engines.indicators.seeds import load_targets
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)
HOME = "/dieu-hanh/nhap-so/"
PAGE = f"{HOME}T25-A07/"


@pytest.fixture
def leader(cast: Cast) -> Client:
    load_targets()
    client = Client()
    sign_in(client, cast.leader)
    return client


def post(client: Client, cast: Cast, whole: str, part: str, **more: object):  # type: ignore[no-untyped-def]
    keys = {code: f"so-{pk}" for code, pk in MeasureDefinition.objects.values_list("code", "pk")}
    sent = {
        "don-vi": cast.units.commune_committee.pk,
        keys["nq05.residential_areas"]: whole,
        keys["nq05.areas_4g"]: part,
        "nguon": "Báo cáo 12/BC-UBND",
        **more,
    }
    return client.post(PAGE, sent)


def test_a_leader_tells_with_evidence_and_the_figure_says_it_was_told(leader: Client, cast: Cast) -> None:
    text = leader.get(HOME).content.decode()
    assert PAGE in text and f"{HOME}T25-B04/" not in text, "what records feed is not told"
    file = SimpleUploadedFile("bien-ban.png", PNG, "image/png")
    assert post(leader, cast, "1.020", "15", tep=file).status_code == 302
    values = {entry.measure_id: entry.value for entry in Entry.objects.all()}  # type: ignore[attr-defined]
    assert values == {"nq05.residential_areas": 1020, "nq05.areas_4g": 15}
    entry = Entry.objects.get(measure__code="nq05.areas_4g")
    assert entry.recorded_by == cast.leader
    shown = leader.get(PAGE).content.decode()
    assert "bien-ban.png" in shown and "số nhập tay" in shown and "Báo cáo 12/BC-UBND" in shown
    [kept] = entry.evidence.all()
    answer = leader.get(reverse("command:evidence", args=[entry.pk, kept.pk]))
    assert answer.status_code == 200 and b"".join(answer.streaming_content) == PNG  # type: ignore[attr-defined]
    quarter = AnyPeriod.of(PeriodKind.QUARTER, entry.period_on)
    assert Fact.objects.get(measure="nq05.areas_4g").any_period == quarter


def test_what_is_refused_stands_beside_what_was_typed_and_nothing_is_kept(leader: Client, cast: Cast) -> None:
    answer = post(leader, cast, "10", "11")
    text = answer.content.decode()
    assert answer.status_code == 422 and 'value="11"' in text and "không được lớn hơn" in text
    assert post(leader, cast, "10", "mười").status_code == 422
    assert post(leader, cast, "10", "9", nguon=" ").status_code == 422
    bad = SimpleUploadedFile("x.png", b"<script>alert(1)</script>", "image/png")
    assert post(leader, cast, "10", "9", tep=bad).status_code == 422
    assert not Entry.objects.exists()


def test_a_correction_asks_why(leader: Client, cast: Cast) -> None:
    assert post(leader, cast, "10", "9").status_code == 302
    assert post(leader, cast, "10", "8").status_code == 422
    assert post(leader, cast, "10", "8", **{"ly-do": "đếm trùng"}).status_code == 302
    assert "đếm trùng" in leader.get(PAGE).content.decode()


def test_another_unit_is_not_found_and_others_may_not_enter(leader: Client, cast: Cast) -> None:
    assert leader.get(f"{PAGE}?don-vi={cast.units.other_committee.pk}").status_code == 404
    assert post(leader, cast, "10", "9", **{"don-vi": cast.units.other_committee.pk}).status_code == 404
    assert leader.get(f"{HOME}T25-B04/").status_code == 404, "records feed it"
    stranger = Client()
    sign_in(stranger, cast.auditor)
    assert stranger.get(PAGE).status_code == 403
    assert not Entry.objects.exists()


def test_the_page_asks_a_bounded_number_of_times(leader: Client, cast: Cast, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    post(leader, cast, "10", "9")
    with django_assert_max_num_queries(25):
        leader.get(PAGE)
    with django_assert_max_num_queries(25):
        leader.get(HOME)
