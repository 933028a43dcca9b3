"""Refusals of registers, each with what to do."""

from tinhso.foundation.text.errors import Refused


class WrongDefinition(Refused):
    """A definition that cannot be used; `parts` names each fault."""

    code = "registers-wrong-definition"

    def __init__(self, sentence: str, parts: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.parts = parts


class NotInForce(Refused):
    """No version of the definition is in force on the day."""

    code = "registers-not-in-force"


class WrongFile(Refused):
    """A file that cannot be read as rows of the register."""

    code = "registers-wrong-file"


class WrongRecord(Refused):
    """Values that the definition does not take; `faults` by field."""

    code = "registers-wrong-record"

    def __init__(self, sentence: str, faults: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(sentence)
        self.faults = faults


class NoSuchRecord(Refused):
    """Nothing under this key."""

    code = "registers-no-such-record"


class WrongRequest(Refused):
    """A request that cannot be made or decided now."""

    code = "registers-wrong-request"


class FieldNotGranted(Refused):
    """Fields asked that the asker may not have."""

    code = "registers-field-not-granted"
