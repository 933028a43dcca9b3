"""Rows made once are the same as rows made anew."""

from datetime import date

import pytest
from django.db import connection, transaction

from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account, Person
from tinhso.foundation.testing.cast import Cast, make_cast
from tinhso.foundation.testing.kept import Kept


def stand() -> dict[str, set[str]]:
    """What a cast is, without the keys that a database gives."""
    return {
        "units": set(Unit.objects.values_list("code", flat=True)),
        "accounts": set(Account.objects.values_list("username", flat=True)),
        "roles": {f"{one.account.username} {one.role} {one.unit.code}" for one in RoleAssignment.objects.all()},
        "people": set(Person.objects.values_list("personal_number", flat=True)),
    }


def test_the_cast_given_is_the_cast_made(db: None, kept_cast: Kept) -> None:
    with transaction.atomic():
        make_cast()
        made = stand()
        transaction.set_rollback(True)
    kept_cast.give()
    assert stand() == made


def test_each_test_has_an_object_of_its_own_that_names_the_rows(kept_cast: Kept, cast: Cast) -> None:
    assert Account.objects.get(username="leader") == cast.leader
    cast.leader.full_name = "Người khác"
    cast.leader.refresh_from_db()
    assert cast.leader.full_name == "Võ Minh Tuấn"


def test_the_guards_stand_again_after_the_rows(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)


def test_rows_made_later_have_keys_of_their_own(cast: Cast) -> None:
    greatest = max(Unit.objects.values_list("pk", flat=True))
    made = Unit.objects.create(
        code="99003", valid_from=date(2025, 7, 1), kind="commune", name="Xã Mới", parent=cast.units.province
    )
    assert made.pk > greatest


def test_making_may_not_change_what_stood_before(db: None, kept_cast: Kept) -> None:
    def renamed(cast: Cast) -> Cast:
        Unit.objects.filter(pk=cast.units.commune.pk).update(name="Tên khác")
        return cast

    with pytest.raises(AssertionError, match="orgs_unit"):
        Kept(renamed, on=kept_cast)
    assert not Unit.objects.exists()
