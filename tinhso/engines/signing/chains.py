"""Is a certificate fit to sign with: strong key, right usage, a path to a trusted root, not revoked. Before signing."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime
from functools import lru_cache

from asn1crypto import x509 as asn1_x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InsufficientRevinfoError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    PathError,
    RevokedError,
)

from tinhso.engines.signing import authority, errors, revocation, trust

RSA_BITS, EC_BITS = 2048, 256
USAGES = {"digital_signature", "non_repudiation"}


def require_fit(certificate: bytes, at: datetime) -> None:
    """Circular 15/2025/TT-BKHCN: all of it checked before the key is touched. Raises the refusal that says what.

    The hour's answer is kept: forty signatures of one certificate check its path once; the row's own revocation is
    looked at for each signature (opening.require_in_force).
    """
    known = hashlib.sha256(b"".join([*revocation.crls(at), *trust.foreign_crls(), *_roots()])).digest()
    problem = _problem(certificate, at.replace(minute=0, second=0, microsecond=0), at, known)
    if problem is not None:
        raise problem


def _roots() -> list[bytes]:
    return [one.dump() for one in trust.roots()]


@lru_cache(maxsize=512)
def _cached(certificate: bytes, hour: datetime, known: bytes) -> type[errors.SigningRefused] | None:
    return _judge(asn1_x509.Certificate.load(certificate), hour)


def _problem(certificate: bytes, hour: datetime, at: datetime, known: bytes) -> errors.SigningRefused | None:
    inner = asn1_x509.Certificate.load(certificate)
    # An hour in which the certificate begins or ends is not rounded.
    is_inside = inner.not_valid_before <= hour and at < inner.not_valid_after
    kind = _cached(certificate, hour, known) if is_inside else _judge(inner, at)
    return kind() if kind is not None else None


def _judge(certificate: asn1_x509.Certificate, at: datetime) -> type[errors.SigningRefused] | None:
    if not _is_strong(certificate):
        return errors.WeakKey
    usage = certificate.key_usage_value
    if usage is None or not USAGES & set(usage.native):
        return errors.WrongUsage
    context = ValidationContext(
        trust_roots=trust.roots(),
        other_certs=[authority.ensure().issuing.asn1],
        crls=revocation.crls(at) + trust.foreign_crls(),
        moment=at,
        allow_fetching=False,
        revocation_mode="require",
        retroactive_revinfo=True,
        weak_hash_algos={"md2", "md5", "sha1"},
    )
    try:
        judge = CertificateValidator(certificate, validation_context=context)
        asyncio.run(judge.async_validate_usage(set()))  # type: ignore[no-untyped-call]
    except RevokedError:
        return errors.RevokedSomewhere
    except (ExpiredError, NotYetValidError):
        return errors.OutOfForce
    except InsufficientRevinfoError:
        return errors.StateUnknown
    except (PathBuildingError, PathError, InvalidCertificateError):
        return errors.Untrusted
    return None


def _is_strong(certificate: asn1_x509.Certificate) -> bool:
    key = certificate.public_key
    return bool(key.bit_size >= (EC_BITS if key.algorithm == "ec" else RSA_BITS))
