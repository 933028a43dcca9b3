"""Filled-in parts of drafts follow the person's word: taken out when they withdraw it, put in when they give it.

Called by the acts on consents in their own transaction. Only unfiled drafts: a filed dossier is a record.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.forms import layout, rules
from tinhso.engines.forms.selectors import prefill
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.files import services as files
from tinhso.foundation.people.models import Account, Person
from tinhso.foundation.privacy.permissions import CHECK
from tinhso.systems.procedures.models import DossierPaper, Draft
from tinhso.systems.procedures.prefill import sources_of


def _open_drafts(person: Person) -> Iterator[Draft]:
    """The person's own unfiled drafts, locked: a page being saved right now waits, or is waited for."""
    drafts = Draft.objects.filter(account__person=person, dossier=None, version__form__isnull=False)
    related = drafts.select_related("version__form", "account__person")
    yield from related.select_for_update(of=("self",), no_key=True).order_by("pk")


def _fields(draft: Draft, chosen: Callable[[str], bool]) -> list[str]:
    form: Any = draft.version.form
    return [field.name for field in layout.fields(form).values() if any(chosen(wish) for wish in field.wishes)]


def take_out(person: Person, chosen: Callable[[str], bool], source: str = "") -> None:
    """Removes what was filled in by the house and not touched since; what the person typed is theirs and stays.

    `source`: only what stands there by that source's name, where several may know the same.
    """
    for draft in _open_drafts(person):
        empty_draft(draft, chosen, source)


def empty_draft(draft: Draft, chosen: Callable[[str], bool], source: str = "") -> None:
    """The same for one draft, which the caller holds."""
    words = draft.provenance
    gone = [name for name in _fields(draft, chosen) if name in words and source in words[name]]
    if gone:
        draft.data = {name: value for name, value in draft.data.items() if name not in gone}
        draft.provenance = {name: said for name, said in words.items() if name not in gone}
        draft.pages_done = [number for number in draft.pages_done if not _has(draft, number, gone)]
        draft.save(update_fields=["data", "provenance", "pages_done", "updated_at"])


def _has(draft: Draft, number: int, names: Collection[str]) -> bool:
    form: Any = draft.version.form
    return any(one.number == number and set(one.names) & set(names) for one in layout.pages(form))


def fill_in(person: Person, chosen: Callable[[str], bool]) -> None:
    """Puts in what the person now lets be filled in, where nothing is typed yet and nobody else is spoken for."""
    for draft in _open_drafts(person):
        if hasattr(draft, "acting"):
            continue
        fill_draft(draft, draft.account, chosen)


def fill_draft(draft: Draft, account: Account, chosen: Callable[[str], bool]) -> None:
    """Fills empty questions of one draft, which the caller holds, from what is known of the account's person."""
    wanted = [name for name in _fields(draft, chosen) if not rules.is_filled(draft.data.get(name))]
    if not wanted:
        return
    known, words = prefill(_form(draft), sources_of(account, _form(draft), draft.data))
    new = [name for name in wanted if name in known]
    if new:
        draft.data = {**draft.data, **{name: known[name] for name in new}}
        draft.provenance = {**draft.provenance, **{name: words[name] for name in new}}
        draft.save(update_fields=["data", "provenance", "updated_at"])


def _form(draft: Draft) -> Any:
    return draft.version.form


def could_fill(draft: Draft, names: Collection[str], chosen: Callable[[str], bool]) -> bool:
    """Whether a page of the draft has an empty question that the person could let be filled in."""
    wanted = set(_fields(draft, chosen)) & set(names)
    return any(not draft.data.get(name) for name in wanted)


def forget_drafts(actor: Actor, person: Person) -> int:
    """Empties drafts never filed, on a request for deletion; their rows and their files' rows stay, without content."""
    access.require(actor, CHECK)
    count = 0
    for draft in Draft.objects.select_for_update(of=("self",)).filter(account__person=person, dossier=None):
        papers = DossierPaper.objects.filter(draft=draft, dossier=None, removed_at=None)
        held = list(papers.select_related("file"))
        if draft.data or held:
            papers.update(removed_at=timezone.now())
            for paper in held:
                files.erase(actor, file=paper.file, reason=_("Yêu cầu xóa dữ liệu cá nhân"))
            draft.data, draft.provenance, draft.pages_done = {}, {}, []
            draft.save(update_fields=["data", "provenance", "pages_done", "updated_at"])
            count += 1
    return count
