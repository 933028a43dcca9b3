"""Opinions for the demo: offices of invented dossiers ask one another, through the acts."""

from __future__ import annotations

import random
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.workflow.models import Verdict
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.processes import selectors, services
from tinhso.systems.procedures.rules import State

QUESTIONS = (
    "Đề nghị cho biết thông tin cư trú của người nộp từ năm 2020 đến nay có khớp với tờ khai không.",
    "Đề nghị xác nhận thửa đất nêu trong tờ khai có đang tranh chấp hoặc nằm trong quy hoạch không.",
    "Đề nghị cho ý kiến về điều kiện bảo đảm vệ sinh, môi trường của địa điểm nêu trong hồ sơ.",
)
ANSWERS = ("Thông tin khớp với hồ sơ lưu.", "Không có tranh chấp, không nằm trong quy hoạch.")
MOST = 24


def play(actor: Actor, progress: Progress, seed: int) -> None:
    """Two dozen dossiers being settled ask for opinions; a third is answered, some are late."""
    dice = random.Random(seed)  # noqa: S311 - invented data, no secret
    settled = Dossier.objects.filter(state=State.RESOLVING, is_simulated=True, case__state="running")
    found = list(settled.select_related("case__holder_unit", "case__holder").order_by("-pk")[:MOST])
    progress.start(str(_("Lấy ý kiến phối hợp")), len(found))
    for n, dossier in enumerate(found):
        _ask(dice, dossier, n)
        progress.advance()


def _ask(dice: random.Random, dossier: Dossier, n: int) -> None:
    case = dossier.case
    if case is None or case.holder is None:
        return
    near, others = selectors.offices_to_ask(case, timezone.localdate())
    chosen = dice.sample(near, min(len(near), 1 + n % 2)) or others[:1]
    at = max(case.entered_at, timezone.now() - timedelta(days=dice.randint(0, 5), hours=1))
    try:
        asked = services.ask_opinions(
            actor=Actor.of(case.holder),
            dossier_id=dossier.pk,
            units=chosen,
            question=dice.choice(QUESTIONS),
            days=dice.choice((1, 2, 3)),
            at=at,
        )
        if n % 3 == 0:
            services.answer_opinion(
                actor=Actor.system("mô phỏng", is_simulated=True),
                opinion_id=asked[0].pk,
                verdict=Verdict.AGREE,
                answer=dice.choice(ANSWERS),
                at=min(timezone.now(), at + timedelta(hours=5)),
            )
    except Refused:
        # A dossier whose holder has left or whose step has gone on is passed over: the others show the same.
        return
