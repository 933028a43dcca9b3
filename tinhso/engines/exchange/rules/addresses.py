"""X-Road identifiers and the one normal form of a path, made once before anything is decided.

What is decided and what is forwarded must be the same path. So whatever two programs could read differently is refused,
not repaired: encoded slashes, backslashes and dots, dot segments, empty segments, control characters, broken escapes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from tinhso.engines.exchange.rules.errors import bad_request

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:[.][A-Za-z0-9_-]+)*\Z")
BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
# RFC 3986 pchar without the percent sign: what stands for itself in a segment.
PLAIN = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@-]*\Z")
SAFE = "!$&'()*+,;=:@~-._"
# A path whose segments hold only such signs and begin with none that matter is in normal form as it stands.
NORMAL = re.compile(r"(?:/[A-Za-z0-9_~!$&'()*+,=:@-][A-Za-z0-9._~!$&'()*+,;=:@-]*)+\Z")
LONGEST = 8_192


@dataclass(frozen=True, slots=True)
class Call:
    """What a request line asks for: the addressed parts, and the rest below the service in normal form."""

    parts: tuple[str, ...]
    rest: str
    query: str

    @property
    def subsystem(self) -> str:
        return "/".join(self.parts[:4])

    @property
    def service(self) -> str:
        return "/".join(self.parts)


def segment(raw: str) -> str:
    """One segment in normal form: decoded, checked, encoded again where RFC 3986 asks."""
    if PLAIN.match(raw):
        text = raw
    else:
        if BROKEN_ESCAPE.search(raw):
            raise bad_request("Đường dẫn có ký tự mã hoá hỏng.", "Path")
        try:
            text = unquote_to_bytes(raw).decode("utf-8")
        except UnicodeDecodeError:
            raise bad_request("Đường dẫn không phải UTF-8.", "Path") from None
    if text in ("", ".", ".."):
        raise bad_request("Đường dẫn có đoạn rỗng hoặc đoạn chấm.", "Path")
    if any(sign in "/\\%" or ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in text):
        raise bad_request("Đường dẫn có dấu gạch chéo mã hoá hoặc ký tự điều khiển.", "Path")
    # "..;x" is a parent folder to some servers and a name to others.
    if text.split(";", 1)[0] in ("", ".", ".."):
        raise bad_request("Đường dẫn có đoạn chấm.", "Path")
    return quote(text, safe=SAFE)


def normal(target: str) -> tuple[list[str], str, bool]:
    """Segments, query and whether the path ends with a slash, of a request target in origin form."""
    if len(target) > LONGEST:
        raise bad_request("Đường dẫn quá dài.", "Path")
    path, mark, query = target.partition("?")
    if not path.startswith("/") or "#" in target:
        raise bad_request("Đường dẫn không hợp lệ.", "Path")
    if query and (any(ord(sign) <= 32 or ord(sign) >= 127 for sign in query) or BROKEN_ESCAPE.search(query)):
        raise bad_request("Phần sau dấu hỏi không hợp lệ.", "Path")
    if NORMAL.match(path):
        return path[1:].split("/"), mark + query, False
    raw = path[1:].split("/")
    ends = len(raw) > 1 and raw[-1] == ""
    return [segment(one) for one in (raw[:-1] if ends else raw)], mark + query, ends


def read(target: str) -> Call:
    """`/r1/instance/class/member/subsystem/service/…` as a call. X-Road's identifiers hold no encoded signs."""
    segments, query, ends = normal(target)
    if segments[:1] != ["r1"] or len(segments) < 6:
        raise bad_request("Địa chỉ phải có dạng /r1/nền-tảng/loại/thành-viên/hệ-thống/dịch-vụ.", "Path")
    parts = tuple(segments[1:6])
    if not all(CODE.match(part) for part in parts):
        raise bad_request("Mã trong địa chỉ không đúng dạng.", "Path")
    below = segments[6:]
    rest = "/" + "/".join(below) + ("/" if ends and below else "")
    return Call(parts, rest, query)


def client(header: str | None) -> str:
    """X-Road-Client: instance/class/member/subsystem, percent-encoded UTF-8."""
    if not header:
        raise bad_request("Thiếu tiêu đề X-Road-Client.", "MissingHeader")
    parts = header.strip().split("/")
    if len(parts) != 4 or not all(CODE.match(part) for part in parts):
        raise bad_request("X-Road-Client phải có dạng nền-tảng/loại/thành-viên/hệ-thống.", "InvalidHeader")
    return "/".join(parts)
