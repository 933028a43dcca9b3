"""Drafts: what a citizen fills in page by page. Saved on the server after each page, so nothing typed is lost."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from tinhso.engines.forms.parsing import merge_page
from tinhso.engines.forms.selectors import carry_over, prefill
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.database.kept import Question
from tinhso.foundation.files import services as files
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.people.models import Account
from tinhso.systems.procedures import hooks, permissions, rules
from tinhso.systems.procedures.cases import CASE_FIELD, facts_of
from tinhso.systems.procedures.errors import NotOnline, NotVerified
from tinhso.systems.procedures.gatekeeping import require_open
from tinhso.systems.procedures.models import DossierPaper, Draft, ProcedureVersion
from tinhso.systems.procedures.prefill import sources_of
from tinhso.systems.procedures.services.acts import account_id_of


@transaction.atomic
def start_draft(*, actor: Actor, version: ProcedureVersion, case_code: str = "", is_fresh: bool = False) -> Draft:
    """A new draft with the known parts filled in, each with its source; or the open one of the same procedure.

    `is_fresh`: always a new one, for what was filled in elsewhere: the person's own unfinished draft stays theirs.
    """
    access.require(actor, permissions.FILE)
    if not rules.may_file_online(version.channels) or version.form is None:
        raise NotOnline
    require_open(version, timezone.localdate())
    if actor.person_id is None:
        raise NotVerified
    return _open_or_new(account_id_of(actor), version, case_code, is_fresh)[0]


@transaction.atomic
def prepare_draft(
    *,
    account_id: int,
    version: ProcedureVersion,
    case_code: str,
    answers: dict[str, Any],
    sources: dict[str, str],
    commune: Unit | None = None,
) -> Draft | None:
    """A draft that the province prepares for an account (Decree 224/2026 art. 16.2), or None when the account is
    filling one in: nobody writes into what a person has begun. Called by acts that have checked who may; filing
    stays the person's own. Answers the form does not take are left out.
    """
    require_open(version, timezone.localdate())
    if not rules.may_file_online(version.channels) or version.form is None:
        raise NotOnline
    draft, is_new = _open_or_new(account_id, version, case_code)
    if not is_new:
        return None
    open_answers = {name: value for name, value in answers.items() if name not in draft.data}
    kept, _lost = carry_over(version.form, {**draft.data, **open_answers})
    draft.data = kept
    draft.provenance = {name: words for name, words in {**sources, **draft.provenance}.items() if name in kept}
    draft.commune = draft.commune or (None if version.is_provincial else commune)
    draft.save(update_fields=["data", "provenance", "commune", "updated_at"])
    return draft


def _open_or_new(
    account_id: int, version: ProcedureVersion, case_code: str, is_fresh: bool = False
) -> tuple[Draft, bool]:
    """The account's open draft of the version, or a new one with what is known; and whether it is new."""
    # The account row's lock makes two quick clicks one draft.
    account = (
        Account.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person__commune")
        .get(pk=account_id)
    )
    known = Draft.objects.filter(account=account, version=version, dossier=None).order_by("-updated_at").first()
    if known is not None and not is_fresh:
        return known, False
    return _new_draft(account, version, case_code, is_fresh), True


def _new_draft(account: Account, version: ProcedureVersion, case_code: str, is_fresh: bool) -> Draft:
    if version.form is None:
        raise NotOnline
    data, provenance = prefill(version.form, sources_of(account, version.form))
    older = None if is_fresh else _left_over(account, version)
    if older is not None:
        # What was filled in under the version before is asked again only where the new form asks otherwise.
        kept, _lost = carry_over(version.form, older.data)
        data, provenance = {**data, **kept}, {**provenance, **older.provenance}
    case = facts_of(version, case_code)
    if case.code:
        data[CASE_FIELD] = case.title
    home = account.person.commune if account.person and not version.is_provincial else None
    draft = Draft.objects.create(
        account=account,
        version=version,
        commune=older.commune if older and older.commune else home,
        data=data,
        provenance={name: words for name, words in provenance.items() if name in data},
    )
    if older is not None:
        for paper in older.papers.filter(removed_at=None, dossier=None):
            DossierPaper.objects.create(draft=draft, field=paper.field, label=paper.label, file_id=paper.file_id)
    return draft


def _left_over(account: Account, version: ProcedureVersion) -> Draft | None:
    """The newest open draft of the same procedure under another version, begun before the procedure changed."""
    begun = Draft.objects.filter(account=account, version__code=version.code, dossier=None).exclude(version=version)
    return begun.select_related("commune").order_by("-updated_at").first()


def has_ended(version: ProcedureVersion, day: date) -> bool:
    """The version is no longer in force on `day`."""
    return version.valid_to is not None and version.valid_to <= day


def own_draft(actor: Actor, token: uuid.UUID, *, locked: bool = False) -> Draft:
    """The actor's draft by its token; Draft.DoesNotExist for anyone else's."""
    return (_LOCKED_DRAFT if locked else _DRAFT).get(account_id_of(actor), token)


def _drafts(account_id: int, token: Any) -> QuerySet[Draft]:
    found = Draft.objects.select_related("version__form", "commune").filter(account_id=account_id)
    return found.extra(where=["procedures_draft.token = %s"], params=[token])


_DRAFT = Question(_drafts)
_LOCKED_DRAFT = Question(lambda *values: _drafts(*values).select_for_update(of=("self",), no_key=True))


@transaction.atomic
def choose_commune(*, actor: Actor, token: uuid.UUID, commune: Unit | None) -> Draft:
    """Where the dossier is filed. Any commune may be chosen: filing knows no boundary (Decree 118/2025).

    None is the province's own desk, for a procedure of the province.
    """
    access.require(actor, permissions.FILE)
    draft = own_draft(actor, token, locked=True)
    if commune is None:
        if not draft.version.is_provincial:
            raise Unit.DoesNotExist
    elif commune.kind != UnitKind.COMMUNE or not commune.is_valid_on(timezone.localdate()):
        raise Unit.DoesNotExist
    draft.commune = commune
    draft.save(update_fields=["commune", "updated_at"])
    return draft


@transaction.atomic
def save_page(*, actor: Actor, token: uuid.UUID, page: int, values: dict[str, Any], is_complete: bool) -> Draft:
    """Keeps what was typed on a page, complete or not; a field changed by hand loses its pre-filled source."""
    access.require(actor, permissions.FILE)
    draft = own_draft(actor, token, locked=True)
    merged = merge_page(draft.version.form, page, draft.data, values) if draft.version.form else values
    draft.provenance = {
        name: words for name, words in draft.provenance.items() if merged.get(name) == draft.data.get(name)
    }
    changed = {name for name in merged if merged[name] != draft.data.get(name)}
    draft.data = merged
    done = set(draft.pages_done)
    draft.pages_done = sorted(done | {page} if is_complete else done - {page})
    draft.save(update_fields=["data", "provenance", "pages_done", "updated_at"])
    for saved in hooks.SAVED if changed else ():
        saved(draft, changed)
    return draft


def attach_paper(
    *, actor: Actor, token: uuid.UUID, field: str, label: str, stream: BinaryIO, name: str
) -> DossierPaper:
    """Adds a scan to the draft. Raises files.errors with a sentence for a file that is not what it says.

    Two transactions on purpose: an infected file's quarantine must outlive the refusal.
    """
    access.require(actor, permissions.FILE)
    own_draft(actor, token)
    stored = files.store(actor, stream=stream, name=name, purpose="procedures.paper")
    with transaction.atomic():
        draft = own_draft(actor, token, locked=True)
        paper = DossierPaper.objects.create(draft=draft, field=field, label=label, file=stored)
        draft.save(update_fields=["updated_at"])
    return paper


@transaction.atomic
def remove_paper(*, actor: Actor, token: uuid.UUID, paper_id: int) -> None:
    """Takes a scan off the draft; the row stays, marked removed."""
    access.require(actor, permissions.FILE)
    draft = own_draft(actor, token, locked=True)
    draft.papers.filter(pk=paper_id, removed_at=None, dossier=None).update(removed_at=timezone.now())
