"""Registers served through the exchange: one record by its key, only granted fields, told to the person it speaks of.

A register stands on the exchange as `connector:register.<code>`. The data plane has proved the caller and found the
owner's agreement; here the look-up itself is made, so that the audit log and the person's own log name the caller.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.engines.exchange.connectors.registry import Answered, Asked, Connector, register_family
from tinhso.engines.exchange.models import Subsystem
from tinhso.engines.registers import selectors, services
from tinhso.engines.registers.errors import NoSuchRecord, WrongRequest
from tinhso.engines.registers.models import Register, RegisterDefinition
from tinhso.engines.registers.rules.schema import Field, FieldType, Shape
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.database import kept

PREFIX = "register."
# Fields stand below this name, so that none of them is taken for what we say ourselves.
VALUES = "values"
TYPES = {FieldType.INTEGER: "integer", FieldType.NUMBER: "number", FieldType.BOOLEAN: "boolean"}


def register() -> None:
    register_family(PREFIX, find, offers)


def offers(unit_id: int) -> list[tuple[str, str]]:
    """Registers of a unit, as it may publish them."""
    rows = Register.objects.filter(owner_id=unit_id).order_by("name")
    return [(PREFIX + one.code, _("Tra cứu: %(name)s") % {"name": one.name}) for one in rows]


def _by_code(code: Any) -> QuerySet[Register]:
    found = Register.objects.select_related("owner").order_by()
    return found.extra(where=['"registers_register"."code" = %s'], params=[code])


def _by_identifier(*parts: Any) -> QuerySet[Subsystem]:
    names = ("member.instance", "member.member_class", "member.code", "subsystem.code")
    where = [f"exchange_{one} = %s" for one in names]
    found = Subsystem.objects.select_related("member").order_by()
    return found.extra(where=where, params=list(parts))  # noqa: S610 - our own names


# Asked at every look-up, so put into words once.
_REGISTER, _SUBSYSTEM = kept.Question(_by_code), kept.Question(_by_identifier)


def find(code: str) -> Connector | None:
    """The connector of one register; None when there is no such register, or none of its definitions is in force."""
    found = next(iter(_REGISTER.ask(code)), None)
    definition = selectors.definition_on(found) if found else None
    if found is None or definition is None:
        return None
    shape = definition.shape

    def serve(asked: Asked) -> Answered:
        return answered(found, definition, asked)

    title = _("Tra cứu: %(name)s") % {"name": found.name}
    return Connector(
        PREFIX + code,
        title,
        ("GOV", "", ""),
        "REGISTERS",
        lambda: contract(title, shape),
        serve,
        owner_id=found.owner_id,
        is_told=True,
    )


def contract(title: str, shape: Shape) -> dict[str, Any]:
    """OpenAPI of a look-up by key: in the path, or in the query for keys that hold a slash."""
    key = {"name": "key", "required": True, "schema": {"type": "string", "maxLength": 200}}
    answers = {
        "200": {
            "description": title,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Record"}}},
        },
        "404": {"description": "RFC 9457", "content": {"application/problem+json": {"schema": {"type": "object"}}}},
    }
    record = {
        "type": "object",
        "required": ["key"],
        "properties": {
            "key": {"type": "string", "title": _("Khóa")},
            "validFrom": {"type": "string", "format": "date", "title": _("Có giá trị từ ngày")},
            "recordedOn": {"type": "string", "format": "date", "title": _("Ghi nhận ngày")},
            VALUES: {"type": "object", "properties": {one.name: _schema(one) for one in shape.fields}},
        },
    }

    def get(name: str, where: str) -> dict[str, Any]:
        return {
            "get": {"operationId": name, "summary": title, "parameters": [key | {"in": where}], "responses": answers}
        }

    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1.0"},
        "paths": {"/records/{key}": get("getRecord", "path"), "/records": get("findRecord", "query")},
        "components": {"schemas": {"Record": record}},
    }


def _schema(one: Field) -> dict[str, Any]:
    return {"type": [TYPES.get(one.type, "string"), "null"], "title": one.label}


def answered(found: Register, definition: RegisterDefinition, asked: Asked) -> Answered:
    """One look-up: what the agreement does not grant is not even read, nor said to have been."""
    granted = set(asked.fields or ())
    wanted = [name for name in definition.shape.by_name if VALUES in granted or f"{VALUES}.{name}" in granted]
    if asked.fields is None or not asked.client:
        return _problem(403, "no-agreement", _("Lần gọi không mang thoả thuận."))
    purpose = asked.purpose + (f" ({asked.dossier})" if asked.dossier and asked.purpose else "")
    try:
        record = services.look_up(
            caller(asked.client),
            register=found,
            key=asked.values.get("key") or asked.query.get("key", ""),
            fields=wanted,
            purpose=purpose,
            definition=definition,
        )
    except NoSuchRecord as missing:
        return _problem(404, "not-found", missing.sentence)
    except WrongRequest as wrong:
        return _problem(400, "wrong-request", wrong.sentence)
    body = {
        "key": record.key,
        "validFrom": record.valid_from.isoformat(),
        "recordedOn": record.recorded_on.isoformat(),
        VALUES: record.values,
    }
    return Answered(200, body)


def caller(identifier: str) -> Actor:
    """Who looks, as the person will read it: the agency and its system. The owner's agreement is its right."""
    parts = [*identifier.split("/"), "", "", "", ""][:4]
    system = next(iter(_SUBSYSTEM.ask(*parts)), None)
    label = f"{system.member.name} · {system.name}" if system else identifier
    return Actor.system(label[:200], is_simulated=bool(system and system.is_simulated))


def _problem(status: int, kind: str, detail: str) -> Answered:
    return Answered(status, {"type": f"urn:tinhso:registers:{kind}", "title": kind, "status": status, "detail": detail})
