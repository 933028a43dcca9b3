"""Where a right holds, and a short-lived signed pass that says so to a process without a session (live push).

No models here: the push process reads passes without loading the whole house.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core import signing

if TYPE_CHECKING:
    from django.db.models import Q

SALT = "tinhso.push.pass"
# Long enough to open a stream, short enough that a copied address is soon worth nothing.
PASS_SECONDS = 120


@dataclass(frozen=True)
class Reach:
    """The units where a permission holds: everything under `paths`, and the single `units`."""

    paths: tuple[str, ...] = ()
    units: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.paths and not self.units

    def where(self, lead: str = "") -> Q:
        """The Q that keeps rows whose unit lies within; `lead` goes from the row to its unit, "" for units."""
        from django.db.models import Q

        lead = f"{lead}__" if lead else ""
        if "" in self.paths:
            return Q()
        wanted = Q(pk__in=[])
        for path in self.paths:
            wanted |= Q(**{f"{lead}path__startswith": path})
        return wanted | Q(**{f"{lead}id__in": self.units}) if self.units else wanted

    def sql(self, column: str) -> tuple[str, list[Any]]:
        """The same condition on a column of unit ids, for the few reads that are written by hand."""
        if "" in self.paths:
            return "TRUE", []
        parts: list[str] = []
        given: list[Any] = []
        if self.units:
            parts.append(f"{column} = ANY(%s)")
            given.append(list(self.units))
        if self.paths:
            parts.append(f"{column} IN (SELECT id FROM orgs_unit WHERE path LIKE ANY(%s))")  # noqa: S608 - a column of ours
            given.append([f"{path}%" for path in self.paths])
        return (f"({' OR '.join(parts)})" if parts else "FALSE"), given

    def covers(self, unit_id: int, path: str) -> bool:
        return unit_id in self.units or any(path.startswith(prefix) for prefix in self.paths)


class BadPass(Exception):
    """The pass is forged, damaged or too old; ask the page for a new one."""


def write_pass(account_id: int | None, reach: Reach) -> str:
    """A signed pass for one account and its reach, good for PASS_SECONDS."""
    return signing.dumps({"a": account_id, "p": reach.paths, "u": reach.units}, salt=SALT, compress=True)


def read_pass(text: str, *, max_age: int = PASS_SECONDS) -> tuple[int | None, Reach]:
    """The account and reach of a pass; BadPass when it was not written by this installation just now."""
    try:
        found = signing.loads(text, salt=SALT, max_age=max_age)
        return found["a"], Reach(tuple(found["p"]), tuple(found["u"]))
    except (signing.BadSignature, KeyError, TypeError, ValueError) as error:
        raise BadPass from error
