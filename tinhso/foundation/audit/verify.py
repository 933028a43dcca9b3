"""Verifying the whole log: rows against their seals, seals against their neighbours, chains against signed heads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.audit import chain, heads, keys
from tinhso.foundation.audit.chain import Fault, Kind, Link

# Enough to see what happened; a log rewritten as a whole would name every row.
MOST_PROBLEMS = 1_000
_SLICE = 4_000

_LINKS = """
SELECT s.sequence, s.row_id, s.previous_hash, s.row_hash, r.content_hash,
  (extract(epoch from r.at) * 1000000)::bigint, r.act, r.actor_id, r.actor_label, r.on_behalf_of_id,
  r.object_type, r.object_id, r.unit_id, r.is_simulated, r.details::text
FROM audit_auditseal s LEFT JOIN audit_auditrow r ON r.id = s.row_id
WHERE s.stream = %s ORDER BY s.sequence
"""
_UNSEALED = """
SELECT r.id FROM audit_auditrow r LEFT JOIN audit_auditseal s ON s.row_id = r.id
WHERE s.row_id IS NULL ORDER BY r.id LIMIT %s
"""

SENTENCES: dict[Kind, str | Promise] = {
    Kind.EDITED: gettext_lazy("Dòng %(row)s (chuỗi %(stream)s, số %(sequence)s) đã bị sửa."),
    Kind.REMOVED: gettext_lazy("Có dòng bị xoá khỏi chuỗi %(stream)s, từ số %(sequence)s đến số %(until)s."),
    Kind.INSERTED: gettext_lazy("Dòng %(row)s (chuỗi %(stream)s, số %(sequence)s) bị chèn vào từ bên ngoài."),
    Kind.REORDERED: gettext_lazy("Dòng %(row)s bị đổi chỗ: không thuộc số %(sequence)s của chuỗi %(stream)s."),
    Kind.CUT: gettext_lazy("Chuỗi %(stream)s bị cắt đuôi: mất từ số %(sequence)s đến số %(until)s."),
    Kind.REWRITTEN: gettext_lazy(
        "Chuỗi %(stream)s đã bị viết lại, muộn nhất ở số %(sequence)s: mã băm không khớp đầu chuỗi đã ký."
    ),
    Kind.BAD_HEAD: gettext_lazy(
        "Đầu chuỗi đã ký tại %(stream)s không đáng tin: chữ ký sai, khoá lạ hoặc bị đứt quãng."
    ),
}


@dataclass(frozen=True)
class Problem:
    """One finding, in words and in facts. For BAD_HEAD `stream` names the file and line."""

    kind: Kind
    stream: str
    sequence: int
    row_id: int | None
    until: int | None

    def as_data(self) -> dict[str, Any]:
        """Its facts as JSON."""
        return {**asdict(self), "kind": self.kind.value}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Problem:
        return cls(**{**data, "kind": Kind(data["kind"])})

    @property
    def sentence(self) -> str:
        if self.kind is Kind.INSERTED and not self.sequence:
            return _("Dòng %(row)s không nằm trong chuỗi nào: bị chèn vào từ bên ngoài.") % {"row": self.row_id}
        return str(SENTENCES[self.kind]) % {
            "row": self.row_id if self.row_id is not None else _("(đã mất)"),
            "stream": self.stream,
            "sequence": self.sequence,
            "until": self.until or self.sequence,
        }


@dataclass(frozen=True)
class Report:
    """The outcome of a verification: how much was read and what was found."""

    rows: int
    heads: int
    problems: list[Problem]

    @property
    def is_sound(self) -> bool:
        return not self.problems


def verify(heads_file: Path | None = None) -> list[Problem]:
    """Reads the whole log and names every row that was edited, removed, inserted, moved or cut off.

    `heads_file`: exported heads from a safe place; without it the folder DATA_DIR/audit-heads and the table are used.
    """
    return verify_fully(heads_file).problems


def verify_fully(heads_file: Path | None = None) -> Report:
    """`verify` with the counts. Reads one snapshot, so work going on meanwhile does not disturb it."""
    with transaction.atomic():
        _freeze_snapshot()
        known = heads.exported(heads_file) if heads_file else [*heads.exported(), *heads.stored()]
        reader = _Reader(known)
        faults: list[Fault] = list(reader.bad_heads())
        for stream in sorted(set(_streams()) | set(reader.wanted)):
            for fault in reader.read(stream):
                if len(faults) < MOST_PROBLEMS:
                    faults.append(fault)
        faults += _unsealed(MOST_PROBLEMS - len(faults))
    problems = [Problem(fault.kind, fault.stream, fault.sequence, fault.row_id, fault.until) for fault in faults]
    return Report(reader.rows, len(known), problems)


def _freeze_snapshot() -> None:
    """One view of the data for all queries, unless a caller's transaction is already under way."""
    if not connection.savepoint_ids:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


class _Reader:
    """Streams the chains once, comparing with the heads on the way."""

    def __init__(self, known: list[heads.Head]) -> None:
        self.known = known
        self.rows = 0
        # {stream: {sequence: hash}} as the heads promise.
        self.wanted: dict[str, dict[int, bytes]] = {}
        self._bad = [Fault(Kind.BAD_HEAD, head.source, 0) for head in self._sort_out()]

    def bad_heads(self) -> list[Fault]:
        return self._bad

    def _sort_out(self) -> Iterator[heads.Head]:
        own = keys.public_bytes()
        digests = {head.digest for head in self.known}
        for number, head in enumerate(self.known):
            if head.public_key != own or not head.is_signed:
                yield head
                continue
            content = head.content()
            # The first head of a file may follow one that is kept elsewhere; within the file none may miss.
            if number and content["before"] and content["before"] not in digests:
                yield head
            for stream, (sequence, row_hash) in content["streams"].items():
                self.wanted.setdefault(stream, {})[sequence] = bytes.fromhex(row_hash)

    def read(self, stream: str) -> Iterator[Fault]:
        yield from chain.check_stream(stream, self._links(stream))
        yield from self._compare(stream)

    def _links(self, stream: str) -> Iterator[Link]:
        wanted = self.wanted.get(stream, {})
        self._seen: dict[int, bytes] = {}
        self._end = 0
        for sequence, row_id, previous, row_hash, stored, *fields in _rows_of(stream):
            self.rows += 1
            self._end = sequence
            if sequence in wanted:
                self._seen[sequence] = row_hash
            actual = None
            if stored is not None:
                fields[-1] = orjson.loads(fields[-1])
                actual = chain.content_digest(fields)
            yield Link(sequence, row_id, previous, row_hash, stored, actual)

    def _compare(self, stream: str) -> Iterator[Fault]:
        wanted = self.wanted.get(stream, {})
        if wanted and max(wanted) > self._end:
            yield Fault(Kind.CUT, stream, self._end + 1, None, max(wanted))
        for sequence in sorted(wanted):
            # A missing place has been named as removed already.
            if self._seen.get(sequence, wanted[sequence]) != wanted[sequence]:
                yield Fault(Kind.REWRITTEN, stream, sequence)
                return


def _rows_of(stream: str) -> Iterator[tuple[Any, ...]]:
    """The seals with their rows, from a server-side cursor, binary where it saves work."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LINKS, [stream])
        while rows := cursor.fetchmany(_SLICE):
            yield from rows


def _streams() -> list[str]:
    return list(heads._ends())


def _unsealed(limit: int) -> list[Fault]:
    with connection.cursor() as cursor:
        cursor.execute(_UNSEALED, [max(limit, 0)])
        return [Fault(Kind.INSERTED, "-", 0, row_id) for (row_id,) in cursor.fetchall()]
