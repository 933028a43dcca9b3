"""The played weeks reach every state, each through the acts of the law."""

import random

import pytest

from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.rules import State
from tinhso.systems.procedures.stories import Crew, Story
from tinhso.systems.procedures.testing import Office
from tinhso.systems.procedures.tests.test_supplements import at

pytestmark = pytest.mark.django_db


def told(office: Office, dossier: Dossier, turn: float, seed: int = 3) -> Dossier:
    cast = office.cast
    crew = Crew(cast.units.commune, cast.desk_officer, cast.resolving_officer, cast.leader)
    story = Story(random.Random(seed), crew, dossier)
    for when, step in story._settle(turn):
        story.at = when
        step(when)
        story.dossier.refresh_from_db()
    return story.dossier


@pytest.mark.parametrize(
    ("turn", "reached"),
    [
        (0.01, {State.SUPPLEMENT}),
        (0.05, {State.ISSUED, State.RETURNED}),
        (0.08, {State.ISSUED, State.RETURNED}),
        (0.12, {State.STOPPED, State.WITHDRAWN, State.REFUSED}),
        (0.5, {State.ISSUED, State.RETURNED}),
    ],
)
def test_each_turn_of_a_story_ends_where_it_should(office: Office, turn: float, reached: set[State]) -> None:
    dossier = told(office, office.resolving(at=at(7)), turn)
    assert dossier.state in reached


def test_an_apology_in_a_story_leaves_a_new_date(office: Office) -> None:
    dossier = office.resolving(at=at(7))
    cast = office.cast
    crew = Crew(cast.units.commune, cast.desk_officer, cast.resolving_officer, cast.leader)
    story = Story(random.Random(3), crew, dossier)
    story._apologise(at(7, 15))
    dossier.refresh_from_db()
    assert dossier.due_at != dossier.promised_at and dossier.apologies.get().sent_at is not None


def test_a_paper_dossier_changes_hands_on_a_list(office: Office) -> None:
    dossier = office.walk_in(at=at(7))
    cast = office.cast
    crew = Crew(cast.units.commune, cast.desk_officer, cast.resolving_officer, cast.leader)
    story = Story(random.Random(1), crew, dossier)
    story.dice.random = lambda: 0.1  # type: ignore[method-assign]
    story._hand_over(at(7, 15))
    dossier.refresh_from_db()
    assert dossier.accepted_at == at(7, 15) and dossier.hand_overs.get().received_at == at(7, 15)
