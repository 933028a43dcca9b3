"""Result templates are data: four kinds, facts put in, and every fault told before publication."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.engines.printing import services as printing
from tinhso.systems.procedures.printing import layouts
from tinhso.systems.procedures.tests.test_one_stop_forms import text_of
from tinhso.systems.procedures.tests.test_printed_papers import RESULT

DECISION = {
    "kind": "decision",
    "title": "Quyết định",
    "abstract": "Về việc trợ cấp cho {applicant}",
    "authority": "Chủ tịch {agency}",
    "grounds": ["Căn cứ hồ sơ mã {code};"],
    "articles": ["Trợ cấp hằng tháng cho {applicant}, {con_ho_ten}.", "{applicant} thi hành Quyết định này."],
    "signer_title": "Chủ tịch",
}
WORDS = {"applicant": "Nguyễn Thị Hoa", "agency": "Uỷ ban nhân dân xã An Bình", "code": "X-1", "con_ho_ten": "Bé Na"}


def printed(layout: dict[str, object]) -> str:
    return text_of(printing.render("procedures.result", RESULT | layouts.filled(layout, WORDS)))


def test_a_decision_has_its_grounds_its_word_and_numbered_articles() -> None:
    said = printed(DECISION)
    for words in (
        "Về việc trợ cấp cho Nguyễn Thị Hoa",
        "CHỦ TỊCH UỶ BAN NHÂN DÂN XÃ AN BÌNH",
        "QUYẾT ĐỊNH:",
        "Điều 1. Trợ cấp hằng tháng cho Nguyễn Thị Hoa, Bé Na.",
        "Điều 2.",
    ):
        assert words in said, words
    assert said.index("Căn cứ hồ sơ") < said.index("QUYẾT ĐỊNH:") < said.index("Điều 1.") < said.index("Điều 2.")


def test_the_other_kinds() -> None:
    assert "Kính gửi: Nguyễn Thị Hoa" in printed({"kind": "notice", "title": "Thông báo", "to": "{applicant}"})
    assert "1. Chủ đầu tư" in printed({"kind": "extract", "title": "Trích lục"})
    assert "1. Chủ đầu tư" not in printed({"kind": "certificate", "title": "Giấy xác nhận"})


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("TRÍCH LỤC KHAI SINH", "extract"),
        ("Quyết định", "decision"),
        ("GIẤY XÁC NHẬN", "certificate"),
        ("", "certificate"),
    ],
)
def test_older_layouts_tell_their_kind_by_their_title(title: str, kind: str) -> None:
    assert layouts.kind_of({"title": title}) == kind


def test_every_layout_of_the_catalogue_may_be_published_with_a_signer() -> None:
    folder = Path(layouts.__file__).parents[1] / "catalogue"
    for path in sorted(folder.glob("[0-9]*.json")):
        layout = json.loads(path.read_text(encoding="utf-8")).get("result_layout") or {}
        assert not layouts.problems({"signer_title": "Chủ tịch"} | layout) or not layout, path.name


def test_faults_are_told_in_sentences() -> None:
    assert not layouts.problems(DECISION, {"con_ho_ten"})
    told = " ".join(
        layouts.problems(
            {"kind": "khác", "title": " ", "body": ["{ai_do} {x.__class__}"], "rows": [{"label": "", "field": "la"}]},
            {"con_ho_ten"},
        )
    )
    for words in ("“khác” không có", "chưa có tên", "chức vụ", "chưa có nhãn", "ô “la”", "“ai_do”", "“x.__class__”"):
        assert words in told, words
    assert "chưa có điều nào" in " ".join(layouts.problems({"kind": "decision", "title": "Q", "signer_title": "C"}))
    assert "dài quá" in " ".join(layouts.problems(DECISION | {"body": ["a"] * 99}))


@given(text=st.text(max_size=60).filter(lambda text: text and not set(text) & set("{}")))
def test_filling_changes_nothing_but_whole_names(text: str) -> None:
    assert layouts.filled({"title": text}, WORDS)["title"] == text
    # What is put in is not read again, and no attribute, index or format of Python is reached.
    assert layouts.filled({"title": "{a}"}, {"a": "{b}", "b": text})["title"] == "{b}"
    for hostile in ("{applicant.__class__.__mro__}", "{applicant!r:>99}", "{applicant[0]}", "{}"):
        assert layouts.filled({"title": hostile}, WORDS)["title"] == "……"
