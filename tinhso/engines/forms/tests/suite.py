"""Puts the JSON-Schema-Test-Suite beside the environment: `python -m tinhso.engines.forms.tests.suite`.

The suite is no package of its own; it travels in the source archive named, with its hash, in requirements/suite.txt.
Nothing of it is installed or committed: the cases of draft 2020-12 are unpacked into the environment's folder.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
LOCK = ROOT / "requirements" / "suite.txt"
TARGET = Path(sys.prefix) / "share" / "tinhso" / "json-schema-test-suite"
MISSING = "NOT RUN: the JSON-Schema-Test-Suite is not here (python -m tinhso.engines.forms.tests.suite brings it)"
_INSIDE = "json/tests/draft2020-12/"


def folder() -> Path | None:
    """Where the cases are; None when they were never brought here, or for another lock."""
    mark = TARGET / ".made-from"
    return TARGET if mark.exists() and mark.read_text() == _stamp() else None


def _stamp() -> str:
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def bring() -> None:
    """Downloads the locked archive, its hash checked by pip, and unpacks the cases. Quick when they are there."""
    if folder() is not None:
        return
    with tempfile.TemporaryDirectory() as scratch:
        _download(Path(scratch))
        archive = next(Path(scratch).glob("*.tar.gz"))
        shutil.rmtree(TARGET, ignore_errors=True)
        TARGET.mkdir(parents=True)
        with tarfile.open(archive) as packed:
            for member in packed.getmembers():
                _root, _slash, name = member.name.partition("/")
                source = packed.extractfile(member) if member.isfile() and name.startswith(_INSIDE) else None
                if source is not None:
                    target = TARGET / name.removeprefix(_INSIDE)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(source.read())
    (TARGET / ".made-from").write_text(_stamp())


def _download(into: Path) -> None:
    # Only the package itself as an archive: what pip reads its metadata with would else be built from source too.
    named = LOCK.read_text(encoding="utf-8").partition("==")[0].rpartition("\n")[2]
    wanted = ["--no-deps", "--no-binary", named, "--require-hashes", "-r", str(LOCK), "-d", str(into)]
    said = ""
    for python in dict.fromkeys([sys.executable, str(getattr(sys, "_base_executable", "")), shutil.which("python3")]):
        if not python:
            continue
        command = [python, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input", *wanted]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
        said = (done.stderr.strip().splitlines() or ["?"])[-1]
    raise SystemExit(f"Không tải được bộ kiểm thử JSON Schema: {said}")


if __name__ == "__main__":
    bring()
