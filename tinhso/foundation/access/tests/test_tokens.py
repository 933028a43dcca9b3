"""Machine tokens: shown once, kept as a digest, ended in time, refused to whoever may not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tinhso.foundation.access import guard, tokens
from tinhso.foundation.access.errors import AlreadyEnded, CannotIssueToken
from tinhso.foundation.access.models import MachineToken
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.people.errors import NotFound
from tinhso.foundation.people.models import Account
from tinhso.foundation.people.services import command_line
from tinhso.foundation.testing.cast import Cast

pytestmark = pytest.mark.django_db


def until(days: int = 30) -> date:
    return timezone.localdate() + timedelta(days=days)


def issue(cast: Cast, member: str = "leader", **more: object) -> tuple[MachineToken, str]:
    given = {"account": getattr(cast, member), "name": "Kho dữ liệu", "expires_on": until()} | more
    return tokens.issue_token(cast.actor(member), **given)


def test_a_token_stands_for_its_account_and_the_secret_is_not_kept(cast: Cast) -> None:
    token, secret = issue(cast)
    assert tokens.account_of_token(secret) == cast.leader
    assert secret not in str(MachineToken.objects.values().get()) and token.ending == secret[-4:]
    assert MachineToken.objects.get().last_used_at is not None
    assert AuditRow.objects.filter(act="access.token.issued").count() == 1


@pytest.mark.parametrize("member", ["citizen", "desk_officer"])
def test_whoever_lacks_the_right_issues_none(cast: Cast, member: str) -> None:
    with pytest.raises(guard.Denied):
        issue(cast, member)


def test_issuing_asks_for_a_fresh_proof(cast: Cast) -> None:
    with pytest.raises(guard.StepUpNeeded):
        tokens.issue_token(cast.actor("leader", stepped_up=False), account=cast.leader, name="x", expires_on=until())


@pytest.mark.parametrize("wrong", [{"name": "  "}, {"expires_on": until(0)}, {"expires_on": until(367)}])
def test_what_a_token_must_have(cast: Cast, wrong: dict[str, object]) -> None:
    with pytest.raises(CannotIssueToken):
        issue(cast, **wrong)


def test_it_ends_in_time_when_revoked_and_with_its_account(cast: Cast) -> None:
    token, secret = issue(cast)
    Account.objects.filter(pk=cast.leader.pk).update(is_active=False)
    assert tokens.account_of_token(secret) is None
    Account.objects.filter(pk=cast.leader.pk).update(is_active=True)
    MachineToken.objects.update(expires_on=timezone.localdate())
    assert tokens.account_of_token(secret) is None
    MachineToken.objects.update(expires_on=until())
    with pytest.raises(guard.Denied):
        tokens.revoke_token(cast.actor("leader_elsewhere"), token=token)
    tokens.revoke_token(cast.actor("administrator"), token=token)
    assert tokens.account_of_token(secret) is None
    with pytest.raises(AlreadyEnded):
        tokens.revoke_token(cast.actor("leader"), token=token)


def test_there_is_a_bound(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST_TOKENS", 2)
    issue(cast)
    issue(cast)
    with pytest.raises(CannotIssueToken):
        issue(cast)


def test_the_command_line_issues_for_a_service_and_takes_back(cast: Cast) -> None:
    Account.objects.create_user("kho", None, full_name="Kho dữ liệu", kind="service")
    secret = command_line.issue_token(username="kho", name="ETL", days=10).splitlines()[-1]
    assert tokens.account_of_token(secret) == Account.objects.get(username="kho")
    assert "1" in command_line.revoke_tokens(username="kho") and tokens.account_of_token(secret) is None
    with pytest.raises(NotFound):
        command_line.issue_token(username="khong-co", name="x", days=1)
