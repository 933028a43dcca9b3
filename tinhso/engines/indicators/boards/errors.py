"""Refusals of boards: one class each, with a sentence to read."""

from tinhso.foundation.text.errors import Refused


class WrongBoard(Refused):
    """What was typed is not complete or cannot be."""

    code = "wrong-board"


class AlreadyRevoked(Refused):
    """The pass opens nothing any more."""

    code = "wall-pass-revoked"


class TooMany(Refused):
    """More than a screen, or a person, can use."""

    code = "too-many-boards"
