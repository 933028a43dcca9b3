"""One request to somebody else's server: guarded against reaching our own network, bounded in time and bytes.

The name is resolved once, every address it has must be a public one, and the connection goes to that very address: a
name that answers differently the second time gains nothing. Redirects are followed by hand through the same gate.
Addresses of the house that may be reached all the same (a simulator on loopback) are named in HARVEST_MAY_REACH.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.systems.opendata.harvest.errors import NotAllowed, Unreadable
from tinhso.systems.opendata.harvest.rules import BOUNDS

MOST_REDIRECTS = 5
SILENCE = 10.0
SECONDS = 60.0
CHUNK = 64 * 1024
AGENT = "TinhSo-harvester/1.0"


@dataclass(frozen=True)
class Fetched:
    status: int
    body: bytes
    media_type: str
    etag: str
    url: str


def fetch(
    url: str,
    *,
    accept: str = "*/*",
    etag: str = "",
    most: int = BOUNDS.answer_bytes,
    seconds: float = SECONDS,
) -> Fetched:
    """The answer, whole. NotAllowed before anything is sent; Unreadable for whatever goes wrong on the way."""
    until = time.monotonic() + seconds
    for _hop in range(MOST_REDIRECTS + 1):
        answer, onward = _once(url, accept, etag, most, until)
        if onward is None:
            return answer
        url = urljoin(url, onward)
    raise Unreadable(_("Nguồn chuyển hướng quá nhiều lần."))


def _once(url: str, accept: str, etag: str, most: int, until: float) -> tuple[Fetched, str | None]:
    parts = checked(url)
    connection = _connection(parts, reachable(parts))
    timer: threading.Timer | None = None
    try:
        connection.connect()
        # Silence ends a read; the timer ends a server that drips one byte at a time.
        timer = threading.Timer(max(0.0, until - time.monotonic()), _cut, (connection,))
        timer.start()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Accept": accept, "Accept-Encoding": "identity", "User-Agent": AGENT, "Connection": "close"}
        connection.request("GET", path, headers=headers | ({"If-None-Match": etag} if etag else {}))
        return _read(connection.getresponse(), url, most, until)
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise Unreadable(_("Không đọc được nguồn: %(why)s.") % {"why": _why(problem, until)}) from problem
    finally:
        if timer:
            timer.cancel()
        connection.close()


def _read(answer: http.client.HTTPResponse, url: str, most: int, until: float) -> tuple[Fetched, str | None]:
    if answer.status in (301, 302, 303, 307, 308):
        return Fetched(answer.status, b"", "", "", url), answer.headers.get("Location") or "/"
    if answer.status not in (200, 304):
        raise Unreadable(_("Nguồn trả lời mã %(status)s.") % {"status": answer.status})
    if answer.headers.get("Content-Encoding", "identity").lower() not in ("identity", ""):
        raise Unreadable(_("Nguồn gửi nội dung nén dù không được yêu cầu."))
    body = bytearray()
    while chunk := answer.read1(CHUNK):
        body += chunk
        if len(body) > most:
            raise Unreadable(_("Câu trả lời của nguồn lớn hơn %(most)s byte.") % {"most": most})
        if time.monotonic() > until:
            raise TimeoutError
    if answer.length:
        raise Unreadable(_("Câu trả lời của nguồn bị đứt giữa chừng."))
    media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return Fetched(answer.status, bytes(body), media_type, answer.headers.get("ETag", "")[:200], url), None


def _cut(connection: http.client.HTTPConnection) -> None:
    sock = connection.sock
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _why(problem: Exception, until: float) -> str:
    if isinstance(problem, TimeoutError) or time.monotonic() >= until:
        return _("nguồn trả lời quá chậm")
    if isinstance(problem, ssl.SSLError):
        return _("chứng thư của nguồn không hợp lệ")
    if isinstance(problem, ConnectionError | socket.gaierror):
        return _("không kết nối được")
    return _("câu trả lời không đúng giao thức HTTP")


def checked(url: str) -> SplitResult:
    """The parts of an address that may be asked at all."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotAllowed(_("Địa chỉ không đúng dạng.")) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotAllowed(_("Chỉ đọc được địa chỉ bắt đầu bằng http:// hoặc https://."))
    if parts.username is not None or parts.password is not None:
        raise NotAllowed(_("Địa chỉ không được chứa tên và mật khẩu."))
    if any(ord(sign) <= 32 or ord(sign) == 127 for sign in url) or not url.isascii() or port == 0:
        raise NotAllowed(_("Địa chỉ có ký tự không dùng được."))
    return parts


def reachable(parts: SplitResult) -> tuple[str, int]:
    """The address to connect to; every address of the name must be public, else none of them is used."""
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        raise Unreadable(_("Không tìm thấy máy chủ %(host)s.") % {"host": host}) from None
    if f"{host}:{port}" not in settings.HARVEST_MAY_REACH and not all(is_public(address) for address in found):
        raise NotAllowed(_("Địa chỉ này thuộc mạng nội bộ nên không được đọc."))
    return found[0], port


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open Internet; wrapped IPv4 addresses are unwrapped first."""
    given = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(given, ipaddress.IPv6Address):
        inner = given.ipv4_mapped or given.sixtofour or (given.teredo[1] if given.teredo else None)
        if inner is not None:
            given = inner
        elif given in ipaddress.ip_network("64:ff9b::/96"):
            given = ipaddress.IPv4Address(int(given) & 0xFFFFFFFF)
    return given.is_global and not given.is_multicast and not given.is_reserved


def _connection(parts: SplitResult, target: tuple[str, int]) -> http.client.HTTPConnection:
    """A connection for the name, to exactly this address."""
    host, port = str(parts.hostname), target[1]

    def connect(_address: object, timeout: float, _source: object = None) -> socket.socket:
        return socket.create_connection(target, timeout)

    made: http.client.HTTPConnection
    if parts.scheme == "https":
        made = http.client.HTTPSConnection(host, port, timeout=SILENCE, context=ssl.create_default_context())
    else:
        made = http.client.HTTPConnection(host, port, timeout=SILENCE)
    made._create_connection = connect  # type: ignore[attr-defined]
    return made
