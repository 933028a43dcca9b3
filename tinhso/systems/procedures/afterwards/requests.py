"""What every view here asks of a request."""

from __future__ import annotations

from typing import BinaryIO, cast

from django.http import Http404, HttpRequest

from tinhso.foundation.access.asking import actor_of
from tinhso.systems.procedures.models import Dossier

RELATED = ("version", "unit", "desk", "office", "applicant", "case__holder")


def own(request: HttpRequest, code: str) -> Dossier:
    """The dossier when it is the actor's to open; anyone else's is not there."""
    found = Dossier.objects.belonging_to(actor_of(request)).select_related(*RELATED).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def shared(request: HttpRequest, code: str) -> Dossier:
    """The dossier when the actor may read it: their own, or one they file together with somebody."""
    found = Dossier.objects.readable_by(actor_of(request)).select_related(*RELATED).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def visible(request: HttpRequest, pk: int) -> Dossier:
    """The dossier when it is an officer's; another unit's is not there."""
    found = Dossier.objects.visible_to(actor_of(request)).select_related(*RELATED).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def uploads_of(request: HttpRequest, field: str) -> list[tuple[str, BinaryIO]]:
    """The files sent under a field."""
    return [(upload.name or "", cast(BinaryIO, upload)) for upload in request.FILES.getlist(field)]
