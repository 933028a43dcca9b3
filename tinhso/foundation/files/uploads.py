"""Bounding uploads while they stream: memory stays flat, an endless body stops early, typed text is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from tinhso.foundation.files import errors

MEBIBYTE = 1024 * 1024
# One file, and one whole request with all its files and fields. Acts may ask for less, never for more.
MAX_FILE = 50 * MEBIBYTE
MAX_BODY = 64 * MEBIBYTE


def max_file() -> int:
    return int(getattr(settings, "FILES_MAX_UPLOAD", MAX_FILE))


def max_body() -> int:
    return int(getattr(settings, "FILES_MAX_BODY", MAX_BODY))


@dataclass(frozen=True)
class Larger:
    """Addresses that take larger files, from whom, and how large (one file; a form around it comes on top)."""

    prefix: str
    may: Callable[[HttpRequest], bool]
    most: Callable[[], int]


LARGER: list[Larger] = []


def allow_larger(prefix: str, may: Callable[[HttpRequest], bool], most: Callable[[], int]) -> None:
    """Lets requests under `prefix` carry larger files, in ready(). `may` is asked before a byte of the body is read:
    nobody unknown fills the disk."""
    LARGER.append(Larger(prefix, may, most))


def most_bytes(request: HttpRequest | None) -> int:
    """How large one file of this request may be."""
    if request is None:
        return max_file()
    known: int | None = getattr(request, "_most_bytes", None)
    if known is None:
        met = next((one for one in LARGER if request.path.startswith(one.prefix)), None)
        known = max(max_file(), met.most()) if met is not None and met.may(request) else max_file()
        request._most_bytes = known  # type: ignore[attr-defined]
    return known


def _most_body(request: HttpRequest | None) -> int:
    most = most_bytes(request)
    return max_body() if most <= max_file() else most + MEBIBYTE


class OversizedUpload(UploadedFile):  # type: ignore[type-arg]
    """Stands in for a file that passed the bound: its bytes were not kept, the rest of the form was."""

    def __init__(self, name: str, limit: int, size: int) -> None:
        super().__init__(BytesIO(), name, "application/octet-stream", size)
        self.limit = limit


class BoundedUploadHandler(FileUploadHandler):
    """Spools to disk above 1 MiB, drops a file's bytes once it passes the bound, stops a body without end."""

    chunk_size = 256 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.received = 0
        self.spool: SpooledTemporaryFile[bytes] | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._drop()
        self.spool = SpooledTemporaryFile(max_size=MEBIBYTE)  # noqa: SIM115 -- closed with the upload
        self.size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        self.size += len(raw_data)
        if self.received > max_body() and self.received > _most_body(self.request):
            self._drop()
            raise StopUpload(connection_reset=True)
        if self.size > max_file() and self.size > most_bytes(self.request):
            self._drop()
        elif self.spool is not None:
            self.spool.write(raw_data)

    def file_complete(self, file_size: int) -> Any:
        if self.spool is None:
            return OversizedUpload(str(self.file_name), most_bytes(self.request), self.size)
        self.spool.seek(0)
        spool, self.spool = self.spool, None
        return UploadedFile(spool, str(self.file_name), self.content_type, file_size, self.charset)

    def upload_interrupted(self) -> None:
        self._drop()

    def _drop(self) -> None:
        if self.spool is not None:
            self.spool.close()
            self.spool = None


class BodyBoundMiddleware:
    """Answers 413 by the declared length, before one byte of the body is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = declared_length(request)
        if length <= max_body() or length <= _most_body(request):
            return self.get_response(request)
        sentence = str(errors.TooLarge(most_bytes(request)))
        if "text/html" in request.headers.get("Accept", ""):
            page = render_to_string("files/too_large.html", {"sentence": sentence, "back": _("Quay lại trang trước")})
            response = HttpResponse(page, status=413)
        else:
            response = HttpResponse(
                problem(413, errors.TooLarge.code, sentence), status=413, content_type="application/problem+json"
            )
        response["Connection"] = "close"
        return response


def declared_length(request: HttpRequest) -> int:
    try:
        return max(0, int(request.META.get("CONTENT_LENGTH") or 0))
    except ValueError:
        return 0


def problem(status: int, code: str, sentence: str) -> bytes:
    """An RFC 9457 answer."""
    import json

    return json.dumps({"type": code, "title": sentence, "status": status}, ensure_ascii=False).encode()
