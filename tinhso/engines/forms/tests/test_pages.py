"""Reading pages without scripts, and the verdict on what was typed."""

import unicodedata
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.http import QueryDict
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tinhso.engines.forms import errors, layout, rules, services
from tinhso.engines.forms.compose import compose
from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.forms.parsing import merge_page, parse_page
from tinhso.engines.forms.selectors import Source, prefill, summary
from tinhso.engines.forms.validation import validate
from tinhso.foundation.access import guard as access
from tinhso.foundation.testing.cast import Cast

PAGES = [
    {
        "title": "Người yêu cầu",
        "fields": [
            {
                "name": "ho_ten",
                "label": "Họ, chữ đệm, tên",
                "type": "text",
                "required": True,
                "prefill": "person.full_name",
                "autocomplete": "name",
            },
            {"name": "so", "label": "Số định danh cá nhân", "type": "id12", "required": True},
            {"name": "dien_thoai", "label": "Điện thoại", "type": "phone"},
            {"name": "email", "label": "Thư điện tử", "type": "email"},
        ],
    },
    {
        "title": "Người con",
        "fields": [
            {"name": "sinh", "label": "Ngày sinh", "type": "date", "required": True, "limits": {"max": "today"}},
            {"name": "gioi", "label": "Giới tính", "type": "select", "required": True, "options": ["Nam", "Nữ"]},
            {"name": "ban_sao", "label": "Đề nghị cấp bản sao", "type": "bool"},
            {
                "name": "so_ban",
                "label": "Số lượng bản sao",
                "type": "integer",
                "required": True,
                "when": "ban_sao",
                "schema": {"minimum": 1, "maximum": 50},
            },
        ],
    },
    {
        "title": "Giấy tờ",
        "fields": [
            {"name": "chung_sinh", "label": "Giấy chứng sinh", "type": "file", "required": True},
            {"name": "cam_doan", "label": "Cam đoan khai đúng sự thật", "type": "bool", "required": True},
        ],
    },
]


def form() -> FormDefinition:
    schema, ui = compose(PAGES)
    return FormDefinition(code="t", version=1, title="Thử", schema=schema, ui=ui)


def post(**values: str) -> QueryDict:
    made = QueryDict(mutable=True)
    for name, value in values.items():
        made[name] = value
    return made


def messages(page: int, **typed: str) -> dict[str, str]:
    return {error.name: error.message for error in parse_page(form(), page, post(**typed))[1]}


def test_a_right_page_gives_clean_values() -> None:
    values, wrong = parse_page(
        form(),
        1,
        post(
            ho_ten="  " + unicodedata.normalize("NFD", "Nguyễn  Thị Hoa") + "\x00",
            so="0421 9000 0017",
            dien_thoai="+84 912.345.678",
            email="hoa@example.vn",
        ),
    )
    assert not wrong
    assert values == {
        "ho_ten": "Nguyễn Thị Hoa",
        "so": "042190000017",
        "dien_thoai": "0912345678",
        "email": "hoa@example.vn",
    }


def test_every_missing_answer_is_named_in_the_order_asked() -> None:
    _values, wrong = parse_page(form(), 1, post())
    assert [(error.name, error.message) for error in wrong] == [
        ("ho_ten", "Hãy nhập “Họ, chữ đệm, tên”."),
        ("so", "Hãy nhập “Số định danh cá nhân”."),
    ]


@pytest.mark.parametrize("number", ["12345", "04219000001", "0421900000170", "04219000001a", "٠٤٢١٩٠٠٠٠٠١٧"])
def test_an_identity_number_has_twelve_digits(number: str) -> None:
    assert messages(1, ho_ten="A", so=number)["so"] == (
        "“Số định danh cá nhân” phải có đúng 12 chữ số, như trên thẻ căn cước."
    )


@pytest.mark.parametrize("phone", ["912345678", "abc", "0912", "+1 202 555 0100", "09123456789012"])
def test_a_phone_that_is_none_gets_an_example(phone: str) -> None:
    assert "0912 345 678" in messages(1, ho_ten="A", so="042190000017", dien_thoai=phone)["dien_thoai"]


def test_text_too_long_says_how_long_it_may_be() -> None:
    assert "tối đa 200 ký tự" in messages(1, ho_ten="x" * 201, so="042190000017")["ho_ten"]


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("31", "2", "2026"),
        ("29", "2", "2025"),
        ("0", "1", "2026"),
        ("1", "13", "2026"),
        ("1", "1", "26"),
        ("a", "1", "2026"),
    ],
)
def test_a_day_that_does_not_exist_is_said_back(day: str, month: str, year: str) -> None:
    got = messages(2, sinh_day=day, sinh_month=month, sinh_year=year, gioi="Nam")
    assert got["sinh"] == f"“Ngày sinh”: không có ngày {day}/{month}/{year}. Ví dụ nhập đúng: 5 3 1990."


def test_what_cannot_be_read_is_kept_as_typed_and_refused_at_the_end() -> None:
    typed = post(sinh_day="31", sinh_month="2", sinh_year="2026", gioi="Nam")
    values, wrong = parse_page(form(), 2, typed)
    assert values["sinh"] == "31/2/2026" and len(wrong) == 1
    assert "sinh" in [error.name for error in validate(form(), values)]


def test_a_date_half_filled_asks_for_the_rest() -> None:
    assert messages(2, sinh_day="1", gioi="Nam")["sinh"] == "Hãy nhập đủ ngày, tháng, năm của “Ngày sinh”."


def test_tomorrow_is_refused_and_today_is_not() -> None:
    today = timezone.localdate()
    tomorrow = today + timedelta(1)
    typed = {"gioi": "Nam"}
    late = {"sinh_day": str(tomorrow.day), "sinh_month": str(tomorrow.month), "sinh_year": str(tomorrow.year)}
    now = {"sinh_day": str(today.day), "sinh_month": str(today.month), "sinh_year": str(today.year)}
    assert messages(2, **typed, **late) == {"sinh": "“Ngày sinh” không được sau hôm nay."}
    assert messages(2, **typed, **now) == {}


def test_a_choice_made_up_by_hand_is_refused() -> None:
    got = messages(2, sinh_day="1", sinh_month="1", sinh_year="2026", gioi="<script>")
    assert got == {"gioi": "“Giới tính”: hãy chọn một trong các lựa chọn có sẵn."}


def test_a_hidden_question_is_neither_required_nor_kept() -> None:
    typed = {"sinh_day": "1", "sinh_month": "1", "sinh_year": "2026", "gioi": "Nữ"}
    values, wrong = parse_page(form(), 2, post(**typed, so_ban="7"))
    assert not wrong and "so_ban" not in values
    assert messages(2, **typed, ban_sao="on") == {"so_ban": "Hãy nhập “Số lượng bản sao”."}
    assert messages(2, **typed, ban_sao="on", so_ban="51") == {"so_ban": "“Số lượng bản sao” phải từ 50 trở xuống."}


def test_answers_of_other_pages_added_by_hand_are_ignored() -> None:
    values, _wrong = parse_page(form(), 1, post(ho_ten="A", so="042190000017", cam_doan="on", gioi="Nam", la="x"))
    assert set(values) == {"ho_ten", "so"}


def test_a_page_that_does_not_exist_is_refused() -> None:
    for number in (0, 4, -1):
        with pytest.raises(errors.NoSuchPage):
            parse_page(form(), number, post())


def test_an_answer_taken_away_is_gone_and_files_stay() -> None:
    data = {"ho_ten": "A", "so": "1" * 12, "dien_thoai": "0912345678", "chung_sinh": [{"name": "a.pdf"}]}
    values, _wrong = parse_page(form(), 1, post(ho_ten="B", so="042190000017"), data)
    merged = merge_page(form(), 1, data, values)
    assert "dien_thoai" not in merged and merged["ho_ten"] == "B" and merged["chung_sinh"]


def test_the_whole_form_is_judged_before_it_is_filed() -> None:
    whole = {
        "ho_ten": "Hoa",
        "so": "042190000017",
        "sinh": "2026-11-01",
        "gioi": "Nam",
        "chung_sinh": [{"sha256": "0" * 64, "name": "giay.pdf"}],
        "cam_doan": True,
    }
    assert validate(form(), whole) == []
    assert [error.name for error in validate(form(), whole | {"cam_doan": False, "chung_sinh": []})] == [
        "chung_sinh",
        "cam_doan",
    ]


def test_the_summary_speaks_as_people_write() -> None:
    rows = {row.name: row.value for row in summary(form(), {"sinh": "2026-11-01", "ban_sao": True, "so_ban": 3})}
    assert rows["sinh"] == "01/11/2026"
    assert rows["ban_sao"] == "Có" and rows["so_ban"] == "3"
    assert rows["ho_ten"] == "(chưa điền)"


def test_known_answers_come_with_their_source() -> None:
    known = Source("tài khoản định danh", date(2026, 11, 20), {"full_name": "Nguyễn Thị Hoa"})
    data, provenance = prefill(form(), {"person": known})
    assert data == {"ho_ten": "Nguyễn Thị Hoa"}
    assert provenance == {"ho_ten": "từ tài khoản định danh, 20/11/2026"}


def test_pages_hide_when_nothing_on_them_is_asked() -> None:
    schema, ui = compose([PAGES[1], {"title": "Bản sao", "when": "ban_sao", "fields": [PAGES[0]["fields"][0]]}])
    definition = FormDefinition(schema=schema, ui=ui)
    assert [page.number for page in layout.pages(definition, {})] == [1]
    assert [page.number for page in layout.pages(definition, {"ban_sao": True})] == [1, 2]
    assert layout.next_page(definition, 1, {}) is None


def test_a_published_form_never_changes(cast: Cast) -> None:
    schema, ui = compose(PAGES)
    made = services.draft_form(actor=cast.actor("administrator"), code="k", title="K", schema=schema, ui=ui)
    services.publish_form(actor=cast.actor("administrator"), definition_id=made.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        FormDefinition.objects.filter(pk=made.pk).update(title="khác")
    with pytest.raises(errors.AlreadyPublished):
        services.publish_form(actor=cast.actor("administrator"), definition_id=made.pk)
    again = services.draft_form(actor=cast.actor("administrator"), code="k", title="K2", schema=schema, ui=ui)
    assert again.version == 2


def test_only_administrators_make_forms(cast: Cast) -> None:
    for name in ("stranger", "citizen", "desk_officer", "leader", "auditor"):
        with pytest.raises(access.Denied):
            services.draft_form(actor=cast.actor(name), code="k", title="K", schema={}, ui={})
    assert not FormDefinition.objects.exists()


@pytest.mark.parametrize(
    ("schema", "ui", "sentence"),
    [
        ({"type": "nonsense"}, {}, "JSON Schema"),
        ({"type": "object"}, {"pages": "x"}, "không đúng khuôn"),
        ({"type": "object"}, {"pages": []}, "chưa có trang nào"),
        ({"properties": {"a": {}}}, {"pages": [{"title": "T", "fields": ["b"]}]}, "không nằm trong trang nào"),
        ({"properties": {"a": {}}}, {"pages": [{"title": "T", "fields": ["a"]}]}, "chưa có nhãn"),
        (
            {"properties": {"a": {}, "b": {}}},
            {
                "pages": [{"title": "T", "fields": ["a", "b"]}],
                "fields": {"a": {"label": "A", "when": "b"}, "b": {"label": "B"}},
            },
            "không được hỏi trước đó",
        ),
    ],
)
def test_a_form_people_could_not_fill_in_is_not_published(
    cast: Cast, schema: dict[str, object], ui: dict[str, object], sentence: str
) -> None:
    made = services.draft_form(actor=cast.actor("administrator"), code="k", title="K", schema=schema, ui=ui)
    with pytest.raises(errors.BadDefinition, match=sentence):
        services.publish_form(actor=cast.actor("administrator"), definition_id=made.pk)
    made.refresh_from_db()
    assert not made.is_published


def test_a_pattern_cannot_be_made_to_run_for_ever() -> None:
    schema, ui = compose(
        [{"title": "T", "fields": [{"name": "a", "label": "A", "type": "text", "schema": {"pattern": "^(a+)+$"}}]}]
    )
    definition = FormDefinition(schema=schema, ui=ui)
    assert validate(definition, {"a": "a" * 190 + "!"})


@given(st.dictionaries(st.sampled_from(["ho_ten", "so", "dien_thoai", "email", "csrf"]), st.text(max_size=300)))
def test_nothing_typed_breaks_a_page(typed: dict[str, str]) -> None:
    values, wrong = parse_page(form(), 1, post(**typed))
    # What the page calls right, the schema calls right too.
    assert {error.name for error in validate(form(), values)} & {"ho_ten", "so", "dien_thoai", "email"} <= {
        error.name for error in wrong
    }


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12))
def test_a_number_written_the_vietnamese_way_is_read_back(value: object) -> None:
    from decimal import Decimal

    assert isinstance(value, Decimal)
    text = f"{value:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")
    assert rules.read_number(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.250", 1250),
        ("1.250,5", 1250.5),
        ("1250,5", 1250.5),
        ("12.5", 12.5),
        ("1,234.5", None),
        ("1e9", None),
        ("", None),
    ],
)
def test_separators_are_vietnamese(text: str, value: float | None) -> None:
    got = rules.read_number(text)
    assert got == value if value is None else float(got or 0) == value
