"""The exchange's world, as its engine's tests know it, and the windows of its two sides."""

from typing import Any

import pytest
from django.test import Client

from tinhso.engines.exchange.testing import World
from tinhso.engines.exchange.tests.conftest import kept_world, world
from tinhso.foundation.testing.sessions import settled, sign_in

__all__ = ["kept_world", "window_of", "world"]


def window_of(account: Any) -> Client:
    """A browser of the account, which has just proved again who it is."""
    return settled(sign_in(Client(), account, stepped_up=True))


@pytest.fixture
def owner(world: World) -> Client:
    """Whoever answers for the service."""
    return window_of(world.cast.leader)


@pytest.fixture
def asker(world: World) -> Client:
    """Whoever answers for the system that asks."""
    return window_of(world.cast.leader_elsewhere)
