"""Fixtures of fees: an office whose copies cost money, and an account that takes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from tinhso.engines.payments.testing import Till
from tinhso.systems.procedures.fees.models import Exemption, FeeRule
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.testing import MARRIAGE, Office

BEGINNING = date(2025, 7, 1)


@dataclass
class Counter:
    """The office with its till, one priced procedure and one exemption."""

    office: Office
    till: Till
    rule: FeeRule
    exemption: Exemption

    def filed(self) -> Dossier:
        return self.office.filed()

    def pay(self, bill: Any) -> None:
        assert self.till.tell(self.till.credit(bill)) == (200, "posted")


def make_rule(amount: int | None = 50_000, **facts: Any) -> FeeRule:
    known: dict[str, Any] = {
        "procedure_code": MARRIAGE,
        "name": "Lệ phí hộ tịch",
        "legal_basis": "Nghị quyết thử 01/2026/NQ-HĐND",
        "source": "kiểm thử",
        "certainty": "sure",
        "valid_from": BEGINNING,
    }
    return FeeRule.objects.create(**known | {"amount": amount} | facts)


def make_exemption(**facts: Any) -> Exemption:
    known: dict[str, Any] = {
        "procedure_code": MARRIAGE,
        "group": "ho_ngheo",
        "name": "người thuộc hộ nghèo",
        "percent": 100,
        "legal_basis": "Thông tư 85/2019/TT-BTC",
        "source": "kiểm thử",
        "certainty": "sure",
        "valid_from": BEGINNING,
    }
    return Exemption.objects.create(**known | facts)


@pytest.fixture
def counter(office: Office, till: Till) -> Counter:
    return Counter(office, till, make_rule(due_before="work"), make_exemption())
