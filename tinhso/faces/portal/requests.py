"""What every portal view asks of a request."""

from __future__ import annotations

from typing import BinaryIO, cast

from django.http import HttpRequest, HttpResponse

from tinhso.foundation.files.models import StoredFile
from tinhso.foundation.files.serving import serve


def caller_of(request: HttpRequest) -> str:
    """The address a request comes from, for rate limits; behind a proxy the proxy puts it into REMOTE_ADDR."""
    return str(request.META.get("REMOTE_ADDR", ""))


def uploads_of(request: HttpRequest, field: str) -> list[tuple[str, BinaryIO]]:
    """The files sent under a field, each with the name its owner gave it."""
    return [(upload.name or "", cast(BinaryIO, upload)) for upload in request.FILES.getlist(field)]


def hand_out(file: StoredFile, *, inline: bool = False) -> HttpResponse:
    """A stored file as a response (a streaming one, which Django types apart from the others)."""
    return cast(HttpResponse, serve(file, inline=inline))
