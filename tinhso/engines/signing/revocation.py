"""Lists of revoked certificates (CRL, RFC 5280) of the demo authority, made when asked from the table."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from django.utils import timezone

from tinhso.engines.signing import authority
from tinhso.engines.signing.models import SigningCertificate

# A list is good for a day and is remade after an hour or when something was revoked.
LIFETIME = timedelta(days=1)
REASONS = {
    "key_compromise": x509.ReasonFlags.key_compromise,
    "affiliation_changed": x509.ReasonFlags.affiliation_changed,
    "superseded": x509.ReasonFlags.superseded,
    "cessation_of_operation": x509.ReasonFlags.cessation_of_operation,
    "unspecified": x509.ReasonFlags.unspecified,
}
Entry = tuple[int, datetime, str]


def crls(at: datetime | None = None) -> list[bytes]:
    """The lists of the root and of the issuing authority, DER, as of `at` (now unless said)."""
    at = at or timezone.now()
    hour = at.replace(minute=0, second=0, microsecond=0)
    return [_root_crl(hour), _issuing_crl(hour, _revoked())]


def _revoked() -> tuple[Entry, ...]:
    rows = SigningCertificate.objects.exclude(revoked_at=None).order_by("id")
    found = rows.values_list("serial", "revoked_at", "revocation_reason")
    return tuple((int(serial, 16), at, reason) for serial, at, reason in found if at is not None)


def root_crl(at: datetime) -> bytes:
    """The root's list as of `at`."""
    return _root_crl(at.replace(minute=0, second=0, microsecond=0))


def _root_crl(hour: datetime) -> bytes:
    return _make("root", hour, ())


def _issuing_crl(hour: datetime, revoked: tuple[Entry, ...]) -> bytes:
    return _make("issuing", hour, revoked)


def _make(which: str, hour: datetime, revoked: tuple[Entry, ...]) -> bytes:
    member = getattr(authority.ensure(), which)
    return _signed(which, member.certificate.serial_number, hour, revoked)


@lru_cache(maxsize=16)
def _signed(which: str, _serial: int, hour: datetime, revoked: tuple[Entry, ...]) -> bytes:
    member: authority.Member = getattr(authority.ensure(), which)
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(member.certificate.subject)
        .last_update(hour)
        .next_update(hour + LIFETIME)
        .add_extension(x509.CRLNumber(int(hour.timestamp()) * 10000 + len(revoked)), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(member.key.public_key()), critical=False)
    )
    for serial, at, reason in revoked:
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(serial)
            .revocation_date(at)
            .add_extension(x509.CRLReason(REASONS.get(reason, x509.ReasonFlags.unspecified)), critical=False)
            .build()
        )
        made = made.add_revoked_certificate(entry)
    return made.sign(member.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
