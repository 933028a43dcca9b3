"""The root of every refusal that a person may read."""


class Refused(Exception):
    """An act or input was refused. The message is a whole sentence: what happened, what to do, nothing lost."""

    # Stable machine name, used as the `type` of RFC 9457 problem details.
    code = "refused"

    @property
    def sentence(self) -> str:
        return str(self)
