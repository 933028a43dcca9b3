"""Measures and indicators made on the page: what is refused says where, what is kept is found, who may not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tinhso.engines.indicators.models import IndicatorDefinition, MeasureDefinition, UnitOfMeasure
from tinhso.engines.indicators.seeds import load_targets
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in

pytestmark = pytest.mark.django_db
NEW = "/quan-tri/so-lieu/chi-so/them/"


@pytest.fixture
def admin(cast: Cast) -> Client:
    load_targets()
    client = Client()
    sign_in(client, cast.administrator)
    return client


def unit(code: str) -> int:
    return UnitOfMeasure.objects.get(code=code).pk


def indicator(formula: str, of: str = "percent", **more: Any) -> dict[str, Any]:
    return {"code": "x.rate", "name": "Tỷ lệ", "formula": formula, "unit_of_measure": unit(of), "note": "", **more}


def test_from_a_unit_to_a_measure_to_an_indicator_and_its_next_version(admin: Client) -> None:
    made = {"code": "nghin_nguoi", "name": "nghìn người", "dimension": "count", "scale": "1.000"}
    assert admin.post("/quan-tri/so-lieu/don-vi-tinh/them/", made).status_code == 302
    assert UnitOfMeasure.objects.get(code="nghin_nguoi").scale == 1000
    measure = {
        "code": "x.dan_so",
        "name": "Dân số",
        "sentence": "Dân số thường trú.",
        "unit_of_measure": unit("nghin_nguoi"),
        "kind": "stock",
        "over_units": "sum",
        "over_time": "last",
        "frequency": "year",
        "unit_kinds": ["commune_committee"],
    }
    answer = admin.post("/quan-tri/so-lieu/co-so/them/", measure)
    assert answer.status_code == 302, answer.content.decode()
    assert admin.post(NEW, indicator("100*{nq05.staff_with_computer}/{nq05.staff}")).status_code == 302
    made_one = IndicatorDefinition.objects.get(code="x.rate")
    page = reverse("admin:indicator_version", args=[made_one.pk])
    next_one = {
        **indicator("round(100*{nq05.staff_with_computer}/{nq05.staff}, 1)"),
        "valid_from": "2026-07-01",
        "reason": "làm tròn",
    }
    assert admin.post(page, next_one).status_code == 302
    assert IndicatorDefinition.objects.filter(code="x.rate").count() == 2
    shown = admin.get(reverse("admin:measure", args=[MeasureDefinition.objects.get(code="nq05.staff").pk]))
    assert "x.rate" in shown.content.decode() and "nq05.T25-A01" in shown.content.decode()


@pytest.mark.parametrize(
    ("formula", "of", "said"),
    [
        ("{nq05.staff}+", "person", "dừng giữa chừng"),
        ("{nq05.staff}+{khong.co}", "person", "ký tự thứ 15"),
        ("{nq05.staff}+{nq05.certified_orders}", "person", "hai đơn vị tính khác nhau"),
        ("{x.rate}", "percent", "gọi vòng"),
        ("<script>", "percent", "Không đọc được"),
    ],
)
def test_a_bad_formula_is_refused_with_its_place_and_nothing_typed_is_lost(
    admin: Client, formula: str, of: str, said: str
) -> None:
    for more in ({}, {"kiem-tra": "1"}):
        answer = admin.post(NEW, indicator(formula, of, **more))
        text = answer.content.decode()
        assert said in text and "x.rate" in text and "<script>" not in text.partition("<form")[2].partition("</form")[0]
    assert not IndicatorDefinition.objects.filter(code="x.rate").exists()


def test_checking_alone_keeps_nothing(admin: Client) -> None:
    answer = admin.post(NEW, indicator("100*{nq05.staff_with_computer}/{nq05.staff}", **{"kiem-tra": "1"}))
    assert "Công thức dùng được" in answer.content.decode()
    assert not IndicatorDefinition.objects.filter(code="x.rate").exists()


def test_what_a_system_declares_is_not_changed_here(admin: Client) -> None:
    live = MeasureDefinition.objects.filter(source_kind="live").first()
    assert live
    sent = {"name": "x", "sentence": "x", "unit_of_measure": live.unit_of_measure_id, "kind": live.kind}
    sent |= {"over_units": live.over_units, "over_time": live.over_time, "frequency": "month"}
    answer = admin.post(reverse("admin:measure_change", args=[live.pk]), sent)
    assert answer.status_code == 422 and "do hệ thống khai báo" in answer.content.decode()


def test_who_may_not_and_how_often_the_list_asks(
    admin: Client,
    cast: Cast,
    django_assert_max_num_queries: Any,
) -> None:
    with django_assert_max_num_queries(25):
        assert admin.get("/quan-tri/so-lieu/?q=nq05").status_code == 200
    leader = Client()
    sign_in(leader, cast.provincial_leader)
    assert leader.get("/quan-tri/so-lieu/").status_code == 403 and leader.post(NEW, {}).status_code == 403
