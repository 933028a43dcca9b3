"""`python -m tinhso.engines.exchange.simulator`: serves the simulated national data platform until stopped.

Reads TINHSO_NATIONAL_DATA_PORT, TINHSO_NATIONAL_DATA_CLIENT and TINHSO_NATIONAL_DATA_SECRET from the environment.
"""

from __future__ import annotations

import argparse
import os

from granian import Granian
from granian.constants import Interfaces


def main() -> None:
    parser = argparse.ArgumentParser(prog="national_data_simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("TINHSO_NATIONAL_DATA_PORT") or 8016))
    given = parser.parse_args()
    Granian(
        "tinhso.engines.exchange.simulator.app:create",
        factory=True,
        address="127.0.0.1",  # loopback only: what it answers is invented
        port=given.port,
        interface=Interfaces.ASGI,
        workers=1,  # sessions and the fault set now live in this one worker
        websockets=False,
        log_enabled=False,
    ).serve()


if __name__ == "__main__":
    main()
