"""What changes under a dossier's feet: holidays, versions, papers, codes. It keeps what it was received with."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.systems.procedures import rules, selectors, services
from tinhso.systems.procedures.errors import VersionEnded
from tinhso.systems.procedures.models import Dossier, ProcedureVersion, TermUnit
from tinhso.systems.procedures.rules import NationalState, State
from tinhso.systems.procedures.testing import MARRIAGE, Office

pytestmark = pytest.mark.django_db

VN = timezone.get_default_timezone()


def next_version(office: Office, day: date, code: str = MARRIAGE) -> ProcedureVersion:
    """The same procedure published anew from `day`, with another paper list; the old one ends that day."""
    old = office.version(code)
    old.valid_to = day
    old.save(update_fields=["valid_to"])
    fields = {field.name: getattr(old, field.name) for field in old._meta.fields if field.name != "id"}
    fields |= {"version": old.version + 1, "valid_from": day, "valid_to": None, "term_value": old.term_value + 5}
    fields |= {"papers": [*old.papers, {"name": "Giấy tờ mới", "originals": 1, "copies": 0}]}
    return ProcedureVersion.objects.create(**fields)


def test_a_term_across_tet_counts_no_day_off(office: Office) -> None:
    """Received on Friday 13 February 2026; Tết 16 to 20 February: three working days end on the 25th."""
    version = office.version()
    version.term_value, version.term_unit = 3, TermUnit.WORKING_DAY
    version.save(update_fields=["term_value", "term_unit"])
    version.valid_from = date(2026, 1, 1)
    dossier = office.received(at=datetime(2026, 2, 13, 9, 0, tzinfo=VN))
    assert dossier.due_at is not None
    assert timezone.localdate(dossier.due_at) == date(2026, 2, 25)


def test_a_request_before_tet_leaves_three_working_days_after_it(office: Office) -> None:
    from tinhso.systems.procedures import clock

    dossier = office.received(at=datetime(2026, 2, 13, 9, 0, tzinfo=VN))
    until = clock.supplement_until(dossier.version, dossier.office, datetime(2026, 2, 13, 9, 0, tzinfo=VN))
    assert timezone.localdate(until) == date(2026, 2, 25)


def test_a_received_dossier_keeps_its_version_when_the_procedure_gets_another(office: Office) -> None:
    dossier = office.received()
    due = dossier.due_at
    newer = next_version(office, timezone.localdate() + timedelta(days=1))
    dossier = services.hand_over(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk)
    assert dossier.version_id != newer.pk and dossier.due_at == due
    drafted = services.draft_result(
        actor=office.cast.actor("resolving_officer"), dossier_id=dossier.pk, rows=[], conclusion="Đủ"
    )
    assert drafted.version.version == newer.version - 1
    assert selectors.procedure(MARRIAGE, timezone.localdate() + timedelta(days=2)).pk == newer.pk


def test_a_draft_of_an_ended_version_is_not_filed_and_says_what_to_do(office: Office) -> None:
    draft = office.draft()
    next_version(office, timezone.localdate())
    with pytest.raises(VersionEnded, match="Làm trực tuyến"):
        services.submit_dossier(actor=office.cast.actor("citizen"), token=draft.token)
    assert not Dossier.objects.exists()


def test_beginning_again_carries_the_answers_over_to_the_new_version(office: Office) -> None:
    draft = office.draft()
    newer = next_version(office, timezone.localdate())
    actor = office.cast.actor("citizen")
    again = services.start_draft(actor=actor, version=newer)
    assert again.pk != draft.pk and again.version == newer and again.commune == draft.commune
    assert again.data["dx_ho_ten"] == draft.data["dx_ho_ten"] and again.pages_done == []
    filed = services.submit_dossier(actor=actor, token=again.token)
    assert filed.version == newer and filed.state == State.SUBMITTED


def test_a_wrong_code_finds_nothing_and_a_code_is_never_used_again(office: Office) -> None:
    dossier = office.filed()
    for wrong in ("", "x", dossier.code + "0", dossier.code[:-1], "A" * 500, "../../etc/passwd", "%"):
        assert selectors.public_status(wrong) is None
    assert selectors.public_status(f"  {dossier.code.lower()} ") is not None
    services.refuse_dossier(actor=office.cast.actor("desk_officer"), dossier_id=dossier.pk, reason="Nộp nhầm nơi")
    assert office.filed().code != dossier.code
    twin = Dossier.objects.exclude(pk=dossier.pk).get()
    twin.code = dossier.code
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(update_fields=["code"])


def test_one_code_whatever_the_channel(office: Office) -> None:
    online, paper = office.filed(), office.walk_in()
    organisation = online.code.rsplit("-", 2)[0]
    assert paper.code.rsplit("-", 2)[0] == organisation and paper.code != online.code
    assert {one.code[-4:] for one in (online, paper)} == {"0001", "0002"}


def test_every_state_has_its_national_code_and_all_ten_are_reachable() -> None:
    reached = {rules.national_state(state, fee) for state in State for fee in ("none", "due", "paid")}
    assert reached == set(NationalState)


@pytest.mark.parametrize("state", list(State))
def test_no_act_follows_an_end_except_giving_and_correcting(state: State) -> None:
    allowed = {act for act, states in rules.MAY_FOLLOW.items() if state in states} - {"view"}
    if state in (State.REFUSED, State.WITHDRAWN, State.STOPPED):
        assert allowed == set()
    if state == State.RETURNED:
        assert allowed == {"correct"}


@given(st.dates(date(2020, 1, 1), date(2090, 12, 31)), st.one_of(st.none(), st.integers(0, 100)))
@settings(max_examples=60, deadline=None)
def test_archive_dates_follow_the_end(finished_on: date, years: int | None) -> None:
    due = rules.archive_due(finished_on)
    assert due > finished_on and due.year == finished_on.year + 1
    last = rules.retain_until(finished_on, years)
    assert (last is None) == (years is None)
    assert last is None or last >= finished_on
