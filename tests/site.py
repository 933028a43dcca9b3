"""The whole site with an object on every route that names one, made once per test process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tinhso.foundation.testing.cast import Cast, make_cast
from tinhso.foundation.testing.objects import Sample, routes, samples
from tinhso.systems.procedures import services
from tinhso.systems.procedures.models import Dossier, ProcedureVersion
from tinhso.systems.procedures.testing import BIRTH, Office


@dataclass(frozen=True)
class Site:
    """The cast, the sample objects of every app, and every address with real objects where some are known."""

    cast: Cast
    samples: list[Sample]
    addresses: list[str]

    @cached_property
    def plain(self) -> frozenset[str]:
        """Addresses that name no object."""
        return frozenset(route.path() for route in routes() if not route.converters)


def make_site() -> Site:
    """Makes everything through the services."""
    cast = make_cast()
    shown = samples(cast)
    return Site(cast, shown, addresses(cast, shown))


def addresses(cast: Cast, shown: list[Sample]) -> list[str]:
    """Every address of the site, with real objects where an app or this test knows some."""
    known = [(sample.route, sample.kwargs) for sample in shown]
    citizen = cast.actor("citizen")
    version = ProcedureVersion.objects.get(code=BIRTH)
    draft = services.start_draft(actor=citizen, version=version)
    services.choose_commune(actor=citizen, token=draft.token, commune=cast.units.commune)
    filed = Office(cast).filed()
    dossiers = Dossier.objects.values_list("pk", flat=True)[:4]
    given: list[tuple[str, dict[str, Any]]] = [
        ("portal:procedure", {"code": BIRTH}),
        ("portal:start", {"code": BIRTH}),
        ("portal:commune", {"token": draft.token}),
        *(("portal:page", {"token": draft.token, "number": number}) for number in (1, 2, 3)),
        ("portal:check", {"token": draft.token}),
        ("portal:dossier", {"code": filed.code}),
        ("portal:supplement", {"code": filed.code}),
        ("portal:withdraw", {"code": filed.code}),
        *(("desk:dossier", {"pk": pk}) for pk in dossiers),
    ]
    by_name = {route.name: route for route in routes()}
    made = [by_name[name].path(**kwargs) for name, kwargs in [*known, *given] if name in by_name]
    made += [route.path() for route in routes() if not route.converters]
    return sorted(set(made))
