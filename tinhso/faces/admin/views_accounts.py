"""Accounts: find, create, close, open, reset, confirm. Each page makes one call into one act."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.faces.admin.forms_accounts import AccountForm, ReasonForm, RoleForm
from tinhso.foundation.access import tokens
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.errors import AlreadyEnded
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.access.models import MachineToken, RoleAssignment
from tinhso.foundation.access.permissions import MANAGE_ROLES
from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.audit.acts import sentence
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.people import selectors, services, sign_in
from tinhso.foundation.people.current_rules import account_rules, has_second_factor
from tinhso.foundation.people.models import Account
from tinhso.foundation.people.permissions import MANAGE_ACCOUNTS, RESET_ACCOUNTS
from tinhso.foundation.text.errors import Refused

PAGE = 30


@permitted(MANAGE_ACCOUNTS)
def accounts(request: HttpRequest) -> HttpResponse:
    """Officers' accounts (other kinds by the filter), found by a part of a name, marks or none."""
    given = {
        "text": request.GET.get("q", ""),
        "kind": request.GET.get("loai", Account.Kind.OFFICER),
        "state": request.GET.get("trang_thai", ""),
    }
    found = selectors.find_accounts(actor_of(request), **given)
    page = Paginator(found, PAGE).get_page(request.GET.get("trang"))
    roles = _roles_by_account([account.pk for account in page])
    rows = [{"account": account, "roles": roles.get(account.pk, [])} for account in page]
    context = {
        "rows": rows,
        "page": page,
        "given": given,
        "kinds": [("", _("mọi loại")), *Account.Kind.choices],
        "states": [("", _("mọi trạng thái")), ("active", _("đang hoạt động")), ("closed", _("đã khoá"))],
        "due": selectors.accounts_to_review(actor_of(request)).count(),
    }
    return render(request, "admin/accounts/list.html", context)


def _roles_by_account(ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in RoleAssignment.objects.as_of(_today()).filter(account_id__in=ids).select_related("unit"):
        name = str(ROLES[row.role].name) if row.role in ROLES else row.role
        found.setdefault(row.account_id, []).append(f"{name} · {row.unit.short_name}")
    return found


def _today() -> Any:
    from django.utils import timezone

    return timezone.localdate()


@require_http_methods(["GET", "POST"])
@never_cache
@permitted(MANAGE_ACCOUNTS)
def account_create(request: HttpRequest) -> HttpResponse:
    """A new account with a temporary password shown once."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = secrets.token_urlsafe(12)
        try:
            account = services.create_account(actor_of(request), password=password, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return _password_page(request, account, password)
    return render(request, "admin/accounts/create.html", {"form": form})


def _password_page(request: HttpRequest, account: Account, password: str) -> HttpResponse:
    return render(request, "admin/accounts/password.html", {"account": account, "password": password})


@permitted(MANAGE_ACCOUNTS)
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account: state, roles of every time, what was done to it, and what can be done."""
    return _account_page(request, _visible(request, account_id), RoleForm(initial={"valid_from": _today()}))


def _account_page(request: HttpRequest, shown: Account, form: RoleForm) -> HttpResponse:
    assignments = RoleAssignment.objects.filter(account=shown).select_related("unit").order_by("-valid_from", "-id")
    history = AuditRow.objects.filter(object_type="people.account", object_id=str(shown.pk)).order_by("-id")[:20]
    context = {
        "shown": shown,
        "today": _today(),
        "assignments": [
            {"row": row, "name": ROLES[row.role].name if row.role in ROLES else row.role} for row in assignments
        ],
        "is_locked": sign_in.is_locked(sign_in.name_key(shown.username)),
        "second_factor": has_second_factor(shown),
        "confirmed": shown.confirmations.order_by("-confirmed_at").first(),
        "history": [{"row": row, "words": sentence(row.act)} for row in history],
        "tokens": MachineToken.objects.filter(account=shown, revoked_at=None, expires_on__gt=_today()),
        "form": form,
    }
    return render(request, "admin/accounts/detail.html", context)


def _visible(request: HttpRequest, account_id: int) -> Account:
    found = selectors.accounts_visible_to(actor_of(request))
    return get_object_or_404(found, pk=account_id)


def _back(account_id: int) -> HttpResponseRedirect:
    return redirect("admin:account", account_id)


@require_POST
@permitted(MANAGE_ROLES)
def account_token_revoke(request: HttpRequest, account_id: int, token_id: int) -> HttpResponse:
    """Takes a machine token from whoever holds it; the next request with it is refused."""
    shown = _visible(request, account_id)
    token = get_object_or_404(MachineToken.objects.select_related("account"), pk=token_id, account=shown)
    try:
        tokens.revoke_token(actor_of(request), token=token)
    except AlreadyEnded as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Đã thu hồi thẻ “%(name)s”.") % {"name": token.name})
    return _back(shown.pk)


@require_POST
@permitted(MANAGE_ACCOUNTS)
def account_disable(request: HttpRequest, account_id: int) -> HttpResponse:
    shown = _visible(request, account_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Hãy ghi lý do khoá tài khoản."))
        return _back(shown.pk)
    services.disable_account(actor_of(request), account_id=shown.pk, reason=form.cleaned_data["reason"])
    messages.success(request, _("Đã khoá tài khoản và kết thúc mọi phiên đang mở."))
    return _back(shown.pk)


@require_POST
@permitted(MANAGE_ACCOUNTS)
def account_enable(request: HttpRequest, account_id: int) -> HttpResponse:
    shown = _visible(request, account_id)
    reason = request.POST.get("reason", "")
    services.enable_account(actor_of(request), account_id=shown.pk, reason=reason)
    messages.success(request, _("Đã mở lại tài khoản."))
    return _back(shown.pk)


@require_POST
@permitted(MANAGE_ACCOUNTS)
def account_unlock(request: HttpRequest, account_id: int) -> HttpResponse:
    shown = _visible(request, account_id)
    services.unlock_account(actor_of(request), account_id=shown.pk)
    messages.success(request, _("Đã mở khoá đăng nhập."))
    return _back(shown.pk)


@require_POST
@never_cache
@permitted(RESET_ACCOUNTS)
def account_password(request: HttpRequest, account_id: int) -> HttpResponse:
    """A new temporary password, shown once."""
    shown = _visible(request, account_id)
    password = secrets.token_urlsafe(12)
    services.reset_password(actor_of(request), account_id=shown.pk, password=password)
    return _password_page(request, shown, password)


@require_POST
@permitted(RESET_ACCOUNTS)
def account_second_factor(request: HttpRequest, account_id: int) -> HttpResponse:
    shown = _visible(request, account_id)
    reason = request.POST.get("reason", "")
    services.reset_second_factor(actor_of(request), account_id=shown.pk, reason=reason)
    messages.success(request, _("Đã bỏ xác thực hai lớp cũ. Người dùng sẽ bật lại khi đăng nhập."))
    return _back(shown.pk)


@permitted(MANAGE_ACCOUNTS)
def review(request: HttpRequest) -> HttpResponse:
    """Accounts and rights to confirm every six months."""
    due = selectors.accounts_to_review(actor_of(request))
    page = Paginator(due, PAGE).get_page(request.GET.get("trang"))
    roles = _roles_by_account([one.pk for one in page])
    rows = [{"account": one, "roles": roles.get(one.pk, [])} for one in page]
    context = {"rows": rows, "page": page, "months": account_rules().review_months}
    return render(request, "admin/accounts/review.html", context)


@require_POST
@permitted(MANAGE_ACCOUNTS)
def review_confirm(request: HttpRequest, account_id: int) -> HttpResponse:
    """Still right: recorded with the rights as they are now."""
    shown = _visible(request, account_id)
    services.confirm_account(actor_of(request), account_id=shown.pk, note=request.POST.get("note", ""))
    messages.success(request, _("Đã xác nhận quyền của %(name)s.") % {"name": shown.full_name})
    return HttpResponseRedirect(reverse("admin:review"))
