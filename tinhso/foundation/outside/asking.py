"""One request to somebody else's server: guarded against reaching our own house, bounded in time and bytes.

The name is resolved once, every address it has must pass the gate, and the connection goes to that very address: a name
that answers differently the second time gains nothing. Redirects, where wanted, are followed by hand through the gate.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin

from django.utils.translation import gettext as _

from tinhso.foundation.outside.addresses import Gate, checked, reachable
from tinhso.foundation.outside.errors import Unreachable

SILENCE = 10.0
SECONDS = 60.0
CHUNK = 64 * 1024
AGENT = "TinhSo/1.0"
REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Answer:
    """What came back, and from which address in the end."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    url: str


@dataclass(frozen=True)
class Limits:
    """Bounds of one request: bytes of the answer (0: its body is not read), silence, all seconds, redirects."""

    most: int = 1024 * 1024
    silence: float = SILENCE
    seconds: float = SECONDS
    redirects: int = 0


def ask(
    url: str,
    *,
    gate: Gate,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> Answer:
    """The answer, whole, whatever its status. NotAllowed before anything is sent; Unreachable when the way fails."""
    limits = limits or Limits()
    until = time.monotonic() + limits.seconds
    for _hop in range(limits.redirects + 1):
        answer = _once(url, gate, (method, body, dict(headers or {})), limits, until)
        if answer.status not in REDIRECTS or not limits.redirects:
            return answer
        url = urljoin(url, answer.headers.get("Location") or "/")
    raise Unreachable(_("máy chủ chuyển hướng quá nhiều lần"))


def _once(url: str, gate: Gate, said: tuple[str, bytes | None, dict[str, str]], limits: Limits, until: float) -> Answer:
    parts = checked(url)
    connection = _connection(parts, reachable(parts, gate), limits.silence)
    timer: threading.Timer | None = None
    method, body, headers = said
    try:
        connection.connect()
        # Silence ends a read; the timer ends a server that drips one byte at a time.
        timer = threading.Timer(max(0.0, until - time.monotonic()), _cut, (connection,))
        timer.daemon = True
        timer.start()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        ours = {"Accept-Encoding": "identity", "User-Agent": AGENT, "Connection": "close"}
        connection.request(method, path, body, ours | headers)
        return _read(connection.getresponse(), url, limits, until)
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise Unreachable(_why(problem, until)) from problem
    finally:
        if timer:
            timer.cancel()
        connection.close()


def _read(answer: http.client.HTTPResponse, url: str, limits: Limits, until: float) -> Answer:
    if not limits.most or answer.status in REDIRECTS:
        return Answer(answer.status, answer.headers, b"", url)
    if answer.headers.get("Content-Encoding", "identity").lower() not in ("identity", ""):
        raise Unreachable(_("máy chủ gửi nội dung nén dù không được yêu cầu"))
    body = bytearray()
    while chunk := answer.read1(CHUNK):
        body += chunk
        if len(body) > limits.most:
            raise Unreachable(_("câu trả lời lớn hơn %(most)s byte") % {"most": limits.most})
        if time.monotonic() >= until:
            break
    if time.monotonic() >= until:
        raise TimeoutError
    if answer.length:
        raise Unreachable(_("câu trả lời bị đứt giữa chừng"))
    return Answer(answer.status, answer.headers, bytes(body), url)


def _cut(connection: http.client.HTTPConnection) -> None:
    sock = connection.sock
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _why(problem: Exception, until: float) -> str:
    if isinstance(problem, TimeoutError) or time.monotonic() >= until:
        return _("máy chủ trả lời quá chậm")
    if isinstance(problem, ssl.SSLError):
        return _("chứng thư của máy chủ không hợp lệ")
    if isinstance(problem, ConnectionError | socket.gaierror):
        return _("không kết nối được")
    return _("câu trả lời không đúng giao thức HTTP")


def _connection(parts: SplitResult, target: tuple[str, int], silence: float) -> http.client.HTTPConnection:
    """A connection for the name, to exactly this address."""
    host, port = str(parts.hostname), target[1]

    def connect(_address: object, timeout: float, _source: object = None) -> socket.socket:
        return socket.create_connection(target, timeout)

    made: http.client.HTTPConnection
    if parts.scheme == "https":
        made = http.client.HTTPSConnection(host, port, timeout=silence, context=ssl.create_default_context())
    else:
        made = http.client.HTTPConnection(host, port, timeout=silence)
    made._create_connection = connect  # type: ignore[attr-defined]
    return made
