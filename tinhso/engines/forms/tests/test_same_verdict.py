"""The server and the browser give one verdict: on the public test suite, on generated schemas, answers and typing."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tinhso.engines.forms import formats, keywords, patterns, rules, validation
from tinhso.engines.forms.browser import page_rules
from tinhso.engines.forms.compose import compose
from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.forms.parsing import parse_page
from tinhso.engines.forms.tests import suite
from tinhso.engines.forms.tests.scripts import Scripts, start
from tinhso.engines.forms.tests.test_groups import MEMBERS
from tinhso.engines.forms.tests.test_pages import PAGES

# The suite's files that are about our keywords. Its file "format" holds that formats assert nothing unless one turns
# that on; ours do, and the cases of those that do are under optional/format.
FILES = (
    *sorted((keywords.ASSERTIONS | keywords.APPLICATORS) - {"if", "then", "else", "format"}),
    "if-then-else",
    "boolean_schema",
    "default",
    "optional/ecmascript-regex",
    "optional/non-bmp-regex",
    "optional/float-overflow",
    "optional/bignum",
    "optional/format/date",
    "optional/format/email",
)
# People's addresses are none of these; both sides refuse them, where the standard would let them pass.
STRICTER = {
    "a quoted string with a space in the local part is valid",
    "a quoted string with a double dot in the local part is valid",
    "a quoted string with a @ in the local part is valid",
    "an IPv4-address-literal after the @ is valid",
    "an IPv6-address-literal after the @ is valid",
}
QUIET = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture(scope="module")
def scripts() -> Iterator[Scripts]:
    running = start()
    yield running
    running.stop()


def server(schema: Any, value: Any) -> bool:
    return validation.validator(orjson.dumps(schema)).is_valid(value)


@pytest.mark.parametrize("name", FILES)
def test_the_public_suite_passes_on_both_sides(scripts: Scripts, name: str) -> None:
    folder = suite.folder()
    if folder is None:
        pytest.skip(suite.MISSING)
    groups = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    ran = refused = 0
    for group in groups:
        schema, cases = group["schema"], group["tests"]
        if list(keywords.problems(schema)):
            refused += len(cases)
            continue
        try:
            validation.validator(orjson.dumps(schema))
        except (TypeError, ValueError):
            refused += len(cases)
            continue
        browser = scripts.ask("check", schema=schema, values=[case["data"] for case in cases])
        for case, seen in zip(cases, browser, strict=True):
            wanted = False if case["description"] in STRICTER else case["valid"]
            said = f"{name}: {group['description']}: {case['description']}"
            assert server(schema, case["data"]) is wanted, f"server, {said}"
            assert seen is wanted, f"browser, {said}"
            ran += 1
    assert ran or refused
    print(f"{name}: {ran} cases through both, {refused} use what our forms refuse")


NUMBERS = st.one_of(
    st.integers(-(10**15), 10**15),
    st.floats(-1e15, 1e15, allow_nan=False).map(lambda number: float(f"{number:.12g}")),
    st.decimals(-1000, 1000, places=2).map(float),
    st.sampled_from([0, -0.0, 1.0, 1e15, 0.1, 0.3, 1e-7, 19.99, 1e308, 5e-324]),
)
# Characters whose kind Python's tables do not know yet may differ between Unicode versions.
LETTERS = st.characters(exclude_categories=("Cs", "Cn", "Co"))
TEXTS = st.one_of(
    st.text(LETTERS, max_size=8),
    st.text("àÀeế́ ̣đĐa1 -.👨‍👩‍👧", max_size=8),
    st.sampled_from(["2026-11-23", "2024-02-29", "2023-02-29", "0000-01-01", "a@b.vn", "042190000017", ""]),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
    max_leaves=8,
)
SIZES = st.integers(0, 5)
PATTERNS = st.sampled_from(
    [r"^\p{L}+(?: \p{L}+)*$", r"^\d{2,3}$", r"^[^\s]+$", r"\S", r"^\w+$", ".", "^.{2}$", r"[Đđ]", "a|b$", r"^[À-ỹ]+$"]
)
PLAIN = st.fixed_dictionaries(
    {},
    optional={
        "type": st.one_of(
            st.sampled_from(["null", "boolean", "object", "array", "number", "string", "integer"]),
            st.just(["string", "null"]),
        ),
        "enum": st.lists(VALUES, min_size=1, max_size=3),
        "const": VALUES,
        "minLength": SIZES,
        "maxLength": SIZES,
        "minItems": SIZES,
        "maxItems": SIZES,
        "uniqueItems": st.booleans(),
        "minimum": NUMBERS.filter(lambda number: abs(number) <= rules.LARGEST),
        "exclusiveMaximum": NUMBERS.filter(lambda number: abs(number) <= rules.LARGEST),
        "multipleOf": st.sampled_from([1, 2, 0.5, 0.01, 0.1, 3, 1000, 1e-6]),
        "pattern": PATTERNS,
        "format": st.sampled_from(["date", "email"]),
        "required": st.lists(st.sampled_from("abc"), unique=True, max_size=2),
        "dependentRequired": st.dictionaries(
            st.sampled_from("abc"), st.lists(st.sampled_from("abc"), unique=True, max_size=2), max_size=2
        ),
    },
)
SCHEMAS = st.recursive(
    st.one_of(PLAIN, st.booleans()),
    lambda inner: st.builds(
        lambda plain, more: {**plain, **more},
        PLAIN,
        st.fixed_dictionaries(
            {},
            optional={
                "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
                "additionalProperties": inner,
                "items": inner,
                "not": inner,
                "allOf": st.lists(inner, min_size=1, max_size=2),
                "anyOf": st.lists(inner, min_size=1, max_size=2),
                "oneOf": st.lists(inner, min_size=1, max_size=2),
                "if": inner,
                "then": inner,
                "else": inner,
            },
        ),
    ),
    max_leaves=4,
)


@settings(QUIET, max_examples=120)
@given(SCHEMAS, st.lists(VALUES, min_size=1, max_size=5))
def test_any_schema_and_any_answer_get_one_verdict(scripts: Scripts, schema: Any, values: list[Any]) -> None:
    # What travels between the two is JSON: -0.0 and 1.0 arrive as they are written.
    assert [server(schema, value) for value in values] == scripts.ask("check", schema=schema, values=values)


PIECES = st.sampled_from(
    [
        r"\d",
        r"\w",
        r"\s",
        ".",
        "a",
        "Đ",
        "[a-c]",
        r"[^a\d]",
        r"[\p{L}\s]",
        r"\p{Lu}",
        r"[^\p{N}]",
        r"\.",
        "(?:ab|c)",
        r"[\D]",
    ]
)
MADE = st.lists(
    st.tuples(PIECES, st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,3}"])).map("".join), min_size=1, max_size=4
).map("".join)


@settings(QUIET, max_examples=300)
@given(
    MADE,
    st.booleans(),
    st.lists(st.text(st.one_of(st.sampled_from("aAbcĐđế1 .\u00a0\ufeff\r\n\u2028"), LETTERS), max_size=6), max_size=8),
)
def test_a_pattern_means_the_same_on_both_sides(scripts: Scripts, made: str, whole: bool, texts: list[str]) -> None:
    schema = {"pattern": f"^{made}$" if whole else made}
    assume(not patterns.problem(schema["pattern"]))
    assert [server(schema, text) for text in texts] == scripts.ask("check", schema=schema, values=texts)


def test_a_pattern_that_could_be_slow_or_differ_is_refused() -> None:
    slow = [
        "^(a+)+$",
        "^(a|a)*$",
        r"^\w*\d*\w*$",
        "^(a{0,20}){0,20}$",
        "^" + "a?" * 40,
        "(xa*a*a*)+",
        r"(.*)*",
        r"^(\w+\s?)*$",
    ]
    different = [
        r"\bhọ\b",
        "(?=a)",
        "(?<!a)b",
        r"(a)\1",
        "(?<ten>a)",
        "(?i)a",
        "[[:alpha:]]",
        "[a&&b]]",
        "a{,2}",
        "}",
        r"\P{L}",
        r"\Z",
    ]
    for pattern in [
        *slow,
        *different,
        "a" * 501,
        "(" * 20 + ")" * 20,
        "[",
        "(",
        ")",
        "\\",
        "*",
        "a**",
        "[b-a]",
        r"\u{110000}",
    ]:
        assert patterns.problem(pattern), pattern
    for pattern in [
        r"^\d{12}$",
        r"^0\d{9,10}$",
        r"^\p{L}+(?: \p{L}+)*$",
        r"^[^@]+@[^@]+\.[^@]+$",
        r"^\d+(?:,\d+)?$",
        "",
    ]:
        assert not patterns.problem(pattern), pattern


@settings(QUIET, max_examples=60)
@given(MADE, st.sampled_from(["a", "1", "ab", "Đ ", "c."]))
def test_no_allowed_pattern_can_be_made_slow_in_a_browser(scripts: Scripts, made: str, piece: str) -> None:
    pattern = f"^(?:{made})+$"
    assume(not patterns.problem(pattern))
    assert scripts.ask("timed", schema={"pattern": pattern}, value=piece * 1000 + "!") < 1000


CONDITIONS = st.recursive(
    st.one_of(
        st.sampled_from(["a", "b=x", "a=1", "a=1.5", "c=", "a=true"]),
        st.builds(lambda name, value: {"field": name, "equals": value}, st.sampled_from("abc"), VALUES),
        st.builds(
            lambda name, values: {"field": name, "in": values}, st.sampled_from("abc"), st.lists(VALUES, max_size=3)
        ),
        st.builds(lambda name, value: {"field": name, "has": value}, st.sampled_from("abc"), VALUES),
        st.builds(lambda name, filled: {"field": name, "filled": filled}, st.sampled_from("abc"), st.booleans()),
    ),
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=4,
)


@settings(QUIET, max_examples=200)
@given(
    CONDITIONS, st.dictionaries(st.sampled_from("abc"), st.one_of(VALUES, st.sampled_from(["x", 1, 1.5, True, [1]])))
)
def test_a_condition_holds_on_both_sides_or_on_neither(scripts: Scripts, condition: Any, data: dict[str, Any]) -> None:
    assert rules.is_met(condition, data) is scripts.ask("met", condition=condition, data=data)


@settings(QUIET, max_examples=200)
@given(
    st.one_of(
        st.from_regex(r"[a-z.@\-\" ]{0,12}@[a-z.\-]{0,12}", fullmatch=True),
        st.from_regex(r"\d{4}-\d\d-\d\d"),
        st.text(max_size=20),
    )
)
def test_formats_are_the_same_on_both_sides(scripts: Scripts, text: str) -> None:
    assume(not any(unicodedata.category(one) == "Cs" for one in text))
    for name, judge in formats.FORMATS.items():
        assert judge(text) is scripts.ask("format", name=name, text=text)


def whole_form() -> FormDefinition:
    members = {**MEMBERS, "when": "ban_sao", "prefill": ""}
    extra = [
        {"name": "loai", "label": "Loại", "type": "select", "options": ["hộ", "một người"]},
        {"name": "chon", "label": "Chọn", "type": "multiselect", "options": ["a", "b"], "required": True},
        {"name": "tien", "label": "Số tiền", "type": "money", "schema": {"multipleOf": 500, "maximum": 10000}},
        {"name": "dien_tich", "label": "Diện tích", "type": "number", "schema": {"multipleOf": 0.1}},
        {
            "name": "ly_do",
            "label": "Lý do",
            "type": "textarea",
            "when": {"field": "chon", "has": "b"},
            "schema": {"maxLength": 5},
        },
    ]
    fields = [field for page in PAGES for field in page["fields"] if field["type"] != "file"]
    schema, ui = compose([{"title": "T", "fields": [*fields, *extra, members]}])
    return FormDefinition(schema=schema, ui=ui)


TYPED = st.one_of(
    st.text(LETTERS, max_size=12),
    st.sampled_from(
        [
            "",
            " ",
            "1",
            "31",
            "2",
            "2026",
            "29",
            "2025",
            "on",
            "Nam",
            "hộ",
            "a",
            "b",
            "0912345678",
            "+84 912 345 678",
            "84912345678",
            "042190000017",
            "0421 9000 0017",
            "hoa@example.vn",
            "1.250",
            "1.250,5",
            "12.5",
            "0,3",
            "1e9",
            "1000000000000000,1",
            "٠٩١٢٣٤٥٦٧٨",
            "١٢",
            "Nguyễn  Thị\u200bHoa",
            "Nguye\u0302\u0303n",
            "a\r\nb\n\n\n\nc",
            "-5",
            "007",
            "\u00a01\u00a0",
            "👨‍👩‍👧" * 3,
        ]
    ),
)
NAMES = [
    "ho_ten",
    "so",
    "dien_thoai",
    "email",
    "sinh_day",
    "sinh_month",
    "sinh_year",
    "gioi",
    "ban_sao",
    "so_ban",
    "cam_doan",
    "loai",
    "chon",
    "tien",
    "dien_tich",
    "ly_do",
    "thanh_vien-0-ho_ten",
    "thanh_vien-3-ho_ten",
    "thanh_vien-3-di_hoc",
    "thanh_vien-3-truong",
    "thanh_vien-3-ho",
    "thanh_vien-3-sinh_day",
    "thanh_vien-3-sinh_month",
    "thanh_vien-3-sinh_year",
    "thanh_vien-3-nhap_hoc_day",
    "thanh_vien-3-nhap_hoc_month",
    "thanh_vien-3-nhap_hoc_year",
]
POSTED = st.fixed_dictionaries(
    {"thanh_vien-row": st.sampled_from([[], ["0"], ["3", "0"], ["0", "7", "3"]])},
    optional={name: st.lists(TYPED, min_size=1, max_size=2 if name == "chon" else 1) for name in NAMES},
)


@settings(QUIET, max_examples=200)
@given(POSTED)
def test_whatever_is_typed_is_read_and_judged_alike(scripts: Scripts, posted: dict[str, list[str]]) -> None:
    definition = whole_form()
    typed = QueryDict(mutable=True)
    for name, texts in posted.items():
        typed.setlist(name, texts)
    values, errors = parse_page(definition, 1, typed)
    seen = scripts.ask("judge", page=page_rules(definition, 1, {}), posted=posted)
    assert [[list(one.path), one.message, one.where] for one in errors] == [
        [one["path"], one["message"], one["where"]] for one in seen["errors"]
    ]
    assert same_numbers(values) == same_numbers(seen["values"])


def same_numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: same_numbers(one) for name, one in value.items()}
    if isinstance(value, list):
        return [same_numbers(one) for one in value]
    return math.fsum([value]) if isinstance(value, int | float) and not isinstance(value, bool) else value
