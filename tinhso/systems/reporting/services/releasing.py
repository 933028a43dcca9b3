"""Opening a published version to everybody, and taking it back. The frozen files are never touched."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account
from tinhso.systems.reporting import errors, events, permissions
from tinhso.systems.reporting.models import CellValue, Publication, Release
from tinhso.systems.reporting.rules.content import CellKind
from tinhso.systems.reporting.rules.disclosing import Telling, tellings
from tinhso.systems.reporting.services import acts
from tinhso.systems.reporting.services.publishing import frozen_of


def tellings_of(publication: Publication) -> list[Telling]:
    """Every cell of the frozen set that may point at a person: each unit's, in its files, and the totals'."""
    form = publication.form.form
    units, total = frozen_of(publication)
    numbers = {unit: {code: one.value for code, one in figures.items()} for unit, figures in units}
    words = _words(publication)
    found = [
        one
        for unit in dict.fromkeys([*numbers, *words])
        for one in tellings(form, str(unit), numbers.get(unit, {}), words.get(unit, {}))
    ]
    sums = {code: one.value for code, one in total.items()}
    return [*found, *tellings(form, _("Tổng hợp"), sums, {})]


def _words(publication: Publication) -> dict[Unit, dict[str, str]]:
    """Words stand in the workbook alone; the approved reports that it was made of never change."""
    found: dict[Unit, dict[str, str]] = {}
    codes = publication.form.form.of_kind(CellKind.TEXT)
    cells = CellValue.objects.filter(submission__in=publication.submissions.all(), code__in=codes).exclude(text="")
    for cell in cells.select_related("submission__duty__unit"):
        found.setdefault(cell.submission.duty.unit, {})[cell.code] = cell.text
    return found


@transaction.atomic
def make_public(
    *,
    actor: Actor,
    publication_id: int,
    basis: str,
    vouched: Collection[str] = (),
    at: datetime | None = None,
) -> Release:
    """Công khai: from now on anybody may open this version. `vouched` names cells ("row.column") whose small counts or
    words the actor has looked at and answers for. Raises WouldDisclose with every cell that is left."""
    publication = _locked(publication_id)
    access.require(actor, permissions.PUBLISH, unit=publication.regime.owner)
    if publication.releases.filter(withdrawn_at=None).exists():
        raise errors.AlreadyPublic
    basis = acts.needs_reason(basis)
    found = tellings_of(publication)
    open_ = [one for one in found if not one.may_be_vouched_for or one.code not in vouched]
    if open_:
        names = publication.form.form.names
        raise errors.WouldDisclose([f"{names[one.code]}, {one.unit}" for one in open_])
    answered = {one.code: str(one.risk) for one in found}
    release = Release.objects.create(
        publication=publication,
        basis=basis,
        vouched=[{"code": code, "risk": risk} for code, risk in answered.items()],
        opened_at=at or timezone.now(),
        opened_by=Account.objects.get(pk=actor.account_id or 0),
    )
    _trace(actor, release, "reporting.figures.made_public", events.MADE_PUBLIC, basis=basis, vouched=list(answered))
    return release


@transaction.atomic
def withdraw(*, actor: Actor, publication_id: int, reason: str, at: datetime | None = None) -> Release:
    """Thôi công khai: everybody who comes by the old address reads since when and why; the publication itself stays."""
    publication = _locked(publication_id)
    access.require(actor, permissions.PUBLISH, unit=publication.regime.owner)
    release = publication.releases.filter(withdrawn_at=None).first()
    if release is None:
        raise errors.NotPublic
    release.withdrawn_reason = acts.needs_reason(reason)
    release.withdrawn_at, release.withdrawn_by_id = at or timezone.now(), actor.account_id
    release.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    _trace(actor, release, "reporting.figures.no_longer_public", events.NO_LONGER_PUBLIC, reason=reason)
    return release


def _locked(publication_id: int) -> Publication:
    # Two openings of one version wait for each other: the second finds it open.
    rows = Publication.objects.select_for_update(of=("self",)).select_related("regime__owner", "form", "report")
    return rows.get(pk=publication_id)


def _trace(actor: Actor, release: Release, act: str, event: str, **details: Any) -> None:
    one = release.publication
    audit.record(
        actor, act, one, unit_id=one.regime.owner_id, code=one.report.code, version=one.report.version, **details
    )
    bus.publish(event, subject=one, unit=one.regime.owner, occurred_on=timezone.localdate(), release=release.pk)
