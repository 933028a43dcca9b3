"""Registers with the records that the suite of digital registries looks for."""

from __future__ import annotations

from tinhso.engines.registers import services
from tinhso.engines.registers.models import Register
from tinhso.faces.govstack.conformance.aliases import Aliases
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.orgs.models import Unit

NAMES = ("ID", "FirstName", "LastName", "BirthCertificateID")
# Read, asked for, changed, changed in numbers, closed: each record is used by one case only.
RECORDS = (
    "EE123627348834 John Bon RR-3334537999",
    "EE456627348834 Alice Hendrix RR-1114537999",
    "EE789627348834 Jack King RR-4444537999",
    "EE987627348834 Bob Small RR-5555537999",
    "EE654627348834 Eva Sorenz RR-7777537999",
    "EE6546273487865 Emma Smith EE6546273487865",
    "EE378129127223 Billy Johnson RR-1112223331",
    "EE3784545277266 Philip Red RR-30045370099",
    "EE34462734834865 Alex Green RR-441124937",
    "EE61287673487865 Alise Black RR-49075937",
    "EE6534523487865 Zyra Blue RR-24523937",
    "EE65346467865 Alina Soft RR-24521537",
    "EE65989865 Casandra Flu RR-20021537",
    "EE6387665 Olga Bread RR-200215677",
    "EE1112223331 Billy Johnson RR-1112223331",
    "EE378627348834 John Corn RR-0987000321",
    "EE555627348834 John_Helmut Ray RR-5555500001",
)
READ = ("1", "123", "8438778473", "3287483474", "8484848484")
ENDED = ("75858", "6745", "896756", "234234")


def make(actor: Actor, owner: Unit, aliases: Aliases, mark: str) -> None:
    """The filled register, the empty one, those that are read and ended by number."""
    filled = _register(actor, owner, f"govstack-{mark}")
    for line in RECORDS:
        values = dict(zip(NAMES, (word.replace("_", " ") for word in line.split()), strict=True))
        services.write_record(actor=actor, register=filled, values=values, source="GovStack")
    empty = _register(actor, owner, f"govstack-{mark}-trong")
    aliases.tie("register", "registryname", filled.code)
    aliases.tie("register", "registryempty", empty.code)
    aliases.tie("register", "MCR", f"govstack-{mark}-mcr")
    aliases.tie("version", "111", "1")
    aliases.tie("record", "80bcb084-fa17-11ed-be56-0242ac120002", "EE123627348834")
    # The suite sends this address unfilled: it ends one record, and asks for it again.
    aliases.tie("record", "{id}", "EE378627348834")
    for number in READ:
        aliases.tie("database", number, str(filled.pk))
    for number in ENDED:
        aliases.tie("database", number, str(_register(actor, owner, f"govstack-{mark}-{number}").pk))


def _register(actor: Actor, owner: Unit, code: str) -> Register:
    fields = [{"name": name, "label": name, "required": True} for name in NAMES]
    content = {"fields": fields, "keys": ["ID"], "title": "LastName"}
    register = services.define_register(
        actor=actor, code=code, name=f"GovStack {code}", owner=owner, content=content, is_catalogued=False
    )
    services.publish_definition(actor=actor, register=register)
    return register
