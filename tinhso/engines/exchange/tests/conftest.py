"""One world for all tests of the registry: made once, given back its rows for each test."""

from __future__ import annotations

from typing import Any

import pytest

from tinhso.engines.exchange.testing import World
from tinhso.foundation.testing.kept import Kept


@pytest.fixture(scope="session")
def kept_world(kept_cast: Kept, django_db_setup: None, django_db_blocker: Any) -> Kept:
    with django_db_blocker.unblock():
        return Kept(World, on=kept_cast)


@pytest.fixture
def world(kept_world: Kept, cast: Any) -> World:
    made: World = kept_world.give()
    return made
