"""A real installation on a scratch folder, started by the launcher, to be hurt."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tinhso.config import env
from tinhso.faces.cli import postgres
from tinhso.faces.cli.place import Place, free_port

PATIENCE = 180


def launcher(*words: str) -> list[str]:
    return [sys.executable, "-m", "tinhso.faces.cli.main", *words]


def processes() -> dict[int, tuple[int, str]]:
    """Every process: number -> (its parent's number, command line)."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if fields[0] != "Z":
                    command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    found[int(entry.name)] = (int(fields[1]), command)
    return found


class Stage:
    """`make demo` without playing, its output in a file."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(tempfile.mkdtemp(prefix="tinhso-fault-"))
        self.folder.chmod(0o755)
        self.place = Place(self.folder / "data", free_port())
        self.out = self.folder / "out.txt"
        self.process: subprocess.Popen[bytes] | None = None

    def environment(self, **more: str) -> dict[str, str]:
        given = {
            name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DATA", "TINHSO_LANG"}
        }
        return given | {
            "TINHSO_DATA": str(self.place.data),
            "PORT": str(self.place.port),
            "TINHSO_LANG": "vi",
            "TINHSO_WEB_WORKERS": "1",
            "TINHSO_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "tinhso.config.settings",
            **more,
        }

    def start(self) -> None:
        with self.out.open("ab") as out:
            self.process = subprocess.Popen(
                launcher("demo", "--no-play"),
                env=self.environment(),
                cwd=env.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.wait_for("đang chạy tại")

    def wait_for(self, words: str, seconds: float = PATIENCE) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if words in self.out.read_text():
                return
            assert self.process is not None
            assert self.process.poll() is None, self.out.read_text()
            time.sleep(0.1)
        raise AssertionError(f"never said {words!r}:\n{self.out.read_text()}")

    def pids(self, words: str) -> list[int]:
        """Our processes whose command holds `words`, whoever their parent is."""
        return [pid for pid, (_, command) in processes().items() if words in command and self._is_ours(pid, command)]

    def _is_ours(self, pid: int, command: str) -> bool:
        """By its environment, which children inherit; PostgreSQL by its folder."""
        with contextlib.suppress(OSError):
            if f"TINHSO_DATA={self.place.data}\0".encode() in Path(f"/proc/{pid}/environ").read_bytes():
                return True
        return str(self.place.data) in command

    def everyone(self) -> list[str]:
        """The commands of all our processes that live."""
        return [command for pid, (_, command) in processes().items() if self._is_ours(pid, command)]

    def child(self, words: str) -> int:
        """The process number of one part, a direct child of the launcher."""
        assert self.process is not None
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for pid, (parent, command) in processes().items():
                if parent == self.process.pid and words in command:
                    return pid
            time.sleep(0.1)
        raise AssertionError(f"no part {words!r}: {self.out.read_text()}")

    def kill(self, words: str) -> int:
        """kill -9 of one part, and until it is gone: a large process takes its time to die on a busy machine."""
        pid = self.child(words)
        os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + PATIENCE
        while words in processes().get(pid, (0, ""))[1]:
            assert time.monotonic() < until, f"{words!r} outlives its kill -9"
            time.sleep(0.05)
        return pid

    @property
    def url(self) -> str:
        return str(json.loads((self.place.run / "state.json").read_text())["database_url"])

    def django(self, code: str, **more: str) -> Any:
        """Runs a piece of Python inside the installation; returns the JSON that it prints."""
        done = subprocess.run(
            [sys.executable, "-c", "import django; django.setup()\n" + code],
            env=self.environment(DATABASE_URL=self.url, TINHSO_SECRET_KEY=self.place.secret("secret-key"), **more),
            cwd=env.ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def interrupt(self, sign: signal.Signals = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(sign)
        return self.process.wait(60)

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.interrupt()
            self.process.kill()
        with contextlib.suppress(OSError):
            postgres.forget(self.place)
        shutil.rmtree(self.folder, ignore_errors=True)


def until_nobody(stage: Stage, seconds: float = 30) -> list[str]:
    """The commands still alive after at most that long; empty is what we want."""
    until = time.monotonic() + seconds
    while (left := stage.everyone()) and time.monotonic() < until:
        time.sleep(0.2)
    return left
