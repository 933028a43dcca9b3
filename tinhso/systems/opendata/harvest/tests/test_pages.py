"""The administrator's pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import settled, sign_in
from tinhso.systems.opendata.harvest.models import Source
from tinhso.systems.opendata.harvest.simulator.app import Portal
from tinhso.systems.opendata.harvest.tests.conftest import read

LIST = "/quan-tri/thu-thap-du-lieu/"


@pytest.fixture
def administrator(cast: Cast) -> Client:
    return settled(sign_in(Client(), cast.administrator))


def test_a_source_is_declared_and_read_from_the_page(
    administrator: Client, portal: Portal, add: Callable[[str], Source]
) -> None:
    given = {"title": "Cổng bạn", "code": "ban", "kind": "ckan", "url": "https://ban.example", "every_hours": "12"}
    answer = administrator.post(LIST, given)
    assert answer.status_code == 302 and Source.objects.get(code="ban").every_hours == 12
    for wrong in ({"url": "file:///etc/passwd"}, {"code": "ban"}, {"every_hours": "0"}, {"kind": "x"}, {"code": "A B"}):
        answer = administrator.post(LIST, given | {"code": "khac"} | wrong)
        assert answer.status_code == 422, wrong
    assert Source.objects.count() == 1


def test_runs_and_errors_are_shown_in_few_queries(
    administrator: Client,
    portal: Portal,
    add: Callable[[str], Source],
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    portal.packages[1] = {"id": "khong-ten", "metadata_modified": "2026-01-01T00:00:00.000000"}
    source = add("ckan")
    read(source)
    with django_assert_max_num_queries(25):
        page = administrator.get(f"{LIST}{source.pk}/").content.decode()
    assert "khong-ten" in page and "Bản ghi không có tên." in page and "thêm 11" in page
    with django_assert_max_num_queries(25):
        assert "Nguồn ckan" in administrator.get(LIST).content.decode()
    assert administrator.post(f"{LIST}{source.pk}/", {"viec": "tat"}).status_code == 302
    assert not Source.objects.get().is_enabled
    assert administrator.post(f"{LIST}{source.pk}/", {"viec": "la"}).status_code == 404
    assert administrator.get(f"{LIST}{2**70}/").status_code == 404
