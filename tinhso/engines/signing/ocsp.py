"""The demo authority's answers on one certificate (OCSP, RFC 6960), made in this process from the table."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from tinhso.engines.signing import authority
from tinhso.engines.signing.models import SigningCertificate
from tinhso.engines.signing.revocation import REASONS

# An answer is good for a day; one made within the hour is given again (a signature costs an RSA operation).
LIFETIME = timedelta(days=1)


def answer(certificate: bytes, at: datetime) -> bytes:
    """What is known at `at` of a certificate (DER) that the demo issuing authority gave out, as a signed answer."""
    serial = x509.load_der_x509_certificate(certificate).serial_number
    row = SigningCertificate.objects.filter(serial=f"{serial:x}").exclude(revoked_at=None).first()
    revoked = row.revoked_at if row is not None and row.revoked_at is not None and row.revoked_at <= at else None
    reason = row.revocation_reason if row is not None and revoked else ""
    hour = at.replace(minute=0, second=0, microsecond=0)
    if revoked is not None:
        hour = max(hour, revoked.replace(microsecond=0))
    return _signed(authority.ensure().issuing.certificate.serial_number, certificate, hour, revoked, reason)


@lru_cache(maxsize=2048)
def _signed(_issuing: int, certificate: bytes, hour: datetime, revoked: datetime | None, reason: str) -> bytes:
    issuing = authority.ensure().issuing
    made = ocsp.OCSPResponseBuilder().add_response(
        cert=x509.load_der_x509_certificate(certificate),
        issuer=issuing.certificate,
        algorithm=hashes.SHA1(),  # noqa: S303 - names the issuer in RFC 6960's usual way; signs nothing
        cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
        this_update=hour,
        next_update=hour + LIFETIME,
        revocation_time=revoked,
        revocation_reason=REASONS.get(reason, x509.ReasonFlags.unspecified) if revoked else None,
    )
    signed = made.responder_id(ocsp.OCSPResponderEncoding.HASH, issuing.certificate).sign(issuing.key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)


def respond(request: bytes, at: datetime) -> bytes:
    """The answer to an OCSP request (DER); "malformed" or "unauthorised" as RFC 6960 says, never an exception."""
    try:
        asked = ocsp.load_der_ocsp_request(request)
    except ValueError:
        return _unsuccessful(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
    demo = authority.ensure()
    if asked.serial_number == demo.tsa.certificate.serial_number:
        return answer(demo.tsa.certificate.public_bytes(serialization.Encoding.DER), at)
    row = SigningCertificate.objects.filter(serial=f"{asked.serial_number:x}").first()
    if row is None or not _is_ours(bytes(row.certificate)):
        return _unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    return answer(bytes(row.certificate), at)


def _is_ours(certificate: bytes) -> bool:
    return x509.load_der_x509_certificate(certificate).issuer == authority.ensure().issuing.certificate.subject


def _unsuccessful(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(serialization.Encoding.DER)
