from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_data_folder(settings: Any, tmp_path: Path) -> Path:
    """A store of its own for each test."""
    settings.DATA_DIR = tmp_path
    settings.CLAMD = ""
    return tmp_path
