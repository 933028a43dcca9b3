"""What the calendar refuses, each in a sentence for the person refused."""

from tinhso.foundation.text.errors import Refused


class WrongOfficeHours(Refused):
    """Hours that overlap, run backwards, or leave the week without work."""

    code = "calendar-wrong-hours"


class WrongOverride(Refused):
    """An override without reason, document or effect."""

    code = "calendar-wrong-override"
