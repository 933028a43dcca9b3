"""The result as it would be printed, from believable answers: nothing of it is kept, numbered or signed.

What stands on the paper is Vietnamese whatever language its author reads.
"""

from __future__ import annotations

import random
from typing import Any

from django.utils import timezone

from tinhso.engines.forms import layout as form_layout
from tinhso.systems.procedures import papers, playing
from tinhso.systems.procedures.authoring.content import asks_anything
from tinhso.systems.procedures.authoring.models import Proposal
from tinhso.systems.procedures.authoring.selectors import definition_of

SEED = 7


def sample_result(proposal: Proposal) -> bytes:
    """The proposal's result template as a PDF marked as a sample."""
    held = proposal.fact("result_layout", {})
    answers = sample_answers(proposal.content)
    name = next((value for field, value in answers.items() if "ho_ten" in field), "Nguyễn Thị Hoa")
    words = {
        **answers,
        "applicant": name,
        "address": "Thôn Đông",
        "procedure": str(proposal.fact("name")),
        "code": "H00-000000-0000",
        "received": "ngày … tháng … năm …",
        "conclusion": str(held.get("conclusion") or "Đủ điều kiện giải quyết."),
        "agency": "Cơ quan có thẩm quyền",
    }
    return papers.laid_out(
        held,
        words,
        title=str(proposal.fact("result_name")),
        agency="CƠ QUAN CÓ THẨM QUYỀN",
        number=f"…/{proposal.fact('result_symbol') or '…'}",
        place="…",
        date=timezone.localdate().isoformat(),
        facts=[
            {"label": row.get("label", ""), "value": answers.get(row.get("field", ""), name)}
            for row in held.get("rows", [])
        ],
        signer="…",
        qr="",
        is_demo=True,
    )


def sample_answers(content: dict[str, Any]) -> dict[str, str]:
    """A believable answer to every plain question of the form; the same ones each time."""
    if not asks_anything(content):
        return {}
    dice = random.Random(SEED)  # noqa: S311 - the same sample each time
    asked = form_layout.fields(definition_of(content)).values()
    plain = [one for one in asked if not (one.is_file or one.is_note or one.is_group)]
    return {one.name: _said(playing.answer(dice, one)) for one in plain}


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
