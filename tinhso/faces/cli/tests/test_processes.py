"""What we start is kept alive, and ends with us."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tinhso.faces.cli.place import is_alive
from tinhso.faces.cli.processes import Part, StopAsked, Supervisor, stoppable


def part(tmp_path: Path, code: str) -> Part:
    return Part("part", [sys.executable, "-c", code], dict(os.environ), tmp_path / "part.log")


def soon(condition: object, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


def test_a_fallen_part_is_started_again_after_growing_pauses(tmp_path: Path) -> None:
    supervisor = Supervisor()
    one = part(tmp_path, "raise SystemExit(1)")
    supervisor.add(one)
    starts, seen = 1, one.process
    until = time.monotonic() + 20
    while starts < 3 and time.monotonic() < until:
        supervisor.look_once()
        if one.process is not seen:
            starts, seen = starts + 1, one.process
        time.sleep(0.02)
    supervisor.stop()
    assert starts == 3
    assert supervisor.records == []


def test_stopping_ends_the_part_and_the_children_it_left(tmp_path: Path) -> None:
    supervisor = Supervisor()
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)"
    )
    one = part(tmp_path, code)
    supervisor.add(one)
    assert soon(lambda: one.log.read_text().strip())
    child = int(one.log.read_text())
    assert is_alive(child) and one.process
    pid = one.process.pid
    supervisor.stop()
    assert soon(lambda: not is_alive(child)) and not is_alive(pid)


def test_a_part_that_ignores_a_polite_end_is_ended_all_the_same(tmp_path: Path) -> None:
    one = part(
        tmp_path,
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(600)",
    )
    one.start()
    assert soon(lambda: one.log.read_text())
    assert one.process
    pid = one.process.pid
    one.stop(patience=0.3)
    assert not is_alive(pid)


def test_every_stopping_signal_asks_once(tmp_path: Path) -> None:
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        caught = 0
        with stoppable():
            try:
                os.kill(os.getpid(), sign)
                time.sleep(5)
            except StopAsked:
                caught += 1
                os.kill(os.getpid(), sign)  # a second one while we put things away
        assert caught == 1


def test_a_part_dies_with_a_launcher_that_was_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; import os\n"
        "from tinhso.faces.cli.processes import Part\n"
        "one = Part('p', [sys.executable, '-c', 'import time; time.sleep(600)'], dict(os.environ), Path(sys.argv[1]))\n"
        "one.start(); print(one.process.pid, flush=True); time.sleep(600)"
    )
    launcher = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True)
    assert launcher.stdout
    pid = int(launcher.stdout.readline())
    assert is_alive(pid)
    launcher.kill()
    launcher.wait()
    assert soon(lambda: not is_alive(pid))
