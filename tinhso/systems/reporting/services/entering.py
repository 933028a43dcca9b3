"""From an approved report to the engine's facts, and to the national system's outbox. Inside the approval."""

from __future__ import annotations

from datetime import datetime

from tinhso.systems.reporting.models import Submission


def enter(submission: Submission) -> int:
    """Enters the approved figures whose cells name a measure; how many."""
    return 0


def queue_package(submission: Submission, at: datetime) -> None:
    """Writes the package for the national system where the regime goes there."""
