"""The portal's first page stays under 100 kB, all in: page, styles, scripts, icons, fonts (DESIGN section 5)."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

FONTS = [
    f"vendor/fonts/be-vietnam-pro-{part}-normal.woff2"
    for part in ("latin-400", "vietnamese-400", "latin-600", "vietnamese-600")
]
# Loaded by ui.js for this page's own behaviours.
SCRIPTS = ["ui/js/look.js", "ui/js/once.js"]
BUDGET = 100_000


def weight(name: str) -> int:
    """Bytes on the wire: text as WhiteNoise stores it, fonts as they are."""
    path = finders.find(name)
    assert path, name
    data = Path(str(path)).read_bytes()
    return len(data) if name.endswith(".woff2") else len(gzip.compress(data))


@pytest.mark.django_db
def test_the_first_page_is_light(client: Client) -> None:
    if not finders.find(FONTS[0]):
        pytest.skip("NOT RUN: fonts are not installed (python -m tinhso.foundation.ui.vendor)")
    page = client.get("/")
    assert page.status_code == 200
    linked = set(re.findall(r'(?:href|src)="/static/([^"#]+)', page.content.decode()))
    assert len(linked) >= 6
    total = len(page.content) + sum(weight(name) for name in [*linked, *FONTS, *SCRIPTS])
    assert total < BUDGET, total
