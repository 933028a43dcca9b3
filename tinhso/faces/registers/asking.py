"""Reading what a browser sends."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from tinhso.engines.registers.models import Register
from tinhso.foundation.access.asking import actor_of


def number_of(text: Any, most: int = 10**15) -> int:
    """A number, 0 for anything else."""
    words = str(text or "")
    return min(int(words), most) if words.isascii() and words.isdigit() and len(words) < 16 else 0


def owned(request: HttpRequest) -> QuerySet[Register]:
    """Registers that the reader may see."""
    return Register.objects.visible_to(actor_of(request)).select_related("owner")


def register_of(request: HttpRequest, pk: int) -> Register:
    """One of them, 404 for any other."""
    return get_object_or_404(owned(request), pk=pk)
