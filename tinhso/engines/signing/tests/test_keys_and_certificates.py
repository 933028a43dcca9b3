"""Certificates, PINs, revocation lists, and what guards the keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from django.test import Client
from django.utils import timezone

from tinhso.engines.signing import authority, bench, checks, errors, keys, opening, revocation, services
from tinhso.engines.signing.models import SignatureEvidence, SigningCertificate
from tinhso.engines.signing.tests.conftest import PIN
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.people.models import Account
from tinhso.foundation.testing.cast import Cast


def test_every_demo_certificate_says_that_it_has_no_legal_force(certificate: SigningCertificate) -> None:
    made = authority.ensure()
    own = x509.load_der_x509_certificate(bytes(certificate.certificate))
    for one in (made.root.certificate, made.issuing.certificate, made.tsa.certificate, own):
        assert "DEMO - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ" in one.subject.rfc4514_string()
    assert own.issuer == made.issuing.certificate.subject


def test_a_certificate_names_no_personal_number(cast: Cast) -> None:
    issued = services.issue_demo_certificate(cast.actor("administrator"), account=cast.citizen)
    assert cast.citizen.person is not None and cast.citizen.person.personal_number is not None
    assert cast.citizen.person.personal_number.encode() not in bytes(issued.certificate)


@pytest.mark.parametrize("who", ["stranger", "citizen", "leader", "auditor"])
def test_only_an_administrator_issues_and_revokes(cast: Cast, certificate: SigningCertificate, who: str) -> None:
    with pytest.raises(access.Denied):
        services.issue_demo_certificate(cast.actor(who), account=cast.leader)
    with pytest.raises(access.Denied):
        services.revoke_certificate(cast.actor(who), certificate_id=certificate.pk, reason="superseded")
    with pytest.raises(access.StepUpNeeded):
        services.issue_demo_certificate(cast.actor("administrator", stepped_up=False), account=cast.leader)


def test_a_sealed_key_opens_with_its_pin_and_this_installation_only(settings: Any, tmp_path_factory: Any) -> None:
    sealed = keys.seal(b"private", PIN)
    assert keys.unseal(sealed, PIN) == b"private"
    assert b"private" not in sealed
    for wrong in ("", "271829"):
        with pytest.raises(keys.WrongSecret):
            keys.unseal(sealed, wrong)
    for broken in (b"", sealed[:20], sealed[:-1] + b"\x00"):
        with pytest.raises(keys.WrongSecret):
            keys.unseal(broken, PIN)
    settings.DATA_DIR = tmp_path_factory.mktemp("elsewhere")
    with pytest.raises(keys.WrongSecret):
        keys.unseal(sealed, PIN)


def test_key_files_are_their_owners_alone() -> None:
    authority.ensure()
    for name in ("master.key", "authority.pem"):
        assert (keys.folder() / name).stat().st_mode & 0o077 == 0
    assert b"PRIVATE KEY" not in (keys.folder() / "authority.pem").read_bytes()


def committed_leader() -> tuple[Account, SigningCertificate]:
    account = Account.objects.create_user("pin.leader", "x", full_name="Võ Minh Tuấn", is_simulated=True)
    return account, services.issue_demo_certificate(access.Actor.system(), account=account, pin=PIN)


@pytest.mark.django_db(transaction=True)
def test_a_wrong_pin_is_counted_even_though_the_act_rolls_back(paper: bytes) -> None:
    account, certificate = committed_leader()
    actor = access.Actor.of(account)
    for left in (4, 3, 2, 1):
        with pytest.raises(errors.WrongPin, match=f"Còn {left} lần"):
            services.sign_pdf(actor, pdf=paper, account=account, pin="000000")
    with pytest.raises(errors.PinLocked):
        services.sign_pdf(actor, pdf=paper, account=account, pin="000000")
    with pytest.raises(errors.PinLocked):
        services.sign_pdf(actor, pdf=paper, account=account, pin=PIN)
    services.unlock_certificate(access.Actor.system(), certificate_id=certificate.pk)
    assert services.sign_pdf(actor, pdf=paper, account=account, pin=PIN)
    assert SignatureEvidence.objects.count() == 1


def test_the_list_of_revoked_certificates_is_signed_and_public(
    cast: Cast, certificate: SigningCertificate, client: Client
) -> None:
    services.revoke_certificate(cast.actor("administrator"), certificate_id=certificate.pk, reason="key_compromise")
    answer = client.get("/chu-ky/issuing.crl")
    assert answer["Content-Type"] == "application/pkix-crl"
    listed = x509.load_der_x509_crl(answer.content)
    assert listed.get_revoked_certificate_by_serial_number(int(certificate.serial, 16)) is not None
    assert listed.is_signature_valid(authority.ensure().issuing.certificate.public_key())  # type: ignore[arg-type]
    assert client.get("/chu-ky/khac.crl").status_code == 404


def test_revoking_twice_keeps_the_first_date(cast: Cast, certificate: SigningCertificate) -> None:
    administrator = cast.actor("administrator")
    first = services.revoke_certificate(administrator, certificate_id=certificate.pk, reason="superseded").revoked_at
    second = services.revoke_certificate(administrator, certificate_id=certificate.pk, reason="unspecified")
    assert second.revoked_at == first
    assert AuditRow.objects.filter(act="signing.certificate.revoked").count() == 1
    assert revocation.crls() == revocation.crls()


def test_the_doctor_speaks_of_the_authority_and_of_ending_certificates(cast: Cast) -> None:
    authority.ensure()
    assert checks.check_authority().is_fine and checks.check_expiring().is_fine
    soon = timezone.now() + timedelta(days=3)
    services.issue_demo_certificate(cast.actor("administrator"), account=cast.leader, valid_to=soon)
    told = checks.check_expiring()
    assert not told.is_fine and "Võ Minh Tuấn" in told.sentence
    services.issue_demo_certificate(cast.actor("administrator"), account=cast.leader)
    assert checks.check_expiring().is_fine


def test_the_bench_measures_and_leaves_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "ROUNDS", 1)
    monkeypatch.setattr(bench, "_on_device", lambda system, made: None)
    rows = bench.bench()
    assert [row.unit for row in rows] == ["ms", "ms", "ms", "s"] and "NOT RUN" in rows[-1].what
    assert not SigningCertificate.objects.exists() and not SignatureEvidence.objects.exists()


def test_a_pin_of_another_certificate_opens_nothing(cast: Cast, certificate: SigningCertificate) -> None:
    other = services.issue_demo_certificate(cast.actor("administrator"), account=cast.desk_officer, pin="161803")
    with pytest.raises(errors.WrongPin):
        opening.open_signer(cast.actor("leader"), certificate, "161803")
    assert opening.open_signer(cast.actor("desk_officer"), other, "161803")
