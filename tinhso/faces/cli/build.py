"""What is made from the tree once after an install: translations, front-end files, gathered static files."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from tinhso.config import env
from tinhso.faces.cli.environment import pip_settings
from tinhso.faces.cli.words import _, say


def translations() -> int:
    """Compiles every .po that is newer than its .mo; returns how many. Needs no gettext programs."""
    import polib

    made = 0
    for source in sorted((env.ROOT / "tinhso").glob("**/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))
            made += 1
    return made


def front_end() -> None:
    """Fetches the browser's libraries and fonts; without a network the site works with what is there."""
    done = subprocess.run(
        [sys.executable, "-m", "tinhso.foundation.ui.vendor"],
        cwd=env.ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=pip_settings(),
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["?"])[-1]
        say(_("! Giao diện: {reason}").format(reason=reason), "yellow")


def schema_suite() -> None:
    """Brings the JSON-Schema-Test-Suite for the tests; without a network those that need it say NOT RUN."""
    done = subprocess.run(
        [sys.executable, "-m", "tinhso.engines.forms.tests.suite"],
        cwd=env.ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=pip_settings(),
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["?"])[-1]
        say(f"! {reason}", "yellow")


def static_files() -> bool:
    """Gathers static files when any changed since the last time; returns whether it did. Needs Django set up."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(None):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    mark = Path(settings.STATIC_ROOT) / ".made-from"
    if mark.exists() and mark.read_text() == digest.hexdigest():
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=False)
    mark.write_text(digest.hexdigest())
    return True


if __name__ == "__main__":
    say(_("Đã biên dịch {count} tệp bản dịch.").format(count=translations()))
