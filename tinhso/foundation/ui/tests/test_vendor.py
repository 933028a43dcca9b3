"""Front-end files come by their locked hashes, and pages work when they never came."""

import json
from pathlib import Path

import pytest
from django.template.autoreload import reset_loaders
from django.test import Client

from tinhso.foundation.ui import vendor
from tinhso.foundation.ui.icons import sprite
from tinhso.foundation.ui.templatetags import ui


def test_the_lock_holds_hashes_and_no_addresses() -> None:
    packages = json.loads(vendor.LOCK.read_text())["packages"]
    named = {where: entry for where, entry in packages.items() if where}
    assert len(named) >= 3
    assert all(entry["integrity"].startswith("sha512-") for entry in named.values())
    assert "http" not in "".join(str(entry.get("resolved", "")) for entry in named.values())


def test_an_unchanged_lock_is_no_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(vendor, "TARGET", tmp_path)
    (tmp_path / ".stamp").write_text(vendor.stamp())
    monkeypatch.setattr(vendor, "fetch", lambda: pytest.fail("fetched again"))
    assert vendor.install() is False


def test_no_network_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(vendor, "TARGET", tmp_path / "vendor")
    monkeypatch.setattr(vendor, "npm_command", lambda: ["/bin/false"])
    assert vendor.main() == 1
    said = capsys.readouterr().err
    assert "npm ci không xong" in said and len(said.splitlines()) == 1
    assert not (tmp_path / "vendor").exists()


@pytest.mark.django_db
def test_pages_work_without_the_files(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ui._vendored.cache_clear()
    reset_loaders()  # templates hold what stood when they were first drawn
    monkeypatch.setattr(ui.finders, "find", lambda _name: None)
    try:
        page = client.get("/ui/")
        assert page.status_code == 200
        assert b"fonts.css" not in page.content
    finally:
        ui._vendored.cache_clear()
        reset_loaders()


def test_the_committed_sprite_is_drawn_from_the_icons() -> None:
    path = Path(vendor.__file__).parent / "static/ui/icons.svg"
    assert path.read_text(encoding="utf-8") == sprite()
