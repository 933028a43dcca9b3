"""Every write of people: one function per act, whichever face calls it."""

from tinhso.foundation.people.services.accounts import (
    confirm_account,
    create_account,
    disable_account,
    disable_unused_accounts,
    enable_account,
    reset_password,
    reset_second_factor,
    unlock_account,
)
from tinhso.foundation.people.services.command_line import create_user, disable_user, grant_user, reset_user
from tinhso.foundation.people.services.enterprises import close_enterprise, record_enterprise
from tinhso.foundation.people.services.households import join_household, leave_household, record_household
from tinhso.foundation.people.services.persons import (
    correct_person,
    find_person,
    merge_persons,
    record_person,
    require_proved_identity,
    verify_person,
)

__all__ = [
    "close_enterprise",
    "confirm_account",
    "correct_person",
    "create_account",
    "create_user",
    "disable_account",
    "disable_unused_accounts",
    "disable_user",
    "enable_account",
    "find_person",
    "grant_user",
    "join_household",
    "leave_household",
    "merge_persons",
    "record_enterprise",
    "record_household",
    "record_person",
    "require_proved_identity",
    "reset_password",
    "reset_second_factor",
    "reset_user",
    "unlock_account",
    "verify_person",
]
