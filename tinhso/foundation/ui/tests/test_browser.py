"""The component page in a real browser: no fault, no overflow, no script error, at every width and theme."""

from collections.abc import Callable
from typing import Any

import pytest

from tinhso.foundation.testing.browser import WIDTHS, axe, overflows

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_component_page_has_no_fault(browse: Callable[..., Any], width: int, dark: bool) -> None:
    page = browse(width=width, dark=dark)
    page.goto("/ui/")
    assert axe(page) == []
    assert overflows(page) == 0
    assert page.problems == []
