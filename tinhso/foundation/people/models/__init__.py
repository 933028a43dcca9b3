"""The tables of people: persons and what they belong to, accounts, the look-up log, kept posts."""

from tinhso.foundation.people.models.accounts import (
    Account,
    AccountManager,
    PasswordRecord,
    SignInAttempt,
    UsedCode,
)
from tinhso.foundation.people.models.kept import KeptFile, KeptPost
from tinhso.foundation.people.models.lookups import LookUp
from tinhso.foundation.people.models.persons import (
    Enterprise,
    Household,
    HouseholdMember,
    Person,
    PersonChange,
    PersonQuerySet,
)

__all__ = [
    "Account",
    "AccountManager",
    "Enterprise",
    "Household",
    "HouseholdMember",
    "KeptFile",
    "KeptPost",
    "LookUp",
    "PasswordRecord",
    "Person",
    "PersonChange",
    "PersonQuerySet",
    "SignInAttempt",
    "UsedCode",
]
