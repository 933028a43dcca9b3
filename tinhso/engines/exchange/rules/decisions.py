"""May this call go through? Default no: a living service, a living agreement, a granted operation, what it demands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from urllib.parse import unquote

from tinhso.engines.exchange.rules import soap
from tinhso.engines.exchange.rules.addresses import Call
from tinhso.engines.exchange.rules.errors import (
    OUTDATED,
    UNKNOWN_MEMBER,
    UNKNOWN_SERVICE,
    Refusal,
    bad_request,
    denied,
    unproved,
)
from tinhso.engines.exchange.rules.policy import Agreement, Key, Operation, Service, Snapshot

# Terms of agreements are days of the province.
VIETNAM = timezone(timedelta(hours=7))
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Without word from the registry for so long, removals could be missed: then nothing passes (X-Road does the same).
STALE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Granted:
    """The way is free: by which agreement, to which operation, for what."""

    service: Service
    agreement: Agreement
    operation: Operation
    purpose: str
    dossier: str
    # The path below the service, as the provider is asked for it.
    rest: str = ""

    @property
    def filters(self) -> bool:
        """The contract names the answer's fields, so only granted ones leave."""
        return bool(self.operation.fields)


def key_holder(key: Key | None, kind: str, now: datetime) -> str:
    """The subsystem that a key proves, when the key lives."""
    if key is None or key.kind != kind:
        raise unproved("UnknownKey", "Khoá không có trong danh bạ của nền tảng.")
    if key.revoked_at is not None and key.revoked_at <= now:
        raise unproved("KeyRevoked", "Khoá đã bị thu hồi.")
    if not key.valid_from <= now < key.valid_to:
        raise unproved("KeyExpired", "Khoá chưa tới hạn dùng hoặc đã hết hạn.")
    return key.subsystem


def fresh(snapshot: Snapshot, at: float) -> None:
    """Refuses when the registry has not been heard for too long."""
    if at - snapshot.read_at > STALE_SECONDS:
        raise Refusal(OUTDATED, "Nền tảng chưa đọc được danh bạ mới; hãy gọi lại sau.", 503, retry_after=30)


def proved_client(snapshot: Snapshot, named: str, holder: str) -> str:
    """X-Road-Client must be the key's own subsystem, and that must still be on the exchange."""
    if named != holder:
        raise unproved("NotYourKey", "Khoá không thuộc hệ thống ghi trong X-Road-Client.")
    if named not in snapshot.subsystems:
        raise Refusal(UNKNOWN_MEMBER, "Hệ thống gọi không còn trên nền tảng.", 403)
    return named


def decide(
    snapshot: Snapshot,
    client: str,
    call: Call,
    method: str,
    headers: Mapping[str, str],
    now: datetime,
    spoken: soap.Spoken | None = None,
) -> Granted:
    """The decision on one call of a proved client, SOAP by what it says. Raises Refusal with X-Road's type."""
    if method not in METHODS:
        raise bad_request("Phương thức HTTP không được dùng.", "Method")
    if call.subsystem not in snapshot.subsystems:
        raise Refusal(UNKNOWN_MEMBER, "Bên cung cấp không có trên nền tảng.", 404)
    service, rest = find_service(snapshot, call)
    if service is None or (service.valid_to is not None and service.valid_to <= now):
        raise Refusal(UNKNOWN_SERVICE, "Không có dịch vụ này, hoặc dịch vụ đã kết thúc.", 404)
    agreement = snapshot.agreements.get((client, service.identifier))
    today = now.astimezone(VIETNAM).date()
    if agreement is None or today < agreement.term_from or (agreement.term_to and today >= agreement.term_to):
        raise denied("", "Không có thoả thuận còn hiệu lực cho hệ thống này gọi dịch vụ.")
    operation = service.operation(method, rest)
    if operation is not None and service.kind == "soap":
        operation = soap.meant(service, spoken) if spoken and not call.query else None
    if operation is None:
        raise denied("Operation", "Hợp đồng của dịch vụ không có thao tác này.")
    if operation.name not in agreement.operations:
        raise denied("Operation", "Thoả thuận không cho phép thao tác này.")
    if service.kind == "soap" and not set(operation.fields) <= set(agreement.fields):
        raise denied("Fields", "Câu trả lời SOAP không lọc được từng trường; thoả thuận phải cho dùng đủ các trường.")
    purpose = headers.get("X-Tinhso-Purpose", "")
    purpose = unquote(purpose)[:500].strip() if purpose else ""
    dossier = headers.get("X-Tinhso-Dossier", "") or headers.get("X-Road-Issue", "")
    dossier = unquote(dossier)[:60].strip() if dossier else ""
    if (agreement.demands_purpose or service.demands_purpose) and not purpose:
        raise denied("PurposeMissing", "Thoả thuận đòi nêu mục đích của lần gọi (tiêu đề X-Tinhso-Purpose).")
    if (agreement.demands_dossier or service.demands_dossier) and not dossier:
        raise denied("DossierMissing", "Thoả thuận đòi nêu mã hồ sơ của lần gọi (tiêu đề X-Tinhso-Dossier).")
    return Granted(service, agreement, operation, purpose, dossier, "" if rest == "/" else rest)


def speaks_soap(snapshot: Snapshot, client: str, call: Call, method: str) -> bool:
    """Whether the call's body must be looked at: a SOAP service that this client has an agreement with."""
    service, rest = find_service(snapshot, call)
    if service is None or service.kind != "soap" or (client, service.identifier) not in snapshot.agreements:
        return False
    return service.operation(method, rest) is not None


def find_service(snapshot: Snapshot, call: Call) -> tuple[Service | None, str]:
    """A service by its code, else by code and version where the next segment is one; and the path below it."""
    if found := snapshot.services.get(call.service):
        return found, call.rest
    head, _, tail = call.rest[1:].partition("/")
    return snapshot.services.get(f"{call.service}/{head}"), "/" + tail


def allowed_operations(
    snapshot: Snapshot, client: str, subsystem: str, today: datetime
) -> list[tuple[Service, Operation]]:
    """What a client may call at a subsystem: the answer of allowedMethods."""
    day = today.astimezone(VIETNAM).date()
    found = []
    for service in snapshot.services.values():
        agreement = snapshot.agreements.get((client, service.identifier))
        if service.subsystem != subsystem or agreement is None or day < agreement.term_from:
            continue
        if agreement.term_to and day >= agreement.term_to:
            continue
        found += [(service, one) for _, one in service.operations if one.name in agreement.operations]
    return found
