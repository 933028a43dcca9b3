"""GovStack Digital Registries over the real records: every answer is read from them, every write is an act on them.

Who calls says so with a machine token; reading needs the look-up permission, writing that of changing at the owner.
The version in an address is the definition's ("1", or "1.0"); any other version does not exist.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from tinhso.engines.registers import permissions, services
from tinhso.engines.registers.errors import NoSuchRecord, WrongRecord
from tinhso.engines.registers.models import Record, Register
from tinhso.engines.registers.rules.schema import Shape
from tinhso.engines.registers.services.looking import look_up
from tinhso.faces.registers.asking import number_of
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.gates import machine
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.tokens import account_of_token
from tinhso.foundation.people.lookups import lookups_of
from tinhso.foundation.people.models import Person
from tinhso.foundation.text.errors import Refused
from tinhso.foundation.text.problems import problem

PURPOSE = "Tra cứu qua giao diện GovStack"
MOST = 100
DATABASE = re.compile(r"[A-Za-z0-9_-]{1,60}")
Answer = Callable[..., HttpResponse]


def caller(request: HttpRequest) -> Actor | None:
    """The account behind the token, with its rights of today."""
    scheme, _space, secret = request.headers.get("Authorization", "")[:300].partition(" ")
    account = account_of_token(secret.strip()) if scheme.lower() in ("bearer", "apitoken") else None
    return Actor.of(account, stepped_up=True) if account else None


def endpoint(*methods: str) -> Callable[[Answer], Answer]:
    """One address: the caller known, refusals as problem details."""

    def wrap(view: Answer) -> Answer:
        def answered(request: HttpRequest, **named: Any) -> HttpResponse:
            if request.method not in methods:
                return problem(405, "method", _("Địa chỉ này không nhận cách gọi này."))
            actor = caller(request)
            if actor is None:
                return problem(401, "not-signed-in", _("Hãy gửi thẻ máy (Authorization: Bearer)."))
            try:
                return view(request, actor, **named)
            except NoSuchRecord as refusal:
                return problem(404, refusal.code, refusal.sentence)
            except access.Denied as refusal:
                return problem(403, refusal.code, refusal.sentence)
            except Refused as refusal:
                return problem(400, refusal.code, refusal.sentence)

        answered.__name__ = view.__name__
        return csrf_exempt(machine(answered))  # type: ignore[return-value]

    return wrap


def found(registryname: str, versionnumber: str) -> tuple[Register, Shape]:
    """The register and its definition in force; another version than that is not there."""
    register = Register.objects.select_related("owner").filter(code=registryname).first()
    today = timezone.localdate()
    definition = register.definitions.as_of(today).first() if register else None
    if register is None or definition is None or versionnumber.partition(".")[0] != str(definition.version):
        raise NoSuchRecord(_("Không có cơ sở dữ liệu này."))
    return register, definition.shape


def sent(request: HttpRequest, *path: str) -> dict[str, Any]:
    """The JSON object under a path of the body."""
    try:
        body: Any = json.loads(request.body)
    except (ValueError, UnicodeDecodeError, RecursionError) as error:
        raise WrongRecord(_("Nội dung gửi đến không phải JSON.")) from error
    for name in path:
        body = body.get(name) if isinstance(body, dict) else None
    if not isinstance(body, dict) or not all(isinstance(value, str | int | float | bool) for value in body.values()):
        raise WrongRecord(_("Thiếu phần “%(path)s” trong nội dung gửi đến.") % {"path": ".".join(path)})
    return body


def matching(register: Register, shape: Shape, content: dict[str, Any]) -> QuerySet[Record]:
    """Records in use that hold all the values asked."""
    unknown = [name for name in content if name not in shape.by_name]
    if unknown or not content:
        raise WrongRecord(_("Cơ sở dữ liệu không có trường “%(name)s”.") % {"name": str((unknown or [""])[0])[:60]})
    return Record.objects.current().filter(register=register, data__contains=content).order_by("pk")


def seen(actor: Actor, register: Register, record: Record, shape: Shape) -> dict[str, Any]:
    """The whole record, by a look-up: logged, and before the person's eyes."""
    fields = [one.name for one in shape.fields]
    return look_up(actor, register=register, key=record.key, fields=fields, purpose=PURPOSE).values


def write(actor: Actor, register: Register, values: dict[str, Any]) -> Record:
    return services.write_record(actor=actor, register=register, values=values, source="GovStack")


@endpoint("POST")
def create(request: HttpRequest, actor: Actor, registryname: str, versionnumber: str) -> HttpResponse:
    register, shape = found(registryname, versionnumber)
    content = sent(request, "write", "content")
    if Record.objects.current().filter(register=register, key=shape.key_of(content)).exists():
        raise WrongRecord(_("Đã có bản ghi với khóa này."))
    return JsonResponse({"content": write(actor, register, content).data})


@endpoint("POST")
def exists(request: HttpRequest, actor: Actor, registryname: str, versionnumber: str) -> HttpResponse:
    register, shape = found(registryname, versionnumber)
    access.require(actor, permissions.LOOK_UP)
    body = sent(request)
    is_there = matching(register, shape, body).exists()
    words = "Object found from database" if is_there else "Object not found from database"
    return JsonResponse({"answer": {"status": is_there, "message": words}})


@endpoint("POST")
def read(request: HttpRequest, actor: Actor, registryname: str, versionnumber: str) -> HttpResponse:
    register, shape = found(registryname, versionnumber)
    access.require(actor, permissions.LOOK_UP)
    record = matching(register, shape, sent(request, "query", "content")).first()
    if record is None:
        return JsonResponse({"detail": "no record found"}, status=404)
    return JsonResponse({"content": seen(actor, register, record, shape)})


@endpoint("GET")
def read_value(
    request: HttpRequest, actor: Actor, registryname: str, versionnumber: str, uuid: str, field: str, ext: str
) -> HttpResponse:
    register, shape = found(registryname, versionnumber)
    if ext != "json" or field not in shape.by_name:
        raise NoSuchRecord(_("Cơ sở dữ liệu không có trường này."))
    answer = look_up(actor, register=register, key=uuid, fields=[field], purpose=PURPOSE)
    return JsonResponse(str(answer.values.get(field, "")), safe=False)


@endpoint("GET")
def listed(request: HttpRequest, actor: Actor, registryname: str, versionnumber: str) -> HttpResponse:
    register, shape = found(registryname, versionnumber)
    access.require(actor, permissions.VIEW, unit=register.owner)
    rows = Record.objects.current().filter(register=register)
    name, words = request.GET.get("filter", ""), request.GET.get("search", "")[:200]
    if words:
        wanted = Q(title__icontains=words) | Q(key__icontains=words)
        rows = rows.filter(**{f"data__{name}__iexact": words}) if name in shape.by_name else rows.filter(wanted)
    rows = rows.order_by("-key" if request.GET.get("ordering") == "descending" else "key")
    start = number_of(request.GET.get("offset"), 10**7)
    page = rows[start : start + MOST]
    results = [seen(actor, register, one, shape) for one in page]
    return JsonResponse({"count": len(results), "next": "", "previous": None, "results": results})


@endpoint("PUT")
def update(request: HttpRequest, actor: Actor, registryname: str, versionnumber: str) -> HttpResponse:
    """The first record that matches. Sent again after it was done, nothing changes and the answer is the same (PUT)."""
    register, shape = found(registryname, versionnumber)
    asked, content = sent(request, "query", "content"), sent(request, "write", "content")
    record = matching(register, shape, asked).first()
    if record is not None:
        _rewrite(actor, register, shape, record, content)
        return HttpResponse(status=200)
    access.require(actor, permissions.CHANGE, unit=register.owner)
    if not matching(register, shape, content).exists():
        raise NoSuchRecord(_("Không có bản ghi đang dùng với khóa này."))
    return HttpResponse(status=200)


@endpoint("PUT")
def update_entries(request: HttpRequest, actor: Actor, registryname: str, versionnumber: str) -> HttpResponse:
    register, shape = found(registryname, versionnumber)
    content = sent(request, "write", "content")
    for record in matching(register, shape, sent(request, "query", "content"))[:MOST]:
        _rewrite(actor, register, shape, record, content)
    return HttpResponse(status=200)


@endpoint("POST")
def update_or_create(request: HttpRequest, actor: Actor, registryname: str, versionnumber: str) -> HttpResponse:
    register, shape = found(registryname, versionnumber)
    content = sent(request, "write", "content")
    record = matching(register, shape, sent(request, "query", "content")).first()
    if record is not None:
        return JsonResponse({"content": _rewrite(actor, register, shape, record, content).data})
    return JsonResponse({"content": write(actor, register, content).data})


@transaction.atomic
def _rewrite(actor: Actor, register: Register, shape: Shape, record: Record, content: dict[str, Any]) -> Record:
    """The next version of one record. Another key is another record: the old one is closed and names the new one."""
    values = {**record.data, **content}
    key = shape.key_of(values)
    if key != record.key:
        if Record.objects.current().filter(register=register, key=key).exists():
            raise WrongRecord(_("Đã có bản ghi với khóa này."))
        services.close_record(actor=actor, register=register, key=record.key, reason=f"Khóa mới: {key}")
    return write(actor, register, values)


@endpoint("DELETE")
def delete(request: HttpRequest, actor: Actor, registryname: str, versionnumber: str, uuid: str) -> HttpResponse:
    """Nothing official is deleted: the record is closed and its history stays. Asked again, it is closed already."""
    register, _shape = found(registryname, versionnumber)
    access.require(actor, permissions.CHANGE, unit=register.owner)
    known = Record.objects.filter(register=register, key=uuid.upper()).first()
    if known is None or known.closed_on is None:
        services.close_record(actor=actor, register=register, key=uuid.upper(), reason="Đóng qua giao diện GovStack")
    return HttpResponse(status=204)


@endpoint("GET")
def usage(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who looked at a person's data: for that person, and for those who may see persons' logs as auditors do."""
    number = request.GET.get("userID", "")
    if not number.isalnum() or len(number) > 40:
        raise WrongRecord(_("Số định danh chưa đúng."))
    if not DATABASE.fullmatch(request.GET.get("DatabaseID", "-")):
        raise WrongRecord(_("Mã cơ sở dữ liệu chưa đúng."))
    person = Person.objects.filter(personal_number=number).first()
    if person is None or person.pk != actor.person_id:
        access.require(actor, permissions.DEFINE)
    looks = lookups_of(person.pk)[:MOST] if person else []
    return JsonResponse(
        [
            {
                "ID": str(one.pk),
                "ReaderID": str(one.account_id or ""),
                "ReaderInitials": one.account_label,
                "ReaderInstitutionID": one.unit.code if one.unit else "",
                "ReaderInstitutionName": str(one.unit.name) if one.unit else "",
                "ReaderApplicationName": one.purpose,
                "SearchDateTime": one.at.isoformat(),
                "Refrences": [{"ReferenceID": one.subject_id}],
            }
            for one in looks
        ],
        safe=False,
    )
