"""A person's own account: home, fresh proof, kept forms, who looked, delegation."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.adapter import get_adapter as mfa_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.views import login_webauthn
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.foundation.access import services as roles
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import public, signed_in
from tinhso.foundation.access.models import Delegation
from tinhso.foundation.access.permissions import ISSUE_TOKEN
from tinhso.foundation.access.registry import PERMISSIONS, ROLES
from tinhso.foundation.people import kept_posts, selectors
from tinhso.foundation.people.current_rules import account_rules, has_second_factor
from tinhso.foundation.people.forms import CodeAgainForm, PasswordAgainForm
from tinhso.foundation.people.forms_delegation import DelegationForm
from tinhso.foundation.people.lookups import lookups_of
from tinhso.foundation.text.errors import Refused

HOME = "/tai-khoan/"


def safe_next(request: HttpRequest) -> str:
    """Where to go afterwards: an address of this site, or the account's home."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    return wanted if is_ours and wanted.startswith("/") else HOME


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The account in one page: who, which rights, which doors."""
    account: Any = request.user
    context = {
        "account": account,
        "grants": selectors.grants_of(account.pk),
        "second_factor": has_second_factor(account),
        "may_issue_tokens": any(
            ISSUE_TOKEN in ROLES[held.role].permissions for held in actor_of(request).grants if held.role in ROLES
        ),
        "lookup_count": lookups_of(account.person_id).count() if account.person_id else 0,
    }
    return render(request, "people/home.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def step_up(request: HttpRequest) -> HttpResponse:
    """Password, code or passkey once more; then back, for 15 minutes."""
    account: Any = request.user
    target = safe_next(request)
    kinds = _kinds(account)
    password_form = PasswordAgainForm(user=account) if account.has_usable_password() else None
    code_form = CodeAgainForm(user=account) if kinds & {"totp", "recovery_codes"} else None
    if request.method == "POST" and request.POST.get("by") == "password" and password_form is not None:
        password_form = PasswordAgainForm(request.POST, user=account)
        if password_form.is_valid():
            reauthenticate_by_password(request)
            return _proved(request, target)
    elif request.method == "POST" and request.POST.get("by") == "code" and code_form is not None:
        code_form = CodeAgainForm(request.POST, user=account)
        if code_form.is_valid():
            code_form.save()
            return _proved(request, target)
    context: dict[str, Any] = {
        "target": target,
        "password_form": password_form,
        "code_form": code_form,
        "has_passkey": "webauthn" in kinds,
        "minutes": account_rules().step_up_minutes,
        "keeps": "/gui-tiep/" in target,
    }
    if "webauthn" in kinds:
        context["webauthn_form"] = ReauthenticateWebAuthnForm(user=account)
        context["js_data"] = {"request_options": webauthn.begin_authentication(account)}
    return render(request, "people/step_up.html", context)


def _kinds(account: Any) -> set[str]:
    return set(Authenticator.objects.filter(user_id=account.pk).values_list("type", flat=True))


def _proved(request: HttpRequest, target: str) -> HttpResponse:
    return HttpResponseRedirect(target)


@require_POST
@signed_in
def step_up_passkey(request: HttpRequest) -> HttpResponse:
    """The passkey's answer."""
    account: Any = request.user
    form = ReauthenticateWebAuthnForm(request.POST, user=account)
    if passkey_is_right(form):
        form.save()
        return _proved(request, safe_next(request))
    messages.error(request, str(mfa_adapter().error_messages["incorrect_code"]))
    return HttpResponseRedirect(f"{reverse('people:step_up')}?{urlencode({'next': safe_next(request)})}")


def passkey_is_right(form: Any) -> bool:
    """Whether the browser's answer proves the key. A forged one breaks the library, and is wrong."""
    try:
        return bool(form.is_valid())
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


@public
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """Signing in by passkey alone; a forged answer leads back to the sign-in page with a sentence."""
    try:
        return login_webauthn(request)  # type: ignore[no-any-return]
    except (KeyError, TypeError, ValueError, AttributeError):
        messages.error(request, _("Khoá truy cập không hợp lệ. Hãy đăng nhập lại."))
        return HttpResponseRedirect(reverse("account_login"))


@public
def resume(request: HttpRequest, key: str) -> HttpResponse:
    """The form that was on its way when the session ended or a proof was asked: one button sends it on."""
    post = kept_posts.find(request, key) if request.user.is_authenticated else None
    if post is None:
        sentence = _("Biểu mẫu này đã được gửi, đã quá một ngày, hoặc thuộc về tài khoản khác.")
        return render(request, "people/refused.html", {"sentence": sentence, "status": 404}, status=404)
    context = {"post": post, "key": key, "field": kept_posts.FIELD, "files": post.files.count()}
    return render(request, "people/resume.html", context)


@signed_in
def who_looked(request: HttpRequest) -> HttpResponse:
    """Ai đã xem dữ liệu của tôi: every look at the person's data, newest first."""
    person_id = actor_of(request).person_id
    rows = lookups_of(person_id) if person_id else lookups_of(0).none()
    page = Paginator(rows, 25).get_page(request.GET.get("trang"))
    return render(request, "people/who_looked.html", {"page": page, "has_person": person_id is not None})


@require_http_methods(["GET", "POST"])
@signed_in
def delegations(request: HttpRequest) -> HttpResponse:
    """Lending one's roles: what is lent, what was received, and the form."""
    actor = actor_of(request)
    form = DelegationForm(request.POST or None, giver_id=actor.account_id or 0)
    if request.method == "POST" and form.is_valid():
        try:
            roles.delegate(actor, **form.cleaned_act())
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Đã uỷ quyền."))
            return HttpResponseRedirect(request.path)
    rows = Delegation.objects.select_related("unit", "giver", "receiver").order_by("-valid_from", "-id")
    context = {
        "form": form,
        "given": rows.filter(giver_id=actor.account_id or 0),
        "received": rows.filter(receiver_id=actor.account_id),
        "ROLES": ROLES,
    }
    return render(request, "people/delegations.html", context)


@require_POST
@signed_in
def delegation_revoke(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """Takes back a delegation one gave."""
    actor = actor_of(request)
    get_object_or_404(Delegation, pk=delegation_id, giver_id=actor.account_id or 0)
    roles.revoke_delegation(actor, delegation_id=delegation_id)
    messages.success(request, _("Đã thu hồi uỷ quyền."))
    return HttpResponseRedirect("../../")


@signed_in
def permission_sentences(request: HttpRequest) -> HttpResponse:
    """What each role may do, in sentences; one's own marked."""
    mine = {grant.role for grant in actor_of(request).grants}
    rows = [
        {
            "role": role,
            "is_mine": role.code in mine,
            "permissions": [PERMISSIONS[code] for code in sorted(role.permissions)],
        }
        for role in ROLES.values()
    ]
    return render(request, "people/permissions.html", {"rows": rows})
