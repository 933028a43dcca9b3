"""The simulated national data platform: a token, five databases under their paths, and faults a person may set."""

from __future__ import annotations

import asyncio
import hmac
import html
import json
import os
import secrets
import time
from base64 import b64decode
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from tinhso.engines.exchange.simulator.inventing import DATABASES

TOKEN_SECONDS = 600
FAULTS = {
    "": "chạy tốt",
    "slow": "trả lời chậm 3 giây",
    "down": "không trả lời (lỗi 503)",
    "breach": "trả lời sai hợp đồng",
    "forget": "quên mọi phiên đã cấp",
}


class NationalData:
    """The platform with one client."""

    def __init__(self, client: str, secret: str) -> None:
        self.client, self.secret = client, secret
        self.tokens: dict[str, float] = {}
        self.fault = ""
        self.asked = 0

    async def token(self, request: Request) -> Response:
        """OAuth 2 client credentials."""
        kind, _space, given = request.headers.get("authorization", "").partition(" ")
        try:
            pair = b64decode(given, validate=True) if kind == "Basic" else b""
        except ValueError:
            pair = b""
        good = bool(self.secret) and hmac.compare_digest(pair, f"{self.client}:{self.secret}".encode())
        asked = parse_qs((await request.body()).decode("utf-8", "replace"))
        if not good or asked.get("grant_type") != ["client_credentials"]:
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        token = secrets.token_urlsafe(24)
        self.tokens[token] = time.monotonic() + TOKEN_SECONDS
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS})

    async def ask(self, request: Request) -> Response:
        """One question to one database."""
        if self.fault == "forget":
            self.tokens.clear()
            self.fault = ""
        if self.fault == "slow":
            await asyncio.sleep(3)
        if self.fault == "down":
            return PlainTextResponse("503", status_code=503)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, 0) < time.monotonic():
            return JSONResponse(_said("09", "Phiên không hợp lệ."))
        try:
            question = json.loads(await request.body())
        except ValueError:
            return JSONResponse(_said("02", "Không đọc được."))
        self.asked += 1
        return JSONResponse(self._answer(request.url.path, question))

    def _answer(self, path: str, question: Any) -> dict[str, Any]:
        key, find = DATABASES[path]
        if not isinstance(question, dict) or not isinstance(question.get(key), str):
            return _said("02", f"Thiếu {key}.")
        found = find(question[key])
        if found is None:
            return _said("01", "Không tìm thấy.")
        if self.fault == "breach":
            # The name is a number and the key is missing: what a contract check must notice.
            found = {name: (7 if "Ten" in name else value) for name, value in found.items() if name != key}
        return _said("00", "", found | {"MoPhong": True})

    async def home(self, request: Request) -> Response:
        """What it is, and the faults."""
        rows = "".join(
            f'<li><form method="post" action="/su-co"><button name="kieu" value="{key}">{html.escape(label)}</button>'
            f"{' ← đang đặt' if key == self.fault else ''}</form></li>"
            for key, label in FAULTS.items()
        )
        paths = "".join(f"<li><code>POST {path}</code></li>" for path in DATABASES)
        return HTMLResponse(
            '<!doctype html><html lang="vi"><meta charset="utf-8"><title>Nền tảng dữ liệu quốc gia (mô phỏng)</title>'
            "<h1>Nền tảng dữ liệu quốc gia (mô phỏng)</h1><p>Mọi bản ghi đều do máy nghĩ ra.</p>"
            f"<p>Đã hỏi {self.asked} lần.</p><h2>Các cơ sở dữ liệu</h2><ul>{paths}</ul>"
            f"<h2>Cho gặp sự cố</h2><ul>{rows}</ul>"
        )

    async def break_down(self, request: Request) -> Response:
        """Sets the fault."""
        asked = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True).get("kieu", [""])[0]
        if asked in FAULTS:
            self.fault = asked
        return RedirectResponse("/", status_code=303)


def _said(code: str, message: str = "", data: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"MaLoi": code, "MoTaLoi": message, "DuLieu": data}


def create() -> Starlette:
    """The application, from the environment."""
    made = NationalData(
        os.environ.get("TINHSO_NATIONAL_DATA_CLIENT", ""), os.environ.get("TINHSO_NATIONAL_DATA_SECRET", "")
    )
    return application(made)


def application(made: NationalData) -> Starlette:
    return Starlette(
        routes=[
            Route("/", made.home),
            Route("/su-co", made.break_down, methods=["POST"]),
            Route("/token", made.token, methods=["POST"]),
            *[Route(path, made.ask, methods=["POST"]) for path in DATABASES],
        ]
    )
