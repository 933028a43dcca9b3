"""The component page in a real browser: no fault, no overflow, no script error, at every width and theme."""

from collections.abc import Callable
from typing import Any

import pytest

from tinhso.foundation.testing.browser import faults

pytestmark = pytest.mark.browser


def test_the_component_page_has_no_fault(browse: Callable[..., Any]) -> None:
    page = browse()
    page.goto("/ui/")
    assert faults(page) == []
    assert page.problems == []
