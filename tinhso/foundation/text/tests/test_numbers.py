"""Numbers as people write them: read exactly, or refused by name."""

from __future__ import annotations

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation.text import number_words, numbers
from tinhso.foundation.text.numbers import NotANumber, Reason


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,5", "1234.5"), ("1234,5", "1234.5"), ("1.234", "1234"), ("1.234.567", "1234567"), ("1 234", "1234"),
        ("1\u00a0234\u00a0567", "1234567"), (" 12 ", "12"), ("-3,5", "-3.5"), ("0,5", "0.5"), ("−7", "-7"), ("0", "0"),
    ],
)  # fmt: skip
def test_vietnamese_numbers_are_read(text: str, value: str) -> None:
    assert numbers.read(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.TEXT), ("abc", Reason.TEXT), ("1e5", Reason.TEXT), ("0x10", Reason.TEXT), ("½", Reason.TEXT),
        ("--1", Reason.TEXT), ("１２", Reason.TEXT), ("9" * 41, Reason.TEXT), ("1,234.5", Reason.AMBIGUOUS),
        ("1,234,567", Reason.AMBIGUOUS), ("1.5", Reason.DOT_DECIMAL), ("1234.5", Reason.DOT_DECIMAL),
        ("1.2.3", Reason.GROUPS), ("12.34.567", Reason.GROUPS), ("1..2", Reason.GROUPS),
    ],
)  # fmt: skip
def test_what_is_no_number_or_may_be_two_is_refused_by_name(text: str, reason: Reason) -> None:
    with pytest.raises(NotANumber) as refused:
        numbers.read(text)
    assert refused.value.reason == reason and number_words.sentence(reason, text).endswith(".")


@given(st.text(alphabet="0123456789.,- \u00a0e１½x", max_size=60))
def test_no_words_break_the_reader(text: str) -> None:
    with contextlib.suppress(NotANumber):
        assert numbers.read(text).is_finite()
