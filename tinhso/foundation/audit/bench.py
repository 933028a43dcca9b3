"""How fast the log is verified (budget 50,000 rows/s), measured on rows that are undone at the end."""

from __future__ import annotations

import time

from django.db import connection, transaction

from tinhso.foundation.audit import chain, verify
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.jobs.registry import BenchRow

ROWS = 40_000


def bench_verify() -> list[BenchRow]:
    """Writes 40,000 rows, verifies the whole log, and rolls everything back."""
    with transaction.atomic():
        with transaction.atomic():
            fill(ROWS)
        began = time.perf_counter()
        report = verify.verify_fully()
        rate = report.rows / (time.perf_counter() - began)
        transaction.set_rollback(True)
    return [BenchRow("Kiểm tra nhật ký kiểm toán", rate, "dòng/giây", "≥ 50.000", rate >= 50_000)]


def fill(rows: int) -> None:
    """Rows of ordinary size, sealed at once. For the bench and the tests."""
    from django.utils import timezone

    from tinhso.foundation.audit.log import fields_of

    made = []
    for n in range(rows):
        row = AuditRow(
            at=timezone.now(),
            act="procedures.dossier.received",
            actor_id=n % 50,
            actor_label="Lê Thị Mai",
            object_type="procedures.dossier",
            object_id=str(n),
            unit_id=n % 69,
            details={"code": f"H27.14-260310-{n:04d}", "channel": "online", "due_at": "2026-03-17T17:00:00+07:00"},
        )
        row.content_hash = chain.content_digest(fields_of(row))
        made.append(row)
    AuditRow.objects.bulk_create(made, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS audit_seal_at_commit IMMEDIATE")
        cursor.execute("SET CONSTRAINTS audit_seal_at_commit DEFERRED")
        cursor.execute("ANALYZE audit_auditrow")
        cursor.execute("ANALYZE audit_auditseal")
