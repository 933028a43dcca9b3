"""What every view here asks of a request."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.http import HttpRequest

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.text.asked import whole_number


def actor_of(request: HttpRequest) -> Actor:
    """Who is asking (set by the access middleware)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def token_of(typed: Any) -> uuid.UUID:
    """The form's own number; a form without a good one gets a new one, and then cannot be told from another."""
    try:
        return uuid.UUID(typed.get("phieu", ""))
    except ValueError:
        return uuid.uuid4()


def number_of(text: str) -> int:
    """An id as a form sends it; 0 for anything else."""
    return whole_number(text) or 0


def day_of(text: str) -> date | None:
    """A day as the date box sends it; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
