"""What every view here asks of a request."""

from __future__ import annotations

import uuid
from typing import Any

from tinhso.foundation.text.asked import whole_number


def token_of(typed: Any) -> uuid.UUID:
    """The form's own number; a form without a good one gets a new one, and then cannot be told from another."""
    try:
        return uuid.UUID(typed.get("phieu", ""))
    except ValueError:
        return uuid.uuid4()


def number_of(text: str) -> int:
    """An id as a form sends it; 0 for anything else."""
    return whole_number(text) or 0
