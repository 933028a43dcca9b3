"""Papers that arrive at the desk as files already kept: tied to their dossier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.files.models import StoredFile
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import permissions
from tinhso.systems.procedures.models import Dossier, DossierPaper
from tinhso.systems.procedures.services.acts import keep, lock

FIELD = "attached"
MOST = 50


@transaction.atomic
def tie_papers(
    *, actor: Actor, dossier_id: int, hashes: Sequence[str], at: datetime | None = None
) -> list[DossierPaper]:
    """Đính kèm giấy tờ đã gửi trước: files that this very account sent, by their hash, each once.

    A file of somebody else is not found: a hash is no right to read. Raises Refused and ties nothing.
    """
    at = at or timezone.now()
    dossier = lock(dossier_id, "view")
    access.require(actor, permissions.RECEIVE, unit=dossier.desk)
    if not hashes:
        return []
    if not dossier.is_open:
        raise Refused(_("Hồ sơ đã xong, không thêm giấy tờ được nữa."))
    held = set(dossier.papers.filter(removed_at=None).values_list("file__sha256", flat=True))
    wanted = [one for one in dict.fromkeys(hashes) if one not in held]
    if len(held) + len(wanted) > MOST:
        raise Refused(_("Một hồ sơ nhận nhiều nhất %(most)s giấy tờ.") % {"most": MOST})
    made = [_tied(actor, dossier, one) for one in wanted]
    if made:
        keep(dossier)
        audit.record(
            actor, "procedures.papers.tied", dossier, unit_id=dossier.desk_id, files=[one.file.sha256 for one in made]
        )
    return made


def _tied(actor: Actor, dossier: Dossier, sha256: str) -> DossierPaper:
    sent = StoredFile.objects.filter(sha256=sha256, purpose="procedures.paper", account_id=actor.account_id)
    file = sent.exclude(state__in=[StoredFile.State.ERASED, StoredFile.State.QUARANTINED]).order_by("-pk").first()
    if file is None or actor.account_id is None:
        raise Refused(_("Không có giấy tờ này trong những tệp bạn đã gửi."))
    return DossierPaper.objects.create(dossier=dossier, field=FIELD, label=str(file.name), file=file)
