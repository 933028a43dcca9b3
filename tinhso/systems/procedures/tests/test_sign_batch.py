"""Forty results with one PIN: each whole, none twice, and a pulled device leaves the rest untouched."""

from __future__ import annotations

from typing import Any

import pytest

from tinhso.engines.signing import opening
from tinhso.engines.signing.errors import NoCertificate, TokenUnreachable
from tinhso.engines.signing.models import SignatureEvidence
from tinhso.engines.signing.services import verify_pdf
from tinhso.foundation.access import guard as access
from tinhso.foundation.audit.models import AuditRow
from tinhso.systems.procedures import services
from tinhso.systems.procedures.models import Dossier, Result
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.services import batches
from tinhso.systems.procedures.services.batches import TooMany
from tinhso.systems.procedures.testing import Office

pytestmark = pytest.mark.django_db
ALL, PULLED_AT = 6, 4


@pytest.fixture
def waiting(office: Office) -> list[int]:
    return [office.drafted().pk for _one in range(ALL)]


def pull_the_device_at(monkeypatch: pytest.MonkeyPatch, which: int) -> None:
    """The key provider raises at the n-th signature of a person, as a pulled token does."""
    made = {"count": 0}
    plain = opening.Pen.require_in_force

    def checked(pen: opening.Pen, at: Any) -> None:
        if pen.certificate.kind == "person":
            made["count"] += 1
            if made["count"] == which:
                raise TokenUnreachable
        plain(pen, at)

    monkeypatch.setattr(opening.Pen, "require_in_force", checked)


def test_a_pulled_device_leaves_the_signed_signed_and_the_rest_untouched_then_resumes(
    office: Office, waiting: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    leader = office.cast.actor("leader")
    with monkeypatch.context() as pulled:
        pull_the_device_at(pulled, PULLED_AT)
        outcome = services.sign_batch(actor=leader, dossier_ids=waiting)
    done = waiting[: PULLED_AT - 1]
    assert outcome.issued == done and "cắm lại" in outcome.stopped_by
    assert [one for one, _why in outcome.untouched] == waiting[PULLED_AT - 1 :]
    assert all("cắm lại" in why for _one, why in outcome.untouched)
    states = dict(Dossier.objects.values_list("pk", "state"))
    assert {states[one] for one in waiting[PULLED_AT - 1 :]} == {State.DRAFTED}
    assert not Result.objects.filter(dossier_id__in=waiting[PULLED_AT - 1 :]).exclude(number=None).exists()
    # A person's and a seal's evidence for each result, and nothing of the one that failed half-way.
    assert SignatureEvidence.objects.count() == 2 * len(done)

    again = services.sign_batch(actor=leader, dossier_ids=waiting)
    assert again.already == done and again.issued == waiting[PULLED_AT - 1 :] and not again.untouched
    numbers = list(Result.objects.filter(dossier_id__in=waiting).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, ALL + 1))
    assert SignatureEvidence.objects.count() == 2 * ALL
    third = services.sign_batch(actor=leader, dossier_ids=waiting)
    assert third.already == waiting and not third.issued


def test_each_result_keeps_its_own_evidence_of_number_signature_seal_and_issue(
    office: Office, waiting: list[int]
) -> None:
    services.sign_batch(actor=office.cast.actor("leader"), dossier_ids=waiting[:2])
    for pk in waiting[:2]:
        result = Result.objects.select_related("file").get(dossier_id=pk)
        acts = set(AuditRow.objects.filter(object_id=str(pk)).values_list("act", flat=True))
        assert {f"procedures.result.{one}" for one in ("numbered", "signed", "sealed", "issued")} <= acts
        assert result.file is not None
        digest = result.file.sha256
        seal = SignatureEvidence.objects.select_related("certificate").get(digest_after=digest)
        person = SignatureEvidence.objects.select_related("certificate").get(digest_after=seal.digest_before)
        assert (seal.certificate.kind, person.certificate.kind) == ("seal", "person")
        assert (seal.level, person.level) == ("B-LTA", "B-T")
    assert AuditRow.objects.filter(act="procedures.batch.signed").count() == 1


def test_a_dossier_out_of_order_does_not_stop_the_others(office: Office, waiting: list[int]) -> None:
    leader = office.cast.actor("leader")
    services.send_back(actor=leader, dossier_id=waiting[1], reason="Sai tên")
    outcome = services.sign_batch(actor=leader, dossier_ids=[*waiting[:3], waiting[0], 987654])
    assert outcome.issued == [waiting[0], waiting[2]]
    assert [one for one, _why in outcome.untouched] == [waiting[1], 987654]
    assert "Đang thụ lý" in outcome.untouched[0][1] and not outcome.stopped_by


def test_the_issued_file_carries_person_and_seal_and_is_valid(office: Office) -> None:
    dossier = office.issued()
    file = dossier.result.file
    assert file is not None
    verdict = verify_pdf(file.read())
    assert verdict.is_valid
    assert [one.signer for one in verdict.signatures] == ["Võ Minh Tuấn", office.cast.units.commune_committee.name]
    assert all(one.is_time_proved for one in verdict.signatures)


@pytest.mark.parametrize("who", ["citizen", "desk_officer", "resolving_officer", "auditor"])
def test_who_may_not_sign_one_may_not_sign_many(office: Office, who: str) -> None:
    with pytest.raises(access.Denied):
        services.sign_batch(actor=office.cast.actor(who), dossier_ids=[1])


def test_a_leader_elsewhere_signs_nothing_of_this_commune(office: Office, waiting: list[int]) -> None:
    elsewhere = office.cast.actor("leader_elsewhere")
    with pytest.raises(NoCertificate):
        services.sign_batch(actor=elsewhere, dossier_ids=waiting)
    from tinhso.engines.signing.issuing import issue_demo_certificate

    issue_demo_certificate(office.cast.actor("administrator"), account=office.cast.leader_elsewhere)
    outcome = services.sign_batch(actor=elsewhere, dossier_ids=waiting)
    assert not outcome.issued and len(outcome.untouched) == ALL


def test_without_a_fresh_proof_or_with_too_many_nothing_begins(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(access.StepUpNeeded):
        services.sign_batch(actor=office.cast.actor("leader", stepped_up=False), dossier_ids=[1])
    monkeypatch.setattr(batches, "MOST_AT_ONCE", 2)
    with pytest.raises(TooMany):
        services.sign_batch(actor=office.cast.actor("leader"), dossier_ids=[1, 2, 3])
