"""The officers' pages: the worklist, one procedure, confirming by hand."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.procedures.catalogue.testing import load, newest, raw

LIST, ONE = "/can-bo/danh-muc/", "/can-bo/danh-muc/1.000001/"


@pytest.fixture
def unsure(cast: Cast, client: Client) -> Cast:
    load(raw(fee_vnd=0, fee_v="zero"), *[raw(f"1.{number:06d}", fee_v="no") for number in range(2, 60)])
    sign_in(client, cast.administrator)
    return cast


@pytest.mark.parametrize("path", [LIST, LIST + "?phan=fee&trang=2", LIST + "chua-toan-trinh/", LIST + "da-doi/", ONE])
def test_each_page_asks_little(unsure: Cast, client: Client, path: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    assert len(asked) <= 25


def test_who_may_read_but_not_confirm_sees_no_form(unsure: Cast, client: Client) -> None:
    sign_in(client, unsure.desk_officer)
    page = client.get(ONE).content.decode()
    assert "xac-nhan/" not in page and "Cán bộ kiểm soát" in page
    assert client.post(ONE + "xac-nhan/", {"phan": "fee"}).status_code == 403
    sign_in(client, unsure.citizen)
    assert client.get(LIST).status_code == 403


def test_a_fact_is_confirmed_by_hand(unsure: Cast, client: Client) -> None:
    sent = {"phan": "fee", "phien-ban": newest().pk, "fee-fee_vnd": "8000", "fee-fee_note": "", "fee-source": "NQ 12"}
    assert client.post(ONE + "xac-nhan/", {**sent, "fee-source": ""}).status_code == 422
    assert client.post(ONE + "xac-nhan/", {**sent, "fee-fee_vnd": "-1"}).status_code == 422
    assert newest().number == 1
    assert client.post(ONE + "xac-nhan/", sent).status_code == 302
    assert newest().fee_vnd == 8000
    again = client.post(ONE + "xac-nhan/", sent)
    assert again.status_code == 422 and newest().number == 2
    assert client.post(ONE + "xac-nhan/", {**sent, "phan": "khong-co"}).status_code == 404


def test_why_partial_is_written_by_hand(unsure: Cast, client: Client) -> None:
    sent = {"phien-ban": newest().pk, "reason": "Phải ký sổ", "basis": "Luật Hộ tịch"}
    assert client.post(ONE + "ly-do/", {**sent, "basis": ""}).status_code == 422
    assert client.post(ONE + "ly-do/", sent).status_code == 302
    assert newest().partial_basis == "Luật Hộ tịch"
    assert "Phải ký sổ" in client.get("/thu-tuc/1.000001/").content.decode()
