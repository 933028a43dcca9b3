"""The demo certification authority: root, issuing authority and time-stamping authority under DATA_DIR/keys.

Every subject says "DEMO - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ". A real installation puts the roots it trusts (NEAC, the
Government Cipher Committee) as PEM files into DATA_DIR/keys/roots and issues nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from django.conf import settings

from tinhso.engines.signing import errors, keys

DEMO_MARK = "DEMO - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
# The demo authority "existed" before the first day that a simulated province may play.
BORN = datetime(2024, 1, 1, tzinfo=UTC)
ROOT_YEARS, ISSUING_YEARS = 25, 15
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


@dataclass(frozen=True)
class Member:
    """A certificate of the authority with its key."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def asn1(self) -> asn1_x509.Certificate:
        return as_asn1(self.certificate)

    @property
    def asn1_key(self) -> asn1_keys.PrivateKeyInfo:
        return asn1_keys.PrivateKeyInfo.load(key_der(self.key))


@dataclass(frozen=True)
class Authority:
    root: Member
    issuing: Member
    tsa: Member


def as_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def key_der(key: PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def name(common: str, *, organisation: str = "", unit_mark: str = DEMO_MARK, serial: str = "") -> x509.Name:
    """A subject in the fixed order C, O, OU, CN, serialNumber, cut to the lengths that X.520 allows."""
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, _cut(organisation)))
    parts += [
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, _cut(unit_mark)),
        x509.NameAttribute(NameOID.COMMON_NAME, _cut(common)),
    ]
    if serial:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, serial))
    return x509.Name(parts)


def _cut(text: str) -> str:
    """At most 64 bytes: the bound counts what is written, and a Vietnamese letter takes up to three."""
    return text.encode()[:64].decode(errors="ignore").strip(" ,")


def ensure() -> Authority:
    """The authority, made on first use. Two processes at once end with one: the whole set is linked in at once."""
    if not is_present():
        _create()
    return load()


def is_present() -> bool:
    return (keys.folder() / "authority.pem").exists()


def root_pem() -> bytes:
    """The demo's root certificate, b"" on an installation that has none."""
    return load().root.certificate.public_bytes(serialization.Encoding.PEM) if is_present() else b""


def load() -> Authority:
    path = keys.folder() / "authority.pem"
    if not path.exists():
        raise errors.AuthorityMissing
    return _load(str(path), path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _load(path: str, _changed: int) -> Authority:
    blocks = Path(path).read_bytes().split(b"-----TINHSO-----\n")
    members = []
    for pem, sealed in zip(blocks[0::2], blocks[1::2], strict=True):
        key = serialization.load_der_private_key(keys.unseal(bytes.fromhex(sealed.strip().decode())), None)
        assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
        members.append(Member(x509.load_pem_x509_certificate(pem), key))
    return Authority(*members)


def _create() -> None:
    root_key, issuing_key, tsa_key = (rsa.generate_private_key(65537, bits) for bits in (3072, 3072, 2048))
    root_name = name("Tỉnh Số - Gốc chứng thực thử nghiệm")
    root = (
        builder(root_name, root_name, root_key.public_key(), BORN, BORN + timedelta(days=365 * ROOT_YEARS))
        .add_extension(x509.BasicConstraints(True, 1), critical=True)
        .add_extension(usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    ends = BORN + timedelta(days=365 * ISSUING_YEARS)
    issuing = (
        builder(name("Tỉnh Số - Cấp chứng thư thử nghiệm"), root_name, issuing_key.public_key(), BORN, ends)
        .add_extension(x509.BasicConstraints(True, 0), critical=True)
        .add_extension(usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(_issuer_key(root_key), critical=False)
        .add_extension(distribution("root"), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    tsa = (
        builder(name("Tỉnh Số - Dấu thời gian thử nghiệm"), issuing.subject, tsa_key.public_key(), BORN, ends)
        .add_extension(x509.BasicConstraints(False, None), critical=True)
        .add_extension(usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .add_extension(_issuer_key(issuing_key), critical=False)
        .add_extension(distribution("issuing"), critical=False)
        .add_extension(responder(), critical=False)
        .sign(issuing_key, hashes.SHA256())
    )
    blocks = []
    for certificate, key in ((root, root_key), (issuing, issuing_key), (tsa, tsa_key)):
        blocks += [certificate.public_bytes(serialization.Encoding.PEM), keys.seal(key_der(key)).hex().encode() + b"\n"]
    keys.write_once(keys.folder() / "authority.pem", b"-----TINHSO-----\n".join(blocks))


def builder(
    subject: x509.Name, issuer: x509.Name, public: PublicKey, begins: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins.astimezone(UTC))
        .not_valid_after(ends.astimezone(UTC))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _issuer_key(key: PrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def distribution(which: str) -> x509.CRLDistributionPoints:
    address = x509.UniformResourceIdentifier(f"{settings.PUBLIC_URL}/chu-ky/{which}.crl")
    return x509.CRLDistributionPoints([x509.DistributionPoint([address], None, None, None)])


def responder() -> x509.AuthorityInformationAccess:
    """Where the demo authority answers on one certificate (RFC 5280, 4.2.2.1)."""
    address = x509.UniformResourceIdentifier(f"{settings.PUBLIC_URL}/chu-ky/ocsp")
    return x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.OCSP, address)])


def usage(**granted: bool) -> x509.KeyUsage:
    every = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{one: granted.get(one, False) for one in every})


def issue(subject: x509.Name, public: PublicKey, begins: datetime, ends: datetime) -> x509.Certificate:
    """A signing certificate for a person or a seal: digital signature and non-repudiation, nothing else."""
    issuing = ensure().issuing
    return (
        builder(subject, issuing.certificate.subject, public, begins, ends)
        .add_extension(x509.BasicConstraints(False, None), critical=True)
        .add_extension(usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(_issuer_key(issuing.key), critical=False)
        .add_extension(distribution("issuing"), critical=False)
        .add_extension(responder(), critical=False)
        .sign(issuing.key, hashes.SHA256())
    )
