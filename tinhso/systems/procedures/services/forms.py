"""Keeping the forms of a dossier as they were issued. Called inside acts, which check, lock and trace."""

from __future__ import annotations

import re
from datetime import datetime

from django.utils import timezone
from django.utils.translation import override

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.systems.procedures.errors import PlainReasonNeeded
from tinhso.systems.procedures.models import Dossier, IssuedForm
from tinhso.systems.procedures.papers import receipt_data
from tinhso.systems.procedures.printing.data import Facts, form_data
from tinhso.systems.procedures.printing.facts import facts_of
from tinhso.systems.procedures.printing.sets import Form, set_for

# A code of a program ("ERR_403", "E-17"): capitals, digits and signs, no word a person reads.
CODE = re.compile(r"(?=.*[\d_])[A-Z0-9_.:/#\-\s]+")


def issue_form(
    actor: Actor, dossier: Dossier, form: str, *, at: datetime | None = None, facts: Facts | None = None
) -> IssuedForm:
    """Freezes a form as issued now: what it says no longer changes when the dossier does.

    `facts` is what the act itself states (see printing/README of the app); the rest comes from the records. A
    refusal in a program's code instead of words is refused (Circular 03/2025, form 03).
    """
    at = at or timezone.now()
    given = {"issuer": actor.label} | (facts or {})
    if form == Form.REFUSAL and CODE.fullmatch(str(given.get("reason", dossier.ended_reason)).strip()):
        raise PlainReasonNeeded
    form_set = set_for(form, timezone.localdate(at))
    with override("vi"):
        data = (
            receipt_data(dossier, form_set)
            if form == Form.RECEIPT
            else form_data(facts_of(dossier, form, issued_at=at, given=given), form, form_set)
        )
    issued = IssuedForm.objects.create(
        dossier=dossier,
        form=form,
        form_set=form_set.code,
        data=data,
        issued_at=at,
        issued_by_id=actor.account_id,
        is_simulated=actor.is_simulated,
    )
    audit.record(
        actor,
        "procedures.form.issued",
        dossier,
        unit_id=dossier.unit_id,
        form=form,
        set=form_set.code,
        form_id=issued.pk,
    )
    return issued
