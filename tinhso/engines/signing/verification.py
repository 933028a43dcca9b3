"""Judging signed PDFs in plain Vietnamese: who signed, when, is it still what was signed, and by what trust.

"Valid" needs all of: every signature whole and correct; a path to a configured root; the certificate in force and
not revoked at the proved time (the time stamp's; without one, that of the archive stamp behind it, or now); no change
but further signatures afterwards; and the last signature covering the whole file. Archive stamps (B-LTA) carry a
signature over the end of its certificate, and over the end of the time stamp's own: each proves what stood before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import cms as asn1_cms
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from django.utils import timezone
from django.utils.translation import gettext as _
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import ValidationInfoReadingError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.status import ModificationInfo, PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from tinhso.engines.signing import authority, reading, revocation, trust

_OUT_OF_VALIDITY = (
    AdESIndeterminate.EXPIRED,
    AdESIndeterminate.NOT_YET_VALID,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED,
)
# No list or answer on the certificate was at hand.
_UNKNOWN = (
    AdESIndeterminate.TRY_LATER,
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND,
    AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE,
)
_REVOKED = (AdESIndeterminate.REVOKED_NO_POE, AdESIndeterminate.REVOKED_CA_NO_POE)


_HEX_ROOM = re.compile(rb"<[0-9A-Fa-f]+>")


@dataclass(frozen=True)
class SignatureFact:
    """One signature, as a person reads it. `fault` is empty when it is valid."""

    signer: str
    organisation: str
    is_valid: bool
    sentence: str
    signed_at: datetime | None
    is_time_proved: bool
    is_demo: bool
    fault: str = ""
    serial: str = ""
    issuer: str = ""


@dataclass(frozen=True)
class Verification:
    """The verdict on a file."""

    is_valid: bool
    sentence: str
    signatures: list[SignatureFact] = field(default_factory=list)

    @property
    def is_demo(self) -> bool:
        return any(fact.is_demo for fact in self.signatures)


# What says that the file is not the one that was signed, whatever its proofs are worth.
CHANGED = {"altered", "appended", "structure"}


def verify_pdf(data: bytes) -> Verification:
    """Judges a file of any bytes at all; never raises, never says valid in doubt."""
    try:
        reader = reading.open_pdf(data)
        found = reading.signatures(reader)
    except reading.Unreadable:
        return Verification(False, _("Không hợp lệ: tệp này không phải PDF đọc được nên không kiểm tra được chữ ký."))
    if not found:
        return Verification(False, _("Tệp này không có chữ ký số nào."))
    names = {one.field_name for one in found}
    if all(_is_stamp(one) for one in found):
        return Verification(False, _("Tệp này không có chữ ký số nào."))
    proved = _moments(found, names)
    moments = proved or [timezone.now()] * len(found)
    judged = [(one, moment) for one, moment in zip(found, moments, strict=True) if not _is_stamp(one)]
    facts = [_judge(one, names, moment, is_last=one is found[-1]) for one, moment in judged]
    # A changed byte breaks the stamp over it as well: what a person wants to know is that the file was changed.
    bad = [fact for fact in facts if not fact.is_valid and (proved or fact.fault in CHANGED)]
    if bad:
        return Verification(False, _("Không hợp lệ: %(sentence)s") % {"sentence": bad[0].sentence}, facts)
    if proved is None:
        return Verification(False, _("Không hợp lệ: dấu thời gian lưu trữ của tệp không tin được."))
    whole = _("Hợp lệ: tệp có %(count)s chữ ký số, tất cả đều đúng, nội dung còn nguyên từ khi ký.")
    return Verification(True, whole % {"count": len(facts)}, facts)


def _is_stamp(signature: EmbeddedPdfSignature) -> bool:
    return bool(signature.sig_object_type == "/DocTimeStamp")


def _moments(found: list[EmbeddedPdfSignature], names: set[str]) -> list[datetime] | None:
    """For each signature, the earliest instant at which it is proved to have stood already: that of the first archive
    stamp behind it, itself proved by the next one; without any, now. None when one of the stamps fails.
    """
    moment, moments = timezone.now(), []
    for one in reversed(found):
        moments.append(moment)
        if _is_stamp(one):
            stamped = _good_stamp(one, names, moment, is_last=one is found[-1])
            if stamped is None:
                return None
            moment = stamped
    return moments[::-1]


def _judge(signature: EmbeddedPdfSignature, names: set[str], moment: datetime, *, is_last: bool) -> SignatureFact:
    try:
        _require_nothing_behind(signature)
        proved = _token_time(signature)
        status = _validate(signature, proved, moment)
        fault = _fault(status, names, is_last=is_last, is_stamped=proved is not None)
        signed_at = proved or status.signer_reported_dt or signature.self_reported_timestamp
        certificate = status.signing_cert
    except Exception:  # a forged structure may break the validator in any way; it is never valid
        return SignatureFact(
            "", "", False, _("chữ ký bị hỏng hoặc bị làm giả cấu trúc."), None, False, False, "structure"
        )
    subject = certificate.subject.native
    signer = str(subject.get("common_name", ""))
    return SignatureFact(
        signer=signer,
        organisation=str(subject.get("organization_name", "")),
        is_valid=not fault,
        sentence=_sentence(fault, signer, signed_at, proved is not None),
        signed_at=signed_at,
        is_time_proved=proved is not None and not fault,
        is_demo=authority.DEMO_MARK in str(subject.get("organizational_unit_name", "")),
        fault=fault,
        serial=f"{certificate.serial_number:x}",
        issuer=str(certificate.issuer.native.get("common_name", "")),
    )


def _require_nothing_behind(signature: EmbeddedPdfSignature) -> None:
    """The room kept for the signature is not signed itself: hex digits alone, and zeros behind the signature."""
    before, length, behind, _rest = (int(place) for place in signature.byte_range)
    signature.reader.stream.seek(before + length)
    if not _HEX_ROOM.fullmatch(signature.reader.stream.read(behind - before - length)):
        raise reading.Unreadable
    room = bytes(signature.pkcs7_content)
    if any(room[len(asn1_cms.ContentInfo.load(room, strict=False).dump()) :]):
        raise reading.Unreadable


def _token_time(signature: EmbeddedPdfSignature) -> datetime | None:
    """What the time stamp says, before it is known to be good; validation decides whether to believe it."""
    tokens = list(extract_tst_data_iter(signature.signer_info, signed=False))
    if not tokens:
        return None
    # Unsigned attributes can be added by anyone: two tokens are one too many to choose from.
    (token,) = tokens
    content = token["encap_content_info"]["content"].parsed
    assert isinstance(content, tsp.TSTInfo)
    stamped: datetime = content["gen_time"].native
    return stamped


def _validate(signature: EmbeddedPdfSignature, proved: datetime | None, moment: datetime) -> PdfSignatureStatus:
    # A time stamp from after the moment at which the signature stood already proves nothing.
    signed = proved if proved is not None and proved <= moment else moment
    status = _status(signature, signed, moment, None)
    if status.trust_problem_indic in _UNKNOWN or _is_stamp_unknown(status):
        # No list of ours knows the certificate's authority: the file's own proofs answer, as they stood then.
        return _status(signature, signed, moment, _Embedded.of(signature))
    return status


def _status(
    signature: EmbeddedPdfSignature, signed: datetime, moment: datetime, embedded: _Embedded | None
) -> PdfSignatureStatus:
    return validate_pdf_signature(
        signature,
        signer_validation_context=_context(signed, embedded),
        ts_validation_context=_context(moment, embedded),
    )


def _is_stamp_unknown(status: PdfSignatureStatus) -> bool:
    stamp = status.timestamp_validity
    return stamp is not None and stamp.trust_problem_indic in _UNKNOWN


@dataclass(frozen=True)
class _Embedded:
    """The proofs in the file itself (DSS), each signed by the authority that it speaks for."""

    certificates: list[asn1_x509.Certificate]
    ocsps: list[bytes]
    crls: list[bytes]

    @classmethod
    def of(cls, signature: EmbeddedPdfSignature) -> _Embedded | None:
        try:
            kept = DocumentSecurityStore.read_dss(signature.reader)
        except ValidationInfoReadingError:
            return None
        return cls(
            list(kept.load_certs()),
            [bytes(one.get_object().data) for one in kept.ocsps],
            [bytes(one.get_object().data) for one in kept.crls],
        )


def _context(moment: datetime, embedded: _Embedded | None = None) -> ValidationContext:
    return ValidationContext(
        trust_roots=trust.roots(),
        other_certs=embedded.certificates if embedded else [],
        ocsps=embedded.ocsps if embedded else [],
        crls=revocation.crls() + trust.foreign_crls() + (embedded.crls if embedded else []),
        moment=moment,
        allow_fetching=False,
        revocation_mode="require",
        # A list made later than the moment says what was revoked by then; that is what is asked.
        retroactive_revinfo=True,
        weak_hash_algos={"md2", "md5", "sha1"},
    )


def _fault(status: PdfSignatureStatus, names: set[str], *, is_last: bool, is_stamped: bool) -> str:
    """The first thing wrong, as a code; empty when nothing is."""
    stamp = status.timestamp_validity
    tests = (
        ("altered", not (status.intact and status.valid)),
        ("appended", not _is_whole(status, names, is_last=is_last)),
        ("revoked", status.revoked),
        ("timestamp", is_stamped and not (stamp and stamp.valid and stamp.intact and stamp.trusted)),
        (_trust_fault(status), not status.trusted),
        ("structure", not status.bottom_line),
    )
    return next((code for code, is_wrong in tests if is_wrong), "")


def _is_whole(status: ModificationInfo, names: set[str], *, is_last: bool) -> bool:
    """Covers the file, or was followed by nothing but further signatures; by the last one, only their proofs (DSS)."""
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return True
    diff = status.diff_result
    if status.coverage != SignatureCoverageLevel.ENTIRE_REVISION or not isinstance(diff, DiffResult):
        return False
    if diff.modification_level == ModificationLevel.LTA_UPDATES:
        return True
    if is_last:
        # A whole revision of proofs comes after the last one; bytes merely appended are no revision (level NONE).
        return False
    return diff.modification_level <= ModificationLevel.FORM_FILLING and set(diff.changed_form_fields) <= names


def _good_stamp(stamp: EmbeddedPdfSignature, names: set[str], moment: datetime, *, is_last: bool) -> datetime | None:
    """What a document time stamp (PAdES B-LTA) says, when it is correct, trusted at `moment`, and nothing but
    signatures came after it; otherwise None.
    """
    try:
        _require_nothing_behind(stamp)
        status = validate_pdf_timestamp(stamp, validation_context=_context(moment))
        if status.trust_problem_indic in _UNKNOWN:
            status = validate_pdf_timestamp(stamp, validation_context=_context(moment, _Embedded.of(stamp)))
        is_good = status.valid and status.intact and status.trusted and _is_whole(status, names, is_last=is_last)
        stamped: datetime = status.timestamp
        return stamped if is_good and stamped <= moment else None
    except Exception:  # as in _judge
        return None


def _trust_fault(status: PdfSignatureStatus) -> str:
    problem = status.trust_problem_indic
    if problem in _OUT_OF_VALIDITY:
        return "expired"
    if problem in _REVOKED:
        return "revoked"
    return "unknown" if problem == AdESIndeterminate.TRY_LATER else "untrusted"


def _sentence(fault: str, signer: str, at: datetime | None, is_proved: bool) -> str:
    when = timezone.localtime(at).strftime("%H:%M %d/%m/%Y") if at else _("không rõ")
    words = {"signer": signer, "when": when}
    if fault == "":
        if is_proved:
            return _("%(signer)s ký lúc %(when)s, có dấu thời gian; chữ ký đúng.") % words
        return _("%(signer)s ký, tự ghi lúc %(when)s (không có dấu thời gian); chữ ký đúng.") % words
    return {
        "altered": _("nội dung đã bị sửa sau khi %(signer)s ký."),
        "appended": _("tệp đã bị thêm hoặc đổi nội dung sau khi %(signer)s ký."),
        "revoked": _("chứng thư của %(signer)s đã bị thu hồi vào lúc ký."),
        "expired": _("chứng thư của %(signer)s không còn hoặc chưa có hiệu lực vào lúc ký."),
        "timestamp": _("dấu thời gian trên chữ ký của %(signer)s không tin được."),
        "unknown": _("không có bằng chứng rằng chứng thư của %(signer)s chưa bị thu hồi vào lúc ký."),
        "untrusted": _("chứng thư của %(signer)s không do nơi được tin cậy cấp."),
        "structure": _("chữ ký của %(signer)s bị hỏng hoặc bị làm giả cấu trúc."),
    }[fault] % words
