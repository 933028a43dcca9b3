"""Checking: forged, changed, expired and revoked files are never "valid", and no bytes at all break the check."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import keys as asn1_keys
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    NullObject,
    NumberObject,
    StreamObject,
    TextStringObject,
    pdf_name,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, PdfTimeStamper, signers
from pyhanko.sign.fields import SigSeedSubFilter

from tinhso.engines.signing import authority, opening, services, timestamping
from tinhso.engines.signing.models import SigningCertificate
from tinhso.engines.signing.tests.conftest import PIN
from tinhso.foundation.testing.cast import Cast

pytestmark = pytest.mark.long

_MADE: dict[str, bytes] = {}


@pytest.fixture
def signed(db: None, request: pytest.FixtureRequest, paper: bytes) -> bytes:
    """One signed paper for all forgeries; checking it asks nothing of its signer's rows."""
    if "signed" not in _MADE:
        cast: Cast = request.getfixturevalue("cast")
        request.getfixturevalue("certificate")
        _MADE["signed"] = services.sign_pdf(cast.actor("leader"), pdf=paper, account=cast.leader, pin=PIN)
    return _MADE["signed"]


def fault_of(data: bytes) -> str:
    """The code of what is wrong; the verdict itself must be "not valid" and say so in words."""
    verdict = services.verify_pdf(data)
    assert not verdict.is_valid
    assert verdict.sentence.startswith(("Không hợp lệ", "Tệp này không có chữ ký"))
    return next((fact.fault for fact in verdict.signatures if fact.fault), "unreadable")


def written(writer: IncrementalPdfFileWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def updated(data: bytes) -> IncrementalPdfFileWriter:
    return IncrementalPdfFileWriter(io.BytesIO(data), strict=False)


# --- changed after signing ------------------------------------------------------------------------------------------


def test_one_changed_byte_of_the_content_is_found(signed: bytes) -> None:
    at = signed.index(b"stream\n") + 20
    assert fault_of(signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]) in {"altered", "structure", "unreadable"}


def test_bytes_added_behind_the_end_are_found(signed: bytes) -> None:
    assert fault_of(signed + b"\n% nothing to see\n") in {"appended", "structure", "unreadable"}


def test_a_page_replaced_by_a_later_revision_is_found(signed: bytes) -> None:
    """Shadow attack, replace: the signed revision is whole, a later one shows another page."""
    writer = updated(signed)
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page[pdf_name("/Contents")] = writer.add_object(StreamObject(stream_data=b"BT (5.000.000) Tj ET"))
    writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))
    assert fault_of(written(writer)) == "appended"


def test_an_overlay_laid_over_the_signed_page_is_found(signed: bytes) -> None:
    """Shadow attack, hide: an annotation covers what was signed."""
    writer = updated(signed)
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    note = DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): ArrayObject(map(NumberObject, (0, 0, 595, 842))),
            pdf_name("/Contents"): TextStringObject("5.000.000 đồng"),
        }
    )
    page[pdf_name("/Annots")] = ArrayObject([*page.get("/Annots", ()), writer.add_object(note)])
    writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))
    assert fault_of(written(writer)) == "appended"


def test_a_catalogue_pointed_at_other_pages_is_found(signed: bytes) -> None:
    """Shadow attack, hide and replace: a second page tree, prepared or brought, is switched on."""
    writer = updated(signed)
    page = writer.add_object(
        DictionaryObject(
            {pdf_name("/Type"): pdf_name("/Page"), pdf_name("/MediaBox"): ArrayObject(map(NumberObject, (0, 0, 9, 9)))}
        )
    )
    tree = DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Pages"),
            pdf_name("/Count"): NumberObject(1),
            pdf_name("/Kids"): ArrayObject([page]),
        }
    )
    writer.root[pdf_name("/Pages")] = writer.add_object(tree)
    writer.update_root()
    assert fault_of(written(writer)) == "appended"


def test_a_stamp_drawn_anew_after_signing_is_found(signed: bytes) -> None:
    """The visible signature itself is content: another name in it is a forgery."""
    writer = updated(signed)
    field = writer.root["/AcroForm"]["/Fields"][0].get_object()
    field["/AP"][pdf_name("/N")] = writer.add_object(StreamObject(stream_data=b"BT (Nguyen Van B) Tj ET"))
    writer.mark_update(writer.root["/AcroForm"]["/Fields"].raw_get(0))
    assert fault_of(written(writer)) == "appended"


# --- forged structure -----------------------------------------------------------------------------------------------


def sig_object(writer: IncrementalPdfFileWriter) -> tuple[Any, Any]:
    reference = writer.root["/AcroForm"]["/Fields"][0].get_object().raw_get("/V")
    return reference, reference.get_object()


@pytest.mark.parametrize("key", ["/Contents", "/ByteRange", "/SubFilter", "/Filter"])
@pytest.mark.parametrize("how", ["missing", "null", "empty"])
def test_universal_forgery_by_an_emptied_signature_is_found(signed: bytes, key: str, how: str) -> None:
    writer = updated(signed)
    reference, signature = sig_object(writer)
    if how == "missing":
        del signature[key]
    else:
        signature[pdf_name(key)] = NullObject() if how == "null" else TextStringObject("")
    writer.mark_update(reference)
    assert fault_of(written(writer))


@pytest.mark.parametrize(
    "numbers", [(0, 0, 0, 0), (0, 10, 5, 10), (0, -1, 5, 10), (0, 10**12, 10**12, 9), (5, 10, 20, 9)]
)
def test_a_byte_range_that_covers_nothing_or_anything_is_found(signed: bytes, numbers: tuple[int, ...]) -> None:
    writer = updated(signed)
    reference, signature = sig_object(writer)
    signature[pdf_name("/ByteRange")] = ArrayObject(map(NumberObject, numbers))
    writer.mark_update(reference)
    assert fault_of(written(writer))


def test_signature_wrapping_is_found(signed: bytes) -> None:
    """The second signed part is moved back and foreign objects stand in the gap between the two."""
    found = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+) *\]", signed)
    assert found
    _start, first, second, length = map(int, found.groups())
    foreign = b"\n99 0 obj\n<</Type/Catalog>>\nendobj\n"
    moved = f"/ByteRange [0 {first} {second + len(foreign)} {length}]".encode().ljust(len(found[0]))
    wrapped = signed[: found.start()] + moved + signed[found.end() : second] + foreign + signed[second:]
    assert fault_of(wrapped)


def test_a_stale_signature_object_with_its_old_range_is_not_the_whole_file(signed: bytes) -> None:
    """Signature wrapping by re-declaring the signature: the digest fits, the file is more than what it covers."""
    writer = updated(signed)
    reference, _signature = sig_object(writer)
    writer.mark_update(reference)
    assert fault_of(written(writer))


def test_something_hidden_in_the_room_of_the_signature_is_found(signed: bytes) -> None:
    end = signed.index(b"0000>", signed.index(b"/Contents <"))
    assert fault_of(signed[:end] + b"beef" + signed[end + 4 :]) == "structure"


def test_a_removed_signature_is_no_signature(signed: bytes) -> None:
    writer = updated(signed)
    writer.root["/AcroForm"][pdf_name("/Fields")] = ArrayObject()
    writer.update_container(writer.root["/AcroForm"])
    assert "không có chữ ký" in services.verify_pdf(written(writer)).sentence


# --- other people's keys --------------------------------------------------------------------------------------------


def self_made(paper: bytes, name: str = "Võ Minh Tuấn") -> bytes:
    """Somebody's own certificate with a borrowed name."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = authority.name(name, organisation="UBND Xã An Bình")
    now = timezone.now()
    certificate = (
        authority.builder(subject, subject, key.public_key(), now - timedelta(days=1), now + timedelta(days=9))
        .add_extension(x509.BasicConstraints(True, None), critical=True)
        .add_extension(
            authority.usage(digital_signature=True, content_commitment=True, key_cert_sign=True), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    signer = signers.SimpleSigner(
        signing_cert=authority.as_asn1(certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(authority.key_der(key)),
        cert_registry=timestamping.certificates(),
    )
    metadata = PdfSignatureMetadata(field_name="Gia", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    return bytes(PdfSigner(metadata, signer=signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(paper))).getvalue())


def test_a_self_made_certificate_with_the_right_name_is_not_trusted(db: None, paper: bytes) -> None:
    assert fault_of(self_made(paper)) == "untrusted"


def test_a_strangers_signature_beside_a_good_one_spoils_the_file(signed: bytes) -> None:
    verdict = services.verify_pdf(self_made(signed))
    assert not verdict.is_valid
    assert [fact.is_valid for fact in verdict.signatures] == [True, False]


def test_the_same_names_from_another_authority_are_not_trusted(
    signed: bytes, settings: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings.DATA_DIR = tmp_path_factory.mktemp("elsewhere")
    assert fault_of(signed) in {"untrusted", "timestamp"}


def test_a_signature_by_the_time_stamping_key_is_not_a_persons(db: None, paper: bytes) -> None:
    tsa = authority.ensure().tsa
    signer = signers.SimpleSigner(signing_cert=tsa.asn1, signing_key=tsa.asn1_key, cert_registry=opening.chain())
    metadata = PdfSignatureMetadata(field_name="Gia", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    made = PdfSigner(metadata, signer=signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(paper)))
    assert fault_of(made.getvalue())


# --- time: expired, revoked -----------------------------------------------------------------------------------------


def signed_in_the_past(cast: Cast, paper: bytes, level: str, *, ended_days_ago: int, signed_days_ago: int) -> bytes:
    """Signed with a certificate that has ended since; goes round the check before signing when it had ended then."""
    now = timezone.now()
    certificate = services.issue_demo_certificate(
        cast.actor("administrator"),
        account=cast.leader,
        valid_from=now - timedelta(days=100),
        valid_to=now - timedelta(days=ended_days_ago),
    )
    signer = opening.open_signer(cast.actor("leader"), certificate, None)
    order = services._Order("", "", now - timedelta(days=signed_days_ago), level, None, False)
    return services._apply(paper, "ChuKy1", signer, certificate, None, order)


def test_ended_since_but_stamped_in_time_is_valid(cast: Cast, paper: bytes) -> None:
    data = signed_in_the_past(cast, paper, "B-T", ended_days_ago=10, signed_days_ago=20)
    assert services.verify_pdf(data).is_valid


def test_ended_since_and_never_stamped_is_not_valid(cast: Cast, paper: bytes) -> None:
    data = signed_in_the_past(cast, paper, "B-B", ended_days_ago=10, signed_days_ago=20)
    assert fault_of(data) == "expired"


def test_ended_before_the_stamp_is_not_valid(cast: Cast, paper: bytes) -> None:
    data = signed_in_the_past(cast, paper, "B-T", ended_days_ago=10, signed_days_ago=5)
    assert fault_of(data) == "expired"


def revoke(cast: Cast, certificate: SigningCertificate, at: datetime) -> None:
    services.revoke_certificate(
        cast.actor("administrator"), certificate_id=certificate.pk, reason="key_compromise", at=at
    )


def test_revoked_before_signing_is_not_valid(cast: Cast, certificate: SigningCertificate, paper: bytes) -> None:
    signed = services.sign_pdf(cast.actor("leader"), pdf=paper, account=cast.leader, pin=PIN)
    revoke(cast, certificate, timezone.now() - timedelta(hours=1))
    assert fault_of(signed) == "revoked"
    assert "bị thu hồi" in services.verify_pdf(signed).sentence


def test_revoked_after_a_proved_signing_stays_valid(cast: Cast, certificate: SigningCertificate, paper: bytes) -> None:
    earlier = timezone.now() - timedelta(days=3)
    data = services.sign_pdf(cast.actor("leader"), pdf=paper, account=cast.leader, pin=PIN, at=earlier)
    revoke(cast, certificate, timezone.now() - timedelta(days=1))
    assert services.verify_pdf(data).is_valid


def test_revoked_after_an_unproved_signing_is_not_valid(
    cast: Cast, certificate: SigningCertificate, paper: bytes
) -> None:
    earlier = timezone.now() - timedelta(days=3)
    data = services.sign_pdf(cast.actor("leader"), pdf=paper, account=cast.leader, pin=PIN, at=earlier, level="B-B")
    assert services.verify_pdf(data).is_valid
    revoke(cast, certificate, timezone.now() - timedelta(days=1))
    assert fault_of(data) == "revoked"


def test_a_time_stamp_from_the_future_proves_nothing(cast: Cast, paper: bytes) -> None:
    data = signed_in_the_past(cast, paper, "B-T", ended_days_ago=10, signed_days_ago=-30)
    assert fault_of(data)


def test_an_archive_time_stamp_after_signing_is_no_change(signed: bytes) -> None:
    tool = PdfTimeStamper(timestamping.stamper(timezone.now()), field_name="DauThoiGian")
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    archived = tool.timestamp_pdf(writer, "sha256", dss_settings=None, bytes_reserved=20_000).getvalue()
    verdict = services.verify_pdf(archived)
    assert verdict.is_valid and len(verdict.signatures) == 1
    assert not services.verify_pdf(archived + b"\n%\n").is_valid


# --- plain words, any bytes, a foreign judge ------------------------------------------------------------------------


def test_a_file_without_a_signature_says_so(db: None, paper: bytes) -> None:
    assert services.verify_pdf(paper).sentence == "Tệp này không có chữ ký số nào."


def test_the_answer_follows_the_readers_language(signed: bytes, db: None) -> None:
    with translation.override("en"):
        assert services.verify_pdf(signed).sentence.startswith("Valid")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.one_of(st.binary(max_size=500), st.binary(max_size=300).map(lambda tail: b"%PDF-1.7\n" + tail)))
def test_any_bytes_get_an_answer(db: None, data: bytes) -> None:
    assert not services.verify_pdf(data).is_valid


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_no_changed_byte_goes_unseen(signed: bytes, where: float, flip: int) -> None:
    at = int(where * len(signed))
    changed = signed[:at] + bytes([signed[at] ^ flip]) + signed[at + 1 :]
    # The case of a hex digit inside the signature's own room is no change of any byte it stands for.
    if bytes(signed[at : at + 1]).lower() != bytes(changed[at : at + 1]).lower():
        assert not services.verify_pdf(changed).is_valid


def test_poppler_reads_the_signatures_as_we_do(
    cast: Cast, signed: bytes, seal: SigningCertificate, tmp_path: Path
) -> None:
    if not shutil.which("pdfsig"):
        pytest.skip("NOT RUN: pdfsig (poppler-utils) is not on this machine")
    both = services.seal_pdf(cast.actor("leader"), pdf=signed, unit=cast.units.commune_committee)
    for name, data, wanted in (("good", both, 2), ("bad", both.replace(b"endstream", b"endstreaM", 1), 0)):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(data)
        told = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True).stdout
        assert told.count("Signature is Valid") == wanted
    told = subprocess.run(["pdfsig", "-nocert", str(tmp_path / "good.pdf")], capture_output=True, text=True).stdout
    assert "Võ Minh Tuấn" in told and "ETSI.CAdES.detached" in told and "Total document signed" in told
