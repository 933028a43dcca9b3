"""Folding in Python and in the database are one function; the sort key is dictionary order."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.foundation.text.rules import fold, name_sort_key, normalise, sort_key

pytestmark = pytest.mark.django_db


def test_marks_and_d_with_stroke_fold_away() -> None:
    assert fold("Đăng ký khai sinh, Phường Thành Sen") == "dang ky khai sinh, phuong thanh sen"


def test_decomposed_input_becomes_one_form() -> None:
    assert normalise("  Đăng   ky\u0301\x00 ") == "Đăng ký"


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x1EFF, exclude_categories=("Cs", "Cc"))))
def test_the_database_folds_vietnamese_letters_as_python_does(value: str) -> None:
    letters = "".join(
        ch for ch in value if ch in "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặ ĐÂÊÔƠƯỲ0123456789" or ch.isascii()
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT tinhso_fold(%s)", [letters])
        assert cursor.fetchone()[0] == fold(letters)


def test_dictionary_order_puts_letters_before_tones() -> None:
    words = ["ăn", "an", "ân", "án", "àn", "đi", "da", "ạn", "ba"]
    assert sorted(words, key=sort_key) == ["an", "àn", "án", "ạn", "ăn", "ân", "ba", "da", "đi"]


def test_people_sort_by_given_name() -> None:
    names = ["Nguyễn Văn Bình", "Trần Thị An", "Lê Ánh"]
    assert sorted(names, key=name_sort_key) == ["Trần Thị An", "Lê Ánh", "Nguyễn Văn Bình"]
