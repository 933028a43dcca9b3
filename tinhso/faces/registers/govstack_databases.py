"""GovStack Digital Registries, the databases themselves: listed, read, defined and ended as the registers they are.

A database is a register, its schema the definition in force. Deleting one ends it: records and history stay.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from tinhso.engines.registers import permissions, services
from tinhso.engines.registers.errors import NoSuchRecord, WrongRecord
from tinhso.engines.registers.models import Register, RegisterDefinition
from tinhso.engines.registers.rules.schema import MOST_FIELDS, Field, FieldType
from tinhso.faces.registers.govstack import endpoint
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.orgs import selectors as orgs
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.rules import fold

REASON = "Thôi dùng qua giao diện GovStack"
# JSON Schema's types beside ours; whatever else a schema says is kept as text.
OURS = {"integer": "integer", "number": "number", "boolean": "boolean"}
THEIRS = {FieldType.INTEGER: "integer", FieldType.NUMBER: "number", FieldType.BOOLEAN: "boolean"}


@endpoint("GET")
def databases(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The registers in force that the caller's unit owns, as one group named after the province."""
    access.require(actor, permissions.VIEW)
    today, profile = timezone.localdate(), orgs.province_profile()
    rows = RegisterDefinition.objects.as_of(today).filter(register__in=Register.objects.visible_to(actor))
    listed = [described(one) for one in rows.select_related("register__owner").order_by("register__name")]
    return JsonResponse({"id": 1, "name": str(profile.name), "code": "registers", "databases": listed})


@endpoint("GET", "DELETE")
def database(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One of them; ending it answers "Success", also when it has ended already."""
    right = permissions.VIEW if request.method == "GET" else permissions.DEFINE
    access.require(actor, right)
    register = Register.objects.visible_to(actor).filter(pk=pk).select_related("owner").first()
    if register is None:
        raise NoSuchRecord(_("Không có cơ sở dữ liệu này."))
    if request.method == "DELETE":
        services.end_register(actor=actor, register=register, reason=REASON)
        return JsonResponse("Success", safe=False)
    newest = register.definitions.order_by("-version").first()
    if newest is None:
        raise NoSuchRecord(_("Không có cơ sở dữ liệu này."))
    return JsonResponse(described(newest))


@endpoint("POST")
def modify(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A new register of the caller's own unit, or the next definition of the one with this code; published at once."""
    access.require(actor, permissions.DEFINE)
    body = _object(request)
    code = slugify(fold(str(body.get("code") or "")))[:60]
    name = str(body.get("catalog_name") or body.get("catalogName") or body.get("group_name") or code)
    content = content_of(body.get("schema"))
    register = Register.objects.visible_to(actor).filter(code=code).first()
    start = timezone.localdate()
    if register is None:
        register = services.define_register(
            actor=actor, code=code, name=name, owner=_own_unit(actor), content=content, is_catalogued=False
        )
    else:
        services.draft_definition(actor=actor, register=register, content=content, note="GovStack")
        before = register.definitions.filter(published_at__isnull=False).order_by("-version").first()
        if before is not None and before.valid_from is not None:
            start = max(start, before.valid_from + timedelta(days=1))
    made = services.publish_definition(actor=actor, register=register, valid_from=start)
    return JsonResponse(described(made)["schema"])


def _object(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except (ValueError, UnicodeDecodeError, RecursionError) as error:
        raise WrongRecord(_("Nội dung gửi đến không phải JSON.")) from error
    if not isinstance(body, dict) or "\\u0000" in request.body.decode("utf-8", "replace"):
        raise WrongRecord(_("Nội dung gửi đến không phải JSON."))
    return body


def _own_unit(actor: Actor) -> Unit:
    """The unit where the caller may define registers: the first by its assignment."""
    roles = [code for code, role in ROLES.items() if permissions.DEFINE in role.permissions]
    today = timezone.localdate()
    held = RoleAssignment.objects.filter(account_id=actor.account_id or 0, role__in=roles, valid_from__lte=today)
    found = held.exclude(valid_to__lte=today).select_related("unit").order_by("valid_from", "pk").first()
    if found is None:
        raise access.Denied(_("Bạn không có quyền: %(sentence)s.") % {"sentence": _("lập cơ sở dữ liệu")})
    return found.unit


def described(definition: RegisterDefinition) -> dict[str, Any]:
    """A definition as GovStack describes a database."""
    register, shape = definition.register, definition.shape
    today = timezone.localdate()
    return {
        "id": register.pk,
        "version": str(definition.version),
        "name": register.name,
        "description": register.purpose,
        "institution": str(register.owner.name),
        "number_format": "",
        "schema": {
            "type": "object",
            "properties": {one.name: _property(one, one.name in shape.keys) for one in shape.fields},
            "incrementIndex": register.size,
            "required": [one.name for one in shape.fields if one.is_required],
        },
        "schema_tags": [],
        "schema_flags": [],
        "fields_uniques": [list(shape.keys)],
        "is_draft": definition.published_at is None,
        "is_disabled": definition.valid_to is not None and definition.valid_to <= today,
        "is_archived": False,
        "modified_at": (definition.published_at or register.created_at).isoformat(),
        "by_user_name": definition.author_label,
    }


def _property(field: Field, is_key: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"type": THEIRS.get(field.type, "string"), "description": field.label}
    if field.type is FieldType.DATE:
        said["format"] = "date"
    if field.options:
        said["enum"] = list(field.options)
    return said | ({"primaryKey": True} if is_key else {})


def content_of(schema: Any) -> dict[str, Any]:
    """A definition read from their schema; what stands within another thing is named after both. Raises WrongRecord.

    Sensitivity is not theirs to say: every field begins as shared inside the state, never open.
    """
    if not isinstance(schema, Mapping) or not isinstance(schema.get("properties"), Mapping):
        raise WrongRecord(_("Thiếu phần “%(path)s” trong nội dung gửi đến.") % {"path": "schema.properties"})
    required = {str(one) for one in _list(schema, "required")}
    fields = list(_fields(schema["properties"], required, "", 0))[: MOST_FIELDS + 1]
    marked = [one["name"] for one in fields if one.pop("is_key")]
    keys = marked or [one["name"] for one in fields if one["required"]][:1]
    return {"fields": fields, "keys": keys}


def _list(said: Mapping[str, Any], name: str) -> list[Any]:
    found = said.get(name)
    return found if isinstance(found, list) else []


def _fields(properties: Mapping[str, Any], required: set[str], before: str, depth: int) -> Iterator[dict[str, Any]]:
    for name, said in properties.items():
        given = said if isinstance(said, Mapping) else {}
        inner = given.get("properties")
        if isinstance(inner, Mapping) and inner and depth < 3:
            yield from _fields(inner, set(), f"{before}{name}_", depth + 1)
            continue
        is_key = given.get("primaryKey") is True
        options = _list(given, "enum")
        kind = "date" if given.get("format") == "date" else OURS.get(str(given.get("type")), "text")
        yield {
            "name": f"{before}{name}"[:60],
            "label": str(given.get("description") or name)[:200],
            "type": "choice" if options else kind,
            "required": is_key or (not before and name in required),
            "options": [str(one) for one in options],
            "is_key": is_key,
        }
