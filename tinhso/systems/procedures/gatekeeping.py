"""What must be true before a dossier may be begun: nested apps add their checks, the acts ask all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tinhso.systems.procedures.errors import HandledElsewhere
from tinhso.systems.procedures.models import ProcedureVersion

# Each raises a Refused when nothing may be filed under the version on that day.
CHECKS: list[Callable[[ProcedureVersion, date], None]] = []


def require_open(version: ProcedureVersion, day: date) -> None:
    """Passes when the version is settled here and no check refuses."""
    if version.is_elsewhere:
        raise HandledElsewhere(str(version.system_name))
    for check in CHECKS:
        check(version, day)
