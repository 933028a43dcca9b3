"""The exchange's world, as its engine's tests know it."""

from tinhso.engines.exchange.tests.conftest import kept_world, world

__all__ = ["kept_world", "world"]
