"""The level-3 rules of accounts on the clock: idle, unused, old passwords, history, length, reviews."""

from __future__ import annotations

import calendar
import importlib
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.models import AccountConfirmation, RoleAssignment
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.people import rules, selectors, services
from tinhso.foundation.people.errors import CannotDisable, UsernameTaken, WeakPassword
from tinhso.foundation.people.models import Account, PasswordRecord
from tinhso.foundation.testing.cast import PASSWORD, Cast
from tinhso.foundation.testing.sessions import sign_in

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 60))
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int) -> None:
    later = rules.add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == min(day.day, calendar.monthrange(later.year, later.month)[1])


@given(st.integers(0, 200_000), st.integers(1, 120))
def test_idle_is_exactly_the_minutes_gone_by(seconds: int, minutes: int) -> None:
    assert rules.is_idle(NOW - timedelta(seconds=seconds), NOW, minutes) == (seconds >= minutes * 60)


def test_a_mark_from_a_clock_set_back_is_idle() -> None:
    assert rules.is_idle(NOW + timedelta(hours=1), NOW, 15)


@given(st.integers(1, 600))
def test_the_idle_mark_is_written_often_enough_to_lock_no_later_than_due(minutes: int) -> None:
    assert 1 <= rules.refresh_seconds(minutes) <= max(1, minutes * 60 * 0.05)


def test_an_administrators_password_is_due_two_months_to_the_day() -> None:
    assert not rules.password_is_due(date(2026, 9, 23), date(2026, 11, 22), 2)
    assert rules.password_is_due(date(2026, 9, 23), date(2026, 11, 23), 2)
    assert rules.password_is_due(date(2026, 12, 31), date(2027, 2, 28), 2)


@pytest.mark.parametrize("password", ["short-pass-13", "thu nghiem 13"])
def test_without_a_second_factor_fourteen_characters(cast: Cast, password: str) -> None:
    with pytest.raises(ValidationError, match="14"):
        validate_password(password, cast.leader)
    validate_password(password + "xy", cast.leader)


def test_beside_a_second_factor_eight_will_do(cast: Cast) -> None:
    validate_password("ngan8-kt", cast.administrator)
    with pytest.raises(ValidationError, match="8"):
        validate_password("ngan7-k", cast.administrator)


@pytest.mark.parametrize("password", ["Nguyễn Thị Hoa1", "nguyen thi hoa 1"])
def test_not_ones_own_name_with_or_without_marks(cast: Cast, password: str) -> None:
    with pytest.raises(ValidationError, match="giống tên"):
        validate_password(password, cast.citizen)


def test_none_of_the_last_ten_comes_back(cast: Cast) -> None:
    account = cast.leader
    for number in range(11):
        account.set_password(f"mat-khau-thu-{number:03}")
        account.save()
    assert PasswordRecord.objects.filter(account=account).count() == 10
    for number in (1, 5, 10):
        with pytest.raises(ValidationError, match="gần đây"):
            validate_password(f"mat-khau-thu-{number:03}", account)
    validate_password("mat-khau-thu-000", account)


def test_a_changed_password_restarts_its_clock(cast: Cast) -> None:
    Account.objects.filter(pk=cast.leader.pk).update(password_changed_at=timezone.now() - timedelta(days=300))
    cast.leader.set_password("mot-mat-khau-moi-hon")
    cast.leader.save()
    cast.leader.refresh_from_db()
    assert timezone.now() - cast.leader.password_changed_at < timedelta(minutes=1)


def test_an_administrator_with_an_old_password_does_nothing_before_changing_it(client: Client, cast: Cast) -> None:
    Account.objects.filter(pk=cast.administrator.pk).update(password_changed_at=timezone.now() - timedelta(days=63))
    sign_in(client, cast.administrator)
    assert client.get("/quan-tri/tai-khoan/")["Location"] == "/tai-khoan/mat-khau/"
    assert client.get("/tai-khoan/mat-khau/").status_code == 200
    new = {"oldpassword": PASSWORD, "password1": "mot-mat-khau-moi-hon", "password2": "mot-mat-khau-moi-hon"}
    assert client.post("/tai-khoan/mat-khau/", new).status_code == 302
    assert client.get("/quan-tri/tai-khoan/").status_code == 200


def test_an_officer_with_an_old_password_works_on(client: Client, cast: Cast) -> None:
    Account.objects.filter(pk=cast.leader.pk).update(password_changed_at=timezone.now() - timedelta(days=63))
    assert sign_in(client, cast.leader).get("/tai-khoan/").status_code == 200


def test_an_administrator_without_a_second_factor_is_led_to_set_one_up(client: Client, cast: Cast) -> None:
    from allauth.mfa.models import Authenticator

    Authenticator.objects.all().delete()
    sign_in(client, cast.administrator)
    assert client.get("/quan-tri/tai-khoan/")["Location"] == "/tai-khoan/hai-lop/"
    assert client.get("/tai-khoan/hai-lop/").status_code == 200


def test_an_administrator_by_delegation_needs_a_second_factor_too(client: Client, cast: Cast) -> None:
    from tinhso.foundation.access import services as roles

    today = timezone.localdate()
    roles.delegate(
        cast.actor("administrator"),
        receiver=cast.leader,
        role="administrator",
        unit=cast.units.province,
        valid_from=today,
        valid_to=today + timedelta(days=1),
    )
    assert sign_in(client, cast.leader).get("/quan-tri/tai-khoan/")["Location"] == "/tai-khoan/hai-lop/"


def test_an_administrator_cannot_switch_off_the_last_second_factor(client: Client, cast: Cast) -> None:
    from allauth.mfa.models import Authenticator

    sign_in(client, cast.administrator, stepped_up=True)
    client.post("/tai-khoan/hai-lop/ung-dung/tat/")
    assert Authenticator.objects.filter(user=cast.administrator).exists()


def test_a_temporary_password_must_be_changed_first(client: Client, cast: Cast) -> None:
    services.reset_password(access.Actor.system(), account_id=cast.desk_officer.pk, password="tam-thoi-cua-quan-tri")
    client.post("/tai-khoan/dang-nhap/", {"login": "desk_officer", "password": "tam-thoi-cua-quan-tri"})
    assert client.get("/tai-khoan/")["Location"] == "/tai-khoan/mat-khau/"
    new = {
        "oldpassword": "tam-thoi-cua-quan-tri",
        "password1": "mot-mat-khau-rieng-cua-toi",
        "password2": "mot-mat-khau-rieng-cua-toi",
    }
    client.post("/tai-khoan/mat-khau/", new)
    assert client.get("/tai-khoan/").status_code == 200


def _used(account: Account, days: float) -> None:
    long_ago = timezone.now() - timedelta(days=400)
    Account.objects.filter(pk=account.pk).update(
        last_login=timezone.now() - timedelta(days=days), enabled_at=long_ago, is_simulated=False
    )


def test_accounts_unused_for_45_days_are_closed(cast: Cast) -> None:
    _used(cast.leader, 45.01)
    _used(cast.desk_officer, 44.9)
    assert services.disable_unused_accounts() == 1
    cast.leader.refresh_from_db()
    assert not cast.leader.is_active and "45" in cast.leader.disabled_reason
    assert AuditRow.objects.filter(act="people.account.disabled", object_id=str(cast.leader.pk)).exists()
    assert services.disable_unused_accounts() == 0, "a job may run twice"


def test_an_account_never_used_counts_from_its_opening(cast: Cast) -> None:
    Account.objects.filter(pk=cast.leader.pk).update(
        last_login=None, enabled_at=timezone.now() - timedelta(days=46), is_simulated=False
    )
    assert services.disable_unused_accounts() == 1


def test_an_account_opened_again_is_not_closed_that_night(cast: Cast) -> None:
    _used(cast.leader, 90)
    services.disable_unused_accounts()
    services.enable_account(cast.actor("administrator"), account_id=cast.leader.pk, reason="đi học về")
    assert services.disable_unused_accounts() == 0


def test_service_and_demo_accounts_are_left_alone(cast: Cast) -> None:
    _used(cast.leader, 90)
    Account.objects.filter(pk=cast.leader.pk).update(kind=Account.Kind.SERVICE)
    _used(cast.desk_officer, 90)
    Account.objects.filter(pk=cast.desk_officer.pk).update(is_simulated=True)
    assert services.disable_unused_accounts() == 0


def test_disabling_ends_open_sessions_and_rights(client: Client, cast: Cast) -> None:
    client.post("/tai-khoan/dang-nhap/", {"login": "leader", "password": PASSWORD})
    assert client.get("/tai-khoan/").status_code == 200
    services.disable_account(cast.actor("administrator"), account_id=cast.leader.pk, reason="chuyển công tác")
    assert client.get("/tai-khoan/").status_code == 302
    assert DomainEvent.objects.filter(name="people.account_disabled").count() == 1


def test_nobody_disables_themselves_or_without_a_reason(cast: Cast) -> None:
    actor = cast.actor("administrator")
    with pytest.raises(CannotDisable):
        services.disable_account(actor, account_id=cast.administrator.pk, reason="x")
    with pytest.raises(CannotDisable):
        services.disable_account(actor, account_id=cast.leader.pk, reason="  ")
    assert not AuditRow.objects.exists()


@pytest.mark.parametrize("name", ["stranger", "citizen", "desk_officer", "leader", "provincial_leader", "auditor"])
def test_only_administrators_manage_accounts(cast: Cast, name: str) -> None:
    actor = cast.actor(name)
    with pytest.raises(access.Denied):
        services.create_account(actor, username="new.one", full_name="Mới")
    with pytest.raises(access.Denied):
        services.disable_account(actor, account_id=cast.other_citizen.pk, reason="x")
    with pytest.raises(access.Denied):
        services.reset_password(actor, account_id=cast.other_citizen.pk, password="x" * 20)
    assert not AuditRow.objects.exists() and not DomainEvent.objects.exists()


def test_a_communes_administrator_does_not_reach_the_next_commune(cast: Cast) -> None:
    RoleAssignment.objects.create(
        account=cast.other_citizen, role="administrator", unit=cast.units.other_committee, valid_from=date(2025, 7, 1)
    )
    actor = cast.actor("other_citizen")
    with pytest.raises(access.Denied):
        services.disable_account(actor, account_id=cast.leader.pk, reason="x")
    services.disable_account(actor, account_id=cast.leader_elsewhere.pk, reason="x")
    assert cast.leader not in selectors.accounts_visible_to(actor)


def test_resetting_needs_a_fresh_proof(cast: Cast) -> None:
    with pytest.raises(access.StepUpNeeded):
        services.reset_password(
            cast.actor("administrator", stepped_up=False), account_id=cast.leader.pk, password="x" * 20
        )


@pytest.mark.parametrize("username", ["LEADER", " leader", "Leader"])
def test_a_name_is_taken_in_every_spelling(cast: Cast, username: str) -> None:
    with pytest.raises(UsernameTaken):
        services.create_account(cast.actor("administrator"), username=username, full_name="Khác")


@pytest.mark.parametrize("username", ["ab", "có dấu", "<b>", "' or 1=1", "a" * 151, ""])
def test_odd_names_are_refused_with_a_sentence(cast: Cast, username: str) -> None:
    with pytest.raises(UsernameTaken):
        services.create_account(cast.actor("administrator"), username=username, full_name="Khác")


def test_a_weak_first_password_is_refused_and_nothing_is_written(cast: Cast) -> None:
    before = Account.objects.count()
    with pytest.raises(WeakPassword):
        services.create_account(cast.actor("administrator"), username="moi.nguoi", full_name="Mới", password="password")
    assert Account.objects.count() == before and not AuditRow.objects.exists()


def test_passwords_are_hashed_with_argon2_outside_tests() -> None:
    real = importlib.import_module("tinhso.config.settings")
    assert real.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def _made(account: Account, days: int) -> None:
    Account.objects.filter(pk=account.pk).update(created_at=timezone.now() - timedelta(days=days))


def test_a_list_is_due_six_months_after_opening_or_the_last_confirmation(cast: Cast) -> None:
    actor = cast.actor("administrator")
    assert not selectors.accounts_to_review(actor).exists()
    _made(cast.leader, 200)
    assert list(selectors.accounts_to_review(actor)) == [cast.leader]
    services.confirm_account(actor, account_id=cast.leader.pk, note="đúng")
    assert not selectors.accounts_to_review(actor).exists()
    confirmed = AccountConfirmation.objects.get()
    assert confirmed.rights[0]["role"] == "unit_leader" and confirmed.confirmed_by == cast.administrator
    AccountConfirmation.objects.update(confirmed_at=timezone.now() - timedelta(days=190))
    assert list(selectors.accounts_to_review(actor)) == [cast.leader]


def test_the_command_line_makes_resets_grants_and_disables(cast: Cast) -> None:
    assert "lap.moi" in services.create_user(
        username="lap.moi",
        full_name="Lập Mới",
        password="mot-mat-khau-tam-thoi",
        role="desk_officer",
        unit_code=cast.units.commune_centre.code,
    )
    account = Account.objects.get(username="lap.moi")
    assert account.must_change_password
    assert access.allowed(access.Actor.of(account), "people.persons.view", cast.units.commune_centre)
    services.disable_user(username="lap.moi", reason="thử")
    services.reset_user(username="lap.moi", password="mot-mat-khau-tam-khac")
    account.refresh_from_db()
    assert account.is_active and account.check_password("mot-mat-khau-tam-khac")
