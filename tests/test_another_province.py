"""Hà Tĩnh is data: an invented province loads from its own folder and shows everywhere, and no code knows the first."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.calendar.services import calendar_for
from tinhso.foundation.orgs import selectors
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.orgs.seeds import load_province

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "tests" / "fixtures" / "province_song_mo"


@pytest.fixture
def song_mo(db: None) -> Unit:
    return load_province(Actor.system(), FOLDER).province


def test_it_loads_with_its_own_units_days_and_identifiers(song_mo: Unit) -> None:
    assert [str(unit) for unit in selectors.communes(date(2026, 1, 1))] == ["Phường Bến Mơ", "Xã Hai Đá"]
    assert [str(unit) for unit in selectors.communes(date(2025, 1, 1))] == ["Xã Đá Đen", "Xã Đá Trắng"]
    centre = selectors.unit_by_code("98003.HCC")
    assert centre and centre.identifier == "Y98.12.01"
    old = selectors.unit_by_code("98002", date(2025, 1, 1))
    assert old
    shares = {str(unit): share for unit, share in selectors.successors_of(old)}
    assert shares == {"Xã Hai Đá": Decimal("0.8"), "Phường Bến Mơ": Decimal("0.2")}


def test_its_offices_keep_their_own_hours_and_days(song_mo: Unit) -> None:
    calendar = calendar_for(song_mo)
    assert calendar.is_working(date(2026, 10, 3)), "Saturday morning"
    assert not calendar.is_working(date(2026, 10, 1))
    assert not calendar.is_working(date(2026, 1, 2)), "the country's own days hold here too"


def test_the_pages_bear_its_name_seal_and_colours(song_mo: Unit, client: Client) -> None:
    profile = selectors.province_profile()
    assert (profile.name, profile.seal, profile.hues) == ("Tỉnh Sông Mơ", "SM", {"lam": 150, "hong": 40})
    page = client.get("/ui/")
    text = page.content.decode()
    header = text[text.index("<header") : text.index("</header>")]
    assert page.status_code == 200 and "Tỉnh Sông Mơ" in header and ">SM<" in header
    assert "Hà Tĩnh" not in header
    colours = client.get("/ui/sac-tinh.css").content.decode()
    assert "150" in colours and "40" in colours


# Where the first province may be named: its own seed folders, the default of the setting, and what only tests run.
ALLOWED = (
    "tinhso/config/settings.py",
    "/seeds/",
    # The served procedures, each with the act that published it.
    "systems/procedures/catalogue/1.",
    "systems/procedures/catalogue/2.",
    "/tests/",
    "/migrations/",
    "foundation/testing/",
    # Sample values of the component page, of a bench, and the invented people of the sign-in simulator.
    "foundation/ui/gallery.py",
    "foundation/ui/templates/ui/gallery.html",
    "foundation/ui/locale/",
    "foundation/audit/bench.py",
    "foundation/people/vneid_simulator/",
)
NAMES = re.compile(r"Hà Tĩnh|hà tĩnh|ha ?tinh|hatinh|\bH27\b", re.IGNORECASE)
SOURCES = ("*.py", "*.html", "*.js", "*.css", "*.po", "*.json", "*.typ", "*.toml", "*.txt")


def test_no_product_code_names_the_first_province() -> None:
    named = []
    for pattern in SOURCES:
        for path in (ROOT / "tinhso").rglob(pattern):
            place = path.relative_to(ROOT).as_posix()
            if any(part in place for part in ALLOWED) or "/static/vendor/" in place or "node_modules" in place:
                continue
            for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
                if NAMES.search(line):
                    named.append(f"{place}:{number}: {line.strip()[:100]}")
    assert not named, "\n".join(named)


def test_the_search_for_names_would_find_one() -> None:
    assert NAMES.search('title = "Tỉnh Hà Tĩnh"') and NAMES.search("code = 'H27.14'") and NAMES.search("hatinh.gov.vn")
