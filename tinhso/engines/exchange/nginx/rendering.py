"""nginx's configuration, made of the registry and the plane's own settings; checked by nginx before it is believed."""

from __future__ import annotations

import json
import os
import pwd
import re
import resource
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tinhso.engines.exchange.nginx.policy import Policy, Upstream
from tinhso.engines.exchange.plane.config import Config

MODULE = "ngx_http_js_module.so"
MODULES = ("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/local/lib/nginx/modules", "/etc/nginx/modules")
AUTHORITIES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
HERE = Path(__file__).parent
# Safe calls whose line broke are tried again; what could be done twice never is.
TRIED = {"safe": "error", "unsafe": "off"}
FRONT = ("Kind", "Connection", "Said", "Thumbprint", "Digest", "Judged", "Status", "Media", "Rated")


class Missing(Exception):
    """nginx or its module is not on this machine; the sentence says which."""


class Refused(Exception):
    """nginx does not take the configuration; what it said."""


@dataclass(frozen=True)
class Place:
    """Where everything of the nginx plane lies, below the plane's folder."""

    folder: Path

    @property
    def own(self) -> Path:
        return self.folder / "nginx"

    @property
    def spool(self) -> Path:
        return self.folder / "spool"

    @property
    def socket(self) -> Path:
        return self.own / "plane.sock"

    @property
    def heard(self) -> Path:
        return self.own / "heard"

    @property
    def configuration(self) -> Path:
        return self.own / "nginx.conf"

    @property
    def pid(self) -> Path:
        return self.own / "nginx.pid"

    @property
    def log(self) -> Path:
        return self.own / "error.log"

    @property
    def breakers(self) -> Path:
        return self.own / "breakers"

    def made(self) -> Place:
        for one in (self.own, self.spool, self.breakers, self.own / "temp"):
            one.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self


def program() -> tuple[str, str]:
    """nginx and the folder of its modules. Missing says what to install."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise Missing("nginx is not on this machine (Debian: nginx-light or nginx)")
    for folder in MODULES:
        if (Path(folder) / MODULE).exists():
            return found, folder
    raise Missing("nginx's JavaScript module is not on this machine (Debian: libnginx-mod-http-js)")


def authorities() -> str:
    """Whom nginx trusts for providers' TLS; "" when the machine has no list (those services go the other way)."""
    return next((one for one in AUTHORITIES if Path(one).exists()), "")


def write(config: Config, policy: Policy) -> Path:
    """The policy's file and a draft of the configuration, checked by nginx; then the draft takes its place at once."""
    place = Place(config.folder).made()
    told = {
        **policy.rows,
        "version": policy.version,
        "heard": str(place.heard),
        "spool": f"{place.spool}/",
        "breakers": f"{place.breakers}/",
        "pause": max(1, round(config.breaker_seconds)),
        "flag": "as" if config.syncs else "a",
    }
    file = place.own / f"policy-{policy.version}.json"
    _whole(file, json.dumps(told, ensure_ascii=False))
    draft = place.own / "nginx.conf.draft"
    _whole(draft, text(config, policy))
    check(place, draft)
    draft.replace(place.configuration)
    for old in sorted(place.own.glob("policy-*.json"), key=lambda one: one.stat().st_mtime)[:-3]:
        old.unlink(missing_ok=True)
    return place.configuration


def check(place: Place, path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own words
        [program()[0], "-t", "-q", "-e", str(place.log), "-p", str(place.own), "-c", str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Refused(done.stderr.strip()[-2000:])


def _whole(path: Path, said: str) -> None:
    """A reader finds the old text or the new one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(said)
    draft.replace(path)


def hear(place: Place, version: str, at: float) -> None:
    """What every worker asks at every call: is its policy the one last heard, and how old is that word?"""
    _whole(place.heard, f"{version} {at:.3f}")


def text(config: Config, policy: Policy) -> str:
    """The whole configuration. Everything that came from people is a number, an address or was checked by policy.py."""
    place = Place(config.folder)
    # What this process may open its children may, and no more (RLIMIT_NOFILE).
    files = min(65_536, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    words = {
        "modules": program()[1],
        "user": _user(),
        "workers": config.workers,
        "files": files,
        "connections": max(512, files // 4),
        "own": place.own,
        "scripts": HERE,
        "version": policy.version,
        "header_ms": round(config.header_seconds * 1000),
        "keepalive_ms": round(config.header_seconds * 1000),
        "body_ms": round(config.body_seconds * 1000),
        "write_ms": round(config.write_seconds * 1000),
        "largest": config.largest_bytes,
        "filtered": config.filtered_bytes,
        "rates": _lines(2, [line for rate in policy.rates for line in _rate(rate)]),
        "upstreams": _lines(2, [line for one in policy.upstreams for line in _upstream(one)]),
        "listen": _lines(4, _listens(config)),
        "limits": _limits(policy),
        "providers": "\n".join(_provider(policy, kind, wait) for wait in policy.timeouts for kind in TRIED),
        **{f"front {kind}": _lines(6, _front(kind)) for kind in ("call", "proof", "judge")},
    }
    return filled("nginx.conf.in", words)


def filled(name: str, words: Mapping[str, object]) -> str:
    """A template with every @word@ replaced; KeyError for one that nobody gave."""
    return re.sub(r"@([a-z_ ]+)@", lambda found: str(words[found[1]]), (HERE / name).read_text(encoding="utf-8"))


def _lines(indent: int, lines: Iterable[str]) -> str:
    return "\n".join(" " * indent + line for line in lines)


def _user() -> str:
    """Workers write evidence into folders that are ours alone: a master that runs as root keeps its name for them."""
    return "" if os.getuid() else f"user {pwd.getpwuid(0).pw_name};"


def _rate(rate: int) -> list[str]:
    name = f"$tinhso_rate_{rate}"
    return [f"js_var {name};", f"limit_req_zone {name} zone=rate_{rate}:1m rate={rate}r/m;"]


def _upstream(one: Upstream) -> list[str]:
    # The same address thrice: a safe call whose line broke is tried that often.
    addresses = one.addresses if len(one.addresses) >= 3 else (one.addresses * 3)[:3]
    servers = " ".join(f"server {address} max_fails=0;" for address in addresses)
    return [
        f"upstream {one.name} {{ {servers} keepalive 64; keepalive_timeout 30s; keepalive_requests 1000000; }}",
        # What must not be sent twice never meets a line that its provider is about to close.
        f"upstream {one.name}_once {{ {servers} }}",
    ]


def _listens(config: Config) -> list[str]:
    host = f"[{config.host}]" if ":" in config.host else config.host
    if not config.tls_certificate:
        return [f"listen {host}:{config.port} backlog=1024;"]
    lines = [
        f"listen {host}:{config.port} ssl backlog=1024;",
        f"ssl_certificate {_quoted(config.tls_certificate)};",
        f"ssl_certificate_key {_quoted(config.tls_key or config.tls_certificate)};",
        "ssl_protocols TLSv1.2 TLSv1.3;",
        "ssl_session_cache shared:tls:16m;",
        "ssl_session_tickets off;",
    ]
    if config.client_authority:
        lines += [f"ssl_client_certificate {_quoted(config.client_authority)};", "ssl_verify_client optional;"]
    return lines


def _quoted(path: str) -> str:
    return json.dumps(str(Path(path).resolve()), ensure_ascii=False)


def _front(kind: str) -> list[str]:
    """What we tell the plane behind; each name is set here, so none of it is ever the caller's."""
    told = {
        "Kind": kind,
        "Connection": "$pid-$connection",
        "Said": "$http_connection",
        "Thumbprint": "$tinhso_thumbprint",
        "Digest": "$tinhso_digest",
    }
    theirs = {"judge": ("Judged", "Status", "Media"), "call": ("Rated",)}.get(kind, ())
    return [
        "proxy_set_header Host $http_host;",
        'proxy_set_header Connection "";',
        'proxy_set_header Expect "";',
        *(f"proxy_set_header X-Tinhso-Front-{name} {value};" for name, value in told.items()),
        *(f'proxy_set_header X-Tinhso-Front-{name} "";' for name in FRONT if name not in told and name not in theirs),
    ]


def _limits(policy: Policy) -> str:
    """A minute's calls at once, then as many as come free: what Rates (plane/shared.py) lets through."""
    burst = {rate: f" burst={rate - 1} nodelay" if rate > 1 else "" for rate in policy.rates}
    return _lines(6, [f"limit_req zone=rate_{rate}{burst[rate]};" for rate in policy.rates])


def _provider(policy: Policy, kind: str, wait: int) -> str:
    trusted = authorities()
    trust = ["proxy_ssl_verify on;", "proxy_ssl_verify_depth 5;", f"proxy_ssl_trusted_certificate {trusted};"]
    words = {
        "kind": kind,
        "wait": wait,
        "tried": TRIED[kind],
        "limits": _limits(policy),
        "never": _lines(6, [f'proxy_set_header X-Tinhso-Front-{name} "";' for name in FRONT]),
        "trust": _lines(6, trust if trusted else []),
    }
    return filled("provider.conf.in", words)
