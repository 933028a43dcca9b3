"""What orgs refuses, each in a sentence for the person refused."""

from tinhso.foundation.text.errors import Refused


class BadSeed(Refused):
    """A province's seed folder cannot be used; the message names the file and the row."""

    code = "orgs-bad-seed"


class AnotherProvince(Refused):
    """This installation already holds another province."""

    code = "orgs-another-province"


class WrongUnit(Refused):
    """A unit cannot be made, renamed, moved or dissolved as asked."""

    code = "orgs-wrong-unit"


class WrongShares(Refused):
    """Shares of a succession do not add up."""

    code = "orgs-wrong-shares"


class WorkWouldBeLost(Refused):
    """A unit ends without an heir while something at it is still open."""

    code = "orgs-work-would-be-lost"
