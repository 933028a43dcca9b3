"""`tinhso audit`: the log against its own chain and its signed heads, and the log for the shelf of someone else."""

from __future__ import annotations

from pathlib import Path

from tinhso.faces.cli.place import folder_sentence
from tinhso.faces.cli.words import Trouble, _, say


def verify(heads_file: Path | None) -> bool:
    """Names every row that was edited, removed, inserted, reordered or cut off; True when the log is whole."""
    from tinhso.foundation.audit.verify import verify_fully

    report = verify_fully(heads_file)
    for problem in report.problems:
        say(f"✗ {problem.sentence}", "red")
    if report.problems:
        say(
            _("Nhật ký KHÔNG nguyên vẹn: {count} điều sai trong {rows} dòng.").format(
                count=len(report.problems), rows=report.rows
            ),
            "bold red",
        )
        return False
    say(
        _("✓ Nhật ký nguyên vẹn: {rows} dòng, {heads} đầu chuỗi đã ký.").format(rows=report.rows, heads=report.heads),
        "green",
    )
    return True


def export(file: Path) -> None:
    """Writes the log as JSON lines; never over a file."""
    from tinhso.foundation.audit.selectors import export_lines

    rows = 0
    try:
        with file.open("xb") as out:
            for line in export_lines():
                rows += out.write(line) > 0
    except FileExistsError:
        raise Trouble(_("{file} đã có. Hãy chọn tên khác.").format(file=file)) from None
    except OSError as error:
        raise Trouble(folder_sentence(file.parent, error)) from error
    say(_("Đã xuất {rows} dòng ra {file}.").format(rows=rows, file=file))


def heads(file: Path | None) -> None:
    """Signs the ends of the chains now; copies the signed heads to `file` when one is named."""
    from tinhso.foundation.audit import heads as signed

    taken = signed.take_head()
    found = sorted(signed.folder().glob("*.jsonl"))
    say(_("Đã ký đầu các chuỗi.") if taken else _("Không có gì mới để ký."))
    if file is None:
        for path in found:
            say(f"  {path}")
        return
    try:
        with file.open("xb") as out:
            for path in found:
                out.write(path.read_bytes())
    except FileExistsError:
        raise Trouble(_("{file} đã có. Hãy chọn tên khác.").format(file=file)) from None
    say(_("Đã chép ra {file}; hãy giữ ở nơi người quản trị máy này không sửa được.").format(file=file))
