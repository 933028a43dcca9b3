"""Refusals of the exchange's registry, each a sentence that an engineer can act on."""

from tinhso.foundation.text.errors import Refused


class ContractRefused(Refused):
    """The description cannot be published as it is; `problems` says where and why."""

    code = "exchange.contract-refused"

    def __init__(self, sentence: str, problems: list[str] | None = None) -> None:
        super().__init__(sentence)
        self.problems = problems or []


class Clash(Refused):
    """Somebody, perhaps a moment ago, has already done it or something that excludes it."""

    code = "exchange.clash"


class NotInForce(Refused):
    """What the act leans on has ended or was removed."""

    code = "exchange.not-in-force"


class WrongInput(Refused):
    """What was given cannot be taken; the sentence says what to mend."""

    code = "exchange.wrong-input"
