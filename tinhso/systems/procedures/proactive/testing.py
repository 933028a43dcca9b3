"""Fixtures of proactive services: the rules loaded, a result issued for the cast's citizen, a person of any age."""

from __future__ import annotations

import random
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.events import bus
from tinhso.foundation.files import services as files
from tinhso.foundation.files.models import StoredFile
from tinhso.foundation.people.models import Account, Person
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.procedures import events, playing, seeds, services
from tinhso.systems.procedures.catalogue.models import CatalogueEntry, Level
from tinhso.systems.procedures.models import Dossier, ProcedureVersion, Result
from tinhso.systems.procedures.proactive import seeds as own
from tinhso.systems.procedures.proactive.models import ReminderRule
from tinhso.systems.procedures.sample_scan import sample_scan
from tinhso.systems.procedures.services.drafts import prepare_draft
from tinhso.systems.procedures.testing import give_certificates

SYSTEM = Actor.system("kiểm thử")
SERVED = frozenset({"1.001193", "1.000656", "1.001731", "1.014027", "1.014230"})
# What the reminders lead to elsewhere: only what a test needs of the national list.
LISTED = {"1.014137": False, "1.004222": True, "1.003197": True, "1.014028": False, "3.000182": False, "3.000228": True}


class Reminding:
    """The cast with the rules in force."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        seeds.load_catalogue(SYSTEM, only=SERVED)
        for code, is_vertical in LISTED.items():
            _listed(code, is_vertical)
        own.load_rules(SYSTEM)

    def rule(self, code: str) -> ReminderRule:
        return ReminderRule.objects.newest().get(code=code)

    def issued(self, code: str, answers: dict[str, Any], who: str = "citizen", at: datetime | None = None) -> Dossier:
        """A dossier with its result, issued at `at`."""
        return self.settled(self.filed(code, answers, who), at)

    def filed(self, code: str, answers: dict[str, Any], who: str = "citizen") -> Dossier:
        cast, account = self.cast, getattr(self.cast, who)
        actor, version = cast.actor(who), ProcedureVersion.objects.get(code=code)
        case = version.cases[0]["code"] if version.cases else ""
        draft = prepare_draft(account_id=account.pk, version=version, case_code=case, answers=answers, sources={})
        assert draft is not None
        services.choose_commune(actor=actor, token=draft.token, commune=cast.units.commune)
        playing.fill(_dice(), actor, draft, version)
        return services.submit_dossier(actor=actor, token=draft.token)

    def settled(self, dossier: Dossier, at: datetime | None = None) -> Dossier:
        """The result stands and its event is out. Signing a real file takes most of a second, so one test alone does
        (`signed`); here the rows of a result are laid down as they are after it."""
        at = at or timezone.now()
        file = dossier.papers.select_related("file")[0].file if dossier.papers.exists() else _file()
        Dossier.objects.filter(pk=dossier.pk).update(
            state="issued", received_at=at, due_at=at, finished_at=at, delivery_state="waiting"
        )
        Result.objects.create(
            dossier=dossier, drafted_at=at, number=dossier.pk, number_text=f"{dossier.pk}/KQ", numbered_at=at,
            signed_by=self.cast.leader, signed_at=at, issued_at=at, file=file,
        )  # fmt: skip
        bus.publish(events.RESULT_ISSUED, subject=dossier, unit=dossier.unit, occurred_on=timezone.localdate(at))
        return Dossier.objects.select_related("applicant", "version", "unit", "result").get(pk=dossier.pk)

    def signed(self, dossier: Dossier) -> Dossier:
        """The whole way, through the desk, the office and the leader's signature."""
        give_certificates(self.cast)
        desk, officer, leader = (self.cast.actor(who) for who in ("desk_officer", "resolving_officer", "leader"))
        services.receive_dossier(actor=desk, dossier_id=dossier.pk)
        services.hand_over(actor=desk, dossier_id=dossier.pk)
        rows = [{"label": "Họ, chữ đệm, tên", "value": "Nguyễn Thị Hoa"}]
        services.draft_result(actor=officer, dossier_id=dossier.pk, rows=rows, conclusion="Đồng ý.")
        return services.sign_and_issue(actor=leader, dossier_id=dossier.pk)

    def birth(self, who: str = "citizen", **answers: Any) -> Dossier:
        born = timezone.localdate().isoformat()
        return self.issued(
            "1.001193", {"nyc_quan_he": "Mẹ", "con_ho_ten": "Trần Gia Bảo", "con_ngay_sinh": born, **answers}, who
        )

    def death(self, number: str, who: str = "citizen", **answers: Any) -> Dossier:
        given = {
            "nyc_quan_he": "Con",
            "nc_ho_ten": "Nguyễn Văn Thạch",
            "nc_so_dinh_danh": number,
            "nc_ngay_sinh": "1946-02-11",
            "chet_luc": timezone.localdate().isoformat(),
        }
        return self.issued("1.000656", {**given, **answers}, who)

    def person(self, born: date, number: str, *, with_account: bool = True) -> Person:
        person = Person.objects.create(
            full_name="Trần Văn Lâm", personal_number=number, born_on=born, sex="male", address="Thôn Đông",
            commune=self.cast.units.commune, verified_at=timezone.now(),
        )  # fmt: skip
        if with_account:
            Account.objects.create(username=f"nguoi.{number}", full_name=person.full_name, person=person)
        return person


def _file() -> StoredFile:
    return files.store(SYSTEM, stream=sample_scan(), name="ket-qua.png", purpose="procedures.paper")


def _dice() -> Any:
    return random.Random(7)  # noqa: S311 - tests fill the same form the same way


def _listed(code: str, is_vertical: bool) -> None:
    CatalogueEntry.objects.get_or_create(
        code=code,
        number=1,
        defaults={
            "valid_from": date(2026, 7, 18),
            "origin": "seed",
            "digest": code,
            "name": f"Thủ tục {code}",
            "level": Level.COMMUNE,
            "online_level": "partial",
            "is_vertical": is_vertical,
            "source": "https://dichvucong.gov.vn",
        },
    )
