"""Keys and certificates that live as long as a bench: an authority, the plane's, the caller's."""

from __future__ import annotations

import hashlib
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

Signer = ec.EllipticCurvePrivateKey
PEM = serialization.Encoding.PEM


def make(folder: Path, client: str) -> Ed25519PrivateKey:
    """All of them into `folder`; the caller's token key."""
    authority = ec.generate_private_key(ec.SECP256R1())
    _certificate(folder, "authority", authority, "bench authority", authority)
    for name, said in (("server", "127.0.0.1"), ("caller", client)):
        _certificate(folder, name, ec.generate_private_key(ec.SECP256R1()), said, authority)
    key = Ed25519PrivateKey.generate()
    (folder / "client.key").write_bytes(_private(key))
    return key


def thumbprint(folder: Path) -> str:
    read = x509.load_pem_x509_certificate((folder / "caller.pem").read_bytes())
    return hashlib.sha256(read.public_bytes(serialization.Encoding.DER)).hexdigest()


def caller_context(folder: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(folder / "authority.pem"))
    context.load_cert_chain(folder / "caller.pem", folder / "caller.key")
    return context


def _private(key: Signer | Ed25519PrivateKey) -> bytes:
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _certificate(folder: Path, name: str, key: Signer, said: str, authority: Signer) -> None:
    now = datetime.now(UTC)
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bench authority")])
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, said)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=name == "authority", path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    )
    (folder / f"{name}.pem").write_bytes(built.sign(authority, hashes.SHA256()).public_bytes(PEM))
    (folder / f"{name}.key").write_bytes(_private(key))
