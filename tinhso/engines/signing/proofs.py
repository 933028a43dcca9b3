"""What a signature needs to be checked long after: certificates, revocation answers, an archive stamp (B-LT, B-LTA)."""

from __future__ import annotations

import io
from datetime import datetime

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from tinhso.engines.signing import authority, ocsp, reading, revocation, timestamping

ARCHIVE_FIELD = "DauThoiGianLuuTru"
# Room for an archive stamp: its token, measured, plus a third.
STAMP_RESERVED = 12 * 1024


def add_proofs(pdf: bytes, at: datetime, *, is_archived: bool) -> bytes:
    """The signed file with the proofs of all its signatures, and with `is_archived` an archive time stamp over both.

    One incremental update. The answers are those of the hour of signing: made once and used again.
    """
    found = reading.signatures(reading.open_pdf(pdf))
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=True)
    signers = [one.signer_cert for one in found]
    demo = authority.ensure()
    ours = [one for one in signers if one.issuer == demo.issuing.asn1.subject]
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[*signers, demo.tsa.asn1, demo.issuing.asn1, demo.root.asn1],
        ocsps=[_answer(one, at) for one in (*ours, demo.tsa.asn1)],
        crls=[asn1_crl.CertificateList.load(revocation.root_crl(at))],
    )
    out = io.BytesIO()
    if not is_archived:
        writer.write(out)  # type: ignore[no-untyped-call]
        return out.getvalue()
    return _stamp(writer, at, len(found))


def add_archive_stamp(pdf: bytes, at: datetime) -> bytes:
    """A further archive stamp, before the last one's own certificate ends."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=True)
    return _stamp(writer, at, len(reading.signatures(reading.open_pdf(pdf))))


def _stamp(writer: IncrementalPdfFileWriter, at: datetime, standing: int) -> bytes:
    stamper = PdfTimeStamper(timestamping.stamper(at), field_name=f"{ARCHIVE_FIELD}{standing + 1}")
    stamped = stamper.timestamp_pdf(writer, "sha256", bytes_reserved=STAMP_RESERVED, output=io.BytesIO())
    return bytes(stamped.getvalue())


def _answer(certificate: asn1_x509.Certificate, at: datetime) -> asn1_ocsp.OCSPResponse:
    return asn1_ocsp.OCSPResponse.load(ocsp.answer(certificate.dump(), at))
