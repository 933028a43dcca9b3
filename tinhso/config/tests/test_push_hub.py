"""Who hears what, who is dropped, and what is told again to those who come back."""

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.config.push import BEHIND, NAMED, RING, Cell, Client, Full, Hub, parse
from tinhso.foundation.access import reach as passes
from tinhso.foundation.access.reach import Reach

PROVINCE, COMMUNE = Reach(paths=("1.",)), Reach(units=(7,))
HERE, THERE = Cell("m", 7, "1.5.7.", "2026-11"), Cell("m", 9, "1.6.9.", "2026-11")


def heard(client: Client) -> list[tuple[str, list[list[object]]]]:
    """(event, cells) of every chunk waiting for a browser."""
    text = ""
    while not client.waiting.empty():
        text += client.waiting.get_nowait().decode()
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "data" in lines:
            found.append((lines["event"], json.loads(lines["data"])["cells"]))
    return found


def test_a_browser_hears_only_the_units_of_its_reach() -> None:
    hub = Hub()
    province, commune, nobody = hub.join(1, PROVINCE), hub.join(2, COMMUNE), hub.join(3, Reach())
    hub.publish([HERE, THERE])
    assert heard(province) == [("figures", [["m", 7, "2026-11"], ["m", 9, "2026-11"]])]
    assert heard(commune) == [("figures", [["m", 7, "2026-11"]])]
    assert heard(nobody) == []


def test_another_province_with_a_like_number_is_not_heard() -> None:
    hub = Hub()
    client = hub.join(1, Reach(paths=("1.",)))
    hub.publish([Cell("m", 70, "11.70.", "2026-11")])
    assert heard(client) == []


def test_a_slow_browser_is_dropped_and_the_others_go_on() -> None:
    async def play() -> None:
        hub = Hub()
        slow, fast = hub.join(1, PROVINCE), hub.join(2, PROVINCE)
        slow.task = asyncio.create_task(asyncio.sleep(60))
        for _ in range(BEHIND + 3):
            hub.publish([HERE])
            heard(fast)
        await asyncio.sleep(0)
        assert slow not in hub.clients and fast in hub.clients
        assert slow.task.cancelled()
        assert hub.per_account[1] == 0

    asyncio.run(play())


def test_who_comes_back_is_told_what_it_missed_once() -> None:
    hub = Hub()
    hub.publish([HERE])
    mark = f"{hub.life}-{hub.last}"
    hub.publish([THERE])
    hub.publish([HERE])
    assert heard(hub.join(1, PROVINCE, mark)) == [
        ("figures", [["m", 9, "2026-11"]]),
        ("figures", [["m", 7, "2026-11"]]),
    ]
    assert heard(hub.join(2, COMMUNE, mark)) == [("figures", [["m", 7, "2026-11"]])]
    assert heard(hub.join(3, PROVINCE, f"{hub.life}-{hub.last}")) == []


@pytest.mark.parametrize("mark", ["0badf00d-1", "{life}-999", "{life}-0"])
def test_who_comes_from_another_life_or_too_late_looks_at_everything_again(mark: str) -> None:
    hub = Hub()
    for _ in range(RING + 2):
        hub.publish([HERE])
    assert heard(hub.join(1, PROVINCE, mark.format(life=hub.life))) == [("resync", [])]


@given(st.text(max_size=40))
def test_a_hostile_last_event_id_harms_nobody(mark: str) -> None:
    hub = Hub()
    hub.publish([HERE])
    assert heard(hub.join(1, PROVINCE, mark)) in ([], [("resync", [])], [("figures", [["m", 7, "2026-11"]])])


def test_a_flood_of_cells_is_one_word() -> None:
    hub = Hub()
    client = hub.join(1, PROVINCE)
    hub.publish([Cell("m", number, f"1.{number}.", "2026-11") for number in range(NAMED + 1)])
    assert heard(client) == [("resync", [])]


def test_there_is_room_for_so_many_and_not_more() -> None:
    hub = Hub(most=3, most_per_account=2)
    first, _second = hub.join(1, PROVINCE), hub.join(1, PROVINCE)
    with pytest.raises(Full):
        hub.join(1, PROVINCE)
    hub.join(2, PROVINCE)
    with pytest.raises(Full):
        hub.join(3, PROVINCE)
    hub.leave(first)
    hub.leave(first)
    hub.join(1, PROVINCE)


@given(st.text(max_size=200))
def test_noise_on_the_channel_is_passed_over(payload: str) -> None:
    assert parse(payload) is None or isinstance(parse(payload), Cell)


def test_a_pass_is_read_back_and_a_changed_one_refused() -> None:
    text = passes.write_pass(5, COMMUNE)
    assert passes.read_pass(text) == (5, COMMUNE)
    for bad in ("", "x", text[:-2], text[::-1], text + "a"):
        with pytest.raises(passes.BadPass):
            passes.read_pass(bad)
    with pytest.raises(passes.BadPass):
        passes.read_pass(text, max_age=-1)
