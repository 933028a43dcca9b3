"""Splitting figures by shares never makes or loses a unit of anything."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tinhso.engines.indicators.succession import Heir, split

WEIGHTS = st.lists(st.integers(1, 10**6), min_size=1, max_size=8)


@given(st.decimals(0, 10**9, places=4), WEIGHTS)
def test_the_parts_of_a_split_add_up_to_the_whole(value: Decimal, weights: list[int]) -> None:
    shares = [(Decimal(weight) / sum(weights)).quantize(Decimal("0.000001")) for weight in weights]
    parts = split(value, [Heir(number, share) for number, share in enumerate(shares)])
    assert sum(part for _heir, part in parts) == value
    assert len(parts) == len(weights)


@given(st.decimals(0, 10**9, places=4))
def test_a_single_heir_takes_all_and_nothing_is_estimated(value: Decimal) -> None:
    heir = Heir(1)
    assert split(value, [heir]) == [(heir, value)]
    assert not heir.is_estimated
