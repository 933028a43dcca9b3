"""Keeping what a person was sending when the session ended or a fresh proof was asked, and giving it back.

A kept form opens only in the browser it came from and for the account it came from. Its owner presses "Tiếp tục";
the form then goes to its own address with `_kept_post`, and the middleware puts fields and files back.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from tinhso.foundation.people.models import KeptFile, KeptPost

FIELD = "_kept_post"
COOKIE = "ts_browser"
KEPT_FOR = timedelta(hours=24)
MOST_FILE_BYTES = 25 * 1024 * 1024
MOST_FIELD_BYTES = 2 * 1024 * 1024
COOKIE_AGE = 180 * 24 * 3600
# Never kept, whatever the form: secrets.
SECRET_FIELDS = {
    "csrfmiddlewaretoken",
    "password",
    "password1",
    "password2",
    "oldpassword",
    "code",
    "credential",
    "pin",
}


def keep(request: HttpRequest, *, account_id: int | None = None) -> str | None:
    """Keeps the POST of `request`; answers its key, or None when there is nothing to keep.

    `account_id` is whose form it is; None means the account last seen in this browser, if any.
    """
    if request.method != "POST" or request.path.startswith("/api/"):
        return None
    fields = request.POST.copy()
    for name in SECRET_FIELDS | {FIELD}:
        fields.pop(name, None)
    encoded = fields.urlencode()
    if len(encoded) > MOST_FIELD_BYTES or (not fields and not request.FILES):
        return None
    browser, last_account = read_browser(request)
    if not browser:
        browser = secrets.token_urlsafe(24)
        request.kept_browser = browser  # type: ignore[attr-defined]
    key = secrets.token_urlsafe(32)
    with transaction.atomic():
        post = KeptPost.objects.create(
            key_digest=_digest(key),
            browser_digest=_digest(browser),
            account_id=account_id or last_account,
            path=request.get_full_path()[:2000],
            fields=encoded,
            kept_at=timezone.now(),
            expires_at=timezone.now() + KEPT_FOR,
        )
        _keep_files(post, request.FILES)
    return key


def _keep_files(post: KeptPost, files: MultiValueDict[str, Any]) -> None:
    room = MOST_FILE_BYTES
    for field in files:
        for file in files.getlist(field):
            if file.size is None or file.size > room:
                continue
            room -= file.size
            file.seek(0)
            KeptFile.objects.create(
                post=post,
                field=field[:200],
                name=str(file.name)[:255],
                content_type=str(file.content_type or "")[:120],
                content=file.read(),
            )


def find(request: HttpRequest, key: str) -> KeptPost | None:
    """The kept form behind `key` when it is this browser's and this account's, and not too old."""
    browser, _last = read_browser(request)
    if not browser or not key:
        return None
    post = KeptPost.objects.filter(key_digest=_digest(key), expires_at__gt=timezone.now()).first()
    if post is None or not hmac.compare_digest(post.browser_digest, _digest(browser)):
        return None
    if post.account_id is not None and post.account_id != request.user.pk:
        return None
    return post


def put_back(request: HttpRequest, key: str) -> bool:
    """Replaces fields and files of `request` by the kept ones and forgets them; False when there is nothing for it."""
    with transaction.atomic():
        post = find(request, key)
        # The row lock makes a double press send the form once with its content, and once without.
        if post is None or not KeptPost.objects.select_for_update().filter(pk=post.pk).exists():
            return False
        if post.path != request.get_full_path():
            return False
        fields = QueryDict(post.fields, mutable=True)
        fields["csrfmiddlewaretoken"] = request.POST.get("csrfmiddlewaretoken", "")
        files = _files_of(post)
        post.delete()
    fields._mutable = False
    request._post = fields  # type: ignore[attr-defined]
    request._files = files  # type: ignore[attr-defined]
    return True


def _files_of(post: KeptPost) -> MultiValueDict[str, Any]:
    files: MultiValueDict[str, Any] = MultiValueDict()
    for kept in post.files.order_by("pk"):
        content = bytes(kept.content)
        files.appendlist(
            kept.field,
            InMemoryUploadedFile(BytesIO(content), kept.field, kept.name, kept.content_type, len(content), None),
        )
    return files


def forget_old() -> int:
    """Removes kept forms whose day has passed (a job)."""
    return KeptPost.objects.filter(expires_at__lte=timezone.now()).delete()[0]


def read_browser(request: HttpRequest) -> tuple[str, int | None]:
    """This browser's own number and the account last signed in on it; ("", None) when it has none yet."""
    fresh = getattr(request, "kept_browser", "")
    raw = request.COOKIES.get(COOKIE, "")
    try:
        known = signing.loads(raw, salt=COOKIE, max_age=COOKIE_AGE) if raw else {}
    except signing.BadSignature:
        known = {}
    return str(known.get("b", fresh)), known.get("a")


def mark_browser(request: HttpRequest, response: HttpResponse) -> None:
    """Sets or renews the browser's cookie when it is missing, or when another account signed in here."""
    browser, last = read_browser(request)
    account_id = request.user.pk if request.user.is_authenticated else last
    if request.COOKIES.get(COOKIE) and browser and account_id == last:
        return
    if not request.user.is_authenticated and not getattr(request, "kept_browser", ""):
        return
    value = signing.dumps({"b": browser or secrets.token_urlsafe(24), "a": account_id}, salt=COOKIE)
    response.set_cookie(
        COOKIE, value, max_age=COOKIE_AGE, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
