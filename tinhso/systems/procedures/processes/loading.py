"""`tinhso load processes [FOLDER]`: step tables of decisions published as processes, checked, faults told."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.engines.workflow import services as workflow
from tinhso.engines.workflow.models import ProcessDefinition
from tinhso.engines.workflow.shape import read
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.models import Dossier, ProcedureVersion
from tinhso.systems.procedures.processes import tables

FOLDER = Path(__file__).parent / "seeds"


class BadFile(Refused):
    """A file of step tables that cannot be read; the message names the file, the process and the row."""

    code = "procedures.bad-process-file"


@dataclass
class Loaded:
    """What a load did: processes published, unchanged, used by procedures, and what the reader must look at."""

    published: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        told = _("Đã công bố %(new)s quy trình, %(same)s quy trình không đổi, %(used)s thủ tục dùng quy trình mới.") % {
            "new": len(self.published),
            "same": len(self.unchanged),
            "used": len(self.used),
        }
        return "\n".join([told, *self.remarks])


@transaction.atomic
def load_processes(actor: Actor, folder: Path = FOLDER, progress: Progress | None = None) -> Loaded:
    """Publishes every table of the folder; all or none. A second run changes nothing."""
    done = Loaded()
    files = sorted(folder.glob("*.json"))
    if not files:
        raise BadFile(_("Thư mục %(folder)s không có tệp quy trình nào.") % {"folder": folder})
    for path in files:
        decision = _read(path)
        for table in decision["processes"]:
            _load(actor, path, decision, table, done)
        if not decision["processes"]:
            done.remarks.append(f"{decision['decision']}: {decision['source']}.")
        if progress is not None:
            progress.advance()
    return done


def _read(path: Path) -> dict[str, Any]:
    try:
        decision: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(decision["processes"], list) or not decision["decision"]:
            raise KeyError("processes")
        return decision | {"source": decision.get("source", "")}
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise BadFile(_("Không đọc được tệp %(file)s: %(why)s.") % {"file": path.name, "why": wrong}) from wrong


def _load(actor: Actor, path: Path, decision: dict[str, Any], table: dict[str, Any], done: Loaded) -> None:
    try:
        definition, summed = tables.definition_of(table), tables.sum_of(table)
        term, code = table["term"], table["code"]
    except (tables.BadTable, KeyError, TypeError, ValueError, AttributeError) as wrong:
        where = table.get("code", "?") if isinstance(table, dict) else "?"
        raise BadFile(
            _("Tệp %(file)s, quy trình %(code)s: bảng bước sai ở %(why)s.")
            % {"file": path.name, "code": where, "why": wrong}
        ) from wrong
    done.remarks += remarks_of(code, summed)
    last = ProcessDefinition.objects.filter(code=code, is_published=True).order_by("-version").first()
    if last is not None and read(last.definition) == read(definition):
        done.unchanged.append(code)
        process = last
    else:
        process = _publish(actor, code, table, decision, definition)
        done.published.append(code)
    _use(actor, table, process, term, done)


def remarks_of(code: str, summed: tables.Sum) -> list[str]:
    """Where the rows and the decision's own total disagree, or cannot be compared, in sentences."""
    facts = {"code": code, "days": _number(summed.days), "term": _number(summed.term)}
    if not summed.agrees:
        return [_("%(code)s: các bước cộng lại %(days)s ngày, quyết định ghi %(term)s ngày.") % facts]
    if summed.is_calendar:
        return [
            _(
                "%(code)s: quyết định ghi %(term)s ngày, không ghi ngày làm việc; các bước (%(days)s ngày) được rút "
                "theo tỷ lệ để vừa số ngày làm việc ít nhất trong thời hạn."
            )
            % facts
        ]
    if summed.unit == "same_day":
        return [
            _("%(code)s: quyết định ghi làm ngay, không có số ngày; bước xử lý tạm tính một ngày làm việc.") % facts
        ]
    return []


def _number(value: Any) -> str:
    return f"{value.normalize():f}".replace(".", ",")


def _publish(
    actor: Actor, code: str, table: dict[str, Any], decision: dict[str, Any], definition: dict[str, Any]
) -> ProcessDefinition:
    title = " – ".join(part for part in (table["title"], table.get("case_title", "")) if part)
    drafted = workflow.draft_process(
        actor=actor,
        code=code,
        title=title,
        definition=definition,
        source=f"{decision['decision']}. {decision['source']}",
    )
    term = table["term"]
    return workflow.publish_process(
        actor=actor, definition_id=drafted.pk, term_value=term["value"], term_unit=term["unit"]
    )


def _use(actor: Actor, table: dict[str, Any], process: ProcessDefinition, term: dict[str, Any], done: Loaded) -> None:
    """Versions in force of the table's procedure take the process, unless a dossier runs on their present one.

    A table of one case is that case's process (`cases.process_for`); the others keep the version's.
    """
    if not table.get("procedure") or table.get("outside_system"):
        return
    case = table.get("case", "")
    versions = ProcedureVersion.objects.filter(code=table["procedure"], valid_to=None)
    for version in versions.select_for_update():
        if _has(version, process, case):
            continue
        if Dossier.objects.filter(version=version).exists():
            done.remarks.append(
                _("%(code)s: thủ tục %(procedure)s đã có hồ sơ nên giữ quy trình cũ; hãy lập phiên bản thủ tục mới.")
                % {"code": process.code, "procedure": version.code}
            )
            continue
        _take(version, process, case)
        version.save(update_fields=["process", "cases"])
        audit.record(
            actor,
            "procedures.version.process_set",
            version,
            code=version.code,
            process=str(process.code),
            **({"case": case} if case else {}),
        )
        done.used.append(version.code)


def _has(version: ProcedureVersion, process: ProcessDefinition, case: str) -> bool:
    """Nothing to do: the process is the version's, or its case's; or the version knows no such case."""
    if not case:
        return version.process_id == process.pk
    own = next((one for one in version.cases if one["code"] == case), None)
    return own is None or own.get("process_id") == process.pk


def _take(version: ProcedureVersion, process: ProcessDefinition, case: str) -> None:
    if not case:
        version.process = process
    for one in version.cases:
        if case and one["code"] == case:
            one["process_id"] = process.pk


def process_for(procedure: str, *, case: str = "", folder: Path = FOLDER) -> ProcessDefinition | None:
    """The published process that a decision gives to a procedure (and its case); None when there is none."""
    for path in sorted(folder.glob("*.json")):
        for table in _read(path)["processes"]:
            if table.get("procedure") == procedure and table.get("case", "") == case:
                found = ProcessDefinition.objects.filter(code=table["code"], is_published=True)
                return found.order_by("-version").first()
    return None


def load(actor: Actor, name: str = "", progress: Progress | None = None) -> str:
    """`tinhso load processes [FOLDER]`: what was done, and what to look at."""
    return load_processes(actor, Path(name) if name else FOLDER, progress).sentence()


def seed(actor: Actor, progress: Progress, seed: int) -> None:
    """The step tables of the demo's province."""
    progress.start(str(_("Nạp quy trình nội bộ")), len(list(FOLDER.glob("*.json"))))
    load(actor, progress=progress)
