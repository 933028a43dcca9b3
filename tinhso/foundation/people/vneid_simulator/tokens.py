"""The simulator's key and its signed tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tinhso.foundation.people.vneid_simulator.options import Options

KEY_FILE = "signing-key.json"


class Signer:
    """Signs id_tokens with an RSA key kept in the data folder."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.key = _load_key(Path(options.data) / KEY_FILE)

    def public_keys(self) -> dict[str, Any]:
        public = self.key.as_dict(private=False)
        return {"keys": [{**public, "use": "sig", "alg": "RS256", "kid": self.key.kid}]}

    def subject(self, number: str) -> str:
        """A name for the person that only this client sees, and that tells nothing (pairwise subject)."""
        secret = json.dumps(self.key.as_dict(private=True)).encode()
        return hmac.new(secret, f"{self.options.client_id}:{number}".encode(), hashlib.sha256).hexdigest()[:40]

    def id_token(self, *, number: str, nonce: str, level: str) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.options.issuer,
            "sub": self.subject(number),
            "aud": self.options.client_id,
            "iat": now,
            "auth_time": now,
            "exp": now + 300,
            "nonce": nonce,
            "acr": level,
            "jti": secrets.token_urlsafe(12),
        }
        return self._sign(self._spoil(claims, now))

    def _spoil(self, claims: dict[str, Any], now: int) -> dict[str, Any]:
        fault = self.options.misbehaviour
        wrong: dict[str, dict[str, Any]] = {
            "wrong_nonce": {"nonce": "not-the-one-you-sent"},
            "expired": {"iat": now - 7200, "exp": now - 3600},
            "wrong_audience": {"aud": "somebody-else"},
            "wrong_issuer": {"iss": "https://elsewhere.example"},
            "no_level": {"acr": "0"},
        }
        claims |= wrong.get(fault, {})
        if fault == "no_nonce":
            claims.pop("nonce")
        return claims

    def _sign(self, claims: dict[str, Any]) -> str:
        if self.options.misbehaviour == "alg_none":
            return _unsigned(claims)
        if self.options.misbehaviour == "alg_hs256":
            # The old trick: the public key taken as a shared secret.
            secret = OctKey.import_key(json.dumps(self.public_keys()))
            return str(jwt.encode({"alg": "HS256", "kid": self.key.kid}, claims, secret, algorithms=["HS256"]))
        key = RSAKey.generate_key(2048) if self.options.misbehaviour == "wrong_key" else self.key
        return str(jwt.encode({"alg": "RS256", "kid": self.key.kid, "typ": "JWT"}, claims, key))


def _load_key(path: Path) -> RSAKey:
    if path.exists():
        return RSAKey.import_key(json.loads(path.read_text()))
    path.parent.mkdir(parents=True, exist_ok=True)
    key = RSAKey.generate_key(2048, parameters={"kid": secrets.token_hex(8)})
    path.write_text(json.dumps(key.as_dict(private=True)))
    path.chmod(0o600)
    return key


def _unsigned(claims: dict[str, Any]) -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none'})}.{part(claims)}."


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
