"""A page as people see it: labels, errors beside their fields, typed text shown again, no markup let through."""

from html.parser import HTMLParser

from django.template.loader import render_to_string

from tinhso.engines.forms.compose import compose
from tinhso.engines.forms.drawing import draw_page, error_links
from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.forms.parsing import parse_page
from tinhso.engines.forms.tests.test_pages import form, post


def html(page: int, **kwargs: object) -> str:
    data = kwargs.pop("data", {})
    return render_to_string("forms/page.html", {"questions": draw_page(form(), page, data, **kwargs)})  # type: ignore[arg-type]


class Ids(HTMLParser):
    """Collects ids and what labels point at."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.wanted: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.add(str(found["id"]))
        if tag == "label" and found.get("for"):
            self.wanted.add(str(found["for"]))


def test_every_label_and_every_error_link_leads_to_a_field() -> None:
    for page in (1, 2, 3):
        _values, wrong = parse_page(form(), page, post())
        questions = draw_page(form(), page, {}, errors=wrong)
        found = Ids(render_to_string("forms/page.html", {"questions": questions}))
        assert found.wanted <= found.ids
        assert {link["href"][1:] for link in error_links(questions)} <= found.ids
        assert len(error_links(questions)) == len(wrong) > 0


def test_a_wrong_date_is_shown_as_it_was_typed() -> None:
    values, wrong = parse_page(form(), 2, post(sinh_day="31", sinh_month="2", sinh_year="2026"))
    text = html(2, data=values, errors=wrong)
    assert 'value="31"' in text and 'value="2026"' in text and "không có ngày 31/2/2026" in text


def test_a_known_answer_shows_its_source() -> None:
    text = html(1, data={"ho_ten": "Hoa"}, provenance={"ho_ten": "từ tài khoản định danh, 20/11/2026"})
    assert 'value="Hoa"' in text and "từ tài khoản định danh, 20/11/2026" in text


def test_a_dependent_question_is_on_the_page_for_browsers_without_scripts() -> None:
    text = html(2)
    assert 'name="so_ban"' in text and "data-depends=" in text
    assert "Chỉ trả lời khi câu “Đề nghị cấp bản sao” cần đến." in text


def test_markup_in_answers_labels_and_choices_is_only_text() -> None:
    hostile = '"><script>alert(1)</script>'
    schema, ui = compose(
        [
            {
                "title": hostile,
                "fields": [
                    {"name": "a", "label": hostile, "help": hostile, "type": "text"},
                    {"name": "b", "label": hostile, "type": "select", "options": [hostile, "x"]},
                    {"name": "c", "label": hostile, "type": "bool", "when": "a"},
                ],
            }
        ]
    )
    definition = FormDefinition(schema=schema, ui=ui)
    text = render_to_string("forms/page.html", {"questions": draw_page(definition, 1, {"a": hostile})})
    assert "<script" not in text
