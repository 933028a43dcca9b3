"""Settings that an installation gives through its environment, each with a plain default."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def text(name: str, default: str = "") -> str:
    """The environment variable TINHSO_<name>, or the default when unset or empty."""
    return os.environ.get(f"TINHSO_{name}") or default


def flag(name: str, default: bool = False) -> bool:
    """True for 1, true, yes, on."""
    value = text(name)
    return value.lower() in {"1", "true", "yes", "on"} if value else default


def number(name: str, default: int) -> int:
    """A whole number; a wrong one stops the start with a sentence."""
    value = text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise SystemExit(f"TINHSO_{name} phải là số nguyên, đang là {value!r}.") from None


def data_folder() -> Path:
    """Where the installation keeps what it must not lose: database, files, keys, exported audit heads."""
    return Path(text("DATA", str(ROOT / "var"))).resolve()
