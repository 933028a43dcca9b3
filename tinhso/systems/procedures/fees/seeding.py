"""Fee rules from files: every row is checked, bad ones are named by number, and nothing is written unless all are good.

The project's own file holds what the national portal's records state (seen 2026-07-18). Mức thu do Hội đồng nhân dân
tỉnh quyết định: the province's own resolution is not among them; such fees have no row and stay unknown.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.jobs.registry import Progress
from tinhso.systems.procedures.fees.errors import BadRules
from tinhso.systems.procedures.fees.models import Exemption, FeeRule
from tinhso.systems.procedures.fees.permissions import MANAGE

OWN = Path(__file__).resolve().parent / "seeds" / "rules.json"


@transaction.atomic
def load_rules(actor: Actor, text: str) -> tuple[int, int]:
    """Takes up the rules and exemptions of a file that are not there yet; (rules, exemptions) written."""
    access.require(actor, MANAGE)
    try:
        told = json.loads(text)
        rows = [(FeeRule, row) for row in told["rules"]] + [(Exemption, row) for row in told["exemptions"]]
    except (ValueError, KeyError, TypeError) as wrong:
        raise BadRules([_("Tệp không phải JSON có “rules” và “exemptions”: %(why)s.") % {"why": wrong}]) from wrong
    faults: list[str] = []
    written = {FeeRule: 0, Exemption: 0}
    known = {FeeRule: _known(FeeRule), Exemption: _known(Exemption)}
    for number, (model, row) in enumerate(rows, start=1):
        try:
            made = model(**{name: _read(name, value) for name, value in row.items()})
            made.full_clean(exclude=["legal_basis"], validate_constraints=False)
            if _key(made) in known[model]:
                continue
            with transaction.atomic():
                made.save()
            written[model] += 1
        except (ValidationError, TypeError, ValueError, AttributeError) as wrong:
            why = "; ".join(wrong.messages) if isinstance(wrong, ValidationError) else str(wrong)
            faults.append(_("Dòng %(number)s: %(why)s.") % {"number": number, "why": why})
        except IntegrityError as wrong:
            why = _("trùng thời gian với mức đã có") if "overlap" in str(wrong) else str(wrong).splitlines()[0]
            faults.append(_("Dòng %(number)s: %(why)s.") % {"number": number, "why": why})
    if faults:
        raise BadRules(faults)
    _note(actor, written)
    return written[FeeRule], written[Exemption]


def _note(actor: Actor, written: dict[Any, int]) -> None:
    last = FeeRule.objects.order_by("-pk").first()
    if last is not None and any(written.values()):
        audit.record(
            actor,
            "procedures.fee.rules_loaded",
            last,
            rules=written[FeeRule],
            exemptions=written[Exemption],
        )


def _read(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name in ("valid_from", "valid_to") and value else value


def _key(row: Any) -> tuple[Any, ...]:
    own = (row.case, row.channel, row.name) if isinstance(row, FeeRule) else (row.fee_name, row.group)
    return (row.province, row.procedure_code, *own, row.valid_from)


def _known(model: Any) -> set[tuple[Any, ...]]:
    return {_key(row) for row in model.objects.all()}


def load(actor: Actor, name: str = "", progress: Progress | None = None) -> str:
    """`tinhso load fees [FILE]`: what was taken up, in a sentence."""
    rules, exemptions = load_rules(actor, Path(name or OWN).read_text(encoding="utf-8"))
    if progress is not None:
        progress.advance()
    if not rules and not exemptions:
        return _("Biểu phí, lệ phí không có gì mới.")
    return _("Đã nạp %(rules)s mức thu, %(exemptions)s diện miễn, giảm.") % {"rules": rules, "exemptions": exemptions}


def seed(actor: Actor, progress: Progress, number: int) -> None:
    """The rules of the demo."""
    progress.start(str(_("Nạp biểu phí, lệ phí")), 1)
    load(actor, progress=progress)
