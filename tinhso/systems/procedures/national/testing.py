"""A portal inside the test's process: the simulator's own judge and store, reached by the adapter's own client."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tinhso.systems.procedures.national import client, shapes
from tinhso.systems.procedures.national.simulator import citizens, samples
from tinhso.systems.procedures.national.simulator.app import Portal

UNIT, USER, SECRET, DOOR_SECRET = "Z99", "tinh-thu", "bi-mat-cua-tinh", "bi-mat-cua-cong-trong-kiem-thu"
# The settings of a province that is connected to a portal.
CONNECTED: dict[str, Any] = {
    "NATIONAL_UNIT": UNIT,
    "NATIONAL_USER": USER,
    "NATIONAL_SECRET": SECRET,
    "NATIONAL_DOOR_SECRET": DOOR_SECRET,
    "NATIONAL_PATIENCE": 5,
    "NATIONAL_IS_SIMULATED": True,
}


class PortalHere:
    """The simulator's portal behind a real socket, so that faults are real ones; `fault` counts down as told.

    Ways: "500", "cut" (closed before taking), "lost" (taken, then closed), "silent" (taken; answered too late).
    """

    def __init__(self, folder: Path) -> None:
        province = citizens.Province("http://127.0.0.1:9/", UNIT, "", "")
        self.portal = Portal(str(folder), UNIT, USER, SECRET, province)
        self.fault, self.times = "", 0
        self.calls = 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    @property
    def store(self) -> Any:
        return self.portal.store

    def fail(self, way: str, times: int = 1) -> None:
        self.fault, self.times = way, times

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        client.forget_session()

    def _strike(self) -> str:
        if self.times == 0:
            return ""
        self.times -= 1
        return self.fault

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        here = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: object) -> None:
                return

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path == client.SIGN_IN_PATH:
                    self._say(here.sign_in(raw))
                    return
                here.calls += 1
                way = here._strike()
                if way == "500":
                    self.send_error(500)
                elif way != "cut":
                    told = here.portal._serve(raw, self.headers.get(shapes.KEY_HEADER, ""))
                    if way != "lost":
                        self._say(told)

            def _say(self, told: dict[str, Any]) -> None:
                body = json.dumps(told).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler

    def sign_in(self, raw: bytes) -> dict[str, Any]:
        given = shapes.read(raw)
        if (given["username"], given["password"]) != (USER, SECRET):
            return {"error_code": "02", "message": "sai"}
        session = f"s{len(self.portal.sessions)}"
        self.portal.sessions[session] = float("inf")
        return {"error_code": "00", "session": session}


def filing_of(version: Any, place: str, number: int = 7, **more: Any) -> dict[str, Any]:
    """A filing as the portal makes it for a published version, filled in whole."""
    person = samples.person(number)
    form = {"schema": version.form.schema, "ui": version.form.ui}
    answers = samples.answers(form, person)
    procedure = {"MATTHC": version.code, "PHIENBAN": version.version}
    made = citizens.filing(f"QG.{number:08d}", procedure, person, place, answers, samples.papers(form, answers))
    return made | more
