"""Signing: who may, with what, and what it leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from tinhso.engines.signing import errors, services
from tinhso.engines.signing.models import SignatureEvidence, SigningCertificate
from tinhso.engines.signing.tests.conftest import PIN
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.files.tests import samples
from tinhso.foundation.testing.cast import Cast


def test_a_leader_signs_and_anyone_can_check(cast: Cast, signed: bytes, paper: bytes) -> None:
    verdict = services.verify_pdf(signed)
    assert verdict.is_valid, verdict
    (fact,) = verdict.signatures
    assert fact.signer == "Võ Minh Tuấn"
    assert fact.organisation == "UBND Xã An Bình"
    assert fact.is_time_proved and fact.is_demo
    assert signed.startswith(paper)


def test_the_person_signs_then_the_organisation_seals(cast: Cast, signed: bytes, seal: SigningCertificate) -> None:
    both = services.seal_pdf(
        cast.actor("leader"), pdf=signed, unit=cast.units.commune_committee, signer_name="Võ Minh Tuấn"
    )
    verdict = services.verify_pdf(both)
    assert verdict.is_valid, verdict
    assert [fact.signer for fact in verdict.signatures] == ["Võ Minh Tuấn", "UBND Xã An Bình"]
    assert both.startswith(signed)


def test_signing_leaves_evidence_that_the_database_keeps(cast: Cast, signed: bytes) -> None:
    evidence = SignatureEvidence.objects.get()
    assert evidence.account_id == cast.leader.pk and evidence.level == "B-T"
    assert AuditRow.objects.filter(act="signing.document.signed", object_id=str(evidence.pk)).exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        SignatureEvidence.objects.update(reason="khác")
    with pytest.raises(DatabaseError), transaction.atomic():
        SignatureEvidence.objects.all().delete()


def test_nobody_signs_with_another_persons_certificate(
    cast: Cast, certificate: SigningCertificate, paper: bytes
) -> None:
    with pytest.raises(errors.NotYours):
        services.sign_pdf(cast.actor("leader_elsewhere"), pdf=paper, account=cast.leader, pin=PIN)
    with pytest.raises(errors.NotYours):
        services.sign_pdf(
            cast.actor("leader_elsewhere"),
            pdf=paper,
            account=cast.leader_elsewhere,
            certificate=certificate,
            pin=PIN,
        )
    assert not SignatureEvidence.objects.exists()


def test_a_stranger_may_not_sign(cast: Cast, certificate: SigningCertificate, paper: bytes) -> None:
    with pytest.raises(access.Denied):
        services.sign_pdf(cast.actor("stranger"), pdf=paper, account=cast.leader, pin=PIN)


@pytest.mark.parametrize("who", ["leader_elsewhere", "resolving_officer", "citizen", "auditor"])
def test_only_the_units_own_people_may_seal(cast: Cast, signed: bytes, seal: SigningCertificate, who: str) -> None:
    with pytest.raises(access.Denied):
        services.seal_pdf(cast.actor(who), pdf=signed, unit=cast.units.commune_committee)


def test_a_person_without_a_certificate_is_told_so(cast: Cast, paper: bytes) -> None:
    with pytest.raises(errors.NoCertificate, match="chưa có chứng thư"):
        services.sign_pdf(cast.actor("leader"), pdf=paper, account=cast.leader, pin=PIN)


def test_an_expired_certificate_does_not_sign(cast: Cast, paper: bytes) -> None:
    now = timezone.now()
    services.issue_demo_certificate(
        cast.actor("administrator"),
        account=cast.leader,
        pin=PIN,
        valid_from=now - timedelta(days=30),
        valid_to=now - timedelta(seconds=5),
    )
    with pytest.raises(errors.Expired, match="đã hết hạn ngày"):
        services.sign_pdf(cast.actor("leader"), pdf=paper, account=cast.leader, pin=PIN)


def test_a_certificate_of_tomorrow_does_not_sign_today(cast: Cast, paper: bytes) -> None:
    services.issue_demo_certificate(
        cast.actor("administrator"), account=cast.leader, pin=PIN, valid_from=timezone.now() + timedelta(days=1)
    )
    with pytest.raises(errors.NotYetValid, match="chỉ có hiệu lực từ"):
        services.sign_pdf(cast.actor("leader"), pdf=paper, account=cast.leader, pin=PIN)


def test_a_revoked_certificate_does_not_sign(cast: Cast, certificate: SigningCertificate, paper: bytes) -> None:
    services.revoke_certificate(cast.actor("administrator"), certificate_id=certificate.pk, reason="superseded")
    with pytest.raises(errors.Revoked, match="đã bị thu hồi"):
        services.sign_pdf(cast.actor("leader"), pdf=paper, account=cast.leader, pin=PIN)


def test_without_pin_or_fresh_proof_nothing_is_signed(
    cast: Cast, certificate: SigningCertificate, paper: bytes
) -> None:
    with pytest.raises(errors.ProofNeeded):
        services.sign_pdf(cast.actor("leader"), pdf=paper, account=cast.leader)
    services.issue_demo_certificate(cast.actor("administrator"), account=cast.desk_officer)
    with pytest.raises(errors.ProofNeeded):
        services.sign_pdf(cast.actor("desk_officer", stepped_up=False), pdf=paper, account=cast.desk_officer)
    assert services.sign_pdf(cast.actor("desk_officer"), pdf=paper, account=cast.desk_officer)


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7 nothing", samples.pdf_with_javascript(), samples.pdf_with_attachment(), samples.EXE]
)
def test_what_is_not_a_still_pdf_is_not_signed(cast: Cast, certificate: SigningCertificate, content: bytes) -> None:
    with pytest.raises(errors.NotSignable):
        services.sign_pdf(cast.actor("leader"), pdf=content, account=cast.leader, pin=PIN)


def test_a_changed_paper_gets_no_further_signature(cast: Cast, signed: bytes, seal: SigningCertificate) -> None:
    changed = signed.replace(b"/Count 1", b"/Count 2", 1)
    with pytest.raises((errors.AlreadySealedShut, errors.NotSignable)):
        services.seal_pdf(cast.actor("leader"), pdf=changed, unit=cast.units.commune_committee)


def test_the_stated_time_is_now(cast: Cast, certificate: SigningCertificate, paper: bytes) -> None:
    actor = access.Actor(cast.leader.pk, "Võ Minh Tuấn", "account", stepped_up=True)
    for away in (timedelta(days=-30), timedelta(days=1)):
        with pytest.raises(errors.WrongTime):
            services.sign_pdf(actor, pdf=paper, account=cast.leader, pin=PIN, at=timezone.now() + away)
