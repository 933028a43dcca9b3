"""The shared vocabulary: one name, one concept, and each with the act that lists it."""

from __future__ import annotations

from collections import Counter

from tinhso.foundation.concepts import concepts, plain, recognised


def test_no_name_means_two_things_and_each_has_its_source() -> None:
    names = Counter(plain(name) for one in concepts().values() for name in {one.label, *one.also})
    assert [name for name, times in names.items() if times > 1] == []
    assert all("Luật" in one.source or "Nghị định" in one.source for one in concepts().values())


def test_a_label_is_recognised_whatever_its_marks_and_only_whole() -> None:
    assert recognised("HỌ VÀ TÊN") == recognised("ho, va ten") == "person.full_name"
    assert recognised("Họ, chữ đệm, tên (bên nam)") == recognised("") == ""
