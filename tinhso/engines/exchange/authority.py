"""The exchange's own authority for TLS between systems: one certificate authority and what it signs.

It says nothing of legal signatures (engines/signing does); its certificates only open connections to this exchange. Its
key lies sealed under DATA_DIR/keys.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.engines.exchange.errors import WrongInput
from tinhso.foundation.people.secrets_at_rest import seal, unseal

YEARS = 10
_PARTING = "-----TINHSO-----\n"
# A certificate is checked by machines whose clocks are not quite ours.
_SLACK = timedelta(minutes=5)


@dataclass(frozen=True)
class Authority:
    """The certificate that planes trust, and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def path() -> Path:
    return Path(settings.DATA_DIR) / "keys" / "exchange-authority.pem"


def certificate_pem() -> str:
    """What a plane puts among the authorities it trusts."""
    return pem_of(ensure().certificate)


def ensure() -> Authority:
    """The authority, made on first use; two processes at once end with one."""
    place = path()
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_name(f".{place.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(_made())
        try:
            os.link(draft, place)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    certificate, sealed = place.read_text(encoding="utf-8").split(_PARTING)
    key = serialization.load_pem_private_key(unseal(sealed.strip()).encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return Authority(x509.load_pem_x509_certificate(certificate.encode()), key)


def _made() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"{settings.EXCHANGE_INSTANCE} exchange authority")
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SLACK)
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(True, 0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_usage(signs=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return pem_of(certificate) + _PARTING + seal(private_pem(key))


def issue(identifier: str, public_key: object, until: datetime) -> x509.Certificate:
    """A client certificate for the subsystem `identifier`, named in its common name and as a URI."""
    own = ensure()
    if not isinstance(public_key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey):
        raise WrongInput(_("Khoá phải là EC, Ed25519 hoặc RSA."))
    if isinstance(public_key, rsa.RSAPublicKey) and public_key.key_size < 2048:
        raise WrongInput(_("Khoá RSA phải từ 2048 bit."))
    return (
        x509.CertificateBuilder()
        .subject_name(_name(identifier.rsplit("/", 1)[-1]))
        .issuer_name(own.certificate.subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - _SLACK)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(False, None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([x509.UniformResourceIdentifier(f"urn:x-road:{identifier}")]), critical=False
        )
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(own.key.public_key()), critical=False)
        .sign(own.key, hashes.SHA256())
    )


def thumbprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


def pem_of(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def private_pem(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, settings.EXCHANGE_INSTANCE[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
        ]
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )
