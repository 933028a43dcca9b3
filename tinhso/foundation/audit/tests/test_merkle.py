"""The tree of hashes against the slow words of RFC 6962, and against who forges."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.foundation.audit import merkle


def slow_root(payloads: Sequence[bytes]) -> bytes:
    """MTH of section 2.1, word for word."""
    if not payloads:
        return hashlib.sha256().digest()
    if len(payloads) == 1:
        return hashlib.sha256(b"\x00" + payloads[0]).digest()
    half = 1
    while half * 2 < len(payloads):
        half *= 2
    return hashlib.sha256(b"\x01" + slow_root(payloads[:half]) + slow_root(payloads[half:])).digest()


def slow_path(index: int, payloads: Sequence[bytes]) -> list[bytes]:
    """PATH of section 2.1.1, word for word."""
    if len(payloads) == 1:
        return []
    half = 1
    while half * 2 < len(payloads):
        half *= 2
    if index < half:
        return [*slow_path(index, payloads[:half]), slow_root(payloads[half:])]
    return [*slow_path(index - half, payloads[half:]), slow_root(payloads[:half])]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(max_size=9), max_size=70), st.data())
def test_roots_and_proofs_are_those_of_the_slow_definition(payloads: list[bytes], data: st.DataObject) -> None:
    leaves = [merkle.leaf(one) for one in payloads]
    root = merkle.root(leaves)
    assert root == slow_root(payloads)
    if not leaves:
        return
    index, size = data.draw(st.integers(0, len(leaves) - 1)), len(leaves)
    proof = merkle.inclusion(leaves, index)
    assert proof == slow_path(index, payloads)
    assert merkle.root_by_proof(leaves[index], index, size, proof) == root


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 70), st.data())
def test_a_proof_holds_only_for_its_row_and_its_place(size: int, data: st.DataObject) -> None:
    leaves = [merkle.leaf_of({"n": at}) for at in range(size)]
    root, index = merkle.root(leaves), data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion(leaves, index)
    assert merkle.root_by_proof(merkle.leaf_of({"n": -1}), index, size, proof) != root
    if size > 1:
        assert merkle.root_by_proof(leaves[index], (index + 1) % size, size, proof) != root
    assert merkle.root_by_proof(leaves[index], index, size, [*proof, root]) is None
    assert merkle.root_by_proof(leaves[index], size, size, proof) is None


def test_a_frontier_kept_between_rows_gives_the_root_of_all() -> None:
    frontier: list[bytes] = []
    size = 0
    leaves = [merkle.leaf(b"%d" % at) for at in range(33)]
    for at, one in enumerate(leaves, start=1):
        size = merkle.append(frontier, size, one)
        assert (size, merkle.root_of_frontier(frontier)) == (at, merkle.root(leaves[:at]))
