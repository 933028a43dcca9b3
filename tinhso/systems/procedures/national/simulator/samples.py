"""A believable filled-in form for any published form: what the simulated portal's page starts from. Nobody real."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

from tinhso.engines.forms.rules import is_met

NAMES = ("Nguyễn Thị Hoa", "Trần Văn Bình", "Lê Thị Thu", "Phan Đình Hùng", "Võ Thị Lan")


def answers(form: dict[str, Any], person: dict[str, str]) -> dict[str, Any]:
    """An answer to every required question whose condition its answers meet, in the order asked."""
    schema, ui = form["schema"], form["ui"]
    required = set(schema.get("required", []))
    made: dict[str, Any] = {}
    for page in ui.get("pages", []):
        if not is_met(page.get("when"), made):
            continue
        for name in page.get("fields", []):
            hints = ui.get("fields", {}).get(name, {})
            rule = schema.get("properties", {}).get(name, {})
            if name not in required or not is_met(hints.get("when"), made) or hints.get("widget") in ("file", "note"):
                continue
            made[name] = _answer(name, rule, hints, person, made)
    return made


def papers(form: dict[str, Any], given: dict[str, Any]) -> list[dict[str, str]]:
    """A scan for every required file that the answers ask for."""
    schema, ui = form["schema"], form["ui"]
    found = []
    for page in ui.get("pages", []):
        for name in page.get("fields", []):
            hints = ui.get("fields", {}).get(name, {})
            asked = is_met(page.get("when"), given) and is_met(hints.get("when"), given)
            if hints.get("widget") == "file" and name in schema.get("required", []) and asked:
                found.append(paper(name))
    return found


def paper(name: str) -> dict[str, str]:
    return {"MaThanhPhanHoSo": name, "TenTepDinhKem": "ban-chup-mo-phong.png", "NoiDungTep": _scan()}


def _answer(
    name: str, rule: dict[str, Any], hints: dict[str, Any], person: dict[str, str], made: dict[str, Any]
) -> Any:
    known = _known(hints.get("prefill", ""), person)
    if known and not rule.get("enum"):
        return known
    if rule.get("enum"):
        return known if known in rule["enum"] else rule["enum"][0]
    if rule.get("type") == "array":
        return _rows(rule, hints, person)
    return _plain(name, rule, hints, person, made)


def _known(prefill: str, person: dict[str, str]) -> str:
    return person.get(prefill.rpartition(".")[2], "") if prefill.startswith("identity.") else ""


def _rows(rule: dict[str, Any], hints: dict[str, Any], person: dict[str, str]) -> list[Any]:
    inner = rule.get("items", {})
    if inner.get("enum"):
        return [inner["enum"][0]]
    row: dict[str, Any] = {}
    for child in hints.get("order", list(inner.get("properties", {}))):
        more = hints.get("fields", {}).get(child, {})
        if child in inner.get("required", []) and is_met(more.get("when"), row):
            row[child] = _answer(child, inner["properties"].get(child, {}), more, person, row)
    return [row]


def _plain(name: str, rule: dict[str, Any], hints: dict[str, Any], person: dict[str, str], made: dict[str, Any]) -> Any:
    widget = hints.get("widget", "")
    if rule.get("type") == "boolean" or widget == "checkbox":
        return True
    if rule.get("type") in ("integer", "number"):
        return max(int(rule.get("minimum", 1)), 1)
    if widget == "date" or rule.get("format") == "date":
        other = str(hints.get("limits", {}).get("min", ""))
        return made.get(other[1:], "2026-03-02") if other.startswith("@") else "2026-03-02"
    if widget == "id12" or "[0-9]{12}" in str(rule.get("pattern", "")) or "\\d{12}" in str(rule.get("pattern", "")):
        return person["personal_number"]
    if widget == "phone":
        return person["phone"]
    if widget == "email":
        return "mo-phong@example.vn"
    return person["full_name"] if "ho_ten" in name else "Thôn Mô Phỏng"


def _scan() -> str:
    """A small white picture with a dark band: a PNG written by hand."""
    width, height = 240, 160
    rows = b"".join(b"\x00" + (b"\x40" if 60 < y < 80 else b"\xff") * width for y in range(height))
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    made = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    return base64.b64encode(made).decode()


def person(number: int) -> dict[str, str]:
    """An invented citizen; 099 is no province, so the number is nobody's."""
    return {
        "full_name": NAMES[number % len(NAMES)],
        "personal_number": f"099190{number % 10**6:06d}",
        "phone": f"09{10_000_000 + number % 80_000_000:08d}",
        "born_on": "1990-05-17",
        "sex": "Nữ" if number % len(NAMES) in (0, 2, 4) else "Nam",
        "address": "Thôn Mô Phỏng",
        "email": "mo-phong@example.vn",
    }
