"""Where an installation lives on this machine: its data folder, its ports, its lock and what runs there now."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tinhso.config import env
from tinhso.faces.cli.words import Trouble, _

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Place:
    """One data folder and the port the site answers on."""

    data: Path
    port: int

    @classmethod
    def from_environment(cls) -> Place:
        """PORT and TINHSO_DATA (or DATA), as the Makefile and systemd units hand them over."""
        if os.environ.get("DATA") and not os.environ.get("TINHSO_DATA"):
            os.environ["TINHSO_DATA"] = str(Path(os.environ["DATA"]).resolve())
        text = os.environ.get("PORT") or "8000"
        if not text.isdigit() or not 1 <= int(text) <= 65000:
            raise Trouble(_("PORT phải là số từ 1 đến 65000, đang là “{value}”.").format(value=text))
        return cls(env.data_folder(), int(text))

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def files(self) -> Path:
        return self.data / "files"

    @property
    def postgres(self) -> Path:
        return self.data / "postgres"

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def make(self) -> None:
        """Creates the folders, or says why they cannot be."""
        if os.environ.get("DATABASE_URL", "").strip() == "":
            os.environ.pop("DATABASE_URL", None)
        try:
            for folder in (self.data, self.logs, self.run, self.keys, self.files):
                folder.mkdir(parents=True, exist_ok=True)
            self.keys.chmod(0o700)
            self.run.chmod(0o700)
            probe = self.run / "probe"
            probe.write_text("x")
            probe.unlink()
        except OSError as error:
            raise Trouble(folder_sentence(self.data, error)) from error

    @contextlib.contextmanager
    def lock(self, name: str, busy: str) -> Iterator[None]:
        """Held by the one process that may do `name` in this folder; a second one gets the sentence `busy`."""
        path = self.run / f"{name}.lock"
        with path.open("a+") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                state = self.state()
                raise Trouble(
                    busy.format(folder=self.data, pid=state.get("pid", "?"), address=state.get("address", ""))
                ) from None
            yield

    def state(self) -> dict[str, Any]:
        """What the running launcher wrote of itself; empty when none runs."""
        try:
            found = json.loads((self.run / "state.json").read_text())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) and is_alive(int(found.get("pid", 0))) else {}

    def write_state(self, **state: Any) -> None:
        path = self.run / "state.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps({"pid": os.getpid(), "address": self.address, **state}))

    def forget_state(self) -> None:
        (self.run / "state.json").unlink(missing_ok=True)

    def secret(self, name: str) -> str:
        """A random secret of this installation, made at its first need and kept in the keys folder."""
        path = self.keys / name
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48))
        return path.read_text().strip()


def folder_sentence(folder: Path, error: OSError) -> str:
    import errno

    if error.errno == errno.ENOSPC:
        return _("Đĩa chứa {folder} đã đầy. Hãy giải phóng chỗ trống rồi chạy lại; dữ liệu đã ghi còn nguyên.").format(
            folder=folder
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _("Không ghi được vào thư mục dữ liệu {folder}. Hãy chọn nơi khác bằng DATA=… hoặc sửa quyền.").format(
            folder=folder
        )
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return _("{folder} không phải là thư mục. Hãy chọn thư mục khác bằng DATA=….").format(folder=folder)
    return _("Không dùng được thư mục dữ liệu {folder}: {reason}.").format(folder=folder, reason=error.strerror)


def is_alive(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _process_state(pid) != "Z"


def _process_state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port(wanted: int = 0) -> int:
    """`wanted` when nothing listens there, else any free port."""
    if wanted and is_free(wanted):
        return wanted
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def require_port(port: int) -> None:
    """Refuses a port that is taken, naming who holds it when the system tells."""
    if port < 1024 and os.geteuid() != 0 and not is_free(port):
        raise Trouble(_("Cổng {port} chỉ dành cho root. Hãy chọn cổng khác: make demo PORT=8080").format(port=port))
    if is_free(port):
        return
    holder = who_holds(port)
    spare = free_port(port + 10)
    if holder:
        raise Trouble(
            _(
                "Cổng {port} đang được {holder} dùng. Hãy dừng chương trình đó, hoặc chạy: make demo PORT={spare}"
            ).format(port=port, holder=holder, spare=spare)
        )
    raise Trouble(
        _("Cổng {port} đang được chương trình khác dùng. Hãy chọn cổng khác: make demo PORT={spare}").format(
            port=port, spare=spare
        )
    )


def who_holds(port: int) -> str:
    """Name and process number of whoever listens on the port; empty when the system does not tell."""
    sockets = _listening_inodes(port)
    for entry in Path("/proc").iterdir() if sockets else ():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            if any(str(link.readlink()) in sockets for link in (entry / "fd").iterdir()):
                return f"{(entry / 'comm').read_text().strip()} ({_('tiến trình')} {entry.name})"
    return ""


def _listening_inodes(port: int) -> set[str]:
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                    found.add(f"socket:[{fields[9]}]")
    return found


def shown(url: str) -> str:
    """A database address fit for the screen: never its password."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or 5432}{parts.path}"
