"""`tinhso audit`: the log against its own chain, and its heads for the shelf of someone else."""

from __future__ import annotations

from pathlib import Path

from tinhso.faces.cli.words import Trouble, _


def verify() -> bool:
    """Names every row that was edited, removed, inserted, reordered or cut off; True when the log is whole."""
    raise Trouble(_("Bản này chưa có phần đối chiếu nhật ký."))


def export(file: Path) -> None:
    raise Trouble(_("Bản này chưa có phần xuất nhật ký."))


def heads(file: Path | None) -> None:
    raise Trouble(_("Bản này chưa có phần ký đầu chuỗi."))
