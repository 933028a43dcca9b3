"""Handing a file to a browser without letting it do anything there."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from django.http import FileResponse

from tinhso.foundation.files import kinds
from tinhso.foundation.files.models import StoredFile

# Kinds that a browser may show in the page; everything else is downloaded.
SHOWN = (kinds.PDF, kinds.JPEG, kinds.PNG)


# Plain text is told apart no further when it comes in; machines read the answer by its kind.
_TEXTS = {"json": "application/json", "geojson": "application/geo+json"}


def serve(file: StoredFile, *, inline: bool = False) -> FileResponse:
    """The response for a clean file. Call from a view whose act has checked the right; raises NotReadable."""
    shown = inline and file.media_type in SHOWN
    response = FileResponse(file.open(), content_type=_kind(file))
    response["Content-Length"] = str(file.size)
    response["Content-Disposition"] = disposition(file.name, inline=shown)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = policy(file.media_type, shown)
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["X-Frame-Options"] = "SAMEORIGIN" if shown else "DENY"
    response["ETag"] = f'"{file.sha256}"'
    return response


def _kind(file: StoredFile) -> str:
    if file.media_type == kinds.TEXT:
        return _TEXTS.get(kinds.extension(file.name), kinds.TEXT)
    return file.media_type if file.media_type in kinds.KINDS else kinds.UNKNOWN


def policy(media_type: str, shown: bool) -> str:
    """Nothing loads, nothing runs. A PDF shown in place goes without `sandbox`, which browsers' readers refuse."""
    base = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors "
    base += "'self'" if shown else "'none'"
    return base if shown and media_type == kinds.PDF else f"sandbox; {base}"


def disposition(name: str, *, inline: bool) -> str:
    """RFC 6266 with both forms: an ASCII name for old programs, the Vietnamese one by RFC 5987."""
    name = kinds.clean_name(name)
    bare = unicodedata.normalize("NFKD", name.replace("đ", "d").replace("Đ", "D")).encode("ascii", "ignore").decode()
    safe = "".join(ch if ch.isalnum() or ch in "._- " else "_" for ch in bare) or "tep"
    return f"{'inline' if inline else 'attachment'}; filename=\"{safe}\"; filename*=UTF-8''{quote(name, safe='')}"
