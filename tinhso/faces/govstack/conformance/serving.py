"""The product behind the suites' addresses, on the loopback only: without a token one acts as one named account."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qsl, urlencode
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.faces.govstack.conformance.aliases import Aliases
from tinhso.foundation.text.errors import Refused

Start = Callable[..., Any]
App = Callable[[dict[str, Any], Start], Iterable[bytes]]
HOST = "127.0.0.1"
ACCOUNT = "kiem-tra-govstack"
MOST = 20 * 1024 * 1024
REGISTRATION = ("services", "applications", "tasks", "eForms", "documents", "statistics")


class NotHere(Refused):
    """A conformance server is for installations that hold invented data."""

    code = "not-a-demo"


def refuse_outside_demo() -> None:
    """Requests without a token must never act where real records are."""
    if not (settings.DEMO or settings.DEBUG):
        raise NotHere(_("Chỉ chạy được trên bản cài đặt dùng thử (DEMO hoặc DEBUG)."))


@dataclass
class Door:
    """One port of the suites: their path, names and missing token turned into ours."""

    app: App
    aliases: Aliases
    token: str
    is_mediator: bool = False

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/healthcheck":
            start("200 OK", [("Content-Type", "text/plain")])
            return [b"ok"]
        self._inward(environ)
        answer: dict[str, Any] = {}

        def begin(status: str, headers: list[tuple[str, str]], error: Any = None) -> None:
            answer.update(status=status, headers=headers)

        pieces = self.app(environ, begin)
        body = b"".join(pieces)
        if hasattr(pieces, "close"):
            pieces.close()  # the request ends here, and gives its connection back
        headers = [pair for pair in answer["headers"] if pair[0].lower() != "content-length"]
        if any(name.lower() == "content-type" and "json" in value for name, value in headers) and body:
            body = json.dumps(self.aliases.outward(json.loads(body)), ensure_ascii=False).encode()
        headers += [("Content-Length", str(len(body))), ("X-Conformance-Account", ACCOUNT)]
        start(answer["status"], headers)
        return [body]

    def _inward(self, environ: dict[str, Any]) -> None:
        path = self.aliases.path(environ["PATH_INFO"])
        environ["PATH_INFO"] = self.before(path) + path
        asked = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        environ["QUERY_STRING"] = urlencode([(name, self.aliases.inward(name, value)) for name, value in asked])
        environ.setdefault("HTTP_AUTHORIZATION", f"Bearer {self.token}")
        environ["HTTP_HOST"] = "localhost"
        body = self._body(environ)
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))

    def before(self, path: str) -> str:
        """Which building block an address belongs to."""
        if self.is_mediator:
            return "/govstack"
        words = path.strip("/").split("/")
        is_registration = words[0] in REGISTRATION or words[:2] == ["data", "statistics"]
        return "/govstack/registration" if is_registration else "/govstack/digital-registries"

    def _body(self, environ: dict[str, Any]) -> bytes:
        length = environ.get("CONTENT_LENGTH") or "0"
        sent = bytes(environ["wsgi.input"].read(min(int(length), MOST))) if length.isdigit() else b""
        kind = environ.get("CONTENT_TYPE", "")
        if kind.startswith("application/x-www-form-urlencoded"):
            pairs = parse_qsl(sent.decode("utf-8", "replace"), keep_blank_values=True)
            return urlencode([(name, self.aliases.inward(name, value)) for name, value in pairs]).encode()
        try:
            return json.dumps(self.aliases.inward("", json.loads(sent)), ensure_ascii=False).encode()
        except ValueError:
            return sent


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Nothing: the suites print what they ask."""


def listen(door: Door, port: int) -> WSGIServer:
    """A server that waits on the loopback for `serve_forever`."""
    refuse_outside_demo()
    return make_server(HOST, port, door, _Server, _Quiet)
