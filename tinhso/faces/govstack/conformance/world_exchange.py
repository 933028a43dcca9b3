"""Providers that the suite of the information mediator asks, each with one service and its description."""

from __future__ import annotations

import json

from tinhso.engines.exchange import services
from tinhso.engines.exchange.models import Service
from tinhso.foundation.access.guard import Actor

# Instance, class, member, system.
PROVIDERS = (
    ("identifier", "identifier", "alp4aNum3r1c", "alp4aNum3r1c"),
    ("a11a11a11a", "asd2211a", "12as12", "m3mb3rc0d3"),
    ("a552example", "zzz321a", "m3mb3rc0d3", "aa15"),
    ("valid1dentifi3r", "rand0mid3nt", "str1ng", "azxcv55"),
)
CODE = "alp4aNum3r1c"
CONTRACT = {
    "openapi": "3.0.3",
    "info": {"title": "GovStack", "version": "1.0"},
    "paths": {"/things": {"get": {"operationId": "listThings", "responses": {"200": {"description": "ok"}}}}},
}


def make(actor: Actor) -> None:
    """Members of other instances are names only: they stay from one run to the next."""
    for instance, kind, code, application in PROVIDERS:
        there = Service.objects.filter(subsystem__member__instance=instance, subsystem__member__code=code, code=CODE)
        if there.exists():
            continue
        member = services.admit_member(
            actor=actor, code=code, name=f"GovStack {code}", member_class=kind, instance=instance
        )
        system = services.register_subsystem(actor=actor, member=member, code=application, name=application)
        services.publish_service(
            actor=actor,
            subsystem=system,
            code=CODE,
            title="GovStack",
            base_url="https://govstack.example.vn",
            contract=json.dumps(CONTRACT),
        )
