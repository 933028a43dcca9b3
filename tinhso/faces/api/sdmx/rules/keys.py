"""Series keys: `M.t-asked+t-done.` names months of two measures at every unit."""

from __future__ import annotations

import re

from tinhso.faces.api.sdmx.rules.faults import SYNTAX, Fault

DIMENSIONS = ("FREQ", "MEASURE", "REF_AREA")
LONGEST = 60_000
MOST = 5_000
_ID = re.compile(r"[A-Za-z0-9_@$\-]+", re.ASCII)
ANY = ("", "*")


def read(text: str) -> dict[str, frozenset[str]]:
    """The wanted codes of each dimension; one that is not there is free."""
    if text in ("", "all", "*", "ALL"):
        return {}
    if len(text) > LONGEST:
        raise Fault(SYNTAX, "key")
    # The newer form gives several keys, parted by commas; each of ours must then say the same of every dimension.
    keys = [_one(part) for part in text.split(",")]
    return {
        name: frozenset().union(*(key[name] for key in keys)) for name in DIMENSIONS if all(name in key for key in keys)
    }


def _one(text: str) -> dict[str, frozenset[str]]:
    parts = text.split(".")
    if len(parts) != len(DIMENSIONS):
        raise Fault(SYNTAX, text)
    found = {}
    for name, part in zip(DIMENSIONS, parts, strict=True):
        if part in ANY:
            continue
        codes = part.split("+")
        if len(codes) > MOST or not all(_ID.fullmatch(code) for code in codes):
            raise Fault(SYNTAX, part)
        found[name] = frozenset(codes)
    return found
