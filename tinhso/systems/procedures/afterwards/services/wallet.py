"""The wallet: papers and results the province already has of a person, used again with their consent."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from tinhso.engines.forms import layout
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.files.models import StoredFile
from tinhso.foundation.text.rules import fold
from tinhso.systems.procedures.afterwards import events, permissions
from tinhso.systems.procedures.afterwards.errors import ConsentNeeded, NotReusable
from tinhso.systems.procedures.afterwards.models import ActingDraft, WalletItem, WalletUse
from tinhso.systems.procedures.afterwards.rules import paper_key
from tinhso.systems.procedures.models import Dossier, DossierPaper
from tinhso.systems.procedures.services.acts import account_id_of
from tinhso.systems.procedures.services.drafts import own_draft


@transaction.atomic
def keep_paper(
    *,
    actor: Actor,
    dossier: Dossier,
    kind: str,
    label: str,
    file: StoredFile,
    number: str = "",
    issued_on: date | None = None,
    at: datetime | None = None,
) -> WalletItem:
    """Puts a paper or result of a dossier into its applicant's wallet, once. Called by the handlers of events."""
    item, is_new = WalletItem.objects.get_or_create(
        person_id=dossier.applicant_id,
        sha256=file.sha256,
        key=paper_key(fold(label)),
        defaults={
            "kind": kind,
            "label": label,
            "file": file,
            "number": number[:60],
            "issued_on": issued_on,
            "dossier": dossier,
            "added_at": at or timezone.now(),
            "is_simulated": dossier.is_simulated,
        },
    )
    if is_new:
        audit.record(actor, "afterwards.paper.kept", item, unit_id=dossier.unit_id, code=dossier.code)
    return item


@transaction.atomic
def change_item(
    *, actor: Actor, item_id: int, is_hidden: bool, expires_on: date | None, at: datetime | None = None
) -> WalletItem:
    """The owner says until when a paper may be used, or that it is no longer to be offered. The row stays."""
    access.require(actor, permissions.OWN)
    item = WalletItem.objects.select_for_update().get(pk=item_id, person_id=actor.person_id or 0)
    item.hidden_at = (at or timezone.now()) if is_hidden else None
    item.expires_on = expires_on
    item.save(update_fields=["hidden_at", "expires_on"])
    audit.record(actor, "afterwards.paper.changed", item, is_hidden=is_hidden, expires_on=expires_on)
    return item


@transaction.atomic
def reuse_item(
    *,
    actor: Actor,
    token: uuid.UUID,
    field: str,
    item_id: int,
    consents: bool,
    at: datetime | None = None,
) -> DossierPaper:
    """Puts a paper from the actor's own wallet under the question that asks for the same paper.

    Consent is for this one use. A draft filled in for another is never served from the agent's wallet.
    """
    access.require(actor, permissions.OWN)
    at = at or timezone.now()
    draft = own_draft(actor, token, locked=True)
    item = WalletItem.objects.select_related("file").filter(pk=item_id, person_id=actor.person_id or 0).first()
    asked = layout.fields(draft.version.form).get(field) if draft.version.form else None
    if item is None or asked is None or not asked.is_file or ActingDraft.objects.filter(draft=draft).exists():
        raise NotReusable
    if not item.is_usable_on(timezone.localdate(at)) or not same_paper(item.key, asked.label):
        raise NotReusable
    if not consents:
        raise ConsentNeeded
    known = draft.papers.filter(field=field, file__sha256=item.sha256, removed_at=None).first()
    if known is not None:
        return known
    paper = DossierPaper.objects.create(draft=draft, field=field, label=asked.label, file=item.file)
    WalletUse.objects.create(item=item, paper=paper, draft=draft, used_by_id=account_id_of(actor), consented_at=at)
    draft.save(update_fields=["updated_at"])
    audit.record(actor, "afterwards.paper.reused", item, procedure=draft.version.code, field=field)
    bus.publish(events.PAPER_REUSED, subject=item, occurred_on=timezone.localdate(at))
    return paper


def same_paper(key: str, label: str) -> bool:
    """The wallet's paper is what the question asks for: the same key, or one key within the other by whole words."""
    asked = paper_key(fold(label))
    if not key or not asked:
        return False
    return key == asked or f" {key} " in f" {asked} " or f" {asked} " in f" {key} "
