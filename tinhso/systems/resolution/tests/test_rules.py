"""States and standings: every step in every state, lateness by the minute, what outweighs what."""

from datetime import date, datetime, timedelta
from itertools import product

import pytest

from tinhso.systems.resolution.rules import Mark, Remedy, Stage, Standing, Step, after, is_late, standing, steps_from

ALLOWED = {
    (Step.ACCEPT, Remedy.ASSIGNED): Remedy.ACCEPTED,
    (Step.FINISH, Remedy.ACCEPTED): Remedy.DONE,
    (Step.GIVE_BACK, Remedy.DONE): Remedy.ACCEPTED,
    (Step.CONFIRM, Remedy.DONE): Remedy.CONFIRMED,
    (Step.EXTEND, Remedy.ASSIGNED): Remedy.ASSIGNED,
    (Step.EXTEND, Remedy.ACCEPTED): Remedy.ACCEPTED,
    (Step.WITHDRAW, Remedy.ASSIGNED): Remedy.WITHDRAWN,
    (Step.WITHDRAW, Remedy.ACCEPTED): Remedy.WITHDRAWN,
}


@pytest.mark.parametrize(("step", "state"), list(product(Step, Remedy)))
def test_only_the_steps_of_the_course_lead_anywhere(step: Step, state: Remedy) -> None:
    assert after(step, state) == ALLOWED.get((step, state))
    assert (step in steps_from(state)) == ((step, state) in ALLOWED)


def test_late_by_a_second_is_late_and_withdrawn_never() -> None:
    due = datetime(2026, 11, 23, 17, 0)
    second = timedelta(seconds=1)
    assert not is_late(Remedy.ACCEPTED, due, None, due)
    assert is_late(Remedy.ACCEPTED, due, None, due + second)
    assert is_late(Remedy.CONFIRMED, due, due + second, due + timedelta(days=90))
    assert not is_late(Remedy.DONE, due, due, due + timedelta(days=90))
    assert not is_late(Remedy.WITHDRAWN, due, None, due + timedelta(days=1))


def test_a_missed_milestone_outweighs_words_but_not_the_end() -> None:
    day = date(2026, 11, 23)
    missed, kept, today = Mark(date(2026, 11, 22), None), Mark(date(2026, 11, 1), date(2026, 11, 20)), Mark(day, None)
    assert standing(Stage.UNDER_WAY, [missed], day) is Standing.LATE
    assert standing(Stage.DONE, [missed], day) is Standing.DONE
    assert standing(None, [missed], day) is Standing.LATE
    assert standing(None, [kept, today], day) is Standing.NO_REPORT
    assert standing(Stage.NOT_BEGUN, [], day) is Standing.NOT_BEGUN
