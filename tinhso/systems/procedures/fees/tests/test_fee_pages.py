"""The payment page, the picture of the code, the receipt, the desk's page: scripts off, few queries, plain words."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tinhso.engines.payments.models import Bill
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.procedures.fees import services
from tinhso.systems.procedures.fees.models import FeeRule
from tinhso.systems.procedures.fees.testing import Counter
from tinhso.systems.procedures.models import Dossier

MOST_QUERIES = 25


@pytest.fixture
def dossier(counter: Counter) -> Dossier:
    return counter.filed()


def _page(counter: Counter, who: str, path: str, **data: str) -> Any:
    client = Client()
    sign_in(client, getattr(counter.office.cast, who))
    with CaptureQueriesContext(
        connection,
    ) as met:
        answer = client.post(path, data) if data else client.get(path)
    assert data or len(met) <= MOST_QUERIES, [query["sql"][:120] for query in met.captured_queries]
    answer.text_body = "" if getattr(answer, "streaming", False) else answer.content.decode(errors="replace")  # type: ignore[attr-defined]
    return answer


def test_the_citizen_pays_with_scripts_off(counter: Counter, dossier: Dossier) -> None:
    path = f"/ho-so/{dossier.code}/thanh-toan/"
    first = _page(counter, "citizen", path).text_body
    assert "50.000 đồng" in first and "Tôi không thuộc diện miễn, giảm" in first and "Người thuộc hộ nghèo" in first
    assert _page(counter, "citizen", path, dien="khong").status_code == 302
    bill = Bill.objects.get()
    shown = _page(counter, "citizen", path).text_body
    for part in ("Quét mã để trả", bill.reference, bill.account.number, "ma-qr.svg", "giữ nguyên dù biểu phí thay đổi"):
        assert part in shown, part
    picture = _page(counter, "citizen", f"{path}ma-qr.svg")
    assert picture["Content-Type"] == "image/svg+xml" and b"<svg" in picture.content
    assert _page(counter, "citizen", f"{path}ma-qr.png").content.startswith(b"\x89PNG")
    assert _page(counter, "citizen", f"{path}ma-qr.exe").status_code == 404
    assert _page(counter, "citizen", f"/ho-so/{dossier.code}/bien-lai.pdf").status_code == 404
    counter.pay(bill)
    paid = _page(counter, "citizen", path).text_body
    assert "Đã thanh toán" in paid and "Tải biên lai" in paid and "ma-qr.svg" not in paid
    assert _page(counter, "citizen", f"{path}ma-qr.svg").status_code == 404
    assert _page(counter, "citizen", f"/ho-so/{dossier.code}/bien-lai.pdf").content.startswith(b"%PDF")
    assert "Xem biên lai" in _page(counter, "citizen", f"/ho-so/{dossier.code}/").text_body


def test_the_simulated_bank_is_offered_only_where_one_runs(counter: Counter, dossier: Dossier, settings: Any) -> None:
    services.fix_fee(actor=counter.office.cast.actor("citizen"), dossier_id=dossier.pk)
    path = f"/ho-so/{dossier.code}/thanh-toan/"
    assert "mô phỏng</a>" not in _page(counter, "citizen", path).text_body
    settings.BANK_URL = "http://127.0.0.1:9"
    assert "http://127.0.0.1:9/?qr=0002" in _page(counter, "citizen", path).text_body


def test_an_unknown_fee_says_so(counter: Counter, dossier: Dossier) -> None:
    FeeRule.objects.update(amount=None)
    path = f"/ho-so/{dossier.code}/thanh-toan/"
    assert "Chưa rõ mức thu" in _page(counter, "citizen", path).text_body
    refused = _page(counter, "citizen", path, dien="khong")
    assert refused.status_code == 422 and "Chưa rõ mức thu" in refused.text_body
    assert "chưa rõ mức thu" in _page(counter, "citizen", f"/thu-tuc/{dossier.version.code}/").text_body


def test_a_claim_and_its_answer(counter: Counter, dossier: Dossier) -> None:
    path, desk = f"/ho-so/{dossier.code}/thanh-toan/", f"/can-bo/ho-so/{dossier.pk}/phi/"
    _page(counter, "citizen", path, dien=str(counter.exemption.pk), **{"giay-to": "<b>sổ 15</b>"})
    assert "Đang chờ kiểm tra" in _page(counter, "citizen", path).text_body
    shown = _page(counter, "desk_officer", desk).text_body
    assert "&lt;b&gt;sổ 15&lt;/b&gt;" in shown and "<b>sổ 15</b>" not in shown
    assert _page(counter, "desk_officer", desk, viec="tu-choi", ly_do="").status_code == 409
    _page(counter, "desk_officer", desk, viec="tu-choi", ly_do="Sổ hết hạn")
    shown = _page(counter, "citizen", path).text_body
    assert "Sổ hết hạn" in shown and "Quét mã để trả" in shown


def test_the_desk_takes_cash_and_asks_for_a_refund(counter: Counter, dossier: Dossier) -> None:
    desk = f"/can-bo/ho-so/{dossier.pk}/phi/"
    assert "Lập phiếu thu" in _page(counter, "desk_officer", desk).text_body
    assert _page(counter, "desk_officer", desk, viec="lap").status_code == 302
    assert "Đã nhận đủ tiền" in _page(counter, "desk_officer", desk).text_body
    assert "Đã nhận đủ tiền" not in _page(counter, "leader", desk).text_body
    assert _page(counter, "leader", desk, viec="thu", cach="cash").status_code == 403
    assert _page(counter, "desk_officer", desk, viec="thu", cach="gold").status_code == 409
    assert _page(counter, "desk_officer", desk, viec="thu", cach="cash").status_code == 302
    assert _page(counter, "desk_officer", desk, viec="thu", cach="cash").status_code == 409
    assert _page(counter, "desk_officer", desk, viec="hoan", ly_do="Thu nhầm", tien_mat="1").status_code == 302
    assert "chờ duyệt" in _page(counter, "desk_officer", desk).text_body
    assert _page(counter, "desk_officer", desk, viec="khong-co").status_code == 404
    assert _page(counter, "desk_officer", f"/can-bo/ho-so/{dossier.pk}/bien-lai.pdf").content.startswith(b"%PDF")
    assert "Thu phí, lệ phí" in _page(counter, "desk_officer", f"/can-bo/ho-so/{dossier.pk}/").text_body


def test_an_amount_by_hand(counter: Counter, dossier: Dossier) -> None:
    FeeRule.objects.update(amount=None)
    desk = f"/can-bo/ho-so/{dossier.pk}/phi/"
    assert "Ghi mức thu" in _page(counter, "desk_officer", desk).text_body
    for typed in ("", "mười", "-5", "9" * 20):
        answer = _page(counter, "desk_officer", desk, viec="ghi-muc", so_tien=typed, can_cu="NQ thử")
        assert answer.status_code == 409, typed
    answer = _page(counter, "desk_officer", desk, viec="ghi-muc", so_tien="15.000", can_cu="NQ thử")
    assert answer.status_code == 302 and Bill.objects.get().amount == 15_000


def test_before_filing_the_fee_is_told(counter: Counter) -> None:
    draft = counter.office.draft()
    shown = _page(counter, "citizen", f"/ho-so/soan/{draft.token}/kiem-tra/").text_body
    assert "Lệ phí hộ tịch: 50.000 đồng." in shown and "người thuộc hộ nghèo" in shown
