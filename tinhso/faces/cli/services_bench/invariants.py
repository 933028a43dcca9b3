"""What must hold whoever wrote the rows: asked of the database after a bulk load, as after any night's work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection

from tinhso.faces.cli.services_bench.bulk import Done
from tinhso.faces.cli.words import _

# Each finds rows that must not be. One pass over the tables, no cunning.
NONE_OF_THESE = {
    "a dossier without its case": "SELECT count(*) FROM procedures_dossier WHERE case_id IS NULL",
    "a case that is not its dossier's": """
        SELECT count(*) FROM procedures_dossier d JOIN workflow_case c ON c.id = d.case_id
        WHERE c.subject_type <> 'procedures.dossier' OR c.subject_id <> d.id::text OR c.unit_id <> d.unit_id""",
    "a finished dossier with an open case": """
        SELECT count(*) FROM procedures_dossier d JOIN workflow_case c ON c.id = d.case_id
        WHERE (d.state IN ('returned', 'refused', 'withdrawn', 'stopped')) <> (c.state = 'ended')""",
    "a case whose log has not as many lines as it has moves": """
        SELECT count(*) FROM workflow_case c
        LEFT JOIN (SELECT case_id, count(*) n FROM workflow_casestep GROUP BY case_id) l ON l.case_id = c.id
        WHERE coalesce(l.n, 0) <> c.version""",
    "an issued dossier without number, signature or file": """
        SELECT count(*) FROM procedures_dossier d LEFT JOIN procedures_result r ON r.dossier_id = d.id
        WHERE d.state IN ('issued', 'returned')
          AND (r.number IS NULL OR r.signed_at IS NULL OR r.issued_at IS NULL OR r.file_id IS NULL)""",
    "a dossier whose times are out of order": """
        SELECT count(*) FROM procedures_dossier
        WHERE received_at < submitted_at OR handed_over_at < received_at OR finished_at < received_at""",
    "a number series that is not its dossiers": """
        SELECT count(*) FROM numbering_series s JOIN (
          SELECT unit_id, split_part(reverse(split_part(reverse(code), '-', 2)), '-', 1) AS day, count(*) AS n,
                 max(split_part(reverse(split_part(reverse(code), '-', 1)), '-', 1)::int) AS last
          FROM procedures_dossier GROUP BY 1, 2) d
        ON s.kind = 'dossier' AND s.unit_id = d.unit_id AND s.period = d.day
        WHERE s.last_number <> d.last OR d.n <> d.last""",
    "a result number twice in a unit, kind and year": """
        SELECT count(*) FROM (SELECT 1 FROM procedures_result r JOIN procedures_dossier d ON d.id = r.dossier_id
        WHERE r.number IS NOT NULL
        GROUP BY d.unit_id, split_part(r.number_text, '/', 2), r.number,
          date_part('year', r.numbered_at AT TIME ZONE 'Asia/Ho_Chi_Minh') HAVING count(*) > 1) twice""",
    "an audit row without its seal": """
        SELECT count(*) FROM audit_auditrow r LEFT JOIN audit_auditseal s ON s.row_id = r.id WHERE s.row_id IS NULL""",
    "a gap in an audit chain": """
        SELECT count(*) FROM (SELECT stream FROM audit_auditseal GROUP BY stream
        HAVING count(*) <> max(sequence) OR min(sequence) <> 1) broken""",
    "an event that nobody handles": "SELECT count(*) FROM events_domainevent WHERE set_aside_at IS NOT NULL",
}


@dataclass(frozen=True)
class Asked:
    """One invariant and what was found."""

    what: str
    found: int
    expected: int

    @property
    def holds(self) -> bool:
        return self.found == self.expected


def ask(before: dict[str, int], done: Done) -> Iterator[Asked]:
    """Counts of every table, states, series, chains, the ledger."""
    with connection.cursor() as cursor:
        for table, count in sorted(done.rows.items()):
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - our own tables
            yield Asked(table, int(cursor.fetchone()[0]) - before.get(table, 0), count)
        cursor.execute("SELECT state, count(*) FROM procedures_dossier GROUP BY state")
        states = dict(cursor.fetchall())
        for state, count in sorted(done.states.items()):
            known = before.get(f"state:{state}", 0)
            yield Asked(f"{_('trạng thái')} {state}", int(states.get(state, 0)) - known, count)
        for what, question in NONE_OF_THESE.items():
            cursor.execute(question)
            yield Asked(what, int(cursor.fetchone()[0]), 0)
        yield from _ledger(cursor)


def counts() -> dict[str, int]:
    """How much there is before the load."""
    from tinhso.faces.cli.services_bench.patterns import tables

    found = {}
    with connection.cursor() as cursor:
        for table in [*tables(), "audit_auditseal"]:
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - our own tables
            found[table] = int(cursor.fetchone()[0])
        cursor.execute("SELECT state, count(*) FROM procedures_dossier GROUP BY state")
        found.update({f"state:{state}": int(count) for state, count in cursor.fetchall()})
    return found


def _ledger(cursor: object) -> Iterator[Asked]:
    """Double entry: what was written in the books adds up to nothing, as a whole and entry by entry."""
    if not apps.is_installed("tinhso.engines.payments"):
        return
    from django.db.models import Sum

    from tinhso.engines.payments.models import Posting

    yield Asked("the ledger's sum", int(Posting.objects.aggregate(total=Sum("amount"))["total"] or 0), 0)
    crooked = Posting.objects.values("entry").annotate(total=Sum("amount")).exclude(total=0).count()
    yield Asked("a ledger entry that is not balanced", crooked, 0)
