"""The push process: server-sent events, apart from the web process, without its models.

Started as `granian --interface asgi tinhso.config.asgi:application`; behind a proxy it lives under /day/.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from typing import Any

from django.conf import settings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tinhso.config import env
from tinhso.config.push import Client, Full, Hub, Listener
from tinhso.foundation.access.reach import BadPass, read_pass

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")

# How often a stream says nothing, so that proxies and browsers know it lives.
HEARTBEAT_SECONDS = env.number("PUSH_HEARTBEAT", 15)
# A stream ends after this long; the page comes back with a fresh pass, so rights taken away are gone soon.
LONGEST_SECONDS = env.number("PUSH_LONGEST", 900)
# The server buffers what a browser does not read, so a stream also ends after so many bytes: one that reads comes
# back and goes on from its last event, one that does not is gone.
MOST_BYTES = env.number("PUSH_MOST_BYTES", 1024 * 1024)


def connection_parameters() -> dict[str, Any]:
    """What psycopg needs to reach the site's database, from the site's own settings."""
    database = settings.DATABASES["default"]
    given = {
        "host": database.get("HOST"),
        "port": database.get("PORT"),
        "user": database.get("USER"),
        "password": database.get("PASSWORD"),
        "dbname": database.get("NAME"),
        "sslmode": database.get("OPTIONS", {}).get("sslmode"),
    }
    fixed = {
        "application_name": "tinhso-push",
        "connect_timeout": 5,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }
    return {name: value for name, value in given.items() if value} | fixed


def problem(status: int, code: str, sentence: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """RFC 9457 problem details."""
    body = {"type": f"tinhso:push:{code}", "title": sentence, "status": status}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


class Figures:
    """GET /day/so-lieu?the=PASS[&tu=LAST]: the stream of changed cells within the pass's reach."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        origin = request.headers.get("origin")
        if origin is not None and origin not in settings.CSRF_TRUSTED_ORIGINS:
            await problem(403, "origin", "Trang này không được nghe số liệu.")(scope, receive, send)
            return
        shared = {"vary": "origin", **({"access-control-allow-origin": origin} if origin else {})}
        if request.method != "GET":
            await problem(405, "method", "Chỉ nhận GET.", {**shared, "allow": "GET"})(scope, receive, send)
            return
        last_seen = request.headers.get("last-event-id") or request.query_params.get("tu", "")
        try:
            account_id, reach = read_pass(request.query_params.get("the", ""))
            client = self.hub.join(account_id, reach, last_seen)
        except BadPass:
            await problem(401, "pass", "Thẻ nghe đã hết hạn. Trang sẽ xin thẻ mới.", shared)(scope, receive, send)
            return
        except Full:
            full = problem(503, "full", "Đã đủ người nghe. Hãy tải lại trang để xem số mới.", shared)
            await full(scope, receive, send)
            return
        await self._stream(client, shared, receive, send)

    async def _stream(self, client: Client, shared: dict[str, str], receive: Receive, send: Send) -> None:
        headers = {
            "content-type": "text/event-stream; charset=utf-8",
            "cache-control": "no-store",
            "x-accel-buffering": "no",
            **shared,
        }
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        client.task = asyncio.create_task(self._write(client, raw, send))
        gone = asyncio.create_task(_until_gone(receive))
        try:
            await asyncio.wait({client.task, gone}, return_when=asyncio.FIRST_COMPLETED, timeout=LONGEST_SECONDS)
        finally:
            self.hub.leave(client)
            for task in (client.task, gone):
                task.cancel()
            await asyncio.gather(client.task, gone, return_exceptions=True)
            with contextlib.suppress(Exception):
                await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _write(self, client: Client, headers: list[tuple[bytes, bytes]], send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        sent = 0
        while sent < MOST_BYTES:
            chunk = await client.waiting.get()
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            sent += len(chunk)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def make_application() -> Starlette:
    """The push process as an ASGI application of its own hub and listener."""
    hub = Hub(most=env.number("PUSH_CLIENTS", 2000), most_per_account=env.number("PUSH_PER_ACCOUNT", 20))
    listener = Listener(hub, connection_parameters())

    async def alive(_request: Request) -> JSONResponse:
        """Whether the loop listens: for the launcher and for monitoring."""
        state = {"listening": listener.is_listening, "clients": len(hub.clients)}
        return JSONResponse(state, 200 if listener.is_listening else 503)

    @contextlib.asynccontextmanager
    async def lifespan(_application: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(listener.run()), asyncio.create_task(hub.beat(HEARTBEAT_SECONDS))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    routes = [Route("/day/so-lieu", Figures(hub)), Route("/day/song", alive)]
    return Starlette(routes=routes, lifespan=lifespan)


application = make_application()
