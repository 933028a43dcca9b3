"""What the simulator is started with."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

# Ways to misbehave: each must make the other side refuse the sign-in.
FAULTS = (
    "",
    "wrong_nonce",
    "no_nonce",
    "alg_none",
    "alg_hs256",
    "wrong_key",
    "expired",
    "wrong_audience",
    "wrong_issuer",
    "other_subject",
    "bad_number",
    "no_level",
)
# Misbehaves as the file `fault` in its folder says at that moment: one process for all the ways.
TOLD = "told"


@dataclasses.dataclass(frozen=True)
class Options:
    """Options, passed to the worker process as JSON."""

    issuer: str
    data: str
    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]
    code_seconds: float = 60.0
    fault: str = ""

    @property
    def misbehaviour(self) -> str:
        """The way to misbehave now."""
        return Path(self.data, "fault").read_text() if self.fault == TOLD else self.fault

    def dump(self) -> str:
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def load(cls, text: str) -> Options:
        given = json.loads(text)
        given["redirect_uris"] = tuple(given["redirect_uris"])
        return cls(**given)
