"""`python -m tinhso.engines.payments.bank_simulator`: serves the simulated bank until stopped.

Reads TINHSO_BANK_PORT, TINHSO_BANK_SECRET, TINHSO_DATA, and PORT (where the messages go) from the environment.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces


def main() -> None:
    env = os.environ
    parser = argparse.ArgumentParser(prog="bank_simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=int(env.get("TINHSO_BANK_PORT") or 8009))
    data = Path(env["TINHSO_DATA"]) / "bank" if env.get("TINHSO_DATA") else Path("var/bank")
    parser.add_argument("--data", type=Path, default=data, help="folder of the movements")
    hook = f"http://127.0.0.1:{env.get('PORT') or '8000'}/thanh-toan/ngan-hang/"
    parser.add_argument("--webhook", default=env.get("TINHSO_BANK_WEBHOOK") or hook)
    given = parser.parse_args()
    env["BANK_SIMULATOR_DATA"] = str(given.data.resolve())
    env["BANK_SIMULATOR_WEBHOOK"] = given.webhook
    Granian(
        "tinhso.engines.payments.bank_simulator.app:create",
        factory=True,
        address="127.0.0.1",  # loopback only: it pays whatever it is told
        port=given.port,
        interface=Interfaces.ASGI,
        workers=1,  # the movements live in this one worker's memory, and in a file
        websockets=False,
        log_enabled=False,
    ).serve()


if __name__ == "__main__":
    main()
