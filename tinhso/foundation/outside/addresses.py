"""Which addresses may be asked: the form of a URL, what an IP address is, what a caller's gate lets through."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

from tinhso.foundation.outside.errors import NotAllowed, Unreachable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Gate:
    """What one caller may reach. The default is the open Internet alone.

    `inner_networks`: systems of agencies stand in the State's own network, with private addresses; this machine and
    link-local addresses (metadata services of clouds) stay closed. `named`: "host:port" that is reached all the same.
    `this_machine`: simulators of a demo on the loopback.
    """

    inner_networks: bool = False
    this_machine: bool = False
    named: frozenset[str] = frozenset()

    def lets(self, address: str) -> bool:
        """Whether a connection may go to this IP address."""
        given = unwrapped(address)
        if is_this_machine(given):
            return self.this_machine
        if given.is_link_local or given.is_multicast or given.is_reserved:
            return False
        return given.is_global or (self.inner_networks and given.is_private)


def checked(url: str) -> SplitResult:
    """The parts of an address that may be asked at all."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotAllowed(_("Địa chỉ không đúng dạng.")) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotAllowed(_("Chỉ dùng được địa chỉ bắt đầu bằng http:// hoặc https://."))
    if parts.username is not None or parts.password is not None:
        raise NotAllowed(_("Địa chỉ không được chứa tên và mật khẩu."))
    if any(ord(sign) <= 32 or ord(sign) == 127 for sign in url) or not url.isascii() or port == 0 or "\\" in url:
        raise NotAllowed(_("Địa chỉ có ký tự không dùng được."))
    return parts


def reachable(parts: SplitResult, gate: Gate) -> tuple[str, int]:
    """The address to connect to; every address of the name must pass the gate, else none of them is used."""
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        raise Unreachable(_("không tìm thấy máy chủ %(host)s") % {"host": host}) from None
    if f"{host}:{port}" not in gate.named and not all(gate.lets(address) for address in found):
        raise NotAllowed(_("Địa chỉ này thuộc mạng nội bộ nên không được dùng."))
    return found[0], port


def plainly_inside(host: str) -> bool:
    """Whether a host means this machine or its link by its very spelling; other names are looked up when asked."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        # "127.1", "0x7f000001", "2130706433": old spellings that resolvers still understand.
        given = unwrapped(host if ":" in host else socket.inet_ntoa(socket.inet_aton(host)))
    except (OSError, ValueError):
        return False
    return is_this_machine(given) or given.is_link_local or given.is_multicast


def unwrapped(address: str) -> Address:
    """An IP address, taken out of the IPv6 wrappings that lead to an IPv4 one."""
    given = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(given, ipaddress.IPv6Address):
        inner = given.ipv4_mapped or given.sixtofour or (given.teredo[1] if given.teredo else None)
        if inner is None and given in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(given) & 0xFFFFFFFF)
        return inner or given
    return given


def is_this_machine(given: Address) -> bool:
    """Loopback, "any", or an address that one of our own interfaces carries."""
    if given.is_loopback or given.is_unspecified:
        return True
    family = socket.AF_INET6 if given.version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            # Nothing is sent: the kernel only chooses its own end, which for an own address is that address.
            probe.connect((str(given), 9))
            return str(probe.getsockname()[0]) == str(given)
    except OSError:
        return False
