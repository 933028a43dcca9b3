"""PAdES B-LT and B-LTA: valid long after the certificate, the time stamp and even the authority have ended."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp as x509_ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.test import Client
from django.utils import timezone
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfTimeStamper

from tinhso.engines.signing import authority, chains, errors, keys, ocsp, opening, proofs, services, timestamping
from tinhso.engines.signing.models import SigningCertificate
from tinhso.engines.signing.tests.conftest import PIN
from tinhso.engines.signing.tests.test_verify_pdf import fault_of
from tinhso.foundation.testing.cast import Cast

pytestmark = pytest.mark.django_db


def sign(cast: Cast, paper: bytes, level: str, **more: Any) -> bytes:
    return services.sign_pdf(cast.actor("leader"), pdf=paper, account=cast.leader, pin=PIN, level=level, **more)


@pytest.mark.parametrize(("level", "stamps"), [("B-LT", 0), ("B-LTA", 1)])
def test_the_proofs_are_in_the_file_and_it_stays_valid(
    cast: Cast, certificate: SigningCertificate, paper: bytes, level: str, stamps: int
) -> None:
    made = sign(cast, paper, level)
    verdict = services.verify_pdf(made)
    assert verdict.is_valid and len(verdict.signatures) == 1, verdict
    reader = PdfFileReader(io.BytesIO(made))
    kept = reader.root["/DSS"]
    assert len(kept["/Certs"]) == 4 and len(kept["/OCSPs"]) == 2 and len(kept["/CRLs"]) == 1
    assert len(list(reader.embedded_timestamp_signatures)) == stamps
    assert not services.verify_pdf(made + b"\n%\n").is_valid


def test_person_then_seal_up_to_the_archive_stamp(
    cast: Cast, certificate: SigningCertificate, seal: SigningCertificate, paper: bytes, tmp_path: Path
) -> None:
    signed = sign(cast, paper, "B-T")
    both = services.seal_pdf(cast.actor("leader"), pdf=signed, unit=cast.units.commune_committee, level="B-LTA")
    assert both.startswith(signed)
    verdict = services.verify_pdf(both)
    assert verdict.is_valid and [one.is_valid for one in verdict.signatures] == [True, True]
    assert len(PdfFileReader(io.BytesIO(both)).root["/DSS"]["/OCSPs"]) == 3
    if not shutil.which("pdfsig"):
        pytest.skip("NOT RUN: pdfsig (poppler-utils) is not on this machine")
    (tmp_path / "both.pdf").write_bytes(both)
    told = subprocess.run(["pdfsig", "-nocert", str(tmp_path / "both.pdf")], capture_output=True, text=True).stdout
    assert told.count("Signature is Valid") == 2


def test_a_change_under_an_archive_stamp_is_called_a_change(
    cast: Cast, certificate: SigningCertificate, paper: bytes
) -> None:
    made = sign(cast, paper, "B-LTA")
    at = made.index(b"stream\n") + 20
    verdict = services.verify_pdf(made[:at] + bytes([made[at] ^ 1]) + made[at + 1 :])
    assert not verdict.is_valid
    assert next(fact.fault for fact in verdict.signatures) in {"altered", "structure"}
    assert "dấu thời gian lưu trữ" not in verdict.sentence


def test_valid_after_the_certificate_ended(
    cast: Cast, certificate: SigningCertificate, paper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sign(cast, paper, "B-LTA")
    later = timezone.now() + timedelta(days=4 * 365)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert certificate.valid_to < later
    assert services.verify_pdf(made).is_valid


def test_an_archive_stamp_outlives_the_first_time_stamp(
    cast: Cast, certificate: SigningCertificate, paper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time-stamping certificate ends too; whoever archived in time, with a later authority, still has a proof."""
    demo = authority.ensure()
    now = timezone.now()

    def time_stamping(begins: int, ends: int) -> authority.Member:
        key = rsa.generate_private_key(65537, 2048)
        made = (
            authority.builder(
                authority.name("Dấu thời gian khác"),
                demo.issuing.certificate.subject,
                key.public_key(),
                now + timedelta(days=begins),
                now + timedelta(days=ends),
            )
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
            .add_extension(authority.usage(digital_signature=True), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(demo.issuing.key.public_key()), critical=False
            )
            .sign(demo.issuing.key, hashes.SHA256())  # type: ignore[arg-type]
        )
        return authority.Member(made, key)

    short, long = time_stamping(-100, -5), time_stamping(-100, 3000)

    def use(member: authority.Member) -> None:
        changed = authority.Authority(demo.root, demo.issuing, member)
        monkeypatch.setattr(authority, "ensure", lambda: changed)

    use(short)
    old = services.sign_pdf(
        cast.actor("leader"), pdf=paper, account=cast.leader, pin=PIN, at=now - timedelta(days=20), level="B-T"
    )
    assert fault_of(old) == "timestamp"
    use(long)
    archived = proofs.add_proofs(old, now - timedelta(days=10), is_archived=True)
    assert services.verify_pdf(archived).is_valid
    too_late = proofs.add_proofs(old, now - timedelta(days=1), is_archived=True)
    assert fault_of(too_late) == "timestamp"
    again = proofs.add_archive_stamp(archived, now)
    assert services.verify_pdf(again).is_valid


def test_another_installation_judges_by_the_proofs_in_the_file(
    cast: Cast, certificate: SigningCertificate, paper: bytes, settings: Any, tmp_path: Path
) -> None:
    """A foreign authority, its root trusted, its lists not at hand: what B-LTA carries answers; B-T is not believed."""
    bare, whole = sign(cast, paper, "B-T"), sign(cast, paper, "B-LTA")
    root = authority.ensure().root.certificate.public_bytes(serialization.Encoding.PEM)
    settings.DATA_DIR = tmp_path
    (keys.folder() / "roots").mkdir()
    (keys.folder() / "roots" / "other.pem").write_bytes(root)
    assert services.verify_pdf(whole).is_valid
    assert fault_of(bare) in {"unknown", "untrusted", "timestamp"}
    (keys.folder() / "roots" / "other.pem").unlink()
    assert not services.verify_pdf(whole).is_valid


def test_old_proofs_in_the_file_do_not_hide_a_revocation_that_we_know_of(
    cast: Cast, certificate: SigningCertificate, paper: bytes
) -> None:
    """Key stolen, revoked; the thief signs and embeds the answer of an hour before."""
    made = sign(cast, paper, "B-LTA")
    services.revoke_certificate(
        cast.actor("administrator"),
        certificate_id=certificate.pk,
        reason="key_compromise",
        at=timezone.now() - timedelta(minutes=90),
    )
    assert fault_of(made) == "revoked"


def test_the_responder_tells_good_revoked_and_unknown(
    cast: Cast, certificate: SigningCertificate, client: Client
) -> None:
    demo = authority.ensure().issuing.certificate
    own = x509.load_der_x509_certificate(bytes(certificate.certificate))
    asked = x509_ocsp.OCSPRequestBuilder().add_certificate(own, demo, hashes.SHA256()).build()
    body = asked.public_bytes(serialization.Encoding.DER)

    def told() -> x509_ocsp.OCSPResponse:
        answer = client.post("/chu-ky/ocsp", body, content_type="application/ocsp-request")
        assert answer["Content-Type"] == "application/ocsp-response"
        return x509_ocsp.load_der_ocsp_response(answer.content)

    assert told().certificate_status == x509_ocsp.OCSPCertStatus.GOOD
    services.revoke_certificate(cast.actor("administrator"), certificate_id=certificate.pk, reason="superseded")
    assert told().certificate_status == x509_ocsp.OCSPCertStatus.REVOKED
    for junk in (b"", b"\x30\x00", b"x" * 5000):
        answer = client.post("/chu-ky/ocsp", junk, content_type="application/ocsp-request")
        assert x509_ocsp.load_der_ocsp_response(answer.content).response_status.name == "MALFORMED_REQUEST"
    assert client.get("/chu-ky/ocsp").status_code == 405
    assert client.post("/chu-ky/ocsp", {"a": "1"}).status_code == 200
    stranger = authority.issue(
        authority.name("Lạ"),
        ec.generate_private_key(ec.SECP256R1()).public_key(),
        timezone.now(),
        timezone.now() + timedelta(days=1),
    )
    body = (
        x509_ocsp.OCSPRequestBuilder()
        .add_certificate(stranger, demo, hashes.SHA256())
        .build()
        .public_bytes(serialization.Encoding.DER)
    )
    assert (
        ocsp.respond(body, timezone.now())
        and x509_ocsp.load_der_ocsp_response(ocsp.respond(body, timezone.now())).response_status.name == "UNAUTHORIZED"
    )


# --- before signing -------------------------------------------------------------------------------------------------


def replaced(row: SigningCertificate, made: x509.Certificate) -> SigningCertificate:
    row.certificate = made.public_bytes(serialization.Encoding.DER)
    row.serial = f"{made.serial_number:x}"
    row.save()
    return row


@pytest.mark.parametrize(
    ("usage", "bits", "wanted"),
    [
        ({"key_encipherment": True}, 2048, errors.WrongUsage),
        ({"key_cert_sign": True}, 2048, errors.WrongUsage),
        ({"digital_signature": True}, 1024, errors.WeakKey),
    ],
)
def test_a_certificate_for_something_else_or_with_a_weak_key_does_not_sign(
    cast: Cast,
    certificate: SigningCertificate,
    paper: bytes,
    usage: dict[str, bool],
    bits: int,
    wanted: type[errors.SigningRefused],
) -> None:
    demo = authority.ensure().issuing
    key = rsa.generate_private_key(65537, bits)
    made = (
        authority.builder(
            authority.name("Võ Minh Tuấn"),
            demo.certificate.subject,
            key.public_key(),
            certificate.valid_from,
            certificate.valid_to,
        )
        .add_extension(authority.usage(**usage), critical=True)
        .sign(demo.key, hashes.SHA256())  # type: ignore[arg-type]
    )
    replaced(certificate, made)
    with pytest.raises(wanted):
        sign(cast, paper, "B-T")


def test_a_certificate_of_an_unknown_authority_does_not_sign(
    cast: Cast, certificate: SigningCertificate, paper: bytes
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = authority.name("Võ Minh Tuấn")
    made = (
        authority.builder(name, name, key.public_key(), certificate.valid_from, certificate.valid_to)
        .add_extension(authority.usage(digital_signature=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    replaced(certificate, made)
    with pytest.raises(errors.Untrusted):
        sign(cast, paper, "B-T")
    assert chains._cached.cache_info().maxsize


def test_forty_papers_one_pin_and_a_revocation_in_between(
    cast: Cast, certificate: SigningCertificate, paper: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str | None] = []
    plain = opening.open_signer
    monkeypatch.setattr(opening, "open_signer", lambda actor, row, pin: (opened.append(pin), plain(actor, row, pin))[1])
    actor = cast.actor("leader")
    with services.person_pen(actor, account=cast.leader, pin=PIN) as pen:
        for _paper in range(3):
            made = services.sign_pdf(actor, pdf=paper, account=cast.leader, pen=pen)
            assert services.verify_pdf(made).is_valid
        services.revoke_certificate(cast.actor("administrator"), certificate_id=certificate.pk, reason="superseded")
        with pytest.raises(errors.Revoked):
            services.sign_pdf(actor, pdf=paper, account=cast.leader, pen=pen)
    assert opened == [PIN]
    with pytest.raises(errors.NotYours):
        services.sign_pdf(actor, pdf=paper, account=cast.leader_elsewhere, pen=pen)


def test_a_stamp_by_an_untrusted_hand_spoils_the_archive(
    cast: Cast, certificate: SigningCertificate, paper: bytes
) -> None:
    made = sign(cast, paper, "B-LTA")
    future = PdfTimeStamper(timestamping.stamper(timezone.now() + timedelta(days=30)), field_name="SauNay")
    writer = IncrementalPdfFileWriter(io.BytesIO(made))
    late = future.timestamp_pdf(writer, "sha256", bytes_reserved=20_000).getvalue()
    assert not services.verify_pdf(late).is_valid
