"""`tinhso load procedures FILE` and the demo's first load: read a file, tell what it brings, keep it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.registry import Progress
from tinhso.systems.procedures import seeds as core_seeds
from tinhso.systems.procedures.catalogue import everyday, files, rules, services, words
from tinhso.systems.procedures.catalogue.models import Origin
from tinhso.systems.procedures.catalogue.words import bad_lines

# The facts of the national list, in the importer's own shape (see README, Data).
SEED = Path(__file__).with_name("seed") / "procedures.jsonl.gz"
# Longer lists are told by number.
TOLD = 40


def read_file(path: Path) -> list[rules.Row]:
    """Every row of a file, read or with what is wrong with it."""
    rows = []
    for number, raw in files.rows_of(path):
        if isinstance(raw, str):
            rows.append(rules.Row(number, faults=[rules.Fault("", "not-a-row", raw)]))
        else:
            rows.append(rules.read(number, raw))
    return rows


@override("vi")
def load(
    actor: Actor,
    name: str = "",
    progress: Progress | None = None,
    *,
    dry_run: bool = False,
    skip_bad: bool = False,
    whole: bool = False,
    since: date | None = None,
) -> str:
    """Loads a file of procedures, or the product's own list when none is named; what happened, in sentences.

    A folder is read as the procedures served here (form, process, result layout: one JSON file each).
    """
    path = Path(name) if name else SEED
    if path.is_dir():
        return core_seeds.load(actor, name, progress)
    rows = read_file(path)
    if progress is not None:
        progress.start(_("Nạp danh mục thủ tục"), len(rows))
    report = services.load_entries(
        actor=actor,
        rows=rows,
        source_name=path.name,
        valid_from=since,
        origin=Origin.FILE if name else Origin.SEED,
        skip_bad=skip_bad,
        is_whole=whole,
        dry_run=dry_run,
    )
    if progress is not None:
        progress.advance(len(rows))
    if report.is_written:
        services.link_services(actor=actor)
    return told(report, in_full=bool(name) or dry_run)


def told(report: services.Report, *, in_full: bool = True) -> str:
    """A report as lines: the counts, and by row what was added, changed, removed, kept and refused."""
    counts = {
        "read": report.read,
        "same": report.same,
        "added": report.count("added"),
        "changed": report.count("changed"),
        "removed": report.count("removed"),
        "bad": len(report.bad),
    }
    head = _(
        "Đọc %(read)d dòng: thêm %(added)d, đổi %(changed)d, thôi áp dụng %(removed)d, như cũ %(same)d, hỏng %(bad)d."
    )
    lines = [head % counts]
    if in_full:
        lines += _differences(report)
    lines += bad_lines(report.bad)
    if not report.is_written:
        lines.append(_("Chỉ xem trước: chưa ghi gì."))
    return "\n".join(lines)


def _differences(report: services.Report) -> list[str]:
    signs = {"added": "+", "changed": "~", "removed": "-"}
    lines = []
    for one in report.differences[:TOLD]:
        lines.append(f"{signs[one.kind]} {one.code} {everyday.short(one.name)}")
        for change in one.changes:
            before, after = words.value_words(change.fact, change.before), words.value_words(change.fact, change.after)
            lines.append(f"    {words.fact_name(change.fact)}: {before[:200]} → {after[:200]}")
        if one.kept:
            parts = ", ".join(str(words.PART_NAMES[part]) for part in one.kept)
            lines.append("    " + _("giữ nội dung cán bộ đã xác nhận: %(parts)s") % {"parts": parts})
    return lines + _more(len(report.differences))


def _more(count: int) -> list[str]:
    left = count - TOLD
    return [ngettext("… và %(left)d dòng nữa", "… và %(left)d dòng nữa", left) % {"left": left}] if left > 0 else []


def seed(actor: Actor, progress: Progress, seed: int) -> None:
    """The national list of the demo: all procedures, by one act."""
    load(actor, progress=progress)
