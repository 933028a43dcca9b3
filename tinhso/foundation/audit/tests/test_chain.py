"""The chain's check names what was done, for every kind of tampering and wherever it happens."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.foundation.audit.chain import BEGINNING, Fault, Kind, Link, check_stream, seal_digest

STREAM = "s07"


def chain_of(length: int) -> list[Link]:
    links: list[Link] = []
    before = BEGINNING
    for n in range(1, length + 1):
        content = hashlib.sha256(f"row {n}".encode()).digest()
        row_hash = seal_digest(before, STREAM, n, content)
        links.append(Link(n, 1000 + n, before, row_hash, content, content))
        before = row_hash
    return links


def found(links: list[Link]) -> list[tuple[Kind, int, int | None]]:
    return [(f.kind, f.sequence, f.row_id) for f in check_stream(STREAM, links)]


lengths = st.integers(3, 40)


@given(lengths)
def test_a_sound_chain_has_no_faults(length: int) -> None:
    assert found(chain_of(length)) == []


def test_an_empty_stream_has_no_faults() -> None:
    assert found([]) == []


@given(lengths, st.data())
def test_an_edited_row_is_named(length: int, data: st.DataObject) -> None:
    links = chain_of(length)
    at = data.draw(st.integers(0, length - 1))
    links[at] = replace(links[at], actual_content=b"x" * 32)
    assert found(links) == [(Kind.EDITED, at + 1, 1001 + at)]


@given(lengths, st.data())
def test_a_row_edited_with_its_content_hash_is_named(length: int, data: st.DataObject) -> None:
    links = chain_of(length)
    at = data.draw(st.integers(0, length - 1))
    links[at] = replace(links[at], actual_content=b"x" * 32, stored_content=b"x" * 32)
    assert found(links) == [(Kind.EDITED, at + 1, 1001 + at)]


@given(lengths, st.data())
def test_a_row_edited_with_all_its_hashes_is_named_by_its_neighbour(length: int, data: st.DataObject) -> None:
    links = chain_of(length)
    at = data.draw(st.integers(0, length - 2))  # at the very end only an exported head can tell
    forged = b"x" * 32
    one = links[at]
    links[at] = replace(
        one,
        actual_content=forged,
        stored_content=forged,
        row_hash=seal_digest(one.previous_hash, STREAM, one.sequence, forged),
    )
    assert found(links) == [(Kind.EDITED, at + 1, 1001 + at)]


@given(lengths, st.data())
def test_a_removed_row_is_named_by_its_place(length: int, data: st.DataObject) -> None:
    links = chain_of(length)
    at = data.draw(st.integers(0, length - 2))
    count = data.draw(st.integers(1, length - 1 - at))
    del links[at : at + count]
    assert list(check_stream(STREAM, links)) == [Fault(Kind.REMOVED, STREAM, at + 1, None, at + count)]


@given(lengths, st.data())
def test_a_row_removed_while_its_seal_stays_is_named(length: int, data: st.DataObject) -> None:
    links = chain_of(length)
    at = data.draw(st.integers(0, length - 1))
    links[at] = replace(links[at], actual_content=None, stored_content=None)
    assert found(links) == [(Kind.REMOVED, at + 1, 1001 + at)]


@given(lengths, st.data())
def test_a_removal_closed_up_by_new_numbers_is_found(length: int, data: st.DataObject) -> None:
    links = chain_of(length)
    at = data.draw(st.integers(0, length - 2))
    del links[at]
    links[at:] = [replace(link, sequence=link.sequence - 1) for link in links[at:]]
    assert [(kind, sequence) for kind, sequence, _ in found(links)] == [(Kind.REMOVED, at + 1)]


@given(lengths, st.data(), st.booleans())
def test_an_inserted_row_is_named(length: int, data: st.DataObject, is_well_made: bool) -> None:
    links = chain_of(length)
    at = data.draw(st.integers(0, length - 1))
    before = links[at].previous_hash
    content = b"new" + bytes(29)
    row_hash = seal_digest(before, STREAM, at + 1, content) if is_well_made else b"?" * 32
    links[at:] = [replace(link, sequence=link.sequence + 1) for link in links[at:]]
    links.insert(at, Link(at + 1, 9, before, row_hash, content, content))
    assert found(links) == [(Kind.INSERTED, at + 1, 9)]


@given(st.integers(4, 30), st.data())
def test_two_rows_changed_about_are_both_named(length: int, data: st.DataObject) -> None:
    links = chain_of(length)
    a = data.draw(st.integers(0, length - 2))
    b = data.draw(st.integers(a + 1, min(length - 1, a + 12)))
    first, second = links[a], links[b]
    links[a], links[b] = replace(second, sequence=a + 1), replace(first, sequence=b + 1)
    assert set(found(links)) == {(Kind.REORDERED, a + 1, 1001 + b), (Kind.REORDERED, b + 1, 1001 + a)}


@settings(max_examples=200)
@given(st.integers(5, 30), st.data())
def test_any_two_bytes_of_damage_are_noticed(length: int, data: st.DataObject) -> None:
    links = chain_of(length)
    at = data.draw(st.integers(0, length - 1))
    name = data.draw(st.sampled_from(["previous_hash", "row_hash", "stored_content", "actual_content"]))
    value = bytearray(getattr(links[at], name))
    value[data.draw(st.integers(0, 31))] ^= data.draw(st.integers(1, 255))
    links[at] = replace(links[at], **{name: bytes(value)})
    assert found(links), name
