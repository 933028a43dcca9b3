"""Taking lists out of the house leaves a trace."""

from __future__ import annotations

from django.db import transaction

from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.privacy import permissions
from tinhso.foundation.privacy.models import DataRequest


@transaction.atomic
def note_export(*, actor: access.Actor, count: int) -> None:
    """Writes down that the register of requests was taken as a file."""
    access.require(actor, permissions.HANDLE)
    audit.record(actor, "privacy.request.listed", DataRequest(), count=count)
