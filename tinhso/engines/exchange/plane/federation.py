"""Calls that go to another exchange and that come from one: a plane speaks for its own clients, and only for them."""

from __future__ import annotations

import time
import uuid
from urllib.parse import unquote

from aiohttp import ClientError, web
from aiohttp.http_exceptions import HttpProcessingError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from multidict import CIMultiDict

from tinhso.engines.exchange.plane import upstream
from tinhso.engines.exchange.plane.trace import Trace
from tinhso.engines.exchange.rules import peers
from tinhso.engines.exchange.rules.addresses import Call
from tinhso.engines.exchange.rules.decisions import METHODS, Granted
from tinhso.engines.exchange.rules.errors import Refusal, bad_request
from tinhso.engines.exchange.rules.policy import Peer, Service, Snapshot
from tinhso.engines.exchange.signing_key import thumbprint

NETWORK = "Server.ClientProxy.NetworkError"


def mark(snapshot: Snapshot, trace: Trace, request: web.BaseRequest, call: Call, client: str) -> None:
    """Notes the other exchange, whichever way the call goes, so that both receipts can be laid side by side."""
    peer = snapshot.peers.get(call.parts[0]) or peers.named_by_client(snapshot, client)
    if peer is None:
        return
    trace.peer = peer.instance
    trace.passed = peers.line(request.method, call, client, trace.message_id)
    if peer.instance != call.parts[0]:
        trace.peer_request = request.headers.get("X-Road-Request-Id", "")[:64]


def outgoing(
    snapshot: Snapshot, peer: Peer, trace: Trace, request: web.BaseRequest, call: Call, key: Ed25519PrivateKey
) -> Granted:
    """The way to a peer. What the client may do there is the provider's to decide, over there."""
    if request.method not in METHODS:
        raise bad_request("Phương thức HTTP không được dùng.", "Method")
    if trace.client.partition("/")[0] != snapshot.instance:
        raise Refusal(NETWORK, "Lời gọi từ nền tảng bạn không được chuyển tiếp sang nền tảng thứ ba.", 403)
    trace.operation = request.method
    trace.purpose = unquote(request.headers.get("X-Tinhso-Purpose", ""))[:500].strip()
    issue = request.headers.get("X-Tinhso-Dossier", "") or request.headers.get("X-Road-Issue", "")
    trace.dossier = unquote(issue)[:60].strip()

    def sign() -> str:
        said = peers.claims(snapshot.instance, thumbprint(key), peer, trace.client, int(time.time()), uuid.uuid4().hex)
        return (said + b"." + peers.part(key.sign(said))).decode()

    service = peers.service_of(peer, call, sign)
    agreement = peers.agreement_of(trace.client, call)
    return Granted(service, agreement, peers.operation_of(request.method), trace.purpose, trace.dossier, "")


async def call(
    pool: upstream.Pool, service: Service, method: str, target: str, headers: CIMultiDict[str], body: upstream.Body
) -> upstream.Answer:
    """The peer's answer up to its headers. Nothing is said twice."""
    place, patience = upstream.placed(service.base_url)._replace(pin=service.fingerprint), service.timeout_ms / 1000
    assert service.sign
    try:
        line = await pool.take(place, "POST")
    except (OSError, TimeoutError) as error:
        sentence = "Không nối được tới nền tảng bạn; lời gọi chưa được gửi đi."
        raise Refusal(NETWORK, sentence, 502) from error
    headers["Authorization"] = f"Bearer {service.sign()}"
    head = upstream.headed(place, method, target, headers, body)
    try:
        return await upstream.over(line, pool, place, method, head, body, patience)
    except (ClientError, HttpProcessingError, OSError, TimeoutError) as error:
        raise lost(error) from error


def lost(error: Exception) -> Refusal:
    """Sent, and nothing came back: whether it was done over there is not known here."""
    sentence = "Đường tới nền tảng bạn bị cắt; không rõ bên kia đã nhận lời gọi hay chưa, hãy đối chiếu biên nhận."
    return Refusal(NETWORK, sentence, 504 if isinstance(error, TimeoutError) else 502)
