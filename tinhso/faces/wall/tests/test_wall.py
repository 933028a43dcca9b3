"""The wall's pages: opened by a pass alone, without anything personal, closed at once when the pass is revoked."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from tinhso.engines.indicators.boards import services
from tinhso.engines.indicators.boards.models import Wall
from tinhso.engines.indicators.models import Target
from tinhso.engines.indicators.seeds import TARGETS_FILE, load_targets
from tinhso.faces.command.tests.test_pages import put
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.reach import read_pass
from tinhso.foundation.people.models import Account, Person
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.procedures.testing import Office
from tinhso.systems.resolution.services import name_head
from tinhso.systems.resolution.tests.conftest import TARGETS, make_plan, part_of

pytestmark = pytest.mark.django_db
ALL = (
    ("headline", ["T25-B04", "T30-05"]),
    ("targets", []),
    ("map", ["T25-B04"]),
    ("behind", ["T25-B04"]),
    ("dossiers", []),
)


def make_wall(cast: Cast) -> tuple[Wall, str]:
    load_targets(name=part_of(TARGETS_FILE, TARGETS))
    actor = cast.actor("administrator")
    wall = services.make_wall(actor=actor, name="Phòng họp", unit=cast.units.province)
    for kind, targets in ALL:
        services.add_scene(actor=actor, wall_id=wall.pk, kind=kind, targets=targets)
    return wall, services.issue_pass(actor=actor, wall_id=wall.pk, place="Sảnh")[1]


def opened(secret: str) -> Client:
    client = Client()
    answer = client.get(f"/wall/vao/{secret}/")
    assert answer.status_code == 302 and answer["Location"] == "/wall/"
    cookie = answer.cookies["tinhso_wall"]
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/wall/"
    return client


def test_the_pass_opens_all_scenes_and_its_revoking_closes_them(cast: Cast) -> None:
    make_plan(cast)
    name_head(
        actor=Actor.system(),
        target_code="T25-B04",
        unit=cast.units.committee,
        position="Chánh Văn phòng",
        scope=cast.units.province,
        document="QĐ 4",
    )
    wall, secret = make_wall(cast)
    client = opened(secret)
    answer = client.get("/wall/")
    text = answer.content.decode()
    assert answer.status_code == 200 and text.count("data-scene") == 5
    assert secret not in text and "no-store" in answer["Cache-Control"]
    assert "10\u00a0%" in text and "Chánh Văn phòng" in text
    account, reach = read_pass(client.get("/wall/the-nghe/").json()["pass"])
    assert account is not None and account < 0
    assert reach.covers(cast.units.commune.pk, cast.units.commune.path)
    services.revoke_pass(actor=cast.actor("administrator"), wall_id=wall.pk, pass_id=wall.passes.get().pk)
    assert client.get("/wall/").status_code == 403
    assert client.get("/wall/the-nghe/").status_code == 403


@pytest.mark.parametrize("who", ["stranger", "provincial_leader", "administrator"])
def test_without_a_pass_the_wall_is_closed_to_everybody(cast: Cast, who: str) -> None:
    make_wall(cast)
    client = Client()
    if who != "stranger":
        client.force_login(getattr(cast, who))
    for url in ("/wall/", "/wall/the-nghe/", "/wall/vao/" + "0" * 48 + "/"):
        assert client.get(url).status_code == 403
    assert client.post("/wall/").status_code == 405
    client.cookies["tinhso_wall"] = "x" * 5000
    assert client.get("/wall/").status_code == 403


def test_no_name_of_a_person_stands_on_the_wall(office: Office) -> None:
    office.resolving()
    make_plan(office.cast)
    put(office.cast.units.commune_committee, timezone.localdate().replace(day=1), 1, 3)
    _wall, secret = make_wall(office.cast)
    text = opened(secret).get("/wall/").content.decode()
    names = [*Person.objects.values_list("full_name", flat=True), *Account.objects.values_list("full_name", flat=True)]
    assert names and not [name for name in names if name in text]
    assert not re.search(r"(?<!\d)\d{12}(?!\d)", re.sub(r'(d|points)="[^"]*"', "", text))
    assert "tiếp nhận từ đầu ngày" in text and "mô phỏng" in text


def test_before_anything_was_counted_the_wall_says_so_and_not_zero(cast: Cast) -> None:
    make_plan(cast)
    from tinhso.engines.indicators.models import Fact

    Fact.objects.all().delete()
    _wall, secret = make_wall(cast)
    text = opened(secret).get("/wall/").content.decode()
    assert text.count("chưa có số") >= 2 and ">0\u00a0%" not in text
    Target.objects.filter(code="T25-B04").update(code="T25-X")
    assert opened(secret).get("/wall/?canh=٣").status_code == 200


def test_with_scripts_off_each_scene_leads_to_the_next(cast: Cast) -> None:
    make_plan(cast)
    _wall, secret = make_wall(cast)
    client = opened(secret)
    for number in (0, 4, 7, 9999, 10**9, -1):
        text = client.get("/wall/", {"canh": number}).content.decode()
        found = re.search(r'<noscript><meta http-equiv="refresh" content="20;url=\?canh=(\d)"></noscript>', text)
        assert found and text.count("wall-scene is-on") == 1


def test_the_wall_asks_a_bounded_number_of_questions(cast: Cast, django_assert_max_num_queries) -> None:
    make_plan(cast)
    _wall, secret = make_wall(cast)
    client = opened(secret)
    client.get("/wall/")
    with django_assert_max_num_queries(40):
        client.get("/wall/")


def test_an_administrator_issues_on_one_page_and_sees_the_secret_once(cast: Cast) -> None:
    wall, _secret = make_wall(cast)
    client = Client()
    client.force_login(cast.administrator)
    answer = client.post(f"/quan-tri/man-hinh/{wall.pk}/", {"viec": "cap-the", "noi_dat": "Tầng 2"})
    found = re.search(r"/wall/vao/([0-9a-f]{48})/", answer.content.decode())
    assert found and answer["Cache-Control"] == "no-store"
    assert found[1] not in client.get(f"/quan-tri/man-hinh/{wall.pk}/").content.decode()
    assert Client().get(f"/wall/vao/{found[1]}/").status_code == 302
    number = wall.passes.get(place="Tầng 2").pk
    assert client.post(f"/quan-tri/man-hinh/{wall.pk}/", {"viec": "thu-hoi", "the": number}).status_code == 302
    assert Client().get(f"/wall/vao/{found[1]}/").status_code == 403
    again = client.post(f"/quan-tri/man-hinh/{wall.pk}/", {"viec": "thu-hoi", "the": number})
    assert again.status_code == 422
    for post in ({"viec": "thu-hoi", "the": "9" * 30}, {"viec": "bo-canh", "canh": "x"}, {"viec": "x"}):
        assert client.post(f"/quan-tri/man-hinh/{wall.pk}/", post).status_code == 404
    bad = {"viec": "them-canh", "loai": "map", "giay": "20", "chi_tieu": ["T25-B04", "T25-B03"]}
    assert client.post(f"/quan-tri/man-hinh/{wall.pk}/", bad).status_code == 422
    assert "Phòng họp" in client.get("/quan-tri/man-hinh/").content.decode()
    today = client.post("/quan-tri/man-hinh/", {"ten": "Mới", "don_vi": cast.units.commune.pk})
    assert today.status_code == 302 and Wall.objects.count() == 2
