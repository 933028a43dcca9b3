"""The provider's side of a call: forwarded headers, time-outs, retries of safe calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, TCPConnector
from aiohttp.client_exceptions import ClientConnectorError, ServerDisconnectedError
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from tinhso.engines.exchange.rules.errors import Refusal, failed
from tinhso.engines.exchange.rules.policy import Service

# RFC 9110 7.6.1, and what speaks of the one hop only.
HOP = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer"}
    | {"transfer-encoding", "upgrade", "content-length", "host", "expect"}
)
# Ours to say, never the caller's; the token is for the exchange and would be a key in a stranger's hand.
OURS = frozenset(
    {"authorization", "x-road-client", "x-road-service", "x-road-id", "x-road-request-id"}
    | {"x-tinhso-plane", "x-tinhso-agreement"}
)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
TRIES, PAUSE = 3, 0.05


def session() -> ClientSession:
    return ClientSession(
        connector=TCPConnector(limit=0, limit_per_host=0, ttl_dns_cache=30, keepalive_timeout=30),
        timeout=ClientTimeout(total=None),
        auto_decompress=False,
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        requote_redirect_url=False,
    )


def passed_on(headers: CIMultiDictProxy[str]) -> CIMultiDict[str]:
    """End-to-end headers: no hop-by-hop ones, nor those that Connection names."""
    named = {part.strip().lower() for value in headers.getall("Connection", ()) for part in value.split(",")}
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in HOP | named)


async def call(
    http: ClientSession,
    service: Service,
    method: str,
    target: str,
    headers: CIMultiDict[str],
    body: bytes | AsyncIterator[bytes] | None,
) -> ClientResponse:
    """The provider's answer up to its headers. A safe call is tried again when the line broke before any answer."""
    patience = service.timeout_ms / 1000
    url = URL(service.base_url + target, encoded=True)
    tries = TRIES if method in SAFE and not isinstance(body, AsyncIterator) else 1
    try:
        async with asyncio.timeout(patience):
            while True:
                tries -= 1
                try:
                    return await http.request(
                        method,
                        url,
                        headers=headers,
                        data=body,
                        allow_redirects=False,
                        timeout=ClientTimeout(total=None, sock_connect=min(3.0, patience), sock_read=patience),
                    )
                except (ClientConnectorError, ServerDisconnectedError, ConnectionError):
                    if tries <= 0:
                        raise
                    await asyncio.sleep(PAUSE)
    except TimeoutError:
        raise failed("Timeout", "Bên cung cấp không trả lời kịp.", 504) from None
    except Refusal:
        raise
    except (ClientError, OSError, ValueError) as error:
        raise failed("NetworkError", f"Không gọi được bên cung cấp: {type(error).__name__}.") from error
