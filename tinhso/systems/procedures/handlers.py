"""Reactions to a dossier's events: the person who filed is told at every change (Decree 224/2026 art. 15.1)."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.events import bus
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.notices.services import notify
from tinhso.foundation.notices.texts import Text, register_text
from tinhso.systems.procedures import events
from tinhso.systems.procedures.models import Channel, Dossier

TOLD = {
    events.DOSSIER_RECEIVED: Text(
        "procedures.received",
        _("Hồ sơ %(code)s đã được tiếp nhận"),
        _("%(unit)s đã tiếp nhận hồ sơ “%(procedure)s” của bạn. Ngày hẹn trả: %(due)s."),
        _("Ho so %(code)s da duoc tiep nhan. Hen tra: %(due)s."),
    ),
    events.DOSSIER_REFUSED: Text(
        "procedures.refused",
        _("Hồ sơ %(code)s không được tiếp nhận"),
        _("%(unit)s chưa tiếp nhận hồ sơ “%(procedure)s” của bạn. Mở hồ sơ để xem lý do."),
        _("Ho so %(code)s khong duoc tiep nhan. Mo ho so de xem ly do."),
    ),
    events.DOSSIER_HANDED_OVER: Text(
        "procedures.handed_over",
        _("Hồ sơ %(code)s đang được giải quyết"),
        _("%(unit)s đã chuyển hồ sơ “%(procedure)s” của bạn đến công chức chuyên môn. Ngày hẹn trả: %(due)s."),
    ),
    events.SUPPLEMENT_ASKED: Text(
        "procedures.supplement",
        _("Hồ sơ %(code)s cần bạn bổ sung"),
        _("%(unit)s cần bạn bổ sung hồ sơ “%(procedure)s”. Mở hồ sơ để xem cần thêm gì và trả lời."),
        _("Ho so %(code)s can bo sung. Mo ho so de xem can them gi."),
    ),
    events.RESULT_ISSUED: Text(
        "procedures.issued",
        _("Hồ sơ %(code)s đã có kết quả"),
        _("%(unit)s đã ký và ban hành kết quả hồ sơ “%(procedure)s” của bạn. Mở hồ sơ để tải về."),
        _("Ho so %(code)s da co ket qua. Mo ho so de tai ve."),
    ),
}


def tell(event: DomainEvent) -> None:
    """Tells the person who filed online. Run twice it tells once: the event's number is the occasion's key."""
    dossier = Dossier.objects.select_related("version", "unit", "filed_by").get(pk=event.subject_id)
    if dossier.channel != Channel.ONLINE:
        return
    notify(
        Actor.system("Hệ thống", is_simulated=dossier.is_simulated),
        account=dossier.filed_by,
        text=TOLD[event.name].code,
        values={
            "code": dossier.code,
            "procedure": dossier.version.plain_name,
            "unit": dossier.unit.name,
            "due": f"{timezone.localtime(dossier.due_at):%d/%m/%Y}" if dossier.due_at else "",
        },
        link=f"/ho-so/{dossier.code}/",
        key=f"{event.name}:{event.pk}",
    )


def register() -> None:
    """Declares the texts and listens; called once at start."""
    for name, text in TOLD.items():
        register_text(text)
        bus.subscribe(name, tell)
