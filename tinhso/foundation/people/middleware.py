"""Sessions that end when idle, duties before anything else, refusals as pages, and forms given back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.people import kept_posts, rules
from tinhso.foundation.people.current_rules import account_rules, has_second_factor, is_administrator
from tinhso.foundation.people.models import Account
from tinhso.foundation.text.errors import Refused
from tinhso.foundation.text.problems import problem, wants_problem

GetResponse = Callable[[HttpRequest], HttpResponse]
SEEN = "seen_at"
# Pages open to an account that still owes a duty (a new password, a second factor): the way to do it, and out.
ALWAYS_OPEN = {
    "account_logout",
    "account_change_password",
    "account_set_password",
    "people:step_up",
    "people:step_up_passkey",
    "people:resume",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}


class SessionRulesMiddleware:
    """Idle lock, freshness of proof (`request.stepped_up`), and the duties of administrators."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.stepped_up = False  # type: ignore[attr-defined]
        response = self._before(request) if _may_be_signed_in(request) and request.user.is_authenticated else None
        if response is None:
            response = self.get_response(request)
        if getattr(response, "needs_sign_in", False) and request.method == "POST":
            response = _to_sign_in(request, kept_posts.keep(request))
        if _may_be_signed_in(request) or hasattr(request, "kept_browser"):
            kept_posts.mark_browser(request, response)
        return response

    def _before(self, request: HttpRequest) -> HttpResponse | None:
        request.stepped_up = stepped_up(request)  # type: ignore[attr-defined]
        actor: access.Actor = actor_of(request)
        officer = request.user.kind == Account.Kind.OFFICER  # type: ignore[union-attr]
        administers = officer and is_administrator(actor)
        limits = account_rules()
        minutes = limits.idle_minutes_administrator if administers else limits.idle_minutes
        if _idle(request, minutes):
            return _lock(request)
        return _duty(request, administers=administers)


def _may_be_signed_in(request: HttpRequest) -> bool:
    """Pages for everybody stay free of the session (and of Vary: Cookie) when no session comes along."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or hasattr(request, "_cached_user")


def stepped_up(request: HttpRequest) -> bool:
    """True within 15 minutes of a fresh password, code or passkey in this session by this account."""
    proofs = [
        float(record.get("at", 0))
        for record in get_authentication_records(request, request.user)
        if record.get("reauthenticated")
    ]
    if not proofs:
        return False
    last = datetime.fromtimestamp(max(proofs), UTC)
    return rules.is_fresh(last, timezone.now(), account_rules().step_up_minutes)


def _idle(request: HttpRequest, minutes: int) -> bool:
    now = timezone.now()
    seen = request.session.get(SEEN)
    if seen is not None and rules.is_idle(datetime.fromtimestamp(seen, UTC), now, minutes):
        return True
    background = request.headers.get("X-Background") == "1"
    if seen is None or (not background and now.timestamp() - seen >= rules.refresh_seconds(minutes)):
        request.session[SEEN] = now.timestamp()
    return False


def _lock(request: HttpRequest) -> HttpResponse:
    """Ends the session; what was being sent is kept for the same account in the same browser."""
    key = kept_posts.keep(request, account_id=request.user.pk)
    logout(request)
    messages.info(request, _("Phiên làm việc đã tạm khoá vì lâu không thao tác. Đăng nhập lại để làm tiếp."))
    if request.path.startswith("/api/"):
        return problem(401, "session-ended", _("Phiên làm việc đã hết. Hãy đăng nhập lại."))
    return _to_sign_in(request, key)


def _to_sign_in(request: HttpRequest, key: str | None) -> HttpResponse:
    target = reverse("people:resume", args=[key]) if key else _way_back(request)
    return _go(request, f"{reverse('account_login')}?{urlencode({'next': target})}")


def _way_back(request: HttpRequest) -> str:
    """Where to return after signing in: the page itself, or the page that held the form."""
    return request.get_full_path() if request.method in ("GET", "HEAD") else "/tai-khoan/"


def _duty(request: HttpRequest, *, administers: bool) -> HttpResponse | None:
    """To the page where the owed duty is done, or None."""
    account: Account = request.user  # type: ignore[assignment]
    if not (administers or account.must_change_password) or _open(request):
        return None
    if account.must_change_password or (administers and _password_is_old(account)):
        return _owe(request, "account_change_password", _("Hãy đổi mật khẩu trước khi làm việc tiếp."))
    if not has_second_factor(account):
        return _owe(request, "mfa_index", _("Quản trị hệ thống phải bật xác thực hai lớp trước khi làm việc."))
    return None


def _password_is_old(account: Account) -> bool:
    if not account.has_usable_password():
        return False
    changed = timezone.localdate(account.password_changed_at)
    return rules.password_is_due(changed, timezone.localdate(), account_rules().administrator_password_months)


def _open(request: HttpRequest) -> bool:
    if request.path.startswith("/static/"):
        return True
    try:
        return resolve(request.path_info).view_name in ALWAYS_OPEN
    except Resolver404:
        return False


def _owe(request: HttpRequest, name: str, sentence: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem(403, "account-duty", sentence)
    messages.warning(request, sentence)
    return _go(request, reverse(name))


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """A redirect, in the language of htmx when it asks."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


class RefusalMiddleware:
    """A refusal raised anywhere becomes a page with its sentence, or problem details (RFC 9457) for machines."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, access.StepUpNeeded | ReauthenticationRequired):
            return to_step_up(request)
        if isinstance(exception, access.Denied | PermissionDenied):
            return self._answer(request, 403, "denied", str(exception))
        if isinstance(exception, Refused):
            return self._answer(request, 409, exception.code, exception.sentence)
        return None

    def _answer(self, request: HttpRequest, status: int, code: str, sentence: str) -> HttpResponse:
        if wants_problem(request):
            return problem(status, code, sentence)
        sentence = sentence or _("Bạn không được phép mở trang này.")
        return render(request, "people/refused.html", {"sentence": sentence, "status": status}, status=status)


def to_step_up(request: HttpRequest) -> HttpResponse:
    """To the page that asks for a fresh proof, keeping what was being sent."""
    if request.path.startswith("/api/"):
        return problem(403, "step-up-needed", _("Hãy xác thực lại trước khi làm việc này."))
    if not request.user.is_authenticated:
        return _to_sign_in(request, kept_posts.keep(request))
    key = kept_posts.keep(request, account_id=request.user.pk)
    target = reverse("people:resume", args=[key]) if key else _way_back(request)
    return _go(request, f"{reverse('people:step_up')}?{urlencode({'next': target})}")


class KeptPostMiddleware:
    """Gives a kept form back to the address it was meant for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """After the CSRF check, which ran on the button's own form."""
        if request.method != "POST" or kept_posts.FIELD not in request.POST:
            return None
        if kept_posts.put_back(request, str(request.POST[kept_posts.FIELD])):
            return None
        sentence = _("Biểu mẫu này đã được gửi hoặc không còn được giữ. Hãy mở lại trang và kiểm tra.")
        return render(request, "people/refused.html", {"sentence": sentence, "status": 409}, status=409)
