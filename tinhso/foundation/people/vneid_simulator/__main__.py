"""`python -m tinhso.foundation.people.vneid_simulator`: serves the simulator until stopped.

Options win over the environment (TINHSO_VNEID_PORT, TINHSO_VNEID_URL, TINHSO_DATA, TINHSO_PUBLIC_URL, PORT).
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces

from tinhso.foundation.people.vneid_simulator.options import FAULTS, TOLD, Options


def _parse() -> tuple[argparse.Namespace, Options]:
    env = os.environ
    parser = argparse.ArgumentParser(prog="vneid_simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=int(env.get("TINHSO_VNEID_PORT") or 8008))
    data = Path(env["TINHSO_DATA"]) / "vneid" if env.get("TINHSO_DATA") else Path("var/vneid")
    parser.add_argument("--data", type=Path, default=data, help="folder of the signing key and persons.json")
    parser.add_argument("--issuer", default=env.get("TINHSO_VNEID_URL", ""))
    parser.add_argument("--client-id", default=env.get("TINHSO_VNEID_CLIENT_ID") or "tinhso-demo")
    parser.add_argument("--client-secret", default=env.get("TINHSO_VNEID_CLIENT_SECRET") or "demo-only-client-secret")
    parser.add_argument("--redirect-uri", action="append", default=[], help="may be given several times")
    parser.add_argument("--code-seconds", type=float, default=60.0)
    parser.add_argument("--fault", choices=(*FAULTS, TOLD), default="", help="misbehave, for tests of the other side")
    given = parser.parse_args()
    options = Options(
        issuer=(given.issuer or f"http://{given.host}:{given.port}").rstrip("/"),
        data=str(given.data.resolve()),
        client_id=given.client_id,
        client_secret=given.client_secret,
        redirect_uris=tuple(given.redirect_uri) or _usual_addresses(),
        code_seconds=given.code_seconds,
        fault=given.fault,
    )
    return given, options


def _usual_addresses() -> tuple[str, ...]:
    port = os.environ.get("PORT") or "8000"
    hosts = [os.environ.get("TINHSO_PUBLIC_URL") or "", f"http://127.0.0.1:{port}", f"http://localhost:{port}"]
    return tuple(f"{host.rstrip('/')}/tai-khoan/dinh-danh/vneid/tro-ve/" for host in hosts if host)


def main() -> None:
    given, options = _parse()
    os.environ["VNEID_SIMULATOR_OPTIONS"] = options.dump()
    Granian(
        "tinhso.foundation.people.vneid_simulator.app:create",
        factory=True,
        address=given.host,
        port=given.port,
        interface=Interfaces.ASGI,
        workers=1,  # codes live in this one worker's memory
        websockets=False,
        log_enabled=False,
    ).serve()


if __name__ == "__main__":
    main()
