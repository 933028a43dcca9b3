"""What comes in is cleaned once, whatever a keyboard, a clipboard or an attacker brings."""

from __future__ import annotations

import unicodedata

import pytest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from tinhso.foundation.text import problems
from tinhso.foundation.text.forms import LineField, LinesField, PersonNameField
from tinhso.foundation.text.middleware import CleanTextMiddleware
from tinhso.foundation.text.names import Name, parse_name, tidy_name
from tinhso.foundation.text.rules import clean, normalise, normalise_lines

anything = st.text(st.characters(), max_size=60)


@given(anything)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    for way in (clean, normalise, normalise_lines):
        assert way(way(text)) == way(text)


@given(anything)
def test_nothing_hidden_or_unstorable_remains(text: str) -> None:
    kept = clean(text)
    assert unicodedata.is_normalized("NFC", kept)
    assert all(ch in "\n\t" or unicodedata.category(ch)[0] != "C" for ch in kept)
    kept.encode()


@given(st.text("aăâbcdđêôơưáàảãạ ốỗậýỳ", max_size=30))
def test_a_decomposed_entry_becomes_the_composed_one(text: str) -> None:
    assert normalise(unicodedata.normalize("NFD", text)) == normalise(text)


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("Nguyễn\u200b Thị\ufeff Hoa", "Nguyễn Thị Hoa"),
        ("ky\u200d\u0301", "ký"),
        ("an\x00 toàn", "an toàn"),
        ("abc\u202egnp.exe", "abcgnp.exe"),
        ("  hai \t  khoảng\u00a0trắng ", "hai khoảng trắng"),
        ("\ud800x", "x"),
        ("\u2066ẩn\u2069", "ẩn"),
    ],
)
def test_known_tricks(typed: str, kept: str) -> None:
    assert normalise(typed) == kept


def test_lines_stay_where_lines_are_meant() -> None:
    assert normalise_lines(" một  \r\n\r\n\r\n\r\n hai\rba ") == "một\n\nhai\nba"


def test_form_fields_clean_before_they_judge() -> None:
    assert LineField(max_length=5).clean(" a\u200bb  c\u0000 ") == "ab c"
    assert LinesField().clean("a\r\nb") == "a\nb"
    assert PersonNameField().clean("NGUYỄN  thị hoa") == "Nguyễn Thị Hoa"


def test_names_are_taken_apart() -> None:
    assert parse_name("Nguyễn Thị Minh Hoa") == Name("Nguyễn", "Thị Minh", "Hoa")
    assert parse_name(" Hoa ") == Name("", "", "Hoa")
    assert parse_name("") == Name("", "", "")
    assert tidy_name("Y-BLÔ niê") == "Y-Blô Niê"


@given(st.lists(st.text("abcđêôâáà", min_size=1, max_size=6), min_size=1, max_size=6))
def test_a_name_put_together_again_is_the_same(words: list[str]) -> None:
    name = normalise(" ".join(words))
    assert parse_name(name).full == name


def _through(request: HttpRequest) -> HttpRequest:
    CleanTextMiddleware(lambda _request: HttpResponse())(request)
    return request


def test_queries_and_forms_are_cleaned_but_not_passphrases() -> None:
    got = _through(RequestFactory().get("/", {"q": "a\x00b\u200b", "ky\u0301": "1"}))
    assert got.GET.getlist("q") == ["ab"] and "ký" in got.GET
    posted = _through(RequestFactory().post("/", {"name": ["H\u200boa", "b"], "password": "p\u200b  w\u0301"}))
    assert posted.POST.getlist("name") == ["Hoa", "b"]
    assert posted.POST["password"] == "p\u200b  w\u0301"
    with pytest.raises(AttributeError):
        posted.POST["name"] = "x"


def test_plain_requests_pass_untouched() -> None:
    request = RequestFactory().get("/?q=abc")
    before = request.GET
    assert _through(request).GET is before and isinstance(before, QueryDict)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/%00", "/thu-tuc/a%00b/", "/tra-cuu/?q=%00", "/tra-cuu/?%00=%00", "/%ed%a0%80"])
def test_null_bytes_in_addresses_never_break_a_page(path: str) -> None:
    assert Client().get(path).status_code in (200, 302, 404)


@pytest.mark.django_db
def test_null_bytes_in_cookies_never_break_a_page() -> None:
    client = Client()
    answer = client.get("/", headers={"cookie": 'sessionid="\\000abcdefgh"; csrftoken="\\000"'})
    assert answer.status_code == 200


def test_a_problem_says_the_sentence_and_the_name() -> None:
    answer = problems.problem(409, "refused", "Chưa được.", field="x")
    assert answer["Content-Type"] == "application/problem+json" and answer.status_code == 409
    assert "Chưa được.".encode() in answer.content and b"urn:tinhso:problem:refused" in answer.content


@pytest.mark.parametrize(
    "path, accept, wanted",
    [
        ("/api/v1/health", "text/html", True),
        ("/tra-cuu/", "text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("/tra-cuu/", "application/problem+json", True),
        ("/tra-cuu/", "application/json", True),
        ("/tra-cuu/", "*/*", False),
    ],
)
def test_who_gets_a_problem_and_who_a_page(path: str, accept: str, wanted: bool) -> None:
    assert problems.wants_problem(RequestFactory().get(path, headers={"accept": accept})) is wanted
