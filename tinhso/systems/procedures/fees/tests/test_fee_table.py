"""The fee table on its own pages: rows begin and end by a document, never overlap, never disappear."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.foundation.access.guard import Denied
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.sessions import sign_in
from tinhso.systems.procedures.fees import keeping, selectors
from tinhso.systems.procedures.fees.errors import EndsBeforeItBegins, NoSource, Overlaps
from tinhso.systems.procedures.fees.models import Exemption, FeeRule
from tinhso.systems.procedures.testing import MARRIAGE, Office

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
BY = "Nghị quyết thử 1/2026/NQ-HĐND"


def rule(cast: Cast, first: date = TODAY, end: date | None = None, who: str = "administrator", **more: Any) -> FeeRule:
    facts = {"name": "Lệ phí", "kind": "fee", "amount": 8000, "province": "99", "source": BY, **more}
    return keeping.set_rule(actor=cast.actor(who), procedure_code=MARRIAGE, valid_from=first, valid_to=end, **facts)


def test_a_rule_holds_from_its_day_and_a_channel_may_have_its_own(cast: Cast) -> None:
    rule(cast)
    rule(cast, channel="online", amount=0)
    paid = {channel: selectors.quote(MARRIAGE, channel=channel).amount for channel in ("desk", "online")}
    assert paid == {"desk": 8000, "online": 0}
    assert AuditRow.objects.filter(act="procedures.fee.rule_set").count() == 2


def test_an_overlap_is_refused_with_the_sentence_until_the_old_row_has_ended(cast: Cast) -> None:
    old = rule(cast, TODAY - timedelta(days=30))
    with pytest.raises(Overlaps, match=f"“Lệ phí” đã có hiệu lực từ {old.valid_from:%d/%m/%Y} và chưa kết thúc"):
        rule(cast, TODAY + timedelta(days=5), amount=9000)
    admin = cast.actor("administrator")
    keeping.end_rule(actor=admin, rule_id=old.pk, on=TODAY + timedelta(days=5), document=BY)
    new = rule(cast, TODAY + timedelta(days=5), amount=9000)
    with pytest.raises(Overlaps, match="đến trước"):
        rule(cast, TODAY, TODAY + timedelta(days=1))
    amounts = [selectors.quote(MARRIAGE, day=TODAY + timedelta(days=days)).amount for days in (0, 4, 5)]
    assert amounts == [8000, 8000, 9000] and new.certainty == "sure"
    assert FeeRule.objects.filter(procedure_code=MARRIAGE).count() == 2


@pytest.mark.parametrize("who", ["desk_officer", "leader", "citizen", "stranger"])
def test_others_set_and_end_nothing(cast: Cast, who: str) -> None:
    known = rule(cast)
    with pytest.raises(Denied):
        rule(cast, who=who, name="Khoản khác")
    with pytest.raises(Denied):
        keeping.end_rule(actor=cast.actor(who), rule_id=known.pk, on=TODAY, document=BY)
    assert FeeRule.objects.filter(procedure_code=MARRIAGE).count() == 1


def test_wrong_days_and_a_missing_document_are_refused(cast: Cast) -> None:
    with pytest.raises(EndsBeforeItBegins):
        rule(cast, TODAY, TODAY)
    with pytest.raises(NoSource):
        rule(cast, source=" ")
    known, admin = rule(cast), cast.actor("administrator")
    with pytest.raises(EndsBeforeItBegins):
        keeping.end_rule(actor=admin, rule_id=known.pk, on=TODAY - timedelta(days=1), document=BY)
    with pytest.raises(NoSource):
        keeping.end_rule(actor=admin, rule_id=known.pk, on=TODAY, document="")


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 15)), max_size=8))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_tried_no_day_ever_has_two(cast: Cast, spans: list[tuple[int, int]]) -> None:
    with transaction.atomic():
        for first, length in spans:
            try:
                rule(cast, TODAY + timedelta(days=first), TODAY + timedelta(days=first + length))
            except Overlaps:
                continue
        for day in range(60):
            assert selectors.rules_of(MARRIAGE, TODAY + timedelta(days=day)).count() <= 1
        transaction.set_rollback(True)


def test_it_is_all_done_on_the_pages_and_the_history_stays(office: Office, client: Client) -> None:
    sign_in(client, office.cast.administrator, stepped_up=True)
    address = reverse("fees:procedure", args=[MARRIAGE])
    sent = {"kind": "muc-thu", "r-name": "Lệ phí", "r-kind": "fee", "r-amount": "8000", "r-province": "99"}
    sent |= {"r-valid_from": f"{TODAY:%Y-%m-%d}", "r-source": BY}
    assert client.post(address, sent).status_code == 302
    again = client.post(address, sent)
    assert again.status_code == 422 and "chưa kết thúc" in again.content.decode()
    relief = {"kind": "mien-giam", "e-group": "ho-ngheo", "e-name": "Hộ nghèo", "e-percent": "100", "e-province": "99"}
    relief |= {"e-valid_from": f"{TODAY:%Y-%m-%d}", "e-source": BY, "e-legal_basis": "Luật thử, Điều 1"}
    assert client.post(address, relief).status_code == 302
    made, free = FeeRule.objects.get(procedure_code=MARRIAGE), Exemption.objects.get(procedure_code=MARRIAGE)
    for kind, row in (("muc-thu", made), ("mien-giam", free)):
        ended = client.post(reverse("fees:row", args=[kind, row.pk]), {"on": f"{TODAY:%Y-%m-%d}", "document": BY})
        assert ended.status_code == 302
    shown = client.get(address).content.decode()
    assert shown.count("Đã hết hiệu lực") == 2 and "Hộ nghèo" in shown
    told = client.get(reverse("fees:row", args=["muc-thu", made.pk])).content.decode()
    assert "lập mức thu" in told and "kết thúc mức thu" in told
    assert MARRIAGE in client.get(reverse("fees:table"), {"tim": "hon nhan"}).content.decode()
