"""Credentials of the simulated trust service: keys sealed under each holder's PIN, authorisations in memory."""

from __future__ import annotations

import json
import secrets
import threading
import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils import timezone

from tinhso.engines.signing import authority, keys

# Everyone's PIN in the simulation; a real service gives each holder their own.
DEMO_PIN = "13579246"
MAX_PIN_FAILURES = 5
OTP_SECONDS, SAD_SECONDS = 300, 600


class Fault(Exception):
    """An answer of the CSC API that says what is wrong."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        self.error, self.description, self.status = error, description, status


@dataclass
class Credential:
    """One holder's key, and the certificate over it."""

    credential_id: str
    user: str
    certificate: str
    sealed_key: str
    scal: str
    pin_failures: int = 0


@dataclass
class Grant:
    """Signature activation data: how many signatures are left, and of which hashes (SCAL 2)."""

    credential_id: str
    left: int
    hashes: frozenset[str]
    key: bytes
    until: float


class Store:
    """All credentials of the service, kept in one file of its own folder."""

    def __init__(self) -> None:
        self.path = Path(settings.DATA_DIR) / "trust" / "credentials.json"
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.lock = threading.Lock()
        self.otps: dict[str, tuple[str, float]] = {}
        self.grants: dict[str, Grant] = {}
        known = json.loads(self.path.read_text()) if self.path.exists() else []
        self.credentials = {one["credential_id"]: Credential(**one) for one in known}

    def of_user(self, user: str) -> list[Credential]:
        """The holder's credentials; the first question makes one (a real service enrols people face to face)."""
        with self.lock:
            found = [one for one in self.credentials.values() if one.user == user]
            if not found:
                found = [self._enrol(user)]
            return found

    def _enrol(self, user: str) -> Credential:
        key = ec.generate_private_key(ec.SECP256R1())
        now = timezone.now()
        subject = authority.name(user, serial=f"CSC-{secrets.token_hex(4)}")
        made = authority.issue(subject, key.public_key(), now - timedelta(days=500), now + timedelta(days=730))
        credential = Credential(
            credential_id=secrets.token_hex(8),
            user=user,
            certificate=made.public_bytes(serialization.Encoding.DER).hex(),
            sealed_key=keys.seal(authority.key_der(key), DEMO_PIN).hex(),
            # A holder whose name ends so may only authorise named hashes, to try the stricter level.
            scal="2" if user.endswith("(SCAL2)") else "1",
        )
        self.credentials[credential.credential_id] = credential
        self._keep()
        return credential

    def _keep(self) -> None:
        draft = self.path.with_suffix(".draft")
        draft.write_text(json.dumps([asdict(one) for one in self.credentials.values()]))
        draft.replace(self.path)

    def get(self, credential_id: str) -> Credential:
        found = self.credentials.get(credential_id)
        if found is None:
            raise Fault("invalid_request", "Invalid parameter credentialID")
        return found

    def send_otp(self, credential_id: str) -> str:
        self.get(credential_id)
        code = f"{secrets.randbelow(10**6):06d}"
        self.otps[credential_id] = (code, time.monotonic() + OTP_SECONDS)
        return code

    def authorise(self, credential_id: str, pin: str, otp: str, count: int, hashes: list[str]) -> str:
        """A new SAD. Wrong PINs lock the credential; a one-time code opens once."""
        with self.lock:
            credential = self.get(credential_id)
            if credential.pin_failures >= MAX_PIN_FAILURES:
                raise Fault("invalid_pin", "PIN locked")
            code, until = self.otps.get(credential_id, ("", 0.0))
            if not code or until < time.monotonic() or not secrets.compare_digest(code.encode(), otp.encode()):
                raise Fault("invalid_otp", "The OTP is invalid")
            try:
                key = keys.unseal(bytes.fromhex(credential.sealed_key), pin)
            except keys.WrongSecret:
                credential.pin_failures += 1
                self._keep()
                raise Fault("invalid_pin", "The PIN is invalid") from None
            if credential.scal == "2" and not hashes:
                raise Fault("invalid_request", "Missing parameter hashes")
            credential.pin_failures = 0
            del self.otps[credential_id]
            return self._grant(Grant(credential_id, count, frozenset(hashes), key, time.monotonic() + SAD_SECONDS))

    def _grant(self, grant: Grant) -> str:
        sad = secrets.token_urlsafe(24)
        self.grants[sad] = grant
        return sad

    def extend(self, sad: str, credential_id: str, hashes: list[str]) -> str:
        with self.lock:
            grant = self._valid(sad, credential_id)
            del self.grants[sad]
            grant.hashes = frozenset(hashes)
            return self._grant(grant)

    def spend(self, sad: str, credential_id: str, hashes: list[str]) -> tuple[Credential, bytes]:
        """The key for these hashes, once; more signatures or other hashes than granted are refused."""
        with self.lock:
            grant, credential = self._valid(sad, credential_id), self.get(credential_id)
            if len(hashes) > grant.left:
                raise Fault("invalid_request", "Number of signatures exceeded")
            if credential.scal == "2" and not set(hashes) <= grant.hashes:
                raise Fault("invalid_request", "Hash is not authorized by the SAD")
            grant.left -= len(hashes)
            return credential, grant.key

    def _valid(self, sad: str, credential_id: str) -> Grant:
        grant = self.grants.get(sad)
        if grant is None or grant.credential_id != credential_id or grant.until < time.monotonic():
            raise Fault("invalid_request", "Invalid parameter SAD")
        return grant
