"""`tinhso restore`: brings up an empty database when the installation uses its own, and fills it."""

from __future__ import annotations

import os
from pathlib import Path

from tinhso.faces.cli import backup, environment, postgres
from tinhso.faces.cli.demo import BUSY
from tinhso.faces.cli.place import Place
from tinhso.faces.cli.prepare import bar, migrate
from tinhso.faces.cli.words import _, say


def into(place: Place, source: Path) -> None:
    """Restores `source` into this place; refuses one that runs or already holds something."""
    backup.check(source)
    with place.lock("demo", BUSY):
        given = os.environ.get("DATABASE_URL", "")
        server = None
        if given:
            postgres.check_given(given)
        else:
            server = postgres.own_server(place)
        try:
            if server:
                server.start()
                server.ensure_database()
            fill(place, given or (server.url if server else ""), source)
        finally:
            if server:
                server.stop()


def fill(place: Place, url: str, source: Path) -> None:
    environment.apply(place, url)
    environment.setup()
    with bar() as progress:
        manifest = backup.restore(place, url, source, progress)
    later = migrate()
    say(
        _("Đã khôi phục {rows} dòng của {tables} bảng, lập lúc {at}.").format(
            rows=sum(table["rows"] for table in manifest["tables"].values()),
            tables=len(manifest["tables"]),
            at=manifest["made_at"],
        )
    )
    if later:
        say(_("Đã nâng các bảng lên phiên bản này: {count} bước.").format(count=later))
    say(_("Hãy chạy “tinhso audit verify” để đối chiếu nhật ký."))
