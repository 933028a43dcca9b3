"""`make check`: everything that can be judged without running the product; `lock` renews the locks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tinhso.config import env
from tinhso.faces.cli.environment import pip_settings
from tinhso.faces.cli.words import say

LOCKS = env.ROOT / "requirements"
COMPILE = ["pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
COMPILE += ["--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--no-header"]
NAMES = ("boot", "run", "dev", "clients", "front")
# Installed without what it asks for: requirements/clients.in says why.
ALONE = {"clients": ["--no-deps"]}


def program(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def uv() -> str:
    own = env.ROOT / ".venv" / "tools" / "bin" / "uv"
    return str(own) if own.exists() else shutil.which("uv") or program("uv")


def ran(*command: str) -> bool:
    """Runs a tool; what it says is shown only when it finds fault."""
    done = subprocess.run(command, capture_output=True, text=True, cwd=env.ROOT)
    if done.returncode:
        say((done.stdout + done.stderr).strip()[-8000:])
    return done.returncode == 0


def lint() -> bool:
    return ran(program("ruff"), "check", ".")


def formatting() -> bool:
    return ran(program("ruff"), "format", "--check", ".")


def types() -> bool:
    return ran(program("mypy"), "tinhso")


def layers() -> bool:
    return ran(program("lint-imports"))


def django() -> bool:
    return ran(sys.executable, "manage.py", "check")


def migrations() -> bool:
    return ran(sys.executable, "manage.py", "makemigrations", "--check", "--dry-run")


def templates() -> bool:
    return ran(program("djlint"), "tinhso", "--lint", "--quiet")


def locks() -> bool:
    """Every lock still answers its .in file, every pin carries a hash, and none names where packages come from."""
    fine = True
    for name in NAMES:
        text = (LOCKS / f"{name}.txt").read_text()
        if "://" in text or "--index" in text or "--find-links" in text:
            say(f"requirements/{name}.txt names an address")
            fine = False
        pins = re.findall(r"^([a-z0-9][\w.-]*)(?:\[[^]]*\])?==[^\n]*\n((?:    --hash=[^\n]*\n)*)", text, re.M)
        for package, hashes in pins:
            if not hashes:
                say(f"requirements/{name}.txt: {package} has no hash")
                fine = False
        fine = is_fresh(name) and fine
    return fine


def compiling(name: str) -> list[str]:
    return [uv(), *COMPILE, *ALONE.get(name, [])]


def is_fresh(name: str) -> bool:
    """True when compiling again, preferring the pins there are, changes nothing."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / f"{name}.txt"
        shutil.copy(LOCKS / f"{name}.txt", copy)
        done = subprocess.run(
            [*compiling(name), "--output-file", str(copy), f"requirements/{name}.in"],
            capture_output=True,
            text=True,
            cwd=env.ROOT,
            env=pip_settings(),
        )
        if done.returncode:
            say(f"requirements/{name}.in could not be compiled (no network?): {done.stderr.strip()[-300:]}")
            return not is_asked_to_be_strict()
        if copy.read_text() != (LOCKS / f"{name}.txt").read_text():
            say(f"requirements/{name}.txt does not answer requirements/{name}.in any more: make lock")
            return False
    return True


def is_asked_to_be_strict() -> bool:
    return env.flag("STRICT_LOCKS")


LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)|!\[[^\]]*\]\(([^)\s]+)\)")


def pages() -> bool:
    """Every relative link and picture of our pages leads somewhere."""
    fine = True
    for page in [*env.ROOT.glob("*.md"), *env.ROOT.glob("docs/**/*.md"), *env.ROOT.glob("tinhso/**/*.md")]:
        for link in LINK.finditer(page.read_text()):
            target = link[1] or link[2]
            if "://" in target or target.startswith("mailto:"):
                continue
            if not (page.parent / target).exists():
                say(f"{page.relative_to(env.ROOT)}: {target} does not exist")
                fine = False
    return fine


def lock() -> bool:
    return all(
        subprocess.run(
            [*compiling(name), "--output-file", f"requirements/{name}.txt", f"requirements/{name}.in"],
            cwd=env.ROOT,
            env=pip_settings(),
        ).returncode
        == 0
        for name in NAMES
    )


CHECKS: dict[str, Callable[[], bool]] = {
    "lint": lint,
    "format": formatting,
    "types": types,
    "layers": layers,
    "django": django,
    "migrations": migrations,
    "templates": templates,
    "locks": locks,
    "docs": pages,
}


def main(names: list[str]) -> int:
    """Runs the named checks, all by default; returns the exit code."""
    # Checks read the product's settings but never its database.
    os.environ.setdefault("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    wanted = {"lock": lock} if names == ["lock"] else {name: CHECKS[name] for name in names or CHECKS}
    failed = []
    for name, check in wanted.items():
        good = check()
        say(f"{'✓' if good else '✗'} {name}", "green" if good else "red")
        if not good:
            failed.append(name)
    if failed:
        say("check: " + ", ".join(failed), "red")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
