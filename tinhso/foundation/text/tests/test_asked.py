"""Numbers and days from addresses and forms."""

from datetime import date

import pytest

from tinhso.foundation.text.asked import day_of, whole_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("42", 42), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_a_number_is_read(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize("text", [None, "", " 1", "-1", "+1", "1.0", "1e3", "²", "٣٤", "１", "9" * 19, "1\n", "0x1"])
def test_anything_else_is_none(text: str | None) -> None:
    assert whole_number(text) is None


def test_more_digits_than_wanted_are_none() -> None:
    assert (whole_number("999", 3), whole_number("1000", 3)) == (999, None)


def test_a_day_is_read_and_one_that_never_comes_is_none() -> None:
    assert day_of("2026-11-23") == date(2026, 11, 23)
    assert [day_of(text) for text in (None, "", "2026-02-30", "23/11/2026", "²026-01-01", "mai")] == [None] * 6
