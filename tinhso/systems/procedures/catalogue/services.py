"""Every write on the list of procedures: load a file as dated versions, confirm a fact, say why it is partial."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.selectors import province
from tinhso.foundation.text.errors import Refused
from tinhso.foundation.text.rules import normalise, sort_key
from tinhso.systems.procedures.catalogue import events, everyday, permissions, rules, searching, words
from tinhso.systems.procedures.catalogue.models import CatalogueEntry, LocalService, Origin, ProcedureCase
from tinhso.systems.procedures.models import ProcedureVersion

BATCH = 500


class BadRows(Refused):
    """Some rows cannot be kept; nothing was written."""

    code = "catalogue.bad-rows"

    def __init__(self, bad: list[rules.Row]) -> None:
        self.bad = bad
        head = _("%(count)d dòng không dùng được nên chưa ghi gì. Hãy sửa tệp, hoặc nạp riêng các dòng đúng.")
        super().__init__("\n".join([head % {"count": len(bad)}, *words.bad_lines(bad)]))


class ChangedMeanwhile(Refused):
    """Somebody else changed the row after this person opened it."""

    code = "catalogue.changed-meanwhile"

    def __init__(self) -> None:
        super().__init__(_("Thủ tục này vừa có phiên bản mới. Hãy tải lại trang; nội dung bạn đã gõ vẫn còn."))


class NothingSaid(Refused):
    """A confirmation needs its source, a reason its basis."""

    code = "catalogue.nothing-said"

    def __init__(self) -> None:
        super().__init__(_("Hãy ghi rõ nội dung và văn bản làm căn cứ."))


class NotInDoubt(Refused):
    """The part is not waiting to be checked."""

    code = "catalogue.not-in-doubt"

    def __init__(self) -> None:
        super().__init__(_("Nội dung này không còn chờ kiểm tra. Hãy tải lại trang."))


@dataclass
class Difference:
    """What one row of a file is, beside the version before."""

    code: str
    name: str
    kind: str  # "added" | "changed" | "removed"
    changes: list[rules.Change] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


@dataclass
class Report:
    """What a file brings, or brought: rows by kind, what is wrong, what was kept against it."""

    read: int = 0
    same: int = 0
    differences: list[Difference] = field(default_factory=list)
    bad: list[rules.Row] = field(default_factory=list)
    is_written: bool = False

    def count(self, kind: str) -> int:
        return sum(1 for one in self.differences if one.kind == kind)


@transaction.atomic
def load_entries(
    *,
    actor: Actor,
    rows: Sequence[rules.Row],
    source_name: str,
    valid_from: date | None = None,
    origin: str = Origin.FILE,
    skip_bad: bool = False,
    is_whole: bool = False,
    dry_run: bool = False,
) -> Report:
    """Keeps the rows of a file as dated versions; a file loaded twice changes nothing.

    With bad rows it writes nothing (BadRows), or the good ones when `skip_bad`. `is_whole`: the file is the whole list,
    and what it does not name ends on its day. `dry_run` answers the same report and writes nothing.
    """
    access.require(actor, permissions.LOAD)
    # One load at a time: two files at once would each compare with a list the other is changing.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('procedures.catalogue', 7))")
    rules.repeated(rows)
    known = {entry.code: entry for entry in CatalogueEntry.objects.newest()}
    report = Report(read=len(rows))
    made, ended = _prepare(rows, known, valid_from, origin, report)
    if is_whole:
        ended += _missing(rows, known, valid_from, report)
    if dry_run:
        return report
    if report.bad and not skip_bad:
        raise BadRows(report.bad)
    _rename(known.values())
    if made or ended:
        _write(made, ended)
        searching.index_entries(made)
        searching.forget([entry.code for entry, _day in ended if entry.code not in {one.code for one in made}])
        _trace(actor, made, ended, report, source_name)
    report.is_written = True
    return report


def _prepare(
    rows: Iterable[rules.Row],
    known: dict[str, CatalogueEntry],
    valid_from: date | None,
    origin: str,
    report: Report,
) -> tuple[list[CatalogueEntry], list[tuple[CatalogueEntry, date]]]:
    """New versions, and the versions they end, each with its last day; the report is filled on the way."""
    made: list[CatalogueEntry] = []
    ended: list[tuple[CatalogueEntry, date]] = []
    # A procedure that ended and comes back goes on counting.
    numbers = dict(CatalogueEntry.objects.values_list("code").annotate(Max("number")))
    for row in rows:
        day, before = valid_from or row.as_of, known.get(row.code)
        if day is None and not row.faults:
            row.faults.append(rules.Fault("as_of", "no-day"))
        if row.faults or day is None:
            report.bad.append(row)
            continue
        facts, confirmed, kept = (
            rules.merge_confirmed(row.facts, before.facts(), before.confirmed) if before else (row.facts, {}, [])
        )
        mark = rules.digest(facts)
        if before is not None and before.digest == mark and before.confirmed.keys() == confirmed.keys():
            report.same += 1
            continue
        if before is not None and day < before.valid_from:
            row.faults.append(rules.Fault("as_of", "older", f"{before.valid_from:%d/%m/%Y}"))
            report.bad.append(row)
            continue
        made.append(_entry(row.code, facts, day, origin, before, confirmed, numbers.get(row.code, 0) + 1))
        if before is None:
            report.differences.append(Difference(row.code, facts["name"], "added"))
        else:
            ended.append((before, day))
            changes = rules.compare(before.facts(), facts)
            report.differences.append(Difference(row.code, facts["name"], "changed", changes, kept))
    return made, ended


def _missing(
    rows: Iterable[rules.Row], known: dict[str, CatalogueEntry], valid_from: date | None, report: Report
) -> list[tuple[CatalogueEntry, date]]:
    """The versions of procedures that a whole list no longer names. A bad row still names its procedure."""
    listed = {row.code for row in rows}
    days = [row.as_of for row in rows if row.as_of]
    day = valid_from or (max(days) if days else timezone.localdate())
    gone = [entry for code, entry in sorted(known.items()) if code not in listed and entry.valid_from <= day]
    report.differences += [Difference(entry.code, entry.name, "removed") for entry in gone]
    return [(entry, day) for entry in gone]


def _entry(
    code: str,
    facts: dict[str, Any],
    day: date,
    origin: str,
    before: CatalogueEntry | None,
    confirmed: dict[str, Any],
    number: int,
) -> CatalogueEntry:
    plain, event = _own_words(code, facts)
    return CatalogueEntry(
        code=code,
        number=number,
        valid_from=day,
        origin=origin,
        digest=rules.digest(facts),
        plain_name=plain,
        sort_key=_order(plain, facts["name"]),
        life_event=event,
        doubts=rules.doubts(facts, confirmed),
        confirmed=confirmed,
        partial_reason=before.partial_reason if before else "",
        partial_basis=before.partial_basis if before else "",
        **facts,
    )


def _rename(entries: Iterable[CatalogueEntry]) -> None:
    """Plain names and life events are the product's own words, not facts of the list: a new release may change them."""
    changed = []
    for entry in entries:
        plain, event = _own_words(entry.code, entry.facts())
        if (entry.plain_name, entry.life_event) != (plain, event):
            entry.plain_name, entry.life_event = plain, event
            entry.sort_key = _order(plain, entry.name)
            changed.append(entry)
    if changed:
        CatalogueEntry.objects.bulk_update(changed, ["plain_name", "life_event", "sort_key"], batch_size=BATCH)
        searching.index_entries(changed)


def _own_words(code: str, facts: dict[str, Any]) -> tuple[str, str]:
    return everyday.plain_name(code), everyday.life_event(code, facts["field_name"], facts["field_group"])


def _order(plain: str, name: str) -> str:
    return sort_key(plain or everyday.short(name))[:400]


def _write(made: list[CatalogueEntry], ended: list[tuple[CatalogueEntry, date]]) -> None:
    for entry, day in ended:
        entry.valid_to = day
    CatalogueEntry.objects.bulk_update([entry for entry, _day in ended], ["valid_to"], batch_size=BATCH)
    CatalogueEntry.objects.bulk_create(made, batch_size=BATCH)
    cases = [case for entry in made for case in cases_for(entry)]
    ProcedureCase.objects.bulk_create(cases, batch_size=BATCH)


@override("vi")
def cases_for(entry: CatalogueEntry) -> list[ProcedureCase]:
    """The cases of a version, in words."""
    found = rules.cases_of(entry.facts())
    made = []
    for place, case in enumerate(found):
        term = words.term_words(case.term_value, case.term_unit)
        if case.is_sure:
            title = _("Nộp %(channels)s") % {"channels": words.channel_words(list(case.channels))}
            condition = title
        else:
            title = _("Trường hợp giải quyết trong %(term)s") % {"term": term}
            condition = ""
        made.append(
            ProcedureCase(
                entry=entry,
                code=f"{case.term_value}-{case.term_unit.replace('_', '-')}",
                title=title,
                condition=condition,
                channels=list(case.channels),
                term_value=case.term_value,
                term_unit=case.term_unit,
                is_sure=case.is_sure,
                place=place,
            )
        )
    return made


def _trace(
    actor: Actor,
    made: list[CatalogueEntry],
    ended: list[tuple[CatalogueEntry, date]],
    report: Report,
    source_name: str,
) -> None:
    """One audit row and one event for the whole file: what was read, what changed, which rows were refused."""
    subject = made[0] if made else ended[0][0]
    audit.record(
        actor,
        "procedures.catalogue.loaded",
        subject,
        file=source_name[:200],
        read=report.read,
        added=report.count("added"),
        changed=report.count("changed"),
        removed=report.count("removed"),
        refused=[row.number for row in report.bad][:200],
        changed_codes=[one.code for one in report.differences if one.kind != "added"][:500],
    )
    bus.publish(events.CATALOGUE_LOADED, subject=subject, unit=province(), occurred_on=timezone.localdate())


@transaction.atomic
def confirm_part(
    *, actor: Actor, code: str, part: str, values: dict[str, Any], source: str, seen: int, on: date | None = None
) -> CatalogueEntry:
    """An officer has read the published decision: the part is sure from now on, as a new dated version.

    `values` are the facts of the part as they were read (the same or corrected); `seen` is the version the officer
    looked at. Files that are less sure no longer change the part.
    """
    access.require(actor, permissions.CONFIRM)
    said = normalise(source)
    if not said:
        raise NothingSaid
    before = _locked(code, seen)
    if part not in before.doubts:
        raise NotInDoubt
    day = max(on or timezone.localdate(), before.valid_from)
    facts = before.facts()
    facts.update({name: value for name, value in values.items() if name in rules.PARTS[part]})
    evidence = {"source": said[:500], "by": actor.label, "on": day.isoformat()}
    confirmed = {**before.confirmed, part: evidence}
    entry = _entry(code, facts, day, Origin.CONFIRMED, before, confirmed, before.number + 1)
    _follow(before, entry, day)
    changes = rules.compare(before.facts(), facts)
    audit.record(
        actor,
        "procedures.catalogue.confirmed",
        entry,
        code=code,
        part=part,
        source=said[:500],
        changed={change.fact: [str(change.before), str(change.after)] for change in changes},
    )
    bus.publish(events.FACT_CONFIRMED, subject=entry, unit=province(), occurred_on=day, part=part)
    return entry


@transaction.atomic
def say_why_partial(*, actor: Actor, code: str, reason: str, basis: str, seen: int) -> CatalogueEntry:
    """Why the service is not full-process and by which document (Decree 224/2026 art. 14): a new dated version."""
    access.require(actor, permissions.CONFIRM)
    reason, basis = normalise(reason), normalise(basis)
    if not reason or not basis:
        raise NothingSaid
    before = _locked(code, seen)
    if before.is_full_process:
        raise NotInDoubt
    day = max(timezone.localdate(), before.valid_from)
    entry = _entry(code, before.facts(), day, Origin.CONFIRMED, before, before.confirmed, before.number + 1)
    entry.partial_reason, entry.partial_basis = reason[:500], basis[:300]
    _follow(before, entry, day)
    audit.record(actor, "procedures.catalogue.reasoned", entry, code=code, reason=reason[:500], basis=basis[:300])
    bus.publish(events.FACT_CONFIRMED, subject=entry, unit=province(), occurred_on=day, part="partial")
    return entry


def _locked(code: str, seen: int) -> CatalogueEntry:
    """The version in force, locked: of two officers the second is told that the page is old."""
    before = CatalogueEntry.objects.newest().select_for_update().get(code=code)
    if before.pk != seen:
        raise ChangedMeanwhile
    return before


def _follow(before: CatalogueEntry, entry: CatalogueEntry, day: date) -> None:
    _write([entry], [(before, day)])
    searching.index_entries([entry])


@transaction.atomic
def link_services(*, actor: Actor) -> int:
    """Notes for every procedure served here which version of the list it was published against; the number linked."""
    access.require(actor, permissions.LOAD)
    open_versions = list(ProcedureVersion.objects.filter(catalogued=None))
    entries = {
        entry.code: entry
        for entry in CatalogueEntry.objects.newest().filter(code__in=[version.code for version in open_versions])
    }
    made = LocalService.objects.bulk_create(
        [
            LocalService(version=version, entry=entries[version.code])
            for version in open_versions
            if version.code in entries
        ]
    )
    if made:
        audit.record(
            actor, "procedures.catalogue.linked", made[0].entry, codes=[link.version.code for link in made][:500]
        )
    return len(made)
