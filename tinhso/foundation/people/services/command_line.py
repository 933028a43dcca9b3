"""What `tinhso user …` calls: plain functions that find by username and unit code, and answer with a sentence."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access import services as roles
from tinhso.foundation.access import tokens
from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.errors import NotFound
from tinhso.foundation.people.models import Account
from tinhso.foundation.people.services import accounts

ACTOR = "tinhso user"


def _actor() -> access.Actor:
    return access.Actor.system(ACTOR)


def create_user(
    *, username: str, full_name: str, password: str, kind: str = "officer", role: str = "", unit_code: str = ""
) -> str:
    """`tinhso user create`: an account, with a role at a unit when both are given."""
    account = accounts.create_account(
        _actor(), username=username, full_name=full_name, password=password, kind=kind, must_change_password=True
    )
    if role:
        grant_user(username=account.username, role=role, unit_code=unit_code)
    return _("Đã lập tài khoản %(name)s; người dùng phải đổi mật khẩu khi đăng nhập lần đầu.") % {
        "name": account.username
    }


def reset_user(*, username: str, password: str, drop_second_factor: bool = False) -> str:
    """`tinhso user reset`: a new password to be changed at the next sign-in; opens a lock-out."""
    account = _account(username)
    accounts.reset_password(_actor(), account_id=account.pk, password=password)
    if drop_second_factor:
        accounts.reset_second_factor(_actor(), account_id=account.pk, reason=ACTOR)
    if not account.is_active:
        accounts.enable_account(_actor(), account_id=account.pk, reason=ACTOR)
    return _("Đã đặt lại mật khẩu của %(name)s.") % {"name": account.username}


def disable_user(*, username: str, reason: str) -> str:
    """`tinhso user disable`."""
    account = accounts.disable_account(_actor(), account_id=_account(username).pk, reason=reason)
    return _("Đã khoá tài khoản %(name)s.") % {"name": account.username}


def issue_token(*, username: str, name: str, days: int) -> str:
    """`tinhso user token`: a machine token, shown this once."""
    until = timezone.localdate() + timedelta(days=days)
    token, secret = tokens.issue_token(_actor(), account=_account(username), name=name, expires_on=until)
    told = {"name": token.name, "until": f"{until:%d/%m/%Y}", "secret": secret}
    return _("Thẻ máy “%(name)s”, hạn %(until)s. Mã chỉ hiện một lần này:\n%(secret)s") % told


def revoke_tokens(*, username: str) -> str:
    """`tinhso user revoke-tokens`: every live token of the account."""
    account = _account(username)
    live = list(account.tokens.filter(revoked_at=None, expires_on__gt=timezone.localdate()))
    for token in live:
        tokens.revoke_token(_actor(), token=token)
    return _("Đã thu hồi %(count)d thẻ máy của %(name)s.") % {"count": len(live), "name": account.username}


def grant_user(*, username: str, role: str, unit_code: str, valid_from: date | None = None) -> str:
    """`tinhso user grant`: a role at a unit of today, from a day (today unless said)."""
    account, today = _account(username), timezone.localdate()
    unit = Unit.objects.as_of(today).filter(code=unit_code).first()
    if unit is None:
        raise NotFound(_("Không có đơn vị mang mã %(code)s vào hôm nay.") % {"code": unit_code})
    roles.grant_role(_actor(), account=account, role=role, unit=unit, valid_from=valid_from or today, document=ACTOR)
    return _("Đã giao vai trò %(role)s tại %(unit)s cho %(name)s.") % {
        "role": str(ROLES[role].name),
        "unit": unit.name,
        "name": account.username,
    }


def _account(username: str) -> Account:
    account = Account.objects.filter(username=username.strip().lower()).first()
    if account is None:
        raise NotFound(_("Không có tài khoản tên %(name)s.") % {"name": username})
    return account
