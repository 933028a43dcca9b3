"""The rules that come with the product, and what the demo shows of them. Everything through services."""

from __future__ import annotations

import json
import random
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.people.models import Account
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import playing
from tinhso.systems.procedures import services as core
from tinhso.systems.procedures.catalogue.models import CatalogueEntry
from tinhso.systems.procedures.models import Dossier, ProcedureVersion
from tinhso.systems.procedures.proactive import services
from tinhso.systems.procedures.proactive.handlers import LABEL
from tinhso.systems.procedures.proactive.models import Reminder, ReminderRule
from tinhso.systems.procedures.services.drafts import prepare_draft
from tinhso.systems.procedures.stories import Crew

RULES = Path(__file__).with_name("seed") / "rules.json"
DEATH, BIRTH = "1.000656", "1.001193"
FIRST_CASE = {DEATH: "dung-han"}


def load_rules(actor: Actor) -> int:
    """Publishes the rules not there yet whose procedure is in the list; a second run changes nothing."""
    facts: dict[str, Any] = json.loads(RULES.read_text(encoding="utf-8"))
    known = set(ReminderRule.objects.values_list("code", flat=True))
    made = 0
    for row in facts["rules"]:
        if row["code"] not in known:
            made += _publish(actor, row)
    return made


def _publish(actor: Actor, row: dict[str, Any]) -> int:
    values = {name: value for name, value in row.items() if name not in ("code", "valid_from")}
    entry = CatalogueEntry.objects.newest().filter(code=row["procedure"]).first()
    day = date.fromisoformat(row["valid_from"])
    day = max(day, entry.valid_from) if entry is not None else day
    try:
        services.publish_rule(actor=actor, code=row["code"], facts=values, valid_from=day)
    except Refused:
        # The list of this installation does not know the procedure yet, or does not serve it: no rule without it.
        return 0
    return 1


def seed_rules(actor: Actor, progress: Progress, seed: int) -> None:
    """The rules, for every installation that loads the list."""
    progress.start(str(_("Nạp quy tắc nhắc việc chủ động")), 1)
    load_rules(actor)
    progress.advance()


def play(actor: Actor, progress: Progress, seed: int) -> None:
    """Two events in the demo citizen's life settled here lately, then a night's look over everything."""
    progress.start(str(_("Diễn việc tỉnh nhắc người dân")), 3)
    dice = random.Random(seed)  # noqa: S311 - the same seed must play the same
    load_rules(actor)
    account = Account.objects.select_related("person__commune").filter(username="congdan").first()
    for code in (BIRTH, DEATH):
        if account is not None and account.person is not None and not Reminder.objects.filter(account=account).filter(
            source_dossier__version__code=code
        ).exists():  # fmt: skip
            _settle(actor, dice, account, code)
        progress.advance()
    services.sweep(actor=Actor.system(LABEL, is_simulated=True))
    _answer(dice)
    progress.advance()


def _settle(actor: Actor, dice: random.Random, account: Account, code: str) -> Dossier | None:
    """A dossier of the citizen from filing to the issued result, in the last working days."""
    version = ProcedureVersion.objects.select_related("form", "process").filter(code=code).first()
    person = account.person
    if version is None or person is None or person.commune is None:
        return None
    crew = playing.make_crew(actor, dice, person.commune)
    day = playing.playing_days(timezone.localdate(), 2, crew.commune)[-4]
    at = timezone.make_aware(datetime.combine(day, time(8, 10)))
    citizen = Actor.of(account)
    draft = prepare_draft(
        account_id=account.pk, version=version, case_code=FIRST_CASE.get(code, ""), answers=said(code, day), sources={}
    )
    if draft is None:
        return None
    core.choose_commune(actor=citizen, token=draft.token, commune=crew.commune)
    playing.fill(dice, citizen, draft, version)
    dossier = core.submit_dossier(actor=citizen, token=draft.token, at=at)
    _to_the_result(crew, dossier, at)
    return dossier


def said(code: str, day: date) -> dict[str, str]:
    """The answers that matter; the rest is filled in as in the played weeks."""
    if code == BIRTH:
        born = (day - timedelta(days=9)).isoformat()
        return {"nyc_quan_he": "Mẹ", "con_ho_ten": "Trần Gia Bảo", "con_gioi_tinh": "Nam", "con_ngay_sinh": born}
    return {
        "nyc_quan_he": "Con",
        "nc_ho_ten": "Nguyễn Văn Thạch",
        "nc_ngay_sinh": "1946-02-11",
        "nc_so_dinh_danh": "099046000123",
        "nc_gioi_tinh": "Nam",
        "chet_luc": (day - timedelta(days=3)).isoformat(),
    }


def _to_the_result(crew: Crew, dossier: Dossier, at: datetime) -> None:
    """Received, settled, signed the same morning: the shortest story."""
    desk, officer, leader = (Actor.of(one, stepped_up=True) for one in (crew.desk, crew.officer, crew.leader))
    core.receive_dossier(actor=desk, dossier_id=dossier.pk, at=at + timedelta(minutes=30))
    core.hand_over(actor=desk, dossier_id=dossier.pk, at=at + timedelta(minutes=45))
    layout, name = dossier.version.result_layout, dossier.applicant.full_name
    rows = [
        {"label": row["label"], "value": str(dossier.data.get(row["field"]) or name)} for row in layout.get("rows", [])
    ]
    core.draft_result(
        actor=officer,
        dossier_id=dossier.pk,
        rows=rows,
        conclusion=layout.get("conclusion", ""),
        at=at + timedelta(minutes=90),
    )
    core.sign_and_issue(actor=leader, dossier_id=dossier.pk, at=at + timedelta(minutes=120))


def _answer(dice: random.Random) -> None:
    """Some of the played citizens answer, so that the officers' table is not all one column."""
    played = Reminder.objects.open().filter(account__username__startswith="mophong.").select_related("account")
    for reminder in played.order_by("pk")[:40]:
        citizen = Actor.of(reminder.account)
        turn = dice.random()
        if turn < 0.5:
            services.note_opened(actor=citizen, reminder_id=reminder.pk)
        if 0.2 < turn < 0.35:
            services.say_later(actor=citizen, reminder_id=reminder.pk)
        elif 0.35 <= turn < 0.45:
            services.say_done(actor=citizen, reminder_id=reminder.pk)
