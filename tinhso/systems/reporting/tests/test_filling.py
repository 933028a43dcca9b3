"""Several people at one form, bad figures, cells nobody may type into."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from tinhso.foundation.testing.cast import Cast
from tinhso.systems.reporting import services
from tinhso.systems.reporting.models import CellChange, CellValue, Submission
from tinhso.systems.reporting.services import Given, Saved
from tinhso.systems.reporting.testing import make_duty, make_form, type_in


@pytest.mark.django_db
def test_bad_cells_are_named_and_good_ones_kept(cast: Cast, report: Submission) -> None:
    saved = type_in(cast.actor("resolving_officer"), report, {"di.ky": "1.234", "ky_so.ky": "1,234.5", "phi.ky": "abc"})
    assert saved.written == ["di.ky"] and set(saved.faults) == {"ky_so.ky", "phi.ky"}
    assert "hai số khác nhau" in saved.faults["ky_so.ky"]
    assert CellValue.objects.get().value == 1234


@pytest.mark.django_db
def test_live_computed_and_unknown_cells_are_not_typed_into(cast: Cast, report: Submission) -> None:
    saved = type_in(cast.actor("resolving_officer"), report, {"ho_so.ky": "9", "ty_le.ky": "9", "khong.co": "9"})
    assert not saved.written and len(saved.faults) == 3


@pytest.mark.django_db
def test_of_two_who_change_one_cell_the_second_is_told_who_and_what(cast: Cast, report: Submission) -> None:
    officer, leader = cast.actor("resolving_officer"), cast.actor("leader")
    type_in(officer, report, {"di.ky": "5", "ky_so.ky": "1"})
    # Both open the page now: version 1 of each cell. The officer saves first.
    type_in(officer, report, {"di.ky": "7", "ky_so.ky": "1"}, seen=1)
    saved = type_in(leader, report, {"di.ky": "9", "ky_so.ky": "2"}, seen=1)
    assert saved.written == ["ky_so.ky"]
    conflict = saved.conflicts["di.ky"]
    assert (conflict.mine, conflict.theirs, conflict.who) == ("9", "7", "Phan Văn Lực")
    assert CellValue.objects.get(code="di.ky").value == 7
    # Seeing both, the leader insists.
    assert type_in(leader, report, {"di.ky": "9"}, seen=conflict.version).written == ["di.ky"]
    assert list(CellChange.objects.filter(code="di.ky").order_by("version").values_list("before", "after")) == [
        ("", "5"), ("5", "7"), ("7", "9"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_cell_left_alone_on_an_old_page_does_not_undo_anothers_work(cast: Cast, report: Submission) -> None:
    officer, leader = cast.actor("resolving_officer"), cast.actor("leader")
    type_in(officer, report, {"di.ky": "5"}, seen=0)
    saved = type_in(leader, report, {"di.ky": "", "ky_so.ky": "3"}, seen=0)
    assert saved.is_clean and saved.written == ["ky_so.ky"]
    assert CellValue.objects.get(code="di.ky").value == 5


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_lose_nothing(cast: Cast) -> None:
    form = make_form(cast.units.committee)
    duty = make_duty(form, cast.units.commune_committee)
    ready, results, begun = threading.Barrier(2), {}, {}

    def work(name: str, cells: dict[str, str]) -> None:
        try:
            actor = cast.actor(name)
            ready.wait(10)
            report = services.begin(actor=actor, duty_id=duty.pk)
            begun[name] = report.pk
            given = {code: Given(text, 0) for code, text in cells.items()}
            results[name] = services.save_cells(actor=actor, submission_id=report.pk, given=given)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=work, args=("resolving_officer", {"di.ky": "1", "phi.ky": "2,5"})),
        threading.Thread(target=work, args=("leader", {"di.ky": "3", "ky_so.ky": "4"})),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    first, second = results["resolving_officer"], results["leader"]
    assert isinstance(first, Saved) and begun["leader"] == begun["resolving_officer"]
    assert len(first.conflicts) + len(second.conflicts) == 1
    held = dict(CellValue.objects.values_list("code", "value"))
    assert set(held) == {"di.ky", "phi.ky", "ky_so.ky"} and held["di.ky"] in (1, 3)
