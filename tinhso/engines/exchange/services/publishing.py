"""Services and their contracts: published, replaced when what changes is known, ended."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.exchange import events, permissions
from tinhso.engines.exchange.connectors.registry import SCHEME, Connector, connector
from tinhso.engines.exchange.contracts.comparing import breaks
from tinhso.engines.exchange.contracts.compiled import Compiled
from tinhso.engines.exchange.contracts.openapi import compile_openapi
from tinhso.engines.exchange.contracts.wsdl import compile_wsdl
from tinhso.engines.exchange.errors import Clash, ContractRefused, NotInForce, WrongInput
from tinhso.engines.exchange.guarding import require_at
from tinhso.engines.exchange.models import Contract, Service, Subsystem
from tinhso.engines.exchange.services.members import checked_code, person, reasoned, tell
from tinhso.foundation.access import guard as access
from tinhso.foundation.outside.addresses import plainly_inside
from tinhso.foundation.text.rules import normalise, normalise_lines

# Names of the protocol itself: a service may not hide them.
RESERVED = {"listclients", "listmethods", "allowedmethods", "getopenapi", "getwsdl"}


@dataclass(frozen=True)
class Promise:
    """What the owner promises and demands beside the contract."""

    response_objective_ms: int = 1000
    timeout_ms: int = 10_000
    cache_seconds: int = 0
    demands_purpose: bool = False
    demands_dossier: bool = False
    checks_answers: bool = True

    def checked(self) -> dict[str, Any]:
        if not 100 <= self.timeout_ms <= 120_000:
            raise WrongInput(_("Thời gian chờ phải từ 100 đến 120.000 mili giây."))
        if not 1 <= self.response_objective_ms <= self.timeout_ms:
            raise WrongInput(_("Mục tiêu thời gian trả lời phải lớn hơn 0 và không quá thời gian chờ."))
        if not 0 <= self.cache_seconds <= 86_400:
            raise WrongInput(_("Thời gian nhớ câu trả lời không quá một ngày."))
        return dict(vars(self))


def read_contract(text: str) -> Compiled:
    """OpenAPI or WSDL, told apart by how the text begins."""
    return compile_wsdl(text) if text.lstrip("\ufeff \t\r\n").startswith("<") else compile_openapi(text)


@transaction.atomic
def publish_service(
    *,
    actor: access.Actor,
    subsystem: Subsystem,
    code: str,
    title: str,
    base_url: str,
    contract: str,
    version: str = "",
    notes: str = "",
    promise: Promise | None = None,
) -> Service:
    """Công bố dịch vụ: the contract is checked and kept, and the service stands in the catalogue from now on."""
    require_at(actor, permissions.REGISTER, unit=subsystem.member.unit)
    subsystem = _living(subsystem)
    code = checked_code(code)
    version = checked_code(version, 16) if version.strip() else ""
    if code.lower() in RESERVED:
        raise WrongInput(_("Mã này là của chính giao thức, hãy chọn mã khác."))
    contract = contract.lstrip("\ufeff")
    compiled = read_contract(contract)
    if base_url.strip().startswith(SCHEME):
        _check_connector(_connector(base_url.strip()), subsystem, promise or Promise())
    title = normalise(title or compiled.title)[:200]
    if not title:
        raise WrongInput(_("Hãy ghi tên dịch vụ."))
    if Service.objects.filter(subsystem=subsystem, code=code, version=version).exists():
        raise Clash(_("Hệ thống đã có dịch vụ mang mã và phiên bản này."))
    service = Service.objects.create(
        subsystem=subsystem,
        code=code,
        version=version,
        title=title,
        notes=normalise_lines(notes)[:4000],
        kind="soap" if compiled.format == "wsdl" else "rest",
        base_url=checked_address(base_url),
        operations=compiled.as_rows(),
        **(promise or Promise()).checked(),
        **person(actor),
    )
    _keep(actor, service, compiled, contract, [])
    tell(
        actor,
        "exchange.service.published",
        events.SERVICE_PUBLISHED,
        service,
        subsystem.member.unit,
        code=service.identifier,
        operations=len(compiled.operations),
    )
    return service


@transaction.atomic
def replace_contract(*, actor: access.Actor, service: Service, contract: str, accepts_breaks: bool = False) -> Contract:
    """Thay bản mô tả: what clients would miss is named, and done only when the owner says so knowingly."""
    require_at(actor, permissions.REGISTER, unit=service.subsystem.member.unit)
    service = Service.objects.select_for_update(of=("self",)).select_related("subsystem__member").get(pk=service.pk)
    _in_force(service)
    contract = contract.lstrip("\ufeff")
    compiled = read_contract(contract)
    if (compiled.format == "wsdl") != (service.kind == "soap"):
        raise ContractRefused(_("Bản mô tả mới phải cùng giao thức với bản cũ; khác giao thức là một dịch vụ khác."))
    missed = breaks(service.operations, compiled.as_rows())
    if missed and not accepts_breaks:
        lines = [" ".join(part for part in (one["kind"], one["operation"], one["what"]) if part) for one in missed]
        raise ContractRefused(_("Bản mô tả mới bỏ hoặc đòi thêm những thứ bên gọi đang dựa vào."), lines[:50])
    service.operations = compiled.as_rows()
    service.save(update_fields=["operations"])
    kept = _keep(actor, service, compiled, contract, missed)
    tell(
        actor,
        "exchange.contract.replaced",
        events.CONTRACT_REPLACED,
        service,
        service.subsystem.member.unit,
        number=kept.number,
        breaks=len(missed),
    )
    return kept


@transaction.atomic
def end_service(*, actor: access.Actor, service: Service, reason: str) -> None:
    """Kết thúc dịch vụ: no call is let through from this moment; its contracts and evidence stay."""
    require_at(actor, permissions.REGISTER, unit=service.subsystem.member.unit)
    changes = {"valid_to": timezone.now(), "ended_reason": reasoned(reason)}
    if not Service.objects.filter(pk=service.pk, valid_to=None).update(**changes):
        raise NotInForce(_("Dịch vụ này đã kết thúc."))
    tell(
        actor,
        "exchange.service.ended",
        events.SERVICE_ENDED,
        service,
        service.subsystem.member.unit,
        reason=reason[:300],
    )


def checked_address(base_url: str) -> str:
    """Where the provider listens: http(s), without a name in it; never this machine, but for connectors and demos."""
    base_url = base_url.strip().rstrip("/")
    if base_url.startswith(SCHEME):
        _connector(base_url)
        return base_url
    try:
        parts = urlsplit(base_url)
        _port = parts.port
    except ValueError:
        raise WrongInput(_("Địa chỉ phía cung cấp không đọc được.")) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or len(base_url) > 500:
        raise WrongInput(_("Địa chỉ phía cung cấp phải là http:// hoặc https://."))
    if parts.username or parts.password or parts.query or parts.fragment or "\\" in base_url:
        raise WrongInput(_("Địa chỉ phía cung cấp không được chứa tên, mật khẩu hay tham số."))
    if not settings.DEMO and plainly_inside(parts.hostname):
        raise WrongInput(_("Địa chỉ phía cung cấp không được trỏ về chính máy chủ này."))
    return base_url


def _connector(base_url: str) -> Connector:
    found = connector(base_url.removeprefix(SCHEME))
    if found is None:
        raise WrongInput(_("Không có bộ kết nối tên này."))
    return found


def _check_connector(found: Connector, subsystem: Subsystem, promise: Promise) -> None:
    """What stands behind a connector belongs to somebody: nobody else gives it away."""
    member = subsystem.member
    named = (member.member_class, member.code) == found.member[:2]
    if not (member.unit_id == found.owner_id if found.owner_id else named):
        raise WrongInput(_("Chỉ đơn vị quản lý dữ liệu này công bố được qua bộ kết nối."))
    if found.is_told and promise.cache_seconds:
        raise WrongInput(_("Mỗi lần tra cứu được ghi cho người dân biết, nên không nhớ câu trả lời để trả lại."))


def _living(subsystem: Subsystem) -> Subsystem:
    """The subsystem, locked, unless it left the exchange."""
    found = Subsystem.objects.select_for_update(of=("self",)).select_related("member").get(pk=subsystem.pk)
    if found.removed_at or found.member.removed_at:
        raise NotInForce(_("Hệ thống này đã được gỡ."))
    return found


def _in_force(service: Service) -> None:
    if service.valid_to or service.subsystem.removed_at or service.subsystem.member.removed_at:
        raise NotInForce(_("Dịch vụ này đã kết thúc."))


def _keep(
    actor: access.Actor, service: Service, compiled: Compiled, text: str, missed: list[dict[str, str]]
) -> Contract:
    last = service.contracts.aggregate(last=Max("number"))["last"] or 0
    return Contract.objects.create(
        service=service,
        number=last + 1,
        format=compiled.format,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        operations=compiled.as_rows(),
        remarks=list(compiled.remarks),
        breaks=missed,
        published_by_id=actor.account_id,
    )
