"""What places refuses, each in a sentence for the person refused."""

from tinhso.foundation.text.errors import Refused


class WrongPlace(Refused):
    """A residential area or address that cannot be as given."""

    code = "places-wrong-place"


class BadBoundaries(Refused):
    """A boundary file with faults; `problems` names each feature and what is wrong with it."""

    code = "places-bad-boundaries"

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__("\n".join([message, *problems]))
        self.problems = problems
