"""A morning with the national portal, played through its simulator: citizens file there, officers work here."""

from __future__ import annotations

import contextlib
import json
import random
import urllib.parse
import urllib.request
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import services as core
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.national import hearing
from tinhso.systems.procedures.national.models import Incoming, TakeState
from tinhso.systems.procedures.national.services import send_round
from tinhso.systems.procedures.playing import make_crews
from tinhso.systems.procedures.stories import BLURRED, MISSING, Crew

FILED = ("1.004873", "1.001193", "2.000635", "1.004873", "1.001193", "1.010833")
PATIENCE = 30
MOST_ROUNDS = 400


def play(actor: Actor, progress: Progress, seed: int) -> None:
    """Some dossiers filed on the simulated portal, worked on here, told back. Nothing without the simulator."""
    if not (settings.NATIONAL_IS_SIMULATED and hearing.is_on()) or Incoming.objects.exists():
        return
    crew = make_crews(actor, random.Random(seed))[0]  # noqa: S311 - the same seed plays the same morning
    progress.start(str(_("Diễn buổi sáng với Cổng quốc gia mô phỏng")), len(FILED) + 2)
    dossiers = []
    for code in FILED:
        dossiers.append(_file(code, crew.commune.code))
        progress.advance()
    _refused_one(crew)
    progress.advance()
    _work([one for one in dossiers if one is not None], crew)
    progress.advance()


def _file(procedure: str, commune: str) -> Dossier | None:
    """A citizen fills in the portal's form and files it; None when the simulator is not there."""
    try:
        item = json.loads(_get(f"/mau?{urllib.parse.urlencode({'ma': procedure, 'noi': commune})}"))
        _post("/nop", {"tin": json.dumps(item)})
    except OSError:
        return None
    taken = Incoming.objects.select_related("dossier").filter(key=item["MaGiaoDich"], state=TakeState.ACCEPTED)
    row = taken.first()
    return row.dossier if row else None


def _refused_one(crew: Crew) -> None:
    """One that cannot be taken, so that the inbox shows a reason: its papers are left out."""
    try:
        item: dict[str, Any] = json.loads(
            _get(f"/mau?{urllib.parse.urlencode({'ma': FILED[1], 'noi': crew.commune.code})}")
        )
        _post("/nop", {"tin": json.dumps(item | {"TaiLieuNop": []})})
    except OSError:
        return  # the page answers 422: that is the story


def _work(dossiers: list[Dossier], crew: Crew) -> None:
    """The desk receives some and asks for more of one, who answers on the portal; another is taken back there."""
    desk = Actor.of(crew.desk, stepped_up=True)
    for dossier in dossiers[:3]:
        # One whose fee comes first stays where it is: the portal shows it as 6.
        with contextlib.suppress(Refused):
            core.receive_dossier(actor=desk, dossier_id=dossier.pk)
            core.hand_over(actor=desk, dossier_id=dossier.pk)
    if len(dossiers) < 5:
        return
    asked, taken_back = dossiers[3], dossiers[4]
    core.ask_supplement(actor=desk, dossier_id=asked.pk, items=MISSING, reason=BLURRED)
    _tell_everything()
    request = asked.supplement_requests.get()
    _try_post("/bo-sung", {"ma": asked.code, "yeu-cau": str(request.pk), "loi": str(_("Tôi gửi lại ảnh rõ hơn."))})
    _try_post("/rut", {"ma": taken_back.code, "ly-do": str(_("Tôi sẽ nộp lại sau."))})


def _tell_everything() -> None:
    for _number in range(MOST_ROUNDS):
        if not send_round().taken:
            return


def _try_post(path: str, fields: dict[str, str]) -> None:
    try:
        _post(path, fields)
    except OSError:
        return


def _get(path: str) -> bytes:
    with urllib.request.urlopen(settings.NATIONAL_URL + path, timeout=PATIENCE) as answer:  # noqa: S310
        return bytes(answer.read())


def _post(path: str, fields: dict[str, str]) -> bytes:
    body = urllib.parse.urlencode(fields).encode()
    with urllib.request.urlopen(settings.NATIONAL_URL + path, body, timeout=PATIENCE) as answer:  # noqa: S310
        return bytes(answer.read())
