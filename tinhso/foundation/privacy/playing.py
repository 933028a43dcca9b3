"""Played requests of the demo, through the services, all marked simulated."""

from __future__ import annotations

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.registry import Progress


def play(actor: Actor, progress: Progress, seed: int) -> None:
    """Filled in below."""
