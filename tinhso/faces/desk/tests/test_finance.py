"""The accountant's screens: who may, few queries, what they show and do."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tinhso.engines.payments import services
from tinhso.engines.payments.models import Bill, Discrepancy, Payment, Refund, Remittance
from tinhso.engines.payments.testing import Till
from tinhso.foundation.people.models import Account
from tinhso.foundation.testing.cast import make_account
from tinhso.foundation.testing.sessions import sign_in

MOST_QUERIES = 25


@pytest.fixture
def accountant(till: Till) -> Account:
    return make_account("ketoan2", "Đỗ Thị Kế", role="accountant", unit=till.cast.units.commune_committee)


def _page(account: Account, path: str, **data: Any) -> tuple[int, str]:
    client = Client()
    sign_in(client, account, stepped_up=True)
    with CaptureQueriesContext(connection) as met:
        answer: Any = client.post(path, data) if data else client.get(path)
    assert data or len(met) <= MOST_QUERIES, [query["sql"][:120] for query in met.captured_queries]
    return answer.status_code, answer.content.decode()


def test_the_accountants_day(till: Till, accountant: Account) -> None:
    good, lost = till.bill(8000), till.bill(50_000)
    told = [till.credit(good), till.credit(lost)]
    till.tell(told[0])
    till.tell(till.credit(None))
    assert good.reference in _page(accountant, "/can-bo/thu-phi/")[1]
    assert good.reference not in _page(accountant, "/can-bo/thu-phi/?tt=open")[1]
    status, shown = _page(accountant, f"/can-bo/thu-phi/phieu/{good.reference}/")
    assert status == 200 and "phí, lệ phí phải nộp ngân sách" in shown and "nhận 1 lần" in shown
    lines = [{"reference": one["data"]["reference"], "at": one["data"]["paid_at"], "amount": one["data"]["amount"],
              "description": one["data"]["description"], "counterparty": "A"} for one in told]  # fmt: skip
    upload = io.BytesIO(json.dumps({"lines": lines}).encode())
    upload.name = "saoke.json"
    day = timezone.localdate().isoformat()
    path = "/can-bo/thu-phi/doi-soat/"
    assert "chưa đối soát" in _page(accountant, path)[1]
    assert _page(accountant, path, tk=str(till.account.pk), ngay=day, viec="sao-ke", tep=upload)[0] == 302
    shown = _page(accountant, f"{path}?tk={till.account.pk}&ngay={day}")[1]
    assert "sổ chưa ghi" in shown and "sao kê không có" in shown
    bad = io.BytesIO(b"x,y\n1,2")
    bad.name = "x.csv"
    status, shown = _page(accountant, path, tk=str(till.account.pk), ngay=day, viec="sao-ke", tep=bad)
    assert status == 409 and "Tệp CSV cần các cột" in shown
    missing = Discrepancy.objects.get(kind="not_in_ledger")
    one = f"/can-bo/thu-phi/chenh-lech/{missing.pk}/"
    assert "ghi sổ theo sao kê" in _page(accountant, one)[1]
    assert _page(accountant, one, cach="recorded", ghi_chu="")[0] == 409
    assert _page(accountant, one, cach="recorded", ghi_chu="theo sao kê")[0] == 302
    lost.refresh_from_db()
    assert lost.is_paid
    assert "theo sao kê" in _page(accountant, "/can-bo/thu-phi/chenh-lech/?xong=1")[1]
    held = Discrepancy.objects.get(kind="unknown_bill")
    assert "Mã phiếu thu" in _page(accountant, f"/can-bo/thu-phi/chenh-lech/{held.pk}/")[1]


def test_a_refund_from_asking_to_done(till: Till, accountant: Account) -> None:
    till.tell(till.credit(till.bill(8000)))
    desk = till.cast.actor("desk_officer")
    refund = services.request_refund(actor=desk, payment_id=Payment.objects.get().pk, reason="Rút <b>hồ sơ</b>")
    path = f"/can-bo/thu-phi/hoan-tra/{refund.pk}/"
    assert "Rút &lt;b&gt;" in _page(till.cast.leader, "/can-bo/thu-phi/hoan-tra/")[1]
    assert "Duyệt hoàn trả" in _page(till.cast.leader, path)[1]
    assert "Duyệt hoàn trả" not in _page(accountant, path)[1]
    assert _page(accountant, path, viec="duyet")[0] == 403
    assert _page(till.cast.leader, path, viec="duyet")[0] == 409
    assert _page(till.cast.leader, path, viec="duyet", ngan_hang="970436", so_tai_khoan="123")[0] == 302
    assert _page(till.cast.leader, path, viec="xong", ma_gd="F")[0] == 403
    assert _page(accountant, path, viec="xong", ma_gd="FTOUT")[0] == 302
    assert Refund.objects.get().state == "settled" and Bill.objects.get().state == "refunded"


def test_the_treasury_list(till: Till, accountant: Account) -> None:
    for _n in range(3):
        till.tell(till.credit(till.bill(8000)))
    path, today = "/can-bo/thu-phi/kho-bac/", timezone.localdate().isoformat()
    assert "3 dòng chưa vào bảng kê" in _page(accountant, path)[1]
    assert _page(accountant, path, tk="", den="x")[0] == 409
    assert _page(accountant, path, tk=str(till.account.pk), den=today)[0] == 302
    made = Remittance.objects.get()
    status, shown = _page(accountant, f"{path}{made.pk}/bang-ke.csv")
    assert status == 200 and "24000" in shown and shown.startswith("\ufeff")
    assert _page(accountant, f"{path}{made.pk}/", ma_gd="FTKB")[0] == 302
    assert _page(accountant, f"{path}{made.pk}/", ma_gd="FTKB")[0] == 409
    assert "FTKB" in _page(accountant, f"{path}{made.pk}/")[1]


def test_another_communes_accountant_sees_nothing(till: Till) -> None:
    till.tell(till.credit(till.bill(8000)))
    till.tell(till.credit(None))
    elsewhere = make_account("kt3", "Kế Khác", role="accountant", unit=till.cast.units.other_committee)
    bill = Bill.objects.get()
    assert bill.reference not in _page(elsewhere, "/can-bo/thu-phi/")[1]
    assert _page(elsewhere, f"/can-bo/thu-phi/phieu/{bill.reference}/")[0] == 404
    assert _page(elsewhere, f"/can-bo/thu-phi/chenh-lech/{Discrepancy.objects.get().pk}/")[0] == 404
    assert "Chưa có tài khoản thu" in _page(elsewhere, "/can-bo/thu-phi/doi-soat/")[1]


@pytest.mark.parametrize(
    "path", ["?trang=999", "?q=%27%3B--", "?tt=zzz", "doi-soat/?tk=9&ngay=0000-99-99", "chenh-lech/?xong=7"]
)
def test_hostile_addresses(till: Till, accountant: Account, path: str) -> None:
    assert _page(accountant, f"/can-bo/thu-phi/{path}")[0] == 200
