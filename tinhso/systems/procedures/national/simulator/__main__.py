"""`python -m tinhso.systems.procedures.national.simulator`: serves the simulated national portal until stopped.

Reads TINHSO_NATIONAL_* (port, unit, user, secret, and what it signs in with at the province's door), TINHSO_DATA, and
PORT (where the province's door is) from the environment.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces


def main() -> None:
    env = os.environ
    parser = argparse.ArgumentParser(prog="national_simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=int(env.get("TINHSO_NATIONAL_PORT") or 8011))
    data = Path(env["TINHSO_DATA"]) / "national" if env.get("TINHSO_DATA") else Path("var/national")
    parser.add_argument("--data", type=Path, default=data, help="folder of what the portal holds")
    parser.add_argument("--door", default=f"http://127.0.0.1:{env.get('PORT') or '8000'}/cong-quoc-gia/")
    given = parser.parse_args()
    env["NATIONAL_SIMULATOR_DATA"] = str(given.data.resolve())
    env["NATIONAL_SIMULATOR_DOOR"] = given.door
    Granian(
        "tinhso.systems.procedures.national.simulator.app:create",
        factory=True,
        address="127.0.0.1",  # loopback only: it vouches for whomever its page names
        port=given.port,
        interface=Interfaces.ASGI,
        workers=1,  # what it holds lives in this one worker's memory, and in a file
        websockets=False,
        log_enabled=False,
    ).serve()


if __name__ == "__main__":
    main()
