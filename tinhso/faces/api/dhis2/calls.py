"""One request to the interface: who asks, what version and form, with which parameters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.http import HttpRequest, QueryDict

from tinhso.engines.indicators.permissions import VIEW
from tinhso.faces.api.callers import Caller
from tinhso.faces.api.catalogue import Catalogue, catalogue
from tinhso.faces.api.dhis2.datasets import Form, read_forms
from tinhso.faces.api.dhis2.rules.faults import Fault
from tinhso.faces.api.forest import Forest, Node, forest
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.reach import Reach
from tinhso.foundation.places.models import Boundary

MOST_VALUES = 5_000


@dataclass
class Call:
    """What handlers read."""

    request: HttpRequest
    caller: Caller
    version: int
    form: str

    @property
    def params(self) -> QueryDict:
        return self.request.GET

    @cached_property
    def forest(self) -> Forest:
        return forest()

    @cached_property
    def catalogue(self) -> Catalogue:
        return catalogue()

    @cached_property
    def forms(self) -> list[Form]:
        """The forms that are reported, read once."""
        return read_forms(self.catalogue, self.forest)

    @cached_property
    def reach(self) -> Reach:
        return access.reach(self.caller.actor, VIEW)

    @cached_property
    def seen(self) -> frozenset[int]:
        """Ids of the units whose figures the caller may see."""
        return self.forest.within(self.reach)

    @cached_property
    def shapes(self) -> dict[int, dict[str, Any]]:
        """The official boundary of each unit that has one, as GeoJSON in WGS 84; read only when it is asked for."""
        return dict(Boundary.objects.standing().values_list("unit_id", "geometry"))

    @property
    def base(self) -> str:
        """The address of the interface as the caller wrote it, without version."""
        return self.request.build_absolute_uri("/dhis2/api")

    def flag(self, name: str, *, default: bool = False) -> bool:
        given = self.params.get(name)
        return default if given is None else given.lower() in ("true", "1", "")

    def number(self, name: str, default: int, *, least: int = 1, most: int = 100_000) -> int:
        given = self.params.get(name)
        if given is None:
            return default
        if not (given.isascii() and given.isdigit() and least <= int(given[:9]) <= most):
            raise Fault("E7655", given)
        return int(given)

    def day(self, name: str) -> date | None:
        """A day written 2026-11-22; None when it is not given."""
        given = self.params.get(name)
        if not given:
            return None
        try:
            return date.fromisoformat(given[:10])
        except ValueError as error:
            raise Fault("E2014", given) from error

    def listed(self, name: str) -> list[str]:
        """Values given several times or joined with commas or semicolons, each once, in order."""
        found: dict[str, None] = {}
        for given in self.params.getlist(name):
            for part in given.replace(";", ",").split(","):
                if part.strip():
                    found[part.strip()] = None
        if len(found) > MOST_VALUES:
            raise Fault("E2015", name, MOST_VALUES)
        return list(found)

    def unit(self, uid: str, *, scheme: str = "UID") -> Node | None:
        """A unit by UID, or by code: the one in being, else the latest that bore it."""
        if scheme != "CODE":
            return self.forest.by_uid.get(uid)
        bearers = self.forest.by_code.get(uid, [])
        return max(bearers, key=lambda node: node.valid_from, default=None)
