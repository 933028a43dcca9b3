"""Remote signing: the key lies with a trust service, which signs hashes for its holder (CSC API, versions 1 and 2)."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from asn1crypto import x509 as asn1_x509
from django.conf import settings
from pyhanko.sign.signers import Signer

from tinhso.engines.signing import authority, errors, timestamping
from tinhso.engines.signing.models import SigningCertificate

SECONDS = 15
# One authorisation serves a sitting of this many signatures, where the credential lets it (SCAL 1).
SITTING = 300
DIGEST_OIDS = {"sha256": "2.16.840.1.101.3.4.2.1", "sha384": "2.16.840.1.101.3.4.2.2"}
SIGN_OIDS = {"ec": "1.2.840.10045.4.3.2", "rsa": "1.2.840.113549.1.1.11"}


@dataclass
class Provider:
    """A trust service. Plain http is taken on this machine only (the simulator)."""

    address: str
    client_id: str
    client_secret: str
    version: str = "v2"
    token: str = field(default="", repr=False)

    @classmethod
    def configured(cls) -> Provider:
        """TINHSO_CSC_URL, TINHSO_CSC_CLIENT, TINHSO_CSC_SECRET, TINHSO_CSC_VERSION."""
        given = settings.CSC
        if not given["url"]:
            raise errors.ProviderUnreachable
        return cls(given["url"].rstrip("/"), given["client"], given["secret"], given["version"])

    def post(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        """One call; the service's faults become sentences, a silent service a stop of the batch."""
        if not self.token:
            self._sign_in()
        return self._send(method, json.dumps(body).encode(), "application/json")

    def _sign_in(self) -> None:
        form = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.client_secret}
        made = self._send("oauth2/token", urlencode(form).encode(), "application/x-www-form-urlencoded")
        self.token = str(made["access_token"])

    def _send(self, method: str, content: bytes, kind: str) -> dict[str, Any]:
        parts = urlsplit(self.address)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")):
            raise errors.ProviderUnreachable
        headers = {"Content-Type": kind, "Authorization": f"Bearer {self.token}"}
        asked = Request(f"{self.address}/csc/{self.version}/{method}", content, headers)  # noqa: S310 - checked above
        try:
            with urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310
                read = json.loads(answer.read(1024 * 1024))
        except HTTPError as fault:
            raise _sentence(fault) from fault
        except (URLError, OSError, ValueError) as fault:
            raise errors.ProviderUnreachable from fault
        if not isinstance(read, dict):
            raise errors.ProviderUnreachable
        return read

    def credentials(self, user: str) -> list[str]:
        return [str(one) for one in self.post("credentials/list", {"userID": user})["credentialIDs"]]

    def credential(self, credential_id: str) -> dict[str, Any]:
        asked = {"credentialID": credential_id, "certificates": "chain", "certInfo": True, "authInfo": True}
        return self.post("credentials/info", asked)

    def send_otp(self, credential_id: str) -> str:
        """Asks for a one-time code to be sent; only the simulator hands it back."""
        return str(self.post("credentials/sendOTP", {"credentialID": credential_id}).get("demoOTP", ""))

    def authorise(self, credential_id: str, hashes: list[str], count: int, pin: str, otp: str) -> str:
        body: dict[str, Any] = {"credentialID": credential_id, "numSignatures": count}
        if self.version == "v1":
            body |= {"hash": hashes, "PIN": pin, "OTP": otp}
        else:
            factors = [{"id": "PIN", "value": pin}, {"id": "OTP", "value": otp}]
            body |= {"hashes": hashes, "hashAlgorithmOID": DIGEST_OIDS["sha256"], "authData": factors}
        return str(self.post("credentials/authorize", body)["SAD"])

    def extend(self, credential_id: str, sad: str, hashes: list[str]) -> str:
        body = {"credentialID": credential_id, "SAD": sad, "hash" if self.version == "v1" else "hashes": hashes}
        return str(self.post("credentials/extendTransaction", body)["SAD"])

    def sign(self, credential_id: str, sad: str, digest: bytes, digest_name: str, sign_oid: str) -> bytes:
        hashes = [base64.b64encode(digest).decode()]
        body: dict[str, Any] = {"credentialID": credential_id, "SAD": sad, "signAlgo": sign_oid}
        if self.version == "v1":
            body |= {"hash": hashes, "hashAlgo": DIGEST_OIDS[digest_name]}
        else:
            body |= {"hashes": hashes, "hashAlgorithmOID": DIGEST_OIDS[digest_name], "operationMode": "S"}
        return base64.b64decode(self.post("signatures/signHash", body)["signatures"][0])


def _sentence(fault: HTTPError) -> errors.SigningRefused:
    try:
        told = json.loads(fault.read(65536)).get("error", "")
    except (ValueError, OSError, AttributeError):
        told = ""
    if told == "invalid_pin":
        return errors.WrongRemotePin()
    if told == "invalid_otp":
        return errors.WrongOneTimeCode()
    return errors.ProviderRefused() if fault.code < 500 else errors.ProviderUnreachable()


class RemoteSigner(Signer):
    """Signs by asking the service. One authorisation where it may serve many signatures, else one per hash."""

    def __init__(self, provider: Provider, credential_id: str, own: asn1_x509.Certificate, pin: str, otp: str) -> None:
        super().__init__(signing_cert=own, cert_registry=timestamping.certificates(authority.ensure().issuing.asn1))
        self.provider, self.credential_id = provider, credential_id
        self.is_bound = str(provider.credential(credential_id).get("SCAL", "1")) == "2"
        self.pin, self.otp, self.sad = pin, otp, ""
        if not self.is_bound:
            self.sad = provider.authorise(credential_id, [], SITTING, pin, otp)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(512)
        digest = hashlib.new(digest_algorithm, data).digest()
        if self.is_bound:
            self._bind(base64.b64encode(digest).decode())
        assert self.signing_cert is not None
        oid = SIGN_OIDS[self.signing_cert.public_key.algorithm]
        return self.provider.sign(self.credential_id, self.sad, digest, digest_algorithm, oid)

    def _bind(self, hashed: str) -> None:
        if self.sad:
            self.sad = self.provider.extend(self.credential_id, self.sad, [hashed])
        else:
            self.sad = self.provider.authorise(self.credential_id, [hashed], SITTING, self.pin, self.otp)


def open_remote(certificate: SigningCertificate, pin: str | None) -> RemoteSigner:
    """A signer at the service for the credential named in the row. `pin`: the PIN, a space, the one-time code."""
    secret, _space, otp = (pin or "").strip().partition(" ")
    if not secret or not otp:
        raise errors.ProofNeeded
    own = asn1_x509.Certificate.load(bytes(certificate.certificate))
    return RemoteSigner(Provider.configured(), certificate.token_label, own, secret, otp.strip())


def certificate_of(provider: Provider, credential_id: str) -> bytes:
    """The holder's certificate (DER) as the service shows it."""
    shown = provider.credential(credential_id)["cert"]["certificates"]
    return base64.b64decode(shown[0])
