"""`python -m tinhso.systems.reporting.national.simulator`: a national reporting system for demos and tests.

It keeps what it took in memory, answers a known key with its first receipt, and can be told to fail. No real data.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATH, KEY_HEADER = "/bao-cao", "X-Khoa-Giao-Dich"
NEEDED = ("cheDo", "donVi", "ky", "lan", "soLieu")
LARGEST = 4 * 1024 * 1024


class Register:
    """What was taken, by key. `faults`: what goes wrong next ("500", "lost": taken but the answer is lost)."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.taken: dict[str, dict[str, Any]] = {}
        self.repeats = 0
        self.faults: list[str] = []
        self.lock = threading.Lock()

    def take(self, key: str, body: Any) -> tuple[int, dict[str, Any]]:
        if not key or not isinstance(body, dict) or any(name not in body for name in NEEDED):
            return 422, {"loi": "Gói thiếu thông tin."}
        with self.lock:
            if key in self.taken:
                self.repeats += 1
                return 200, {"bienNhan": self.taken[key]["receipt"]}
            known = {(one["body"]["cheDo"], one["body"]["donVi"], one["body"]["ky"], one["body"]["lan"])
                     for one in self.taken.values()}  # fmt: skip
            if (body["cheDo"], body["donVi"], body["ky"], body["lan"]) in known:
                return 409, {"loi": "Báo cáo này đã có với khoá khác."}
            receipt = f"BN-{len(self.taken) + 1:06d}-{secrets.token_hex(3)}"
            self.taken[key] = {"receipt": receipt, "body": body}
            return 200, {"bienNhan": receipt}


def handler_of(register: Register) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            return

        def do_GET(self) -> None:
            rows = [{"bienNhan": one["receipt"], **one["body"]} for one in register.taken.values()]
            self._say(200, {"moPhong": True, "daNhan": rows, "guiLap": register.repeats})

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            if size > LARGEST:
                self._say(413, {"loi": "Gói quá lớn."})
                return
            raw = self.rfile.read(size)
            given = self.headers.get("Authorization", "")
            if not hmac.compare_digest(given.encode(), f"Bearer {register.secret}".encode()):
                self._say(401, {"loi": "Sai mã truy cập."})
                return
            fault = register.faults.pop(0) if register.faults else ""
            if fault == "500":
                self._say(500, {"loi": "Sự cố."})
                return
            try:
                body = json.loads(raw)
            except ValueError:
                body = None
            status, told = register.take(self.headers.get(KEY_HEADER, ""), body)
            if fault != "lost":
                self._say(status, told)

        def _say(self, status: int, told: dict[str, Any]) -> None:
            body = json.dumps(told, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def main() -> None:
    register = Register(os.environ.get("TINHSO_REPORTS_SECRET", ""))
    # Loopback only: it takes whatever the demo sends.
    address = ("127.0.0.1", int(os.environ.get("TINHSO_REPORTS_PORT") or 8012))
    ThreadingHTTPServer(address, handler_of(register)).serve_forever()


if __name__ == "__main__":
    main()
