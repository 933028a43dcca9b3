"""Typed words are never cut in silence."""

import pytest

from tinhso.foundation.text.asked import fitting
from tinhso.foundation.text.errors import TooLong


def test_what_fits_is_kept_whole_without_the_spaces_around_it() -> None:
    assert fitting("  Xã Thạch Lạc ", 13) == "Xã Thạch Lạc"


def test_what_is_longer_is_refused_and_the_sentence_says_which_box_and_how_much_it_takes() -> None:
    with pytest.raises(TooLong) as refused:
        fitting("ễ" * 121, 120)
    assert "120 ký tự" in refused.value.sentence
    assert refused.value.sentence.count("ễ") == 30
