"""X-Road's metaservices: who is here, what they offer, what I may call, and the description of a service."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
from aiohttp import web

from tinhso.engines.exchange.rules import decisions
from tinhso.engines.exchange.rules.addresses import Call
from tinhso.engines.exchange.rules.errors import UNKNOWN_MEMBER, UNKNOWN_SERVICE, Refusal, bad_request
from tinhso.engines.exchange.rules.policy import Service, Snapshot

NAMES = frozenset({"listMethods", "allowedMethods", "getOpenAPI", "getWsdl"})
JSON, YAML, XML = "application/json", "text/yaml", "text/xml"


def subsystem_id(identifier: str) -> dict[str, str]:
    instance, member_class, member, subsystem = identifier.split("/")
    return {
        "object_type": "SUBSYSTEM",
        "xroad_instance": instance,
        "member_class": member_class,
        "member_code": member,
        "subsystem_code": subsystem,
    }


def list_clients(snapshot: Snapshot) -> tuple[str, bytes]:
    rows = [{"id": subsystem_id(one), "name": name} for one, name in sorted(snapshot.subsystems.items())]
    return JSON, orjson.dumps({"member": rows})


def _listed(rows: list[tuple[Service, Any]]) -> bytes:
    services: dict[str, dict[str, Any]] = {}
    for service, operation in rows:
        entry = services.setdefault(
            service.identifier,
            {
                **subsystem_id(service.subsystem),
                "object_type": "SERVICE",
                "service_code": service.identifier.removeprefix(service.subsystem + "/"),
                "service_type": "OPENAPI" if service.kind == "rest" else "SOAP",
                "endpoint_list": [],
            },
        )
        entry["endpoint_list"].append({"method": operation.method, "path": operation.path})
    return orjson.dumps({"service": list(services.values())})


def answer(snapshot: Snapshot, client: str, call: Call, request: web.BaseRequest) -> tuple[str, bytes]:
    """The answer of listMethods, allowedMethods, getOpenAPI or getWsdl at the addressed subsystem."""
    if request.method != "GET":
        raise bad_request("Dịch vụ mô tả chỉ nhận GET.", "Method")
    if call.subsystem not in snapshot.subsystems:
        raise Refusal(UNKNOWN_MEMBER, "Bên cung cấp không có trên nền tảng.", 404)
    name = call.parts[4]
    if name == "listMethods":
        offered = [one for one in snapshot.services.values() if one.subsystem == call.subsystem]
        return JSON, _listed([(service, operation) for service in offered for _, operation in service.operations])
    if name == "allowedMethods":
        return JSON, _listed(decisions.allowed_operations(snapshot, client, call.subsystem, datetime.now(UTC)))
    return _description(snapshot, call, request, "openapi" if name == "getOpenAPI" else "wsdl")


def _description(snapshot: Snapshot, call: Call, request: web.BaseRequest, wanted: str) -> tuple[str, bytes]:
    code, version = request.query.get("serviceCode", ""), request.query.get("version", "")
    if not code:
        raise bad_request("Thiếu tham số serviceCode.", "MissingParameter")
    identifier = f"{call.subsystem}/{code}" + (f"/{version}" if version else "")
    format_, text = snapshot.contracts.get(identifier, ("", ""))
    if format_ != wanted:
        raise Refusal(UNKNOWN_SERVICE, "Không có bản mô tả loại này của dịch vụ.", 404)
    kind = XML if wanted == "wsdl" else JSON if text.lstrip().startswith("{") else YAML
    return kind, text.encode()
