"""The endpoints: token, info, credentials/list, info, sendOTP, authorize, extendTransaction, signatures/signHash."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import os
import secrets
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import load_der_private_key

from tinhso.engines.signing.simulator.store import Fault, Store

CLIENT_ID, CLIENT_SECRET = "tinhso-demo", "demo-only-client-secret"
ECDSA_SHA256 = "1.2.840.10045.4.3.2"
DIGESTS = {"2.16.840.1.101.3.4.2.1": hashes.SHA256(), "2.16.840.1.101.3.4.2.2": hashes.SHA384()}
MOST_BYTES, MOST_SIGNATURES = 256 * 1024, 300
Body = dict[str, Any]


class Service:
    """The simulated provider: one client, tokens in memory."""

    def __init__(self) -> None:
        self.store = Store()
        self.tokens: set[str] = set()
        self.acts: dict[str, Callable[[Body], Body]] = {
            "credentials/list": self.list,
            "credentials/info": self.credential,
            "credentials/sendOTP": self.send_otp,
            "credentials/authorize": self.authorize,
            "credentials/extendTransaction": self.extend,
            "signatures/signHash": self.sign_hash,
        }

    def info(self, _body: Body) -> Body:
        return {
            "specs": "2.0.0.2",
            "name": "DEMO - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ",
            "region": "VN",
            "lang": "vi-VN",
            "description": "Dịch vụ ký số từ xa mô phỏng, chỉ trên máy này",
            "authType": ["oauth2client"],
            "methods": sorted([*self.acts, "info", "oauth2/token"]),
        }

    def token(self, client: str, secret: str) -> Body:
        given, known = f"{client}\0{secret}".encode(), f"{CLIENT_ID}\0{CLIENT_SECRET}".encode()
        if not hmac.compare_digest(given, known):
            raise Fault("invalid_client", "Unknown client", 401)
        made = secrets.token_urlsafe(24)
        self.tokens.add(made)
        return {"access_token": made, "token_type": "Bearer", "expires_in": 3600}

    def list(self, body: Body) -> Body:
        return {"credentialIDs": [one.credential_id for one in self.store.of_user(_text(body, "userID"))]}

    def credential(self, body: Body) -> Body:
        one = self.store.get(_text(body, "credentialID"))
        der = bytes.fromhex(one.certificate)
        read = x509.load_der_x509_certificate(der)
        return {
            "description": "DEMO",
            "key": {"status": "enabled", "algo": [ECDSA_SHA256], "len": 256, "curve": "1.2.840.10045.3.1.7"},
            "cert": {
                "status": "valid",
                "certificates": [base64.b64encode(der).decode()],
                "subjectDN": read.subject.rfc4514_string(),
                "serialNumber": f"{read.serial_number:x}",
            },
            "authMode": "explicit",
            "auth": {"mode": "explicit", "expression": "PIN AND OTP", "objects": [{"id": "PIN"}, {"id": "OTP"}]},
            "SCAL": one.scal,
            "multisign": MOST_SIGNATURES,
        }

    def send_otp(self, body: Body) -> Body:
        """A real service sends it to the holder's telephone; the simulation hands it back, plainly marked."""
        return {"demoOTP": self.store.send_otp(_text(body, "credentialID"))}

    def authorize(self, body: Body) -> Body:
        count = body.get("numSignatures")
        if not isinstance(count, int) or not 1 <= count <= MOST_SIGNATURES:
            raise Fault("invalid_request", "Invalid parameter numSignatures")
        # Version 2 lists the factors in authData, version 1 names them.
        given = {str(one.get("id")): str(one.get("value", "")) for one in body.get("authData") or []}
        pin, otp = given.get("PIN", str(body.get("PIN", ""))), given.get("OTP", str(body.get("OTP", "")))
        sad = self.store.authorise(_text(body, "credentialID"), pin, otp, count, _hashes(body))
        return {"SAD": sad, "expiresIn": 600}

    def extend(self, body: Body) -> Body:
        return {"SAD": self.store.extend(_text(body, "SAD"), _text(body, "credentialID"), _hashes(body))}

    def sign_hash(self, body: Body) -> Body:
        wanted = _hashes(body)
        digest = DIGESTS.get(str(body.get("hashAlgorithmOID") or body.get("hashAlgo")))
        if digest is None or body.get("signAlgo") != ECDSA_SHA256 or not wanted:
            raise Fault("invalid_request", "Invalid parameter signAlgo, hashAlgo or hash")
        raw = [_decoded(one) for one in wanted]
        if any(len(one) != digest.digest_size for one in raw):
            raise Fault("invalid_request", "Invalid digest value length")
        _credential, der = self.store.spend(_text(body, "SAD"), _text(body, "credentialID"), wanted)
        key = load_der_private_key(der, None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        made = [key.sign(one, ec.ECDSA(Prehashed(digest))) for one in raw]
        return {"signatures": [base64.b64encode(one).decode() for one in made]}


def _text(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Fault("invalid_request", f"Missing (or invalid type) string parameter {name}")
    return value


def _hashes(body: Body) -> list[str]:
    """Version 2 says `hashes`, version 1 `hash`."""
    given = body.get("hashes", body.get("hash", []))
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise Fault("invalid_request", "Invalid parameter hash")
    return given


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise Fault("invalid_request", "Invalid Base64 hash parameter") from None


class Handler(BaseHTTPRequestHandler):
    """POST with JSON, or a form for the token; nothing else is answered."""

    service: Service
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        try:
            self._answer(200, self._act())
        except Fault as fault:
            self._answer(fault.status, {"error": fault.error, "error_description": fault.description})

    def _act(self) -> Body:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST_BYTES:
            self.close_connection = True
            raise Fault("invalid_request", "Too large", 413)
        content = self.rfile.read(length)
        parts = self.path.strip("/").split("/", 2)
        if len(parts) < 3 or parts[0] != "csc" or parts[1] not in ("v1", "v2"):
            raise Fault("invalid_request", "Unknown method", 404)
        if parts[2] == "oauth2/token":
            form = parse_qs(content.decode("utf-8", "replace"))
            return self.service.token(form.get("client_id", [""])[0], form.get("client_secret", [""])[0])
        try:
            body = json.loads(content or b"{}")
        except ValueError:
            raise Fault("invalid_request", "The body is no JSON") from None
        if parts[2] == "info":
            return self.service.info({})
        if self.headers.get("Authorization", "").removeprefix("Bearer ") not in self.service.tokens:
            raise Fault("invalid_token", "The access or refresh token is invalid", 401)
        act = self.service.acts.get(parts[2])
        if act is None or not isinstance(body, dict):
            raise Fault("invalid_request", "Unknown method", 404)
        return act(body)

    def _answer(self, status: int, body: Body) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet unless asked: PINs must not stand in any log."""
        if os.environ.get("TINHSO_TRUST_LOG"):
            super().log_message(format, *args)


def serve(port: int) -> ThreadingHTTPServer:
    """The server, bound to this machine only; port 0 takes a free one."""
    handler = type("TrustHandler", (Handler,), {"service": Service()})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)
