"""The province's own door: one call of the portal, each item of it taken by an act of the core or refused and kept.

Each item is one transaction. Under its key's lock: a message taken before is answered as it was then; else the acts run
in a savepoint, and whatever they refuse is undone whole while the inbox row with the reason stays.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.conf import settings
from django.db import DataError, connection, transaction
from django.utils.translation import gettext as _

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.national import asking, refusing, shapes
from tinhso.systems.procedures.national.errors import NotTaken
from tinhso.systems.procedures.national.models import Incoming, TakeState
from tinhso.systems.procedures.national.services import arriving
from tinhso.systems.procedures.national.shapes import Code, Service

logger = logging.getLogger(__name__)

SHOWN_BYTES = 400


@dataclass(frozen=True)
class Answer:
    """What the portal is told: the interface's body, and the HTTP status beside it."""

    code: Code
    message: str
    result: list[dict[str, Any]] = field(default_factory=list)

    @property
    def body(self) -> dict[str, Any]:
        return {"error_code": str(self.code), "message": self.message, "result": self.result}

    @property
    def status(self) -> int:
        known = {Code.OK: 200, Code.SESSION: 401, Code.SIGN_IN: 401, Code.TOO_LARGE: 413, Code.BROKEN: 500}
        return known.get(self.code, 422)


def take_call(*, raw: bytes, source: str = "") -> Answer:
    """One call whose session is good. Reads are answered; writes are taken item by item, each by itself."""
    try:
        envelope = shapes.read(raw)
        wrong = shapes.faults("envelope", envelope)
    except shapes.Unreadable as fault:
        return _keep_unreadable(raw, source, str(fault))
    if wrong:
        return _keep_unreadable(raw, source, "; ".join(wrong), str(envelope.get("session", "")))
    if settings.NATIONAL_UNIT and envelope["madonvi"] != settings.NATIONAL_UNIT:
        return Answer(Code.UNIT, _("Mã đơn vị không phải của tỉnh này."))
    if envelope["service"] in asking.SERVICES:
        return _asked(envelope)
    act = _act_of(envelope)
    if act is None:
        return _keep_unreadable(
            raw, source, _("dịch vụ không có: %(name)s") % {"name": envelope["service"][:60]}, envelope["session"]
        )
    return _whole([_take(envelope["service"], item, act, source) for item in envelope.get("data", [])])


def _asked(envelope: dict[str, Any]) -> Answer:
    try:
        return Answer(Code.OK, "", asking.SERVICES[envelope["service"]](envelope))
    except NotTaken as refused:
        return Answer(refused.error_code, refused.sentence)


Act = Callable[[dict[str, Any], Actor], Dossier]


def _act_of(envelope: dict[str, Any]) -> tuple[str, Act] | None:
    """The shape and the act of a writing service; None when there is none of the name."""
    if envelope["service"] == Service.SYNC:
        is_update = shapes.is_yes(envelope.get("isUpdating", False))
        return ("answer", arriving.answer) if is_update else ("filing", arriving.file)
    if envelope["service"] == Service.PROGRESS:
        return "withdrawal", arriving.withdraw
    return None


def _whole(rows: list[Incoming]) -> Answer:
    """All items' answers; the call is good only when every item is."""
    bad = next((one for one in rows if one.state == TakeState.REFUSED), None)
    results = [one.answer for one in rows]
    if not rows:
        return Answer(Code.SHAPE, _("Thiếu danh sách data."))
    return Answer(Code(bad.error_code), bad.reason, results) if bad else Answer(Code.OK, "", results)


@transaction.atomic
def _take(service: str, item: dict[str, Any], act: tuple[str, Act], source: str) -> Incoming:
    """Takes or refuses one item, once. The key's lock makes ten deliveries at once one dossier and ten answers."""
    shape, work = act
    key = str(item.get("MaGiaoDich", ""))[:64]
    digest = hashlib.sha256(orjson.dumps(item, option=orjson.OPT_SORT_KEYS)).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"national:{service}:{key}"])
    known = Incoming.objects.filter(service=service, key=key, state=TakeState.ACCEPTED).first()
    if known is not None and known.digest == digest:
        known.repeats += 1
        known.save(update_fields=["repeats"])
        return known
    row = Incoming(service=service, key=key, digest=digest, body=_without_files(item), source=source[:60])
    row.size, row.is_simulated = len(str(item)), settings.NATIONAL_IS_SIMULATED
    actor = Actor.system("Cổng Dịch vụ công quốc gia", is_simulated=settings.NATIONAL_IS_SIMULATED)
    try:
        if known is not None:
            raise NotTaken(Code.KEY_REUSED, _("Mã giao dịch này đã dùng cho một nội dung khác."))
        _must_have_shape(shape, item)
        with transaction.atomic():
            dossier = work(item, actor)
    except Refused as refused:
        _refuse(row, refusing.code_of(refused), refused.sentence)
    except DataError:
        _refuse(row, Code.SHAPE, _("Nội dung có giá trị mà hệ thống không lưu được."))
    else:
        row.state, row.dossier = TakeState.ACCEPTED, dossier
        row.answer = _told(row, Code.OK, "")
        row.save()
        audit.record(actor, "national.dossier.arrived", dossier, unit_id=dossier.unit_id, service=service, key=key)
    return row


def _must_have_shape(shape: str, item: dict[str, Any]) -> None:
    wrong = shapes.faults(shape, item)
    if wrong:
        raise NotTaken(Code.SHAPE, _("Sai cấu trúc: %(where)s") % {"where": "; ".join(wrong)})


def _refuse(row: Incoming, code: Code, sentence: str) -> None:
    row.state, row.error_code, row.reason, row.dossier = TakeState.REFUSED, code, sentence, None
    row.answer = _told(row, code, sentence)
    row.save()


def _told(row: Incoming, code: Code, sentence: str) -> dict[str, Any]:
    return {
        "MaGiaoDich": row.key,
        "MaHoSo": row.dossier.code if row.dossier else "",
        "error_code": str(code),
        "message": sentence,
    }


def _without_files(item: Any) -> Any:
    """The message for the inbox: of each file only how long it was."""
    if isinstance(item, dict):
        return {
            str(name): f"({len(value)} ký tự)"
            if name == "NoiDungTep" and isinstance(value, str)
            else _without_files(value)
            for name, value in item.items()
        }
    return [_without_files(one) for one in item] if isinstance(item, list) else item


@transaction.atomic
def _keep_unreadable(raw: bytes, source: str, why: str, session: str = "") -> Answer:
    """What is no message of the interface: its beginning is kept for whoever looks into it, never the session."""
    sentence = _("Không đọc được tin: %(why)s") % {"why": why[:300]}
    row = Incoming(service="", digest=hashlib.sha256(raw).hexdigest(), size=len(raw), source=source[:60])
    shown = raw.replace(session.encode("utf-8", "replace"), b"(session)") if session else raw
    row.body = {"dau": shown[:SHOWN_BYTES].decode("utf-8", "backslashreplace").replace("\x00", "\\x00")}
    row.is_simulated = settings.NATIONAL_IS_SIMULATED
    _refuse(row, Code.SHAPE, sentence)
    return Answer(Code.SHAPE, sentence)
