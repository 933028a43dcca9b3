"""Signing PDFs: PAdES B-B and B-T, the person first, the organisation's seal after, each an incremental update."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import Signer
from pyhanko.sign.signers.pdf_signer import PdfSigningSession

from tinhso.engines.signing import errors, opening, permissions, reading, stamps, timestamping
from tinhso.engines.signing.issuing import (
    ensure_demo_authority,
    issue_demo_certificate,
    issue_demo_seal,
    revoke_certificate,
    unlock_certificate,
)
from tinhso.engines.signing.models import SignatureEvidence, SigningCertificate
from tinhso.engines.signing.verification import SignatureFact, Verification, verify_pdf
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit import log as audit
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account

__all__ = [
    "SignatureFact",
    "Verification",
    "ensure_demo_authority",
    "issue_demo_certificate",
    "issue_demo_seal",
    "revoke_certificate",
    "seal_pdf",
    "sign_pdf",
    "unlock_certificate",
    "verify_pdf",
]

# How far the stated time of signing may lie from the clock; simulated actors play in the past.
TOLERANCE = timedelta(minutes=5)
# Hex digits kept free for the signature of each level; measured sizes plus a third (a trial signing costs 100 ms).
RESERVED = {"B-B": 9 * 1024, "B-T": 20 * 1024}


class _DatedSigner(PdfSigner):
    """A PdfSigner whose stated signing time is the act's own."""

    stated_at: datetime

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = timezone.localtime(self.stated_at)
        return session


@transaction.atomic
def sign_pdf(
    actor: access.Actor,
    *,
    pdf: bytes,
    account: Account,
    pin: str | None = None,
    reason: str = "",
    location: str = "",
    at: datetime | None = None,
    level: str = "B-T",
    certificate: SigningCertificate | None = None,
    place: stamps.Place | None = None,
    is_visible: bool = True,
) -> bytes:
    """Signs as a person, with their own certificate checked to be in force before anything is signed.

    `pin` opens a PIN-held key; a step-up-held key asks for `actor.stepped_up`. The stamp stands above the
    signer's printed name on the last page unless `place` says otherwise. Raises `errors.SigningRefused`.
    """
    access.require(actor, permissions.SIGN)
    if actor.account_id is not None and actor.account_id != account.pk:
        raise errors.NotYours
    at = _instant(actor, at)
    if certificate is not None and certificate.account_id != account.pk:
        raise errors.NotYours
    certificate = certificate or opening.certificate_of(account, at)
    return _sign(actor, pdf, certificate, pin, reason, location, at, level, place, is_visible, str(account))


@transaction.atomic
def seal_pdf(
    actor: access.Actor,
    *,
    pdf: bytes,
    unit: Unit,
    signer_name: str = "",
    reason: str = "",
    location: str = "",
    at: datetime | None = None,
    level: str = "B-T",
    place: stamps.Place | None = None,
    is_visible: bool = True,
) -> bytes:
    """Sets the organisation's digital seal on a signed document, over the left third of `signer_name`'s stamp."""
    access.require(actor, permissions.SEAL, unit=unit)
    at = _instant(actor, at)
    certificate = opening.seal_of(unit, at)
    return _sign(actor, pdf, certificate, None, reason, location, at, level, place, is_visible, signer_name)


def _sign(
    actor: access.Actor,
    pdf: bytes,
    certificate: SigningCertificate,
    pin: str | None,
    reason: str,
    location: str,
    at: datetime,
    level: str,
    place: stamps.Place | None,
    is_visible: bool,
    printed_name: str,
) -> bytes:
    opening.require_in_force(certificate, at)
    standing = reading.require_signable(pdf)
    signer = opening.open_signer(actor, certificate, pin)
    field = f"{'ConDau' if certificate.kind == SigningCertificate.Kind.SEAL else 'ChuKy'}{standing + 1}"
    if is_visible:
        is_seal = certificate.kind == SigningCertificate.Kind.SEAL
        place = place or stamps.place_for(pdf, printed_name, is_seal=is_seal)
    metadata = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=reason or None,
        location=location or None,
        name=certificate.subject,
    )
    signed = _apply(pdf, field, metadata, signer, certificate, place if is_visible else None, at, level)
    _keep_evidence(actor, certificate, field, metadata, pdf, signed, at, level)
    return signed


def _apply(
    pdf: bytes,
    field: str,
    metadata: PdfSignatureMetadata,
    signer: Signer,
    certificate: SigningCertificate,
    place: stamps.Place | None,
    at: datetime,
    level: str,
) -> bytes:
    style = None
    spec = SigFieldSpec(field)
    if place is not None:
        organisation = opening.organisation_of(certificate)
        style = stamps.style(certificate, place, at, certificate.subject, organisation)
        spec = SigFieldSpec(field, on_page=place.page, box=place.box)
    tool = _DatedSigner(
        metadata,
        signer=signer,
        timestamper=timestamping.stamper(at) if level == "B-T" else None,
        stamp_style=style,
        new_field_spec=spec,
    )
    tool.stated_at = at
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=True)
        out = tool.sign_pdf(writer, bytes_reserved=RESERVED[level], output=io.BytesIO())
    except SigningError as fault:
        raise errors.AlreadySealedShut from fault
    except PdfError as fault:
        raise errors.NotSignable from fault
    return bytes(out.getvalue())


def _keep_evidence(
    actor: access.Actor,
    certificate: SigningCertificate,
    field: str,
    metadata: PdfSignatureMetadata,
    before: bytes,
    after: bytes,
    at: datetime,
    level: str,
) -> None:
    evidence = SignatureEvidence.objects.create(
        certificate=certificate,
        account_id=actor.account_id,
        unit_id=certificate.unit_id,
        field_name=field,
        level=level,
        signed_at=at,
        timestamped_at=at if level == "B-T" else None,
        digest_before=hashlib.sha256(before).hexdigest(),
        digest_after=hashlib.sha256(after).hexdigest(),
        reason=metadata.reason or "",
        location=metadata.location or "",
        is_simulated=actor.is_simulated,
    )
    audit.record(
        actor,
        "signing.document.sealed" if certificate.kind == SigningCertificate.Kind.SEAL else "signing.document.signed",
        evidence,
        unit_id=certificate.unit_id,
        serial=certificate.serial,
        digest=evidence.digest_after,
        level=level,
    )


def _instant(actor: access.Actor, at: datetime | None) -> datetime:
    now = timezone.now()
    if at is None:
        return now.replace(microsecond=0)
    may_play_the_past = actor.is_simulated or actor.kind == "system"
    if at > now + TOLERANCE or (at < now - TOLERANCE and not may_play_the_past):
        raise errors.WrongTime
    return at.replace(microsecond=0)
