"""Reads of the exchange: the operator's lists, a dossier's line, the files named in messages."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.http import FileResponse

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.database.kept import Question
from tinhso.foundation.files.models import StoredFile
from tinhso.foundation.files.serving import serve
from tinhso.foundation.people.masking import mask_number
from tinhso.systems.procedures.models import Correction, Dossier, Result
from tinhso.systems.procedures.national.models import Difference, Incoming, Outgoing, SendState

PERSONAL = {"MaDoiTuong": mask_number}
HIDDEN = ("SoDienThoai", "Email", "DiaChi", "ToKhai", "session", "DuongDanTaiTepTin", "DuongDanTepTinKetQua")


def outgoing(actor: Actor, state: str = "", code: str = "") -> QuerySet[Outgoing]:
    """Messages to the portal, newest first."""
    found = Outgoing.objects.visible_to(actor).select_related("dossier")
    if state in SendState.values:
        found = found.filter(state=state)
    if code:
        found = found.filter(dossier__code=code)
    return found.order_by("-pk")


def incoming(actor: Actor, state: str = "", code: str = "") -> QuerySet[Incoming]:
    """Messages from the portal, newest first."""
    found = Incoming.objects.visible_to(actor).select_related("dossier")
    if state:
        found = found.filter(state=state)
    if code:
        found = found.filter(dossier__code=code)
    return found.order_by("-pk")


def differences(actor: Actor) -> QuerySet[Difference]:
    """What is not alike on both sides now."""
    return Difference.objects.visible_to(actor).open().select_related("dossier").order_by("-pk")


def counts(actor: Actor) -> dict[str, int]:
    """Messages to the portal by state."""
    rows = Outgoing.objects.visible_to(actor).values_list("state").annotate(Count("pk"))
    return dict.fromkeys(SendState.values, 0) | dict(rows)


def set_aside() -> int:
    """How many wait for a person, for the number in the menu and for the doctor."""
    return Outgoing.objects.filter(state=SendState.SET_ASIDE).count()


_LINE = ("state", "sent_at", "facts", "error")
_TOLD = Question(lambda pk: Outgoing.objects.filter(dossier=pk).order_by("-pk").only(*_LINE)[:40])


def told(dossier: Dossier) -> dict[str, Any]:
    """When the portal was last told of the dossier and of which state, and what still waits."""
    rows = _TOLD.ask(dossier.pk)
    sent = next((one for one in rows if one.state == SendState.SENT), None)
    facts = sent.facts if sent else {}
    return {
        "sent": sent,
        "status": facts.get("TrangThaiHoSo") or facts.get("TrangThai") or 0,
        "waiting": sum(one.state in (SendState.WAITING, SendState.SENDING) for one in rows),
        "failed": next((one for one in rows if one.state == SendState.SET_ASIDE), None),
    }


def shown(value: Any) -> Any:
    """A message as an operator may read it: numbers masked; form answers, ways to reach people and links left out."""
    if isinstance(value, dict):
        return {
            name: "•••" if name in HIDDEN and one else PERSONAL[name](str(one)) if name in PERSONAL else shown(one)
            for name, one in value.items()
        }
    return [shown(one) for one in value] if isinstance(value, list) else value


def file_for_portal(dossier_id: int, file_id: int) -> FileResponse | None:
    """A file of a dossier as a response, its fetching on record; None when the dossier has no such file."""
    dossier = Dossier.objects.filter(pk=dossier_id).first()
    if dossier is None:
        return None
    papers = dossier.papers.filter(removed_at=None, file_id=file_id)
    results = Result.objects.filter(dossier=dossier, file_id=file_id, issued_at__isnull=False)
    corrections = Correction.objects.filter(result__dossier=dossier, file_id=file_id)
    if not (papers.exists() or results.exists() or corrections.exists()):
        return None
    file = StoredFile.objects.get(pk=file_id)
    actor = Actor.system("Cổng Dịch vụ công quốc gia", is_simulated=dossier.is_simulated)
    audit.record(actor, "national.file.fetched", dossier, unit_id=dossier.unit_id, file=file_id)
    return serve(file)
