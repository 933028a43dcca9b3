"""What the bell and the list show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.notices.models import Channel, Notice, NoticePreference

PAGE = 20
# The bell stands on every page of whoever is signed in, so without the cost of building a query.
_UNREAD = f"""SELECT count(*) FROM (SELECT FROM {Notice._meta.db_table}
WHERE account_id = %(account)s AND channel = %(web)s AND read_at IS NULL LIMIT 100) AS unread"""  # noqa: S608 - ours


def unread_count(actor: Actor) -> int:
    """Web notices of the actor not read yet; at most 100 are counted."""
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, {"account": actor.account_id, "web": Channel.WEB.value})
        return int(cursor.fetchone()[0])


def newest(actor: Actor, before: int | None = None, limit: int = PAGE) -> list[Mapping[str, Any]]:
    """The actor's own web notices, newest first, by key: pass the last `id` seen as `before`."""
    rows = Notice.objects.for_account(actor.account_id)
    if before:
        rows = rows.filter(pk__lt=before)
    return list(rows.values("id", "title", "body", "link", "created_at", "read_at", "language", "is_simulated")[:limit])


def preference(actor: Actor) -> dict[str, Any]:
    """How the actor's own account wants to be told, or the defaults."""
    own = NoticePreference.objects.filter(account__id=actor.account_id or 0).first() or NoticePreference()
    return {"language": own.language, "wants_email": own.wants_email, "wants_sms": own.wants_sms}
