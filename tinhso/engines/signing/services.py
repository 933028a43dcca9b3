"""Signing PDFs: PAdES B-B to B-LTA, the person first, the organisation's seal after, each an incremental update."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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

from tinhso.engines.signing import errors, opening, permissions, proofs, reading, stamps, timestamping, tokens
from tinhso.engines.signing.issuing import (
    ensure_demo_authority,
    issue_demo_certificate,
    issue_demo_seal,
    register_remote_certificate,
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
    "person_pen",
    "register_remote_certificate",
    "revoke_certificate",
    "seal_pdf",
    "sign_pdf",
    "unlock_certificate",
    "verify_pdf",
]

# How far the stated time of signing may lie from the clock; simulated actors play in the past.
TOLERANCE = timedelta(minutes=5)
# Hex digits kept free for the signature of each level; measured sizes plus a third (a trial signing costs 100 ms).
RESERVED = {"B-B": 9 * 1024, "B-T": 20 * 1024, "B-LT": 20 * 1024, "B-LTA": 20 * 1024}
STAMPED = ("B-T", "B-LT", "B-LTA")


@dataclass(frozen=True)
class _Order:
    """How a signature is wanted."""

    reason: str
    location: str
    at: datetime
    level: str
    place: stamps.Place | None
    is_visible: bool
    printed_name: str = ""


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
    pen: opening.Pen | None = None,
) -> bytes:
    """Signs as a person, with their own certificate checked to be in force before anything is signed.

    `pin` opens a PIN-held key; a step-up-held key asks for `actor.stepped_up`; a `pen` (person_pen) is open already.
    The stamp stands above the signer's printed name on the last page unless `place` says otherwise. `level` goes from
    B-B (no time stamp) over B-T and B-LT (with its proofs) to B-LTA (archive stamp). Raises `errors.SigningRefused`.
    """
    access.require(actor, permissions.SIGN)
    if actor.account_id is not None and actor.account_id != account.pk:
        raise errors.NotYours
    at = _instant(actor, at)
    certificate = pen.certificate if pen else certificate
    if certificate is not None and certificate.account_id != account.pk:
        raise errors.NotYours
    order = _Order(reason, location, at, level, place, is_visible, str(account))
    if pen is not None:
        return _write(actor, pdf, pen, order)
    return _sign(actor, pdf, certificate or opening.certificate_of(account, at), pin, order)


@contextmanager
def person_pen(
    actor: access.Actor, *, account: Account, pin: str | None = None, at: datetime | None = None
) -> Iterator[opening.Pen]:
    """The person's own key, opened once for many papers: one PIN, one session on the device."""
    access.require(actor, permissions.SIGN)
    if actor.account_id is not None and actor.account_id != account.pk:
        raise errors.NotYours
    at = _instant(actor, at)
    certificate = opening.certificate_of(account, at)
    opening.require_in_force(certificate, at)
    with opening.opened(actor, certificate, pin) as pen:
        yield pen


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
    return _sign(actor, pdf, certificate, None, _Order(reason, location, at, level, place, is_visible, signer_name))


def _sign(actor: access.Actor, pdf: bytes, certificate: SigningCertificate, pin: str | None, order: _Order) -> bytes:
    opening.require_in_force(certificate, order.at)
    reading.require_signable(pdf)
    with opening.opened(actor, certificate, pin) as pen:
        return _write(actor, pdf, pen, order)


def _write(actor: access.Actor, pdf: bytes, pen: opening.Pen, order: _Order) -> bytes:
    """One signature with an open key: certificate, file, place, signature, proofs, evidence."""
    pen.require_in_force(order.at)
    certificate, standing = pen.certificate, reading.require_signable(pdf)
    is_seal = certificate.kind == SigningCertificate.Kind.SEAL
    field = f"{'ConDau' if is_seal else 'ChuKy'}{standing + 1}"
    place = order.place or stamps.place_for(pdf, order.printed_name, is_seal=is_seal) if order.is_visible else None
    with tokens.named_faults():
        signed = _apply(pdf, field, pen.signer, certificate, place, order)
    if order.level in ("B-LT", "B-LTA"):
        signed = proofs.add_proofs(signed, order.at, is_archived=order.level == "B-LTA")
    reading.remember(signed, standing + 1 + (order.level == "B-LTA"))
    _keep_evidence(actor, certificate, field, pdf, signed, order)
    return signed


def _apply(
    pdf: bytes,
    field: str,
    signer: Signer,
    certificate: SigningCertificate,
    place: stamps.Place | None,
    order: _Order,
) -> bytes:
    """The signature itself, as an incremental update; pyHanko's refusals become ours."""
    style, spec = None, SigFieldSpec(field)
    if place is not None:
        organisation = opening.organisation_of(certificate)
        style = stamps.style(certificate, place, order.at, certificate.subject, organisation)
        spec = SigFieldSpec(field, on_page=place.page, box=place.box)
    metadata = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=order.reason or None,
        location=order.location or None,
        name=certificate.subject,
    )
    stamper = timestamping.stamper(order.at) if order.level in STAMPED else None
    tool = _DatedSigner(metadata, signer=signer, timestamper=stamper, stamp_style=style, new_field_spec=spec)
    tool.stated_at = order.at
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=True)
        out = tool.sign_pdf(writer, bytes_reserved=RESERVED[order.level], output=io.BytesIO())
    except SigningError as fault:
        raise errors.AlreadySealedShut from fault
    except PdfError as fault:
        raise errors.NotSignable from fault
    return bytes(out.getvalue())


def _keep_evidence(
    actor: access.Actor, certificate: SigningCertificate, field: str, before: bytes, after: bytes, order: _Order
) -> None:
    evidence = SignatureEvidence.objects.create(
        certificate=certificate,
        account_id=actor.account_id,
        unit_id=certificate.unit_id,
        field_name=field,
        level=order.level,
        signed_at=order.at,
        timestamped_at=order.at if order.level in STAMPED else None,
        digest_before=hashlib.sha256(before).hexdigest(),
        digest_after=hashlib.sha256(after).hexdigest(),
        reason=order.reason[:200],
        location=order.location[:200],
        is_simulated=actor.is_simulated,
    )
    is_seal = certificate.kind == SigningCertificate.Kind.SEAL
    audit.record(
        actor,
        "signing.document.sealed" if is_seal else "signing.document.signed",
        evidence,
        unit_id=certificate.unit_id,
        serial=certificate.serial,
        digest=evidence.digest_after,
        level=order.level,
    )


def _instant(actor: access.Actor, at: datetime | None) -> datetime:
    now = timezone.now()
    if at is None:
        return now.replace(microsecond=0)
    may_play_the_past = actor.is_simulated or actor.kind == "system"
    if at > now + TOLERANCE or (at < now - TOLERANCE and not may_play_the_past):
        raise errors.WrongTime
    return at.replace(microsecond=0)
