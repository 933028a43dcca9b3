"""How often one address may ask an open page."""

from __future__ import annotations

import time
from hashlib import blake2b

from django.core.cache import cache


def is_too_often(name: str, caller: str, *, most: int, seconds: int) -> bool:
    """True once `caller` has asked `name` more than `most` times in the present window of `seconds`.

    Counted per web process: a guard against guessing codes by the thousand, not an exact quota.
    """
    window = int(time.time()) // seconds
    key = f"limit:{name}:{blake2b(caller.encode(), digest_size=12).hexdigest()}:{window}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) > most
    except ValueError:
        return False
