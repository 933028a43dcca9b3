"""A small regime in a test's province: one live row, typed rows, a computed rate, checks that speak."""

from __future__ import annotations

from datetime import date
from typing import Any

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.systems.reporting import services
from tinhso.systems.reporting.models import Duty, FormVersion, Submission
from tinhso.systems.reporting.services import Given, Saved

CONTENT: dict[str, Any] = {
    "sections": [
        {
            "key": "phan_a",
            "title": "A. Văn bản",
            "columns": [{"key": "ky", "title": "Trong kỳ"}],
            "rows": [
                {"key": "di", "number": "1", "title": "Văn bản đi", "unit": "văn bản"},
                {"key": "ky_so", "number": "2", "title": "Văn bản đi ký số", "unit": "văn bản"},
                {"key": "ty_le", "number": "3", "title": "Tỷ lệ ký số", "unit": "%"},
                {"key": "phi", "number": "4", "title": "Kinh phí", "unit": "triệu đồng"},
            ],
            "cells": {
                "ty_le.ky": {"kind": "computed", "formula": "lamtron(100*{ky_so.ky}/{di.ky}; 2)"},
                "phi.ky": {"kind": "typed", "decimals": 2, "required": False},
            },
        },
        {
            "key": "phan_b",
            "title": "B. Hồ sơ",
            "columns": [{"key": "ky", "title": "Trong kỳ"}],
            "rows": [
                {"key": "ho_so", "number": "1", "title": "Hồ sơ đã tiếp nhận", "unit": "hồ sơ"},
                {"key": "kien_nghi", "number": "2", "title": "Kiến nghị"},
            ],
            "cells": {
                "ho_so.ky": {"kind": "live", "measure": "procedures.dossiers_received"},
                "kien_nghi.ky": {"kind": "text", "required": False},
            },
        },
    ],
    "checks": [
        {
            "key": "ky_so",
            "must": "{ky_so.ky} <= {di.ky}",
            "sentence": "Số văn bản ký số không thể lớn hơn số văn bản đi.",
        },
        {
            "key": "giam",
            "must": "{di.ky} >= {ky_truoc:di.ky}/2",
            "sentence": "Số văn bản đi giảm quá một nửa so với kỳ trước.",
            "is_warning": True,
        },
    ],
}
SYSTEM = Actor.system("Kiểm thử")
GOOD = {"di.ky": "100", "ky_so.ky": "80"}


def make_form(
    owner: Unit, *, code: str = "bc-thu", content: dict[str, Any] | None = None, **changes: Any
) -> FormVersion:
    """A published monthly regime of the commune committees, from September 2026."""
    draft = services.create_regime(actor=SYSTEM, code=code, name="Báo cáo thử", owner=owner)
    given: dict[str, Any] = {
        "legal_basis": "Nghị định 09/2019/NĐ-CP",
        "reporter_kinds": [UnitKind.COMMUNE_COMMITTEE.value],
        "signing": "confirmation",
        "content": content or CONTENT,
        "valid_from": date(2026, 9, 1),
    }
    services.change_version(actor=SYSTEM, version_id=draft.pk, **(given | changes))
    return services.publish_version(actor=SYSTEM, version_id=draft.pk)


def make_duty(form: FormVersion, unit: Unit, month: int = 9) -> Duty:
    services.open_regime(actor=SYSTEM, regime=form.regime, day=date(2026, month, 14))
    return Duty.objects.get(regime=form.regime, unit=unit, period_on=date(2026, month, 1))


def type_in(actor: Actor, submission: Submission, given: dict[str, str], seen: int = 0) -> Saved:
    return services.save_cells(
        actor=actor, submission_id=submission.pk, given={code: Given(text, seen) for code, text in given.items()}
    )
