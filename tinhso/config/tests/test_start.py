"""What every process pays for before it does anything."""

from __future__ import annotations

import subprocess
import sys

from tinhso.config import env

# Each is needed by one act in thousands, and is read when that act comes.
LARGE = {
    "openpyxl",
    "pyhanko",
    "pyhanko_certvalidator",
    "aiohttp",
    "pyxform",
    "openapi_spec_validator",
    "zeep",
    "pypdf",
}


def test_a_start_reads_no_large_library() -> None:
    code = """if True:
        import sys, django
        django.setup()
        import tinhso.config.urls
        print(*{name.partition('.')[0] for name in sys.modules})"""
    done = subprocess.run([sys.executable, "-c", code], cwd=env.ROOT, capture_output=True, text=True, check=True)
    assert not LARGE & set(done.stdout.split())
