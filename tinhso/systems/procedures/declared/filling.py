"""Registers as sources of a form's answers: with the person's agreement, looked up once, in the person's own log.

A question and a register's field are tied by the concept they both carry (`foundation.concepts`); a question may also
name its source outright ("ca_nhan.ethnicity"). Which record is meant: the only one that speaks of the person, or the
one whose key stands in the form. Of a record that does not speak of the person only open fields are taken.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tinhso.engines.forms import layout
from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.forms.selectors import Source
from tinhso.engines.registers import selectors
from tinhso.engines.registers.errors import NoSuchRecord
from tinhso.engines.registers.models import Register
from tinhso.engines.registers.rules.schema import Field, FieldType, Sensitivity, Shape
from tinhso.engines.registers.services import look_up
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.people.models import Account, Person
from tinhso.foundation.privacy.selectors import may_use
from tinhso.systems.procedures.declared.purposes import purpose_code, source_name
from tinhso.systems.procedures.models import Draft


@dataclass(frozen=True)
class Held:
    """One register that fills in forms today, with what it holds."""

    register: Register
    shape: Shape

    @property
    def name(self) -> str:
        return source_name(self.register)

    @property
    def purpose(self) -> str:
        return purpose_code(self.name)

    def field_of(self, wish: str) -> Field | None:
        """The field that a wish of a question means: by name ("ca_nhan.sex") or by concept ("person.sex")."""
        name, _dot, key = wish.partition(".")
        own = self.shape.by_name.get(key) if name == self.name else None
        return own or self.shape.holding(wish.partition("#")[0])

    def also_of(self, wish: str) -> dict[str, Any]:
        """What a record must hold besides, for a wish about one kind of paper ("certificate.number#Sổ đỏ")."""
        fact, _sign, kind = wish.partition("#")
        holder = self.shape.holding(f"{fact.partition('.')[0]}.kind") if kind else None
        return {holder.name: kind} if holder else {}


def answering() -> list[Held]:
    """Registers that fill forms today."""
    found = []
    for register in Register.objects.filter(fills_forms=True).select_related("owner").order_by("code"):
        shape = selectors.shape_on(register)
        if shape is not None:
            found.append(Held(register, shape))
    return found


def sources(
    account: Account, form: FormDefinition, wanted: dict[str, set[str]], answers: Mapping[str, Any]
) -> dict[str, Source]:
    """What the registers know of the person, for the fields that the form wants and no others, by each wish."""
    person = account.person
    found: dict[str, Source] = {}
    if person is None or not person.personal_number or not wanted.keys() - {"identity"}:
        return {}
    wishes = [f"{name}.{key}" for name in sorted(wanted) for key in sorted(wanted[name])]
    for held in answering():
        asked = {wish: field for wish in wishes if wish not in found and (field := held.field_of(wish))}
        if asked and may_use(person.pk, held.purpose):
            found |= _told(held, person, asked, form, answers)
    return found


def _told(
    held: Held, person: Person, asked: dict[str, Field], form: FormDefinition, answers: Mapping[str, Any]
) -> dict[str, Source]:
    """Wishes that share a record are answered from one look."""
    by_record: dict[tuple[str, bool], list[str]] = {}
    for wish in asked:
        meant = _record(held, person, wish, form, answers)
        if meant is not None and (meant[1] or asked[wish].sensitivity is Sensitivity.OPEN):
            by_record.setdefault(meant, []).append(wish)
    found: dict[str, Source] = {}
    for (key, _is_own), wishes in by_record.items():
        source = _look(held, key, sorted({asked[wish].name for wish in wishes}), person, form)
        if source is not None:
            values = source.values
            found |= {wish: Source(source.title, source.on, {wish: values.get(asked[wish].name)}) for wish in wishes}
    return found


def _record(
    held: Held, person: Person, wish: str, form: FormDefinition, answers: Mapping[str, Any]
) -> tuple[str, bool] | None:
    """The key of the record meant, and whether it speaks of the person."""
    typed = _typed_key(held, form, answers)
    if typed:
        own = {name: typed[name] for name in held.shape.keys}
        mine = selectors.keys_of_person(held.register, held.shape, str(person.personal_number), own)
        return held.shape.key_of(typed), bool(mine)
    if held.shape.subject and held.shape.keys == (held.shape.subject,):
        return str(person.personal_number), True
    mine = selectors.keys_of_person(held.register, held.shape, str(person.personal_number), held.also_of(wish))
    return (mine[0], True) if len(mine) == 1 else None


def _typed_key(held: Held, form: FormDefinition, answers: Mapping[str, Any]) -> dict[str, str]:
    """The whole key as the form's own questions have it; empty where a part is not answered, or is the person's own."""
    if held.shape.keys == (held.shape.subject,):
        return {}
    parts: dict[str, str] = {}
    for field in layout.fields(form).values():
        holder = held.shape.holding(field.concept) if not field.is_of_other else None
        if holder is not None and holder.name in held.shape.keys and isinstance(answers.get(field.name), str):
            parts[holder.name] = answers[field.name].strip()
    return parts if all(parts.get(name) for name in held.shape.keys) else {}


def _look(held: Held, key: str, fields: list[str], person: Person, form: FormDefinition) -> Source | None:
    actor = Actor.system(_("Điền sẵn tờ khai"), is_simulated=person.is_simulated)
    purpose = _("điền sẵn tờ khai “%(form)s” theo sự đồng ý của bạn") % {"form": form.title}
    try:
        answer = look_up(actor, register=held.register, key=key, fields=fields, purpose=purpose)
    except NoSuchRecord:
        return None
    by_name = held.shape.by_name
    values = {
        name: date.fromisoformat(value) if by_name[name].type is FieldType.DATE and value else value
        for name, value in answer.values.items()
    }
    return Source(held.register.name, answer.recorded_on, values)


def offered() -> list[tuple[str, str]]:
    """What the builder of forms may fill a question from by name: registers whose fields no concept ties."""
    return [
        (f"{held.name}.{field.name}", f"{held.register.name}: {field.label}")
        for held in answering()
        if held.shape.subject
        for field in held.shape.fields
    ]


def saved(draft: Draft, changed: set[str]) -> None:
    """The person said which record is meant: what stood there from another goes, what this one knows comes."""
    form = draft.version.form
    groups = {name: one.concept.partition(".")[0] for name, one in layout.fields(form).items()} if form else {}
    if not form or not any(groups.get(name) for name in changed):
        return
    keyed = [held for held in answering() if _is_keyed_by(held, form, changed)]
    if not keyed or hasattr(draft, "acting"):
        return
    from tinhso.systems.procedures.services.known import empty_draft, fill_draft

    for held in keyed:
        empty_draft(draft, _chosen(held), held.register.name)
        fill_draft(draft, draft.account, _chosen(held))


def _is_keyed_by(held: Held, form: FormDefinition, changed: Collection[str]) -> bool:
    fields = layout.fields(form)
    holders = [held.shape.holding(fields[name].concept) for name in changed if name in fields]
    return any(one is not None and one.name in held.shape.keys for one in holders)


def _chosen(held: Held) -> Callable[[str], bool]:
    return lambda wish: held.field_of(wish) is not None


def asking(draft: Draft, names: Collection[str]) -> Iterator[str]:
    """Purposes for which an empty question of a page could be filled."""
    from tinhso.systems.procedures.services.known import could_fill

    form = draft.version.form
    fields = layout.fields(form) if form else {}
    if any(not wish.startswith("identity.") for name in names if name in fields for wish in fields[name].wishes):
        yield from (held.purpose for held in answering() if could_fill(draft, names, _chosen(held)))


def start(code: str) -> Callable[[Actor, Person], None]:
    """Fills open drafts when the person agrees."""

    def fill(actor: Actor, person: Person) -> None:
        from tinhso.systems.procedures.services.known import fill_in

        for held in answering():
            if held.purpose == code:
                fill_in(person, _chosen(held))

    return fill


def stop(code: str) -> Callable[[Actor, Person], None]:
    """Takes out of open drafts what came from the register."""

    def empty(actor: Actor, person: Person) -> None:
        from tinhso.systems.procedures.services.known import take_out

        # Also of a register that fills no more forms, or has ended: what it filled in goes all the same.
        for register in Register.objects.all():
            newest = register.definitions.order_by("-version").first()
            if newest is not None and purpose_code(source_name(register)) == code:
                take_out(person, _chosen(Held(register, newest.shape)), register.name)

    return empty
