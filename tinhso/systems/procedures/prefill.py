"""What the province already knows of the person who files: the sources that a form's fields may be filled from."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.forms import layout
from tinhso.engines.forms.layout import Data
from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.forms.selectors import Source
from tinhso.foundation.people.models import Account, Person
from tinhso.foundation.privacy.selectors import is_restricted, may_use
from tinhso.systems.procedures import hooks
from tinhso.systems.procedures.purposes import CONTACT, IDENTITY

# The words of the catalogue's forms for what the register keeps as a code.
SEX_NAMES = {Person.Sex.MALE: "Nam", Person.Sex.FEMALE: "Nữ"}


def wanted_of(form: FormDefinition) -> dict[str, set[str]]:
    """What a form's fields may be filled from: keys by source."""
    found: dict[str, set[str]] = {}
    for field in layout.fields(form).values():
        for wish in field.wishes:
            name, _dot, key = wish.partition(".")
            if key:
                found.setdefault(name, set()).add(key)
    return found


def sources_of(account: Account, form: FormDefinition, answers: Data | None = None) -> dict[str, Source]:
    """Sources by name: the electronic-identity account behind the person, and what other apps know of them.

    `answers`: what stands in the form already, which may say which record is meant (a tax code).
    """
    if account.person is None:
        return {}
    found = _identity(account.person)
    wanted = wanted_of(form)
    for more in hooks.SOURCES:
        found = more(account, form, wanted, answers or {}) | found
    return found


def _identity(person: Person) -> dict[str, Source]:
    if is_restricted(person.pk, IDENTITY):
        return {}
    # Contact details are the person's own to offer: filled in only where they agreed (Law 91/2025 art. 9).
    contact = {"phone": person.phone, "email": person.email} if may_use(person.pk, CONTACT) else {}
    values = {
        "full_name": person.full_name,
        "personal_number": person.personal_number,
        "born_on": person.born_on,
        "sex": SEX_NAMES.get(Person.Sex(person.sex)) if person.sex else None,
        "address": person.address,
        **contact,
    }
    on = timezone.localdate(person.verified_at) if person.verified_at else timezone.localdate()
    return {"identity": Source(_("tài khoản định danh"), on, values)}
