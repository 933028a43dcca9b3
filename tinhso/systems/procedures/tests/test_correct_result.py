"""After issue a result is corrected by a signed decision; the first stays on file, and nothing is undone."""

import pytest

from tinhso.engines.signing.services import verify_pdf
from tinhso.foundation.access import guard as access
from tinhso.systems.procedures import services
from tinhso.systems.procedures.errors import OutOfOrder, ReasonNeeded
from tinhso.systems.procedures.models import Correction, Dossier
from tinhso.systems.procedures.testing import Office

pytestmark = pytest.mark.django_db

ROWS = [{"label": "Họ, chữ đệm, tên", "value": "Nguyễn Thị Mai Hoa"}]


def correct(office: Office, dossier: Dossier, who: str = "leader", reason: str = "Sai tên", **more: bool) -> Correction:
    actor = office.cast.actor(who, **more)
    return services.correct_result(actor=actor, dossier_id=dossier.pk, kind="correct", reason=reason, rows=ROWS)


def test_the_leader_corrects_with_a_number_a_signature_and_a_seal_of_its_own(office: Office) -> None:
    dossier = office.issued()
    first = dossier.result
    made = correct(office, dossier)
    dossier.refresh_from_db()
    assert made.number == (first.number or 0) + 1 and made.number_text != first.number_text
    assert "Sai tên" in made.content["conclusion"] and first.number_text in made.content["conclusion"]
    with made.file.open() as stream:
        assert verify_pdf(stream.read()).is_valid
    assert dossier.result.in_force() == made.file and dossier.result.in_force(first=True) == first.file
    assert dossier.state == "returned" and dossier.finished_at == first.issued_at


@pytest.mark.parametrize("who", ["resolving_officer", "desk_officer", "citizen", "stranger", "leader_elsewhere"])
def test_nobody_else_corrects(office: Office, who: str) -> None:
    dossier = office.issued()
    with pytest.raises(access.Denied):
        correct(office, dossier, who)
    assert not Correction.objects.exists()


def test_it_needs_a_reason_a_result_and_a_fresh_proof(office: Office) -> None:
    dossier = office.issued()
    with pytest.raises(ReasonNeeded):
        correct(office, dossier, reason=" ")
    with pytest.raises(access.StepUpNeeded):
        correct(office, dossier, stepped_up=False)
    with pytest.raises(OutOfOrder):
        correct(office, office.drafted(who="other_citizen"))
    assert not Correction.objects.exists()
