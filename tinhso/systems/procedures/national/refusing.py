"""Which error_code of the interface each refusal of the house is."""

from __future__ import annotations

from tinhso.foundation.files.errors import FileRefused
from tinhso.foundation.people.errors import SignInRefused
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import errors
from tinhso.systems.procedures.catalogue.routing import SettledElsewhere
from tinhso.systems.procedures.national.errors import NotTaken
from tinhso.systems.procedures.national.shapes import Code

CODES: tuple[tuple[type[Refused], Code], ...] = (
    (SettledElsewhere, Code.ELSEWHERE),
    (errors.VersionEnded, Code.VERSION_ENDED),
    (errors.NotOnline, Code.NO_PROCEDURE),
    (errors.NotVerified, Code.PERSON),
    (SignInRefused, Code.PERSON),
    (errors.Incomplete, Code.FORM),
    (errors.NoOffice, Code.UNIT),
    (FileRefused, Code.FILE),
)


def code_of(refused: Refused) -> Code:
    """The code; 16, not in this state, for every other refusal of the core's acts."""
    if isinstance(refused, NotTaken):
        return refused.error_code
    return next((code for kind, code in CODES if isinstance(refused, kind)), Code.STATE)
