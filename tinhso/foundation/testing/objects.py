"""Sample objects of every app, so that one test can try each object of another unit on each route.

An app writes `tests/objects.py` with `def samples(cast: Cast) -> list[Sample]`: for every route of its own that names
an object, an object made through services, who may open it, and nobody else. The test opens it as everybody.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter

from tinhso.foundation.people.models import Account
from tinhso.foundation.testing.cast import Cast


@dataclass(frozen=True)
class Sample:
    """One object on one route. `insiders` are cast names; everybody else of the cast must be turned away."""

    route: str  # "admin:account"
    kwargs: dict[str, Any]
    insiders: tuple[str, ...]
    # More accounts that must be turned away: of the same rank, elsewhere.
    outsiders: tuple[Account, ...] = ()
    # Routes that only take a POST: what to send, so that the act itself is reached.
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """One address of the site."""

    name: str  # with namespaces, "people:home"; the pattern when it has none
    pattern: str
    view: Callable[..., Any]
    converters: dict[str, Any]

    @property
    def gate(self) -> str | None:
        """The gate its view carries, None when it has none."""
        gate = getattr(self.view, "gate", None)
        return str(gate) if gate is not None else None

    def path(self, **given: Any) -> str:
        """The address with arguments; those not given name nothing that exists."""
        text = "/" + self.pattern
        for name, converter in self.converters.items():
            shown = str(converter.to_url(given[name])) if name in given else _nothing(converter)
            for form in _forms(name, converter):
                text = text.replace(form, shown)
        return text


def _nobodys(converter: Any) -> Any:
    """An argument of the right shape that names nothing."""
    if isinstance(converter, IntConverter):
        return 987654321
    return UUID(int=0) if isinstance(converter, UUIDConverter) else "khong-co"


def _nothing(converter: Any) -> str:
    """A value that the converter takes and that names nothing."""
    shapes = ("987654321", "khong-co", "1999-01", "1999-01-01", "0" * 64, "00000000-0000-0000-0000-000000000000")
    order = shapes if isinstance(converter, IntConverter) else (*shapes[1:], shapes[0])
    fitting = next((shape for shape in order if re.fullmatch(converter.regex, shape)), None)
    assert fitting is not None, f"objects._nothing knows no value for {converter.regex}"
    return fitting


def _forms(name: str, converter: Any) -> list[str]:
    kinds = ["int", "str", "slug", "path", "uuid", type(converter).__name__.removesuffix("Converter").lower()]
    return [f"<{name}>", *(f"<{kind}:{name}>" for kind in kinds)]


def routes() -> list[Route]:
    """Every address of the site, in order."""
    return list(_walk(get_resolver(), "", ()))


def _walk(resolver: URLResolver, prefix: str, names: tuple[str, ...]) -> list[Route]:
    found: list[Route] = []
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            spaces = (*names, str(entry.namespace)) if entry.namespace else names
            found += _walk(entry, pattern, spaces)
        elif isinstance(entry, URLPattern):
            name = ":".join((*names, entry.name)) if entry.name else pattern
            found.append(Route(name, pattern, entry.callback, _converters(prefix, entry)))
    return found


def _converters(prefix: str, entry: URLPattern) -> dict[str, Any]:
    from django.urls.resolvers import _route_to_regex  # type: ignore[attr-defined]

    found: dict[str, Any] = {}
    if "<" in prefix:
        found |= _route_to_regex(prefix)[1]
    return found | dict(entry.pattern.converters)


def samples(cast: Cast) -> list[Sample]:
    """The sample objects of every app that has some."""
    found: list[Sample] = []
    for config in apps.get_app_configs():
        if not config.name.startswith("tinhso."):
            continue
        module = f"{config.name}.tests.objects"
        try:
            given = importlib.import_module(module)
        except ModuleNotFoundError as missing:
            if missing.name not in (module, f"{config.name}.tests"):
                raise
            continue
        found += given.samples(cast)
    return found
