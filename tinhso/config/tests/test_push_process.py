"""The push process as it runs: a real server on loopback, a real PostgreSQL, real sockets."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote

import psycopg
import pytest
from django.core import signing

from tinhso.foundation.access.reach import SALT, Reach, write_pass
from tinhso.foundation.testing.push import Ear, Server

PROVINCE = Reach(paths=("1.",))


@pytest.fixture(scope="module")
def server(django_db_setup: None, django_db_blocker: Any) -> Iterator[Server]:
    with django_db_blocker.unblock():
        running = Server(TINHSO_PUSH_HEARTBEAT="1", TINHSO_PUSH_PER_ACCOUNT="4", TINHSO_PUSH_MOST_BYTES="2000")
    yield running
    running.stop()


def listen(server: Server, account: int, reach: Reach = PROVINCE, **more: Any) -> Ear:
    """An open ear. The hub lets a browser in before it answers, so what is told from now on reaches it."""
    return Ear(server, write_pass(account, reach), **more)


def test_a_change_reaches_the_browser_well_within_two_seconds(server: Server) -> None:
    ear = listen(server, 1)
    started = time.monotonic()
    server.tell()
    assert ear.next() == ("figures", [["m", 7, "2026-11"]])
    assert time.monotonic() - started < 1.5
    ear.close()


def test_a_leader_hears_his_own_unit_and_not_the_neighbour(server: Server) -> None:
    ear = listen(server, 2, Reach(units=(7,)))
    server.tell(unit=9, path="1.6.9.")
    time.sleep(0.3)
    server.tell(unit=7)
    assert ear.next() == ("figures", [["m", 7, "2026-11"]])
    ear.close()


@pytest.mark.parametrize(
    "text",
    ["", "forged", signing.dumps({"a": 1, "p": ["1."], "u": []}, salt="other")],
    ids=["none", "forged", "signed for something else"],
)
def test_without_a_pass_of_ours_nobody_listens(server: Server, text: str) -> None:
    with pytest.raises(HTTPError) as refused:
        Ear(server, text)
    assert refused.value.code == 401
    assert json.load(refused.value)["type"] == "tinhso:push:pass"


def test_an_old_pass_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 3600)
    old = signing.dumps({"a": 1, "p": ["1."], "u": []}, salt=SALT, compress=True)
    monkeypatch.undo()
    with pytest.raises(HTTPError) as refused:
        Ear(server, old)
    assert refused.value.code == 401


def test_another_site_may_not_listen_even_with_a_pass(server: Server) -> None:
    with pytest.raises(HTTPError) as refused:
        Ear(server, write_pass(1, PROVINCE), origin="https://evil.example")
    assert refused.value.code == 403
    assert "access-control-allow-origin" not in refused.value.headers


def test_one_account_cannot_take_all_the_room(server: Server) -> None:
    ears = [listen(server, 77) for _ in range(4)]
    with pytest.raises(HTTPError) as refused:
        Ear(server, write_pass(77, PROVINCE))
    assert refused.value.code == 503
    [ear.close() for ear in ears]
    server.until(lambda: server.state()["clients"] == 0)


def test_who_comes_back_hears_what_was_missed(server: Server) -> None:
    ear = listen(server, 3)
    server.tell(unit=7)
    ear.next()
    ear.close()
    server.until(lambda: server.state()["clients"] == 0)
    server.tell(unit=8, path="1.8.")
    time.sleep(0.4)
    again = listen(server, 3, last=ear.last)
    assert again.next() == ("figures", [["m", 8, "2026-11"]])
    again.close()


def test_after_the_database_went_away_the_loop_comes_back_and_says_look_again(server: Server) -> None:
    ear = listen(server, 4)
    with psycopg.connect(**server.database, autocommit=True) as own:
        killed = own.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'tinhso-push' AND datname = current_database()"
        ).fetchall()
    assert killed
    assert ear.next() == ("resync", [])
    server.tell()
    assert ear.next() == ("figures", [["m", 7, "2026-11"]])
    ear.close()


def test_noise_on_the_channel_does_not_stop_the_loop(server: Server) -> None:
    ear = listen(server, 5)
    with psycopg.connect(**server.database, autocommit=True) as own:
        for payload in ("", "{", "[]", '{"measure": 1}', "null", "x" * 7000):
            own.execute("SELECT pg_notify('tinhso_figures', %s)", [payload])
    server.tell()
    assert ear.next() == ("figures", [["m", 7, "2026-11"]])
    ear.close()


def test_a_browser_that_never_reads_does_not_hold_up_the_others(server: Server) -> None:
    text = quote(write_pass(6, PROVINCE))
    deaf = socket.create_connection(("127.0.0.1", server.port))
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.sendall(f"GET /day/so-lieu?the={text} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    ear = listen(server, 6)
    for _ in range(10):
        server.tell(times=20)
        started = time.monotonic()
        assert ear.next()[0] == "figures"
        assert time.monotonic() - started < 1.5
    ear.close()
    deaf.close()
    server.until(lambda: server.state()["clients"] == 0)


def test_a_long_stream_ends_and_the_browser_goes_on_from_its_last_event(server: Server) -> None:
    ear = listen(server, 8)
    heard = 0
    for _ in range(60):
        server.tell()
        try:
            ear.next()
            heard += 1
        except (EOFError, ConnectionError):
            break
    assert 10 < heard < 60, "a deaf browser would hold no more than this in the server's memory"
    ear.close()
    server.tell(unit=8, path="1.8.")
    time.sleep(0.4)
    again = listen(server, 8, last=ear.last)
    told = again.next()[1]
    assert ["m", 8, "2026-11"] in told or ["m", 8, "2026-11"] in again.next()[1]
    again.close()
