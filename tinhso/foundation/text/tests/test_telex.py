"""Telex left-overs are read as the words that were meant."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation.text.telex import decode, encode, telex_variants

# Syllables of procedures and places of the province.
WORDS = """đăng ký khai sinh kết hôn khuyết tật trợ cấp chứng thực bản sao giấy tờ hộ nghèo người hưởng thường xuyên
phường xã cẩm đức thọ hương sơn kỳ anh nghi xuân thạch hà vũ quang lộc can hồng lĩnh thành sen trần phú quyền thừa kế
hòa thủy giữa nước thuế điện tử nghỉ quốc gia rượu mười tuổi được dưới việc giải quyết"""
SYLLABLES = re.findall(r"\w+", WORDS)


@pytest.mark.parametrize(
    "typed, meant",
    [
        ("ddawng kys khai sinh", "đăng ký khai sinh"),
        ("DDAWNG KYS", "ĐĂNG KÝ"),
        ("Thanhf Sen", "Thành Sen"),
        ("dangw", "dăng"),
        ("dangwd", "đăng"),
        ("nguowif", "người"),
        ("chuwngs thuwcj", "chứng thực"),
        ("hoaf", "hòa"),
        ("thuyr", "thủy"),
        ("quyeenf", "quyền"),
        ("giaays tow", "giấy tơ"),
        ("ruowuj", "rượu"),
    ],
)
def test_known_left_overs(typed: str, meant: str) -> None:
    assert meant in telex_variants(typed)


@given(st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=4))
def test_every_syllable_reads_back_from_its_keys(words: list[str]) -> None:
    assert [decode(encode(word)) for word in words] == words


@given(st.text(max_size=40))
def test_the_typed_text_is_always_among_its_readings(text: str) -> None:
    readings = telex_variants(text)
    assert text in readings and len(readings) <= 17


@pytest.mark.parametrize("word", ["đăng", "html", "2026", "", "x", "xyz", "<script>", "w" * 500])
def test_what_is_no_telex_stays(word: str) -> None:
    assert decode(word) == word
