"""The one box: no marks, Telex left-overs, misspellings, and who may see what."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.engines.search import rules, services
from tinhso.engines.search.selectors import find
from tinhso.engines.search.services import Document
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast

NAMES = {
    "1.001193": "Thủ tục đăng ký khai sinh",
    "1.000656": "Thủ tục đăng ký khai tử",
    "1.000894": "Thủ tục đăng ký kết hôn",
    "1.004873": "Thủ tục cấp Giấy xác nhận tình trạng hôn nhân",
    "2.000815": "Chứng thực bản sao từ bản chính giấy tờ, văn bản",
    "1.001612": "Đăng ký thành lập hộ kinh doanh",
}
ANYONE = Actor.anonymous()


@pytest.fixture
def catalogue(db: None) -> None:
    services.index_many(
        "procedure", [Document(code, name, keywords=code, is_public=True) for code, name in NAMES.items()]
    )


@pytest.mark.parametrize(
    "query",
    [
        "đăng ký khai sinh",
        "dang ky khai sinh",
        "DANG KY KHAI SINH",
        "khai sinh",
        "dang kys khai sinh",
        "ddawng kys khai sinh",
        "dang1 ky1 khai sinh",
        "dang ky khaisinh",
        "dang ki khai sinh",
        "dnag ky khai sinh",
        "dang ky khai sihn",
        "khai sin",
        unicodedata.normalize("NFD", "đăng ký khai sinh"),
        "  thủ   tục\tkhai\u200b sinh ",
        "1.001193",
        "tôi muốn đăng ký khai sinh cho con",
    ],
)
def test_a_birth_is_found_however_it_is_typed(catalogue: None, query: str) -> None:
    hits = find(ANYONE, query)
    assert hits and hits[0].object_id == "1.001193"


def test_a_document_renewed_is_found_by_its_new_name_only(catalogue: None) -> None:
    services.index("procedure", Document("1.001612", "Mở cửa hàng", is_public=True))
    assert [hit.object_id for hit in find(ANYONE, "cua hang")][:1] == ["1.001612"]
    assert "1.001612" not in [hit.object_id for hit in find(ANYONE, "thanh lap ho kinh doanh")]


def test_a_removed_document_is_not_found(catalogue: None) -> None:
    services.remove("procedure", "1.001193")
    assert all(hit.object_id != "1.001193" for hit in find(ANYONE, "khai sinh"))


def test_only_the_owner_finds_what_is_not_public(cast: Cast) -> None:
    services.index("dossier", Document("7", "Hồ sơ khai sinh của Nguyễn Thị Hoa", owner_id=cast.citizen.pk))
    assert find(cast.actor("citizen"), "nguyen thi hoa")
    for other in ("stranger", "other_citizen", "desk_officer", "leader_elsewhere", "administrator"):
        assert not find(cast.actor(other), "nguyen thi hoa")


def test_kinds_narrow_the_search(catalogue: None) -> None:
    services.index("page", Document("1", "Khai sinh là gì", is_public=True))
    assert {hit.kind for hit in find(ANYONE, "khai sinh", kinds={"page"})} == {"page"}


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "'",
        "a'b:*&|!()<->",
        "'; DROP TABLE search_searchdocument; --",
        "<script>",
        "\x00",
        "%_\\",
        "đ" * 5000,
    ],
)
def test_hostile_queries_answer_quietly(catalogue: None, query: str) -> None:
    assert isinstance(find(ANYONE, query), list)


@given(st.text(max_size=60))
def test_any_text_is_cut_into_words_that_need_no_quoting(text: str) -> None:
    for word in rules.words(text):
        assert all(ch.isascii() and (ch.isalnum() or ch in ".-/") for ch in word)


@given(st.text(alphabet="abcdeghiklmnopqrstuvxy", min_size=2, max_size=7))
def test_being_one_slip_away_is_mutual(word: str) -> None:
    for other in list(rules.one_away(word))[:40]:
        assert word in rules.one_away(other) or word == other


def test_the_night_counts_words_anew_and_forgets_unused_ones(catalogue: None) -> None:
    from tinhso.engines.search.jobs import recount_words
    from tinhso.engines.search.models import SearchWord

    services.remove("procedure", "1.000656")
    recount_words(0)
    counted = dict(SearchWord.objects.values_list("word", "documents"))
    assert "tu" in counted and counted["khai"] == 1 and counted["dang"] == 3
    services.index("procedure", Document("1.000656", "Thủ tục khác hẳn", is_public=True))
    recount_words(0)
    assert SearchWord.objects.get(word="khai").documents == 1
