"""What our papers look like, as a small grid of darkness per page; the reference is kept beside the tests.

After a deliberate change, look at the papers, then run `python -m tinhso.systems.procedures.tests.looks`.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

REFERENCE = Path(__file__).resolve().parent / "looks.json"
# Tiles over the page's width; the height follows the paper. Coarse enough for two builds of a renderer to agree.
ACROSS, DPI = 28, 60
# Darkness of a tile, 0 to 99, may differ by this much before it counts as another look.
TOLERANCE = 7


def can_draw() -> bool:
    return shutil.which("pdftoppm") is not None


def grid_of(pdf: bytes) -> list[list[str]]:
    """For each page its rows of tiles, two digits of darkness each."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "paper.pdf").write_bytes(pdf)
        draw = ["pdftoppm", "-r", str(DPI), "-gray", "-png", f"{folder}/paper.pdf", f"{folder}/page"]
        subprocess.run(draw, check=True, capture_output=True)
        return [_tiles(path.read_bytes()) for path in sorted(Path(folder).glob("page*.png"))]


def _tiles(png: bytes) -> list[str]:
    with Image.open(io.BytesIO(png)) as page:
        down = round(ACROSS * page.height / page.width)
        small = page.convert("L").resize((ACROSS, down), Image.Resampling.BOX)
        values = list(small.tobytes())
    dark = [round((255 - value) * 99 / 255) for value in values]
    return ["".join(f"{one:02d}" for one in dark[row * ACROSS : (row + 1) * ACROSS]) for row in range(down)]


def differences(one: list[list[str]], other: list[list[str]]) -> list[str]:
    """Where two papers look different: page, row and column of each tile; empty when they look the same."""
    if [len(page) for page in one] != [len(page) for page in other]:
        return [f"{len(one)} pages of {[len(page) for page in one]} rows, not {[len(page) for page in other]}"]
    found = []
    for number, (first, second) in enumerate(zip(one, other, strict=True), 1):
        for row, (left, right) in enumerate(zip(first, second, strict=True)):
            for column in range(0, len(left), 2):
                if abs(int(left[column : column + 2]) - int(right[column : column + 2])) > TOLERANCE:
                    found.append(f"page {number}, row {row}, column {column // 2}")
    return found


def papers() -> dict[str, bytes]:
    """Every paper of both sets, from the tests' own invented facts."""
    from tinhso.engines.printing import services as printing
    from tinhso.systems.procedures.printing.data import form_data
    from tinhso.systems.procedures.printing.flow import control_data, register_data
    from tinhso.systems.procedures.printing.sets import form_sets
    from tinhso.systems.procedures.tests import test_control_and_register as flow
    from tinhso.systems.procedures.tests import test_one_stop_forms as slips
    from tinhso.systems.procedures.tests import test_printed_papers as first

    made: dict[str, bytes] = {"result": printing.render("procedures.result", first.RESULT | {"qr": "https://vn"})}
    for one in form_sets():
        receipt: dict[str, Any] = first.RECEIPT | {"form_set": one.code, "basis": one.basis, "term": "3 ngày làm việc"}
        made[f"{one.code} receipt"] = printing.render("procedures.receipt", receipt)
        for form in ("supplement", "refusal", "apology", "stop"):
            if one.has(form):
                made[f"{one.code} {form}"] = printing.render("procedures.slip", form_data(slips.FACTS, form, one))
        made[f"{one.code} control"] = printing.render("procedures.control", control_data(flow.HEAD, flow.LOG, one))
    head = {"agency": "BỘ PHẬN MỘT CỬA", "first": "01/02/2026", "last": "28/02/2026"}
    made["2025 register"] = printing.render("procedures.register", register_data(head, [flow.ENTRY], one))
    return made


def main() -> None:
    import django

    django.setup()
    kept = {name: grid_of(pdf) for name, pdf in sorted(papers().items())}
    REFERENCE.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
