"""What results issued here tell: a child was born, somebody died. Kept so that a night's look needs no old dossier."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.people.models import Person
from tinhso.foundation.text.rules import fold
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.proactive import permissions
from tinhso.systems.procedures.proactive.models import Child, Death, Reminder
from tinhso.systems.procedures.proactive.services.reminding import end_reminders

BIRTH, DEATH = "1.001193", "1.000656"
PARENTS = ("Cha", "Mẹ")


def day_of(dossier: Dossier, question: str) -> date | None:
    try:
        return date.fromisoformat(str(dossier.data.get(question, "")))
    except ValueError:
        return None


@transaction.atomic
def note_result(*, actor: Actor, dossier: Dossier) -> None:
    """Keeps what a birth or death certificate says; a second call changes nothing."""
    access.require(actor, permissions.REMIND)
    if dossier.version.code == BIRTH:
        _note_birth(dossier)
    elif dossier.version.code == DEATH:
        _note_death(actor, dossier)


def _note_birth(dossier: Dossier) -> None:
    born = day_of(dossier, "con_ngay_sinh")
    # Grandparents and others may register a birth; only a father or mother is taken for one.
    if born is None or dossier.data.get("nyc_quan_he") not in PARENTS:
        return
    values = {"name": str(dossier.data.get("con_ho_ten", ""))[:120], "born_on": born}
    kept = {**values, "parent_id": dossier.applicant_id, "known_on": timezone.localdate()}
    Child.objects.get_or_create(dossier=dossier, defaults=kept)


def _note_death(actor: Actor, dossier: Dossier) -> None:
    number = str(dossier.data.get("nc_so_dinh_danh", ""))[:12]
    person = Person.objects.filter(personal_number=number).first() if number else None
    died = day_of(dossier, "chet_luc")
    row, is_new = Death.objects.get_or_create(
        dossier=dossier, defaults={"personal_number": number, "person": person, "died_on": died}
    )
    if not is_new:
        return
    audit.record(actor, "proactive.death.noted", row, unit_id=dossier.unit_id, code=dossier.code)
    if person is not None:
        mine = Reminder.objects.filter(Q(person=person) | Q(about=person))
        end_reminders(actor=actor, among=mine, why="deceased")
    _end_children(dossier)


def _end_children(dossier: Dossier) -> None:
    """A child known by its birth certificate carried no number: the same name and day of birth is the same child."""
    born, name = day_of(dossier, "nc_ngay_sinh"), fold(str(dossier.data.get("nc_ho_ten", "")))
    if born is None:
        return
    for child in Child.objects.filter(born_on=born, ended_at=None):
        if fold(str(child.name)) == name:
            child.ended_at = timezone.now()
            child.save(update_fields=["ended_at"])
            end_reminders(
                actor=Actor.system(), among=Reminder.objects.filter(about_name=child.name, person=child.parent),
                why="deceased",
            )  # fmt: skip


@transaction.atomic
def undo_result(*, actor: Actor, dossier: Dossier) -> None:
    """The result was annulled: what it told no longer holds, and what was reminded on its account ends."""
    access.require(actor, permissions.REMIND)
    now = timezone.now()
    Child.objects.filter(dossier=dossier, ended_at=None).update(ended_at=now)
    Death.objects.filter(dossier=dossier, ended_at=None).update(ended_at=now)
    end_reminders(actor=actor, among=Reminder.objects.filter(source_dossier=dossier), why="annulled")
