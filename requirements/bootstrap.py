"""Makes .venv beside the code from the hash-pinned locks. Runs on a bare Python, so it uses the standard library only.

    python3 requirements/bootstrap.py run     what `make demo` needs
    python3 requirements/bootstrap.py dev     what `make test` and `make check` need too

The package index is the one this machine's pip is set up for; nothing here names one.
A second call with unchanged locks does nothing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ROOT / "requirements"
VENV = ROOT / ".venv"
TOOLS = VENV / "tools"
PYTHON = VENV / "bin" / "python"
# dev.txt holds everything of run.txt, so a venv made for development also serves.
SERVES = {"run": ("run", "dev"), "dev": ("dev",)}


def say(sentence):
    print(sentence, flush=True)


def stop(vietnamese, english):
    sys.exit("\n" + vietnamese + "\n" + english + "\n")


def main():
    wanted = sys.argv[1] if len(sys.argv) > 1 else "run"
    if wanted not in SERVES:
        stop("Dùng: bootstrap.py run|dev.", "Use: bootstrap.py run|dev.")
    if sys.version_info < (3, 11):
        stop(
            "Cần Python 3.11 trở lên; đang chạy %d.%d." % sys.version_info[:2],
            "Python 3.11 or newer is needed; this is %d.%d." % sys.version_info[:2],
        )
    if any(is_installed(kind) for kind in SERVES[wanted]):
        return
    started = time.monotonic()
    say("» Cài đặt thư viện theo bản khóa %s.txt (Installing)" % wanted)
    if not os.access(str(ROOT), os.W_OK) or (VENV.exists() and not os.access(str(VENV), os.W_OK)):
        stop(
            "Không ghi được vào %s: thư mục thuộc người dùng khác. Hãy chạy bằng chủ thư mục, hoặc xóa .venv." % ROOT,
            "Cannot write into %s: it belongs to another user. Run as its owner, or remove .venv." % ROOT,
        )
    make_venv()
    install(wanted)
    mark(wanted)
    say("  xong sau %.1f giây (done)" % (time.monotonic() - started))


def stamp(kind):
    """What an installation of this kind was made from: the locks, the project's own entry, and the interpreter."""
    digest = hashlib.sha256()
    for path in (LOCKS / "boot.txt", *locks_of(kind), ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    digest.update(("%s %s %s" % (ROOT, kind, interpreter())).encode())
    return digest.hexdigest()


def interpreter():
    """The Python that was asked for: which one, and of what version."""
    return "%s %d.%d.%d" % (sys.base_prefix, *sys.version_info[:3])


def locks_of(kind):
    """The lock of this kind, the clients that stand alone, and Node.js (once) where the machine has none."""
    has_node = shutil.which("node") and shutil.which("npm")
    clients = [LOCKS / "clients.txt"] if kind == "dev" else []
    return [LOCKS / (kind + ".txt")] + clients + ([] if has_node else [LOCKS / "front.txt"])


def is_installed(kind):
    mark_file = VENV / ("installed-" + kind)
    return PYTHON.exists() and mark_file.exists() and mark_file.read_text() == stamp(kind)


def mark(kind):
    for other in VENV.glob("installed-*"):
        other.unlink()
    (VENV / ("installed-" + kind)).write_text(stamp(kind))


def make_venv():
    # One made from another Python is made anew, or `PYTHON=` would be asked for in vain.
    same = "import sys; assert '%%s %%d.%%d.%%d' %% (sys.base_prefix, *sys.version_info[:3]) == %r" % interpreter()
    if PYTHON.exists() and run([str(PYTHON), "-c", same], quiet=True):
        return
    if VENV.exists():
        shutil.rmtree(str(VENV))
    if not run([sys.executable, "-m", "venv", "--without-pip", str(VENV)], quiet=True):
        by_package_manager()
        if not run([sys.executable, "-m", "venv", "--without-pip", str(VENV)]):
            stop(
                "Python này không tạo được môi trường ảo. Hãy cài gói python3-venv rồi chạy lại.",
                "This Python cannot make virtual environments. Install the package python3-venv and run again.",
            )


def install(kind):
    uv = find_uv()
    environment = uv_environment()
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    locks = [str(path) for path in locks_of(kind)]
    sync = [uv, "pip", "sync", *quiet, "--python", str(PYTHON), "--require-hashes", *locks]
    if not run(sync, environment) and not run(sync, environment):
        stop(
            "Không tải được thư viện. Hãy kiểm tra mạng, hoặc đặt PIP_INDEX_URL tới kho gói nội bộ, rồi chạy lại.",
            "The libraries could not be downloaded. Check the network, or point PIP_INDEX_URL at your own package"
            " index, and run again.",
        )
    project = ["--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT)]
    if not run([uv, "pip", "install", "--quiet", "--python", str(PYTHON), *project], environment):
        stop("Không cài được chính dự án vào .venv.", "The project itself could not be installed into .venv.")


def find_uv():
    """The uv of boot.txt, put into .venv/tools so that syncing the environment cannot remove it."""
    uv = TOOLS / "bin" / "uv"
    made_from = TOOLS / "made-from"
    if uv.exists() and made_from.exists() and made_from.read_bytes() == (LOCKS / "boot.txt").read_bytes():
        return str(uv)
    shutil.rmtree(str(TOOLS), ignore_errors=True)
    for pip in pips():
        wanted = ["--require-hashes", "--only-binary", ":all:", "--no-deps", "-r", str(LOCKS / "boot.txt")]
        quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
        if run([*pip, "install", *quiet, "--target", str(TOOLS), *wanted], held=True) and uv.exists():
            made_from.write_bytes((LOCKS / "boot.txt").read_bytes())
            return str(uv)
    return stop(
        "Không có pip nào dùng được hoặc không tải được gói. Hãy cài gói python3-venv (ví dụ: apt-get install"
        " python3-venv), kiểm tra mạng rồi chạy lại.",
        "No pip works here, or nothing could be downloaded. Install the package python3-venv (for example: apt-get"
        " install python3-venv), check the network and run again.",
    )


def pips():
    """Ways to call pip, the quickest first; each is tried only when those before it failed."""
    if run([sys.executable, "-m", "pip", "--version"], quiet=True):
        yield [sys.executable, "-m", "pip"]
    own = VENV / "pip"
    own_pip = [str(own / "bin" / "python"), "-m", "pip"]
    if run([sys.executable, "-m", "venv", str(own)], quiet=True):
        yield own_pip
    shutil.rmtree(str(own), ignore_errors=True)
    if shutil.which("virtualenv") and run(["virtualenv", "--quiet", str(own)], quiet=True):
        yield own_pip
    shutil.rmtree(str(own), ignore_errors=True)
    wheel = debian_pip()
    if wheel:
        yield [sys.executable, wheel + "/pip"]
    if by_package_manager() and run([sys.executable, "-m", "venv", str(own)], quiet=True):
        yield own_pip


def debian_pip():
    """Debian's own pip as a wheel, fetched and unpacked by a user who may install nothing; "" where that fails."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return ""
    with tempfile.TemporaryDirectory() as fetched:
        if not run(["apt-get", "download", "-qq", "python3-pip-whl"], quiet=True, folder=fetched):
            return ""
        for package in Path(fetched).glob("*.deb"):
            run(["dpkg-deb", "-x", str(package), str(VENV / "pip-wheel")], quiet=True)
    return next((str(wheel) for wheel in VENV.glob("pip-wheel/usr/share/python-wheels/pip-*.whl")), "")


def by_package_manager():
    """Installs Debian's python3-venv when we are root or may become root without a password."""
    if not shutil.which("apt-get"):
        return False
    become = []
    if os.geteuid() != 0:
        if not (shutil.which("sudo") and run(["sudo", "-n", "true"], quiet=True)):
            return False
        become = ["sudo", "-n"]
    say("  thiếu gói python3-venv: đang cài bằng apt-get (installing python3-venv)")
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    run([*become, "apt-get", "update", "-qq"], environment, quiet=True)
    wanted = ["install", "-y", "-qq", "--no-install-recommends", "python3-venv"]
    return run([*become, "apt-get", *wanted], environment, quiet=True)


def uv_environment():
    """uv reads its own settings; hand it the ones this machine gave pip."""
    environment = dict(os.environ)
    for name, key, ours in (
        ("PIP_INDEX_URL", "global.index-url", "UV_DEFAULT_INDEX"),
        ("PIP_CERT", "global.cert", "SSL_CERT_FILE"),
    ):
        value = os.environ.get(name) or pip_setting(key)
        if value and not environment.get(ours):
            environment[ours] = value
    timeout = os.environ.get("PIP_DEFAULT_TIMEOUT")
    if timeout:
        environment.setdefault("UV_HTTP_TIMEOUT", timeout)
    environment.pop("VIRTUAL_ENV", None)
    return environment


def pip_setting(key):
    found = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", key], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    return found.stdout.decode(errors="replace").strip() if found.returncode == 0 else ""


def run(command, environment=None, quiet=False, held=False, folder=None):
    """True when it went well. `quiet` shows nothing; `held` shows what it said only when it went wrong."""
    sink = subprocess.DEVNULL if quiet else subprocess.PIPE if held else None
    try:
        done = subprocess.run(
            command, env=environment, stdout=sink, stderr=subprocess.STDOUT if held else sink, cwd=folder
        )
    except OSError:
        return False
    if held and done.returncode:
        say(done.stdout.decode(errors="replace").strip())
    return done.returncode == 0


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
