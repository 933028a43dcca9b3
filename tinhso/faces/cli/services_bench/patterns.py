"""What a dossier leaves behind in every table: rows written by the real acts, kept as patterns to be copied.

A pattern is text in PostgreSQL's own COPY form with places to fill in twice: once per commune and week (units,
officers, moments), once per dossier (its numbers, code, person).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from tinhso.foundation.audit.log import fields_of
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.events.models import DomainEvent
from tinhso.systems.procedures.models import Dossier

# Written by the loader itself (number series, seals), or no part of an act.
LEFT_OUT = {"numbering_series", "audit_auditseal", "django_session", "django_content_type", "procedures_forecast"}
AUDIT = "audit_auditrow"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?\+\d\d:?\d\d")
_DAY = re.compile(r"(?<![\d-])\d{4}-\d\d-\d\d(?![\d-])")


@dataclass
class Names:
    """Who and where the pattern was played: what the copies put others in the place of."""

    units: dict[int, str]
    officers: dict[int, str]
    officer_names: dict[str, str]
    citizen: int
    citizen_name: str
    person: int


@dataclass
class Pattern:
    """The rows of one dossier. `rows`: table → (columns, text); `audit`: what is hashed of each audit row."""

    name: str
    share: float
    is_open: bool
    state: str
    submitted_on: date
    issued_on: date | None
    symbol: str
    rows: dict[str, tuple[list[str], str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    # (alias of the primary key) per table and row, in the order of the rows.
    keys: dict[str, list[str]] = field(default_factory=dict)
    audit: list[str] = field(default_factory=list)
    digests: int = 0
    moments: dict[str, tuple[datetime | date, str]] = field(default_factory=dict)

    def moments_at(self, weeks: int) -> dict[str, str]:
        """Every moment of the pattern, so many weeks earlier."""
        back = timedelta(weeks=weeks)
        return {name: _written(at - back, form) for name, (at, form) in self.moments.items()}


def _written(at: datetime | date, form: str) -> str:
    if form == "micro":
        assert isinstance(at, datetime)
        return str(round(at.timestamp() * 1_000_000))
    if form == "T":
        return at.isoformat()
    return str(at)


def tables() -> dict[str, type[models.Model]]:
    """Every table an act may write, with its model."""
    return {
        model._meta.db_table: model
        for model in apps.get_models()
        if model._meta.managed
        and not model._meta.proxy
        and model._meta.db_table not in LEFT_OUT
        and not model._meta.app_label.startswith("procrastinate")
        and isinstance(model._meta.pk, models.AutoField | models.BigAutoField)
    }


def highest() -> dict[str, int]:
    """The last number given out in each table."""
    found = {}
    with connection.cursor() as cursor:
        for table, model in tables().items():
            cursor.execute(f'SELECT coalesce(max("{model._meta.pk.column}"), 0) FROM "{table}"')  # noqa: S608
            found[table] = int(cursor.fetchone()[0])
    return found


def record(
    name: str, share: float, play: Callable[[], Dossier | None], names: Names, *, is_open: bool = False
) -> Pattern:
    """Plays one dossier through the services and keeps what it wrote."""
    before = highest()
    dossier = play()
    # As the worker would leave them: a million old events shall not wait for it.
    DomainEvent.objects.filter(handled_at=None).update(pending=[], handled_at=timezone.now())
    after = highest()
    new = {table: list(_new_rows(table, before[table])) for table in after if after[table] > before[table]}
    if dossier is None:
        pattern = Pattern(name, share, is_open, "", date.min, None, "")
    else:
        dossier.refresh_from_db()
        result = getattr(dossier, "result", None)
        numbered = timezone.localdate(result.numbered_at) if result is not None and result.numbered_at else None
        day = datetime.strptime(dossier.code.split("-")[-2], "%y%m%d").date()  # noqa: DTZ007 - a day, no moment
        pattern = Pattern(name, share, is_open, dossier.state, day, numbered, dossier.version.result_symbol)
    _Writer(pattern, names, dossier, new).write()
    return pattern


def _new_rows(table: str, after: int) -> Iterator[tuple[dict[str, str], list[str]]]:
    """The rows as PostgreSQL would copy them out, by column."""
    key = tables()[table]._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')  # noqa: S608 - our own tables
        columns = [column.name for column in cursor.description]
        text = bytearray()
        with cursor.copy(f'COPY (SELECT * FROM "{table}" WHERE "{key}" > {after} ORDER BY "{key}") TO STDOUT') as rows:  # noqa: S608
            for part in rows:
                text += bytes(part)
    for line in text.decode().splitlines():
        yield dict(zip(columns, line.split("\t"), strict=True)), columns


class _Writer:
    """Turns played rows into text to be filled in."""

    def __init__(
        self,
        pattern: Pattern,
        names: Names,
        dossier: Dossier | None,
        new: dict[str, list[tuple[dict[str, str], list[str]]]],
    ) -> None:
        self.pattern, self.names, self.new = pattern, names, new
        self.models = tables()
        self.code = dossier.code if dossier is not None else ""
        result = getattr(dossier, "result", None) if dossier is not None else None
        self.number_text = result.number_text if result is not None else ""
        self.places: dict[tuple[datetime | date, str], str] = {}
        # Digests that must differ from dossier to dossier, by table and value.
        self.digests: dict[tuple[str, str], int] = {}
        # (label of the model, old number) → alias of its new one.
        self.aliases: dict[tuple[str, str], str] = {}
        for order, (table, rows) in enumerate(sorted(new.items())):
            label, key = self.models[table]._meta.label_lower, str(self.models[table]._meta.pk.column)
            pattern.keys[table] = []
            for place, (row, _columns) in enumerate(rows):
                alias = f"k{order}_{place}"
                self.aliases[label, row[key]] = alias
                for column in self.models[table]._meta.concrete_fields:
                    value = row[str(column.column)]
                    if _DIGEST.fullmatch(value) and is_unique(column):
                        self.digests.setdefault((table, value), len(self.digests))
                pattern.keys[table].append(alias)

    def write(self) -> None:
        self.pattern.digests = len(self.digests)
        for table, rows in self.new.items():
            columns = rows[0][1]
            lines = ["\t".join(self._cell(table, name, row[name], row) for name in columns) for row, _c in rows]
            if table == AUDIT:
                place = columns.index("content_hash")
                lines = [self._with_hash(line, place, number) for number, line in enumerate(lines)]
            self.pattern.rows[table] = (columns, "\n".join(lines) + "\n")
            self.pattern.counts[table] = len(rows)
        if AUDIT in self.new:
            keys = [int(row["id"]) for row, _columns in self.new[AUDIT]]
            for row in AuditRow.objects.filter(pk__in=keys).order_by("pk"):
                self.pattern.audit.append(self._canonical(row))

    def _with_hash(self, line: str, place: int, number: int) -> str:
        cells = line.split("\t")
        cells[place] = f"\\\\x%%(h{number})s"
        return "\t".join(cells)

    def _cell(self, table: str, column: str, value: str, row: dict[str, str]) -> str:
        if value == "\\N":
            return value
        field = self._field(table, column)
        if field is None:
            return self._text(value)
        related = self._number_of(field, column, value, row)
        if related is not None:
            return related
        if isinstance(field, models.DateTimeField):
            return self._moment(datetime.fromisoformat(value), " ")
        if isinstance(field, models.DateField):
            return self._moment(date.fromisoformat(value), " ")
        if isinstance(field, models.UUIDField):
            return "%%(uuid)s"
        if column == "number" and table == "procedures_result":
            return "%%(number)s"
        if (table, value) in self.digests:
            return f"%%(digest{self.digests[table, value]})s"
        if isinstance(field, models.JSONField):
            return self._json(self._text(value), moves=column in ("payload", "details"))
        return self._text(value)

    def _field(self, table: str, column: str) -> Any:
        return next((one for one in self.models[table]._meta.concrete_fields if one.column == column), None)

    def _number_of(self, field: Any, column: str, value: str, row: dict[str, str]) -> str | None:
        """The place of another row's number: one of this dossier's own, a unit, an officer, the citizen."""
        label = field.model._meta.label_lower if field.primary_key else ""
        if field.is_relation:
            label = field.related_model._meta.label_lower
        elif column in ("object_id", "subject_id"):
            label = row.get("object_type") or row.get("subject_type") or ""
        alias = self.aliases.get((label, value))
        if alias is not None:
            return f"%%({alias})s"
        if label == "orgs.unit" or column == "unit_id":
            return f"%({self.names.units[int(value)]})s" if int(value) in self.names.units else value
        if label == "people.account" or column in ("actor_id", "account_id", "on_behalf_of_id"):
            if int(value) == self.names.citizen:
                return "%%(citizen)s"
            return f"%({self.names.officers[int(value)]})s" if int(value) in self.names.officers else value
        if label == "people.person" and int(value) == self.names.person:
            return "%%(person)s"
        return value if field.is_relation else None

    def _text(self, value: str) -> str:
        value = value.replace("%", "%%%%")
        if self.code:
            value = value.replace(self.code, "%%(code)s")
        if self.number_text:
            value = value.replace(self.number_text, "%%(number_text)s")
        value = value.replace(self.names.citizen_name, "%%(citizen_name)s")
        for name, alias in self.names.officer_names.items():
            value = value.replace(name, f"%({alias})s")
        return value

    def _json(self, value: str, *, moves: bool) -> str:
        """Unit numbers under the names that hold them, numbers of forms, and the moments of the act."""
        unit = "|".join(str(number) for number in self.names.units)
        value = re.sub(
            rf'("(?:desk|office|unit|unit_id)": ?|\[\[)({unit})(?!\d)',
            lambda found: f"{found[1]}%({self.names.units[int(found[2])]})s",
            value,
        )
        value = re.sub(r'("form_id": ?)(\d+)', self._form, value)
        if moves:
            value = _MOMENT.sub(lambda found: self._moment_in(found[0]), value)
            value = _DAY.sub(lambda found: self._moment(date.fromisoformat(found[0]), " "), value)
        return value

    def _form(self, found: re.Match[str]) -> str:
        alias = self.aliases.get(("procedures.issuedform", found[2]))
        return f"{found[1]}%%({alias})s" if alias else found[0]

    def _moment_in(self, text: str) -> str:
        return self._moment(datetime.fromisoformat(text), "T" if "T" in text else " ")

    def _moment(self, at: datetime | date, form: str) -> str:
        name = self.places.setdefault((at, form), f"t{len(self.places)}")
        self.pattern.moments[name] = (at, form)
        return f"%({name})s"

    def _canonical(self, row: AuditRow) -> str:
        """The bytes that are hashed of an audit row (audit/chain.py), with their places to fill in."""
        _at, act, actor, label, behalf, kind, key, unit, simulated, details = fields_of(row)
        shown = [
            self._moment(row.at, "micro"),
            _plain(act),
            self._who(actor),
            self._text(_plain(label)),
            self._who(behalf),
            _plain(kind),
            f'"%%({self.aliases[kind, key]})s"' if (kind, key) in self.aliases else _plain(key),
            f"%({self.names.units[unit]})s" if unit in self.names.units else _plain(unit),
            _plain(simulated),
            self._json(self._text(_plain(details)), moves=True),
        ]
        return "[" + ",".join(shown) + "]"

    def _who(self, account: int | None) -> str:
        if account is not None and account == self.names.citizen:
            return "%%(citizen)s"
        return f"%({self.names.officers[account]})s" if account in self.names.officers else _plain(account)


def is_unique(field: Any) -> bool:
    """Whether no two rows may hold the same value of this column."""
    alone = (rule.fields for rule in field.model._meta.constraints if isinstance(rule, models.UniqueConstraint))
    return bool(field.unique) or any(tuple(fields) == (field.name,) for fields in alone)


def _plain(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
