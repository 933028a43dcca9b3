"""Only granted fields leave: a JSON answer cut down to dotted names ("address.commune", "items[].name")."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

Tree = dict[str, Any]


@lru_cache(maxsize=4096)
def tree(fields: tuple[str, ...]) -> Tree:
    """Names as a tree; a leaf (None) grants all below it. Brackets only say "each of the list"."""
    found: Tree = {}
    for name in fields:
        at = found
        parts = [part for part in name.replace("[]", "").split(".") if part]
        for number, part in enumerate(parts):
            if number == len(parts) - 1:
                at[part] = None
            else:
                below = at.setdefault(part, {})
                if below is None:  # the whole is granted already
                    break
                at = below
    return found


def cut(value: Any, granted: Tree | None) -> Any:
    """`value` with only what is granted. A bare value where fields were expected says more than was granted: null."""
    if granted is None:
        return value
    if isinstance(value, list):
        return [cut(one, granted) for one in value]
    if isinstance(value, dict):
        return {name: cut(below, granted[name]) for name, below in value.items() if name in granted}
    return None


def only(value: Any, fields: Iterable[str]) -> Any:
    return cut(value, tree(tuple(fields)))
