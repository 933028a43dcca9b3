"""A bench's server is there within the block and gone after it."""

from __future__ import annotations

import os
import socket
import sys

import pytest

from tinhso.foundation.jobs.measured import free_port, running

LISTENS = "import os, socket; s = socket.create_server(('127.0.0.1', int(os.environ['AT']))); s.accept(); s.accept()"


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_it_answers_within_and_is_gone_after() -> None:
    port = free_port()
    with running([sys.executable, "-c", LISTENS], lambda: listens(port), more={"AT": str(port)}) as number:
        os.kill(number, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_one_that_never_answers_is_told_and_ended() -> None:
    with pytest.raises(RuntimeError), running([sys.executable, "-c", "input()"], lambda: False, seconds=0.2):
        pass
