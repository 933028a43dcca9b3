"""Fixtures that every test may ask for."""

import pytest

from tinhso.foundation.testing.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    """The shared cast in an invented province."""
    return make_cast()
