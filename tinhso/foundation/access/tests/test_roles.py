"""Giving and taking roles, lending them, and what holds by default: nothing."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access import services as roles
from tinhso.foundation.access.errors import AlreadyEnded, CannotDelegate, CannotGrant
from tinhso.foundation.access.models import Delegation, RoleAssignment
from tinhso.foundation.access.permissions import DELEGATE, MANAGE_ROLES
from tinhso.foundation.access.registry import PERMISSIONS, ROLES
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.testing.cast import Cast, make_account, make_cast

TODAY = timezone.localdate()
LATER = TODAY + timedelta(days=30)


def grant(cast: Cast, by: str = "administrator", **given: object) -> RoleAssignment:
    act: dict[str, object] = {
        "account": cast.leader_elsewhere,
        "role": "desk_officer",
        "unit": cast.units.commune_centre,
        "valid_from": TODAY,
        "document": "QĐ 12",
    }
    return roles.grant_role(cast.actor(by), **(act | given))  # type: ignore[arg-type]


def test_a_granted_role_holds_from_its_first_day_and_is_on_record(cast: Cast) -> None:
    grant(cast, valid_from=TODAY + timedelta(days=1), valid_to=LATER)
    code, unit = "people.persons.view", cast.units.commune_centre
    assert not access.allowed(access.Actor.of(cast.leader_elsewhere, day=TODAY), code, unit)
    assert access.allowed(access.Actor.of(cast.leader_elsewhere, day=TODAY + timedelta(days=1)), code, unit)
    assert not access.allowed(access.Actor.of(cast.leader_elsewhere, day=LATER), code, unit), "the last day is out"
    row = AuditRow.objects.get(act="access.role.granted")
    assert row.details["role"] == "desk_officer" and row.unit_id == unit.pk
    assert DomainEvent.objects.filter(name="access.role_granted").count() == 1


@pytest.mark.parametrize("name", ["stranger", "citizen", "desk_officer", "leader", "provincial_leader", "auditor"])
def test_nobody_else_grants(cast: Cast, name: str) -> None:
    with pytest.raises(access.Denied):
        grant(cast, by=name)
    assert not AuditRow.objects.exists() and not DomainEvent.objects.exists()


def test_granting_asks_for_a_fresh_proof(cast: Cast) -> None:
    with pytest.raises(access.StepUpNeeded):
        roles.grant_role(
            cast.actor("administrator", stepped_up=False),
            account=cast.leader,
            role="auditor",
            unit=cast.units.province,
            valid_from=TODAY,
        )


def test_a_communes_administrator_grants_only_there(cast: Cast) -> None:
    own = make_account("quan.tri.xa", "Quản Trị Xã", role="administrator", unit=cast.units.commune_committee)
    actor = access.Actor.of(own, stepped_up=True)
    for unit in (cast.units.province, cast.units.other_centre, cast.units.commune):
        with pytest.raises(access.Denied):
            roles.grant_role(actor, account=cast.leader, role="desk_officer", unit=unit, valid_from=TODAY)
    roles.grant_role(actor, account=cast.leader, role="desk_officer", unit=cast.units.commune_centre, valid_from=TODAY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "citizen"},
        {"role": "public"},
        {"role": "no-such-role"},
        {"valid_from": TODAY - timedelta(days=1)},
        {"valid_to": TODAY},
        {"valid_to": TODAY - timedelta(days=3)},
    ],
)
def test_what_cannot_be_granted(cast: Cast, wrong: dict[str, object]) -> None:
    with pytest.raises(CannotGrant):
        grant(cast, **wrong)
    assert not AuditRow.objects.exists()


def test_not_to_oneself_and_not_to_a_citizens_account(cast: Cast) -> None:
    for account in (cast.administrator, cast.citizen):
        with pytest.raises(CannotGrant):
            grant(cast, account=account, unit=cast.units.province, role="auditor")


def test_not_at_a_unit_that_has_ended(cast: Cast) -> None:
    Unit.objects.filter(pk=cast.units.commune_centre.pk).update(valid_to=TODAY)
    cast.units.commune_centre.refresh_from_db()
    with pytest.raises(CannotGrant):
        grant(cast)


def test_not_twice_at_the_same_time(cast: Cast) -> None:
    grant(cast, valid_to=LATER)
    with pytest.raises(CannotGrant):
        grant(cast, valid_from=LATER - timedelta(days=1))
    grant(cast, valid_from=LATER)


def test_a_role_ends_on_a_day_and_only_once(cast: Cast) -> None:
    held = RoleAssignment.objects.get(account=cast.leader)
    admin = cast.actor("administrator")
    roles.revoke_role(admin, assignment_id=held.pk, valid_to=TODAY, reason="nghỉ hưu")
    assert not access.Actor.of(cast.leader).grants
    assert access.Actor.of(cast.leader, day=TODAY - timedelta(days=1)).grants, "history stays"
    with pytest.raises(AlreadyEnded):
        roles.revoke_role(admin, assignment_id=held.pk, valid_to=LATER, reason="lại")
    with pytest.raises(CannotGrant):
        roles.revoke_role(
            admin,
            assignment_id=RoleAssignment.objects.get(account=cast.desk_officer).pk,
            valid_to=TODAY - timedelta(days=2),
            reason="lùi ngày",
        )


def lend(cast: Cast, by: str = "leader", **given: object) -> Delegation:
    act: dict[str, object] = {
        "receiver": cast.resolving_officer,
        "role": "unit_leader",
        "unit": cast.units.commune_committee,
        "valid_from": TODAY,
        "valid_to": LATER,
    }
    return roles.delegate(cast.actor(by), **(act | given))  # type: ignore[arg-type]


def test_a_lent_role_works_says_for_whom_and_ends(cast: Cast) -> None:
    given = lend(cast)
    unit = cast.units.commune_committee
    receiver = access.Actor.of(cast.resolving_officer)
    assert access.allowed(receiver, "people.persons.correct", unit)
    assert access.behalf_of(receiver, "people.persons.correct", unit) == cast.leader.pk
    roles.revoke_delegation(cast.actor("leader"), delegation_id=given.pk)
    assert not access.allowed(access.Actor.of(cast.resolving_officer), "people.persons.correct", unit)
    with pytest.raises(AlreadyEnded):
        roles.revoke_delegation(cast.actor("leader"), delegation_id=given.pk)


def test_a_lent_role_is_worth_nothing_once_its_giver_lost_it(cast: Cast) -> None:
    lend(cast)
    held = RoleAssignment.objects.get(account=cast.leader)
    roles.revoke_role(cast.actor("administrator"), assignment_id=held.pk, valid_to=TODAY, reason="nghỉ")
    assert not access.allowed(
        access.Actor.of(cast.resolving_officer), "people.persons.correct", cast.units.commune_committee
    )


def test_a_lent_role_is_not_lent_on(cast: Cast) -> None:
    lend(cast)
    with pytest.raises(CannotDelegate):
        lend(cast, by="resolving_officer", receiver=cast.desk_officer)


@pytest.mark.parametrize("name", ["desk_officer", "leader_elsewhere", "provincial_leader", "administrator"])
def test_nobody_lends_what_they_do_not_hold(cast: Cast, name: str) -> None:
    with pytest.raises(CannotDelegate):
        lend(cast, by=name)
    assert not Delegation.objects.exists()


@pytest.mark.parametrize("name", ["stranger", "citizen", "auditor"])
def test_who_may_not_lend_at_all(cast: Cast, name: str) -> None:
    with pytest.raises(access.Denied):
        lend(cast, by=name)


def test_lending_stays_within_ones_own_dates_and_with_officers(cast: Cast) -> None:
    RoleAssignment.objects.filter(account=cast.leader).update(valid_to=LATER - timedelta(days=1))
    with pytest.raises(CannotDelegate):
        lend(cast)
    for receiver in (cast.leader, cast.citizen):
        with pytest.raises(CannotDelegate):
            lend(cast, receiver=receiver, valid_to=TODAY + timedelta(days=1))
    with pytest.raises(CannotDelegate):
        lend(cast, valid_from=TODAY - timedelta(days=1), valid_to=TODAY + timedelta(days=1))


def test_another_officer_does_not_take_a_delegation_back(cast: Cast) -> None:
    given = lend(cast)
    for name in ("leader_elsewhere", "resolving_officer", "citizen"):
        with pytest.raises(access.Denied):
            roles.revoke_delegation(cast.actor(name), delegation_id=given.pk)
    roles.revoke_delegation(cast.actor("administrator"), delegation_id=given.pk)


def test_by_default_nothing_is_allowed(cast: Cast) -> None:
    nobody = make_account("khong.vai", "Không Vai")
    implicit = ROLES["public"].permissions | ROLES["citizen"].permissions
    for code in PERMISSIONS:
        assert access.allowed(access.Actor.of(nobody), code) == (code in implicit)


def test_an_undeclared_permission_is_an_error_not_a_door(cast: Cast) -> None:
    for check in (access.allowed, access.scope, access.units):
        with pytest.raises(RuntimeError):
            check(cast.actor("administrator"), "no.such.code")


def test_every_permission_says_what_it_allows() -> None:
    for permission in PERMISSIONS.values():
        assert len(str(permission.sentence)) > 5, permission.code


def test_scope_and_units_agree_with_allowed(cast: Cast) -> None:
    for name in Cast.NAMES:
        actor = cast.actor(name)
        for code in (MANAGE_ROLES, DELEGATE, "people.persons.view"):
            listed = set(Unit.objects.filter(access.units(actor, code)))
            one_by_one = {unit for unit in Unit.objects.all() if access.allowed(actor, code, unit)}
            assert listed == one_by_one, (name, code)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_end_one_role_at_once_and_one_date_stands() -> None:
    with transaction.atomic():  # the tree of units is checked at the end of a transaction
        cast = make_cast()
    second = make_account("quan.tri.hai", "Quản Trị Hai", role="administrator", unit=cast.units.province)
    held = RoleAssignment.objects.get(account=cast.leader)
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def end(account_id: int) -> None:
        from tinhso.foundation.people.models import Account

        actor = access.Actor.of(Account.objects.get(pk=account_id), stepped_up=True)
        together.wait()
        try:
            roles.revoke_role(actor, assignment_id=held.pk, valid_to=date.today(), reason="cùng lúc")
            outcomes.append("ended")
        except AlreadyEnded:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=end, args=(pk,)) for pk in (cast.administrator.pk, second.pk)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["ended", "refused"]
    assert AuditRow.objects.filter(act="access.role.revoked").count() == 1
