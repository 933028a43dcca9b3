"""Taking the next number. No gap and no duplicate: the number is taken in the act's own transaction."""

from django.db import connection, transaction


@transaction.atomic(savepoint=False)
def next_number(*, kind: str, unit_id: int, period: str) -> int:
    """The next number of the series, from 1. Rolls back with the act, so a failed act leaves no gap."""
    with connection.cursor() as cursor:
        # The upsert locks the series' row until the act commits; a second writer waits, then counts on.
        cursor.execute(
            "INSERT INTO numbering_series (kind, unit_id, period, last_number) VALUES (%s, %s, %s, 1) "
            "ON CONFLICT (kind, unit_id, period) DO UPDATE SET last_number = numbering_series.last_number + 1 "
            "RETURNING last_number",
            [kind, unit_id, period],
        )
        return int(cursor.fetchone()[0])
