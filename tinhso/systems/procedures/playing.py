"""Believable weeks played through the services: invented people, real procedures, real communes, marked simulated."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from tinhso.engines.forms import layout
from tinhso.engines.forms.layout import Field
from tinhso.engines.forms.models import FormDefinition
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.calendar.services import calendar_for
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.people.models import Account, Person
from tinhso.systems.procedures import services
from tinhso.systems.procedures.models import Dossier, Draft, ProcedureVersion
from tinhso.systems.procedures.sample_scan import sample_scan
from tinhso.systems.procedures.services.issuing import ELECTRONIC, RESULT_WAY

FAMILY = ("Nguyễn", "Trần", "Lê", "Phan", "Võ", "Hoàng", "Bùi", "Đặng", "Hồ", "Dương", "Trương", "Thái", "Cù", "Lương")
MIDDLE = ("Văn", "Thị", "Đình", "Hữu", "Thị Thu", "Minh", "Quang", "Thị Ngọc", "Xuân", "Bá")
GIVEN = ("An", "Bình", "Châu", "Dũng", "Giang", "Hà", "Hạnh", "Hiền", "Hoa", "Hùng", "Lan", "Linh", "Long", "Mai",
         "Nam", "Nga", "Oanh", "Phúc", "Quân", "Sơn", "Thảo", "Thắng", "Trang", "Tuấn", "Uyên", "Vinh", "Yến")
VILLAGES = ("Thôn Đông", "Thôn Tây", "Thôn Trung Hòa", "Thôn Liên Thanh", "Tổ dân phố 3", "Tổ dân phố 7")


@dataclass(frozen=True)
class Crew:
    """Who works in one commune."""

    commune: Unit
    desk: Account
    officer: Account
    leader: Account


def full_name(dice: random.Random) -> str:
    """A name as people in the province carry them; nobody real is meant."""
    return f"{dice.choice(FAMILY)} {dice.choice(MIDDLE)} {dice.choice(GIVEN)}"


def personal_number(dice: random.Random, born: date, sex: str) -> str:
    """12 digits of the right shape (birthplace, century and sex, year, six more); 099 is no province, so nobody's."""
    century = (0 if born.year < 2000 else 2) + (1 if sex == Person.Sex.FEMALE else 0)
    return f"099{century}{born:%y}{dice.randrange(10**6):06d}"


def playing_days(end: date, weeks: int, unit: Unit) -> list[date]:
    """The working days of the last `weeks` weeks before `end`."""
    calendar = calendar_for(unit)
    days = [end - timedelta(days=back) for back in range(weeks * 7, 0, -1)]
    return [day for day in days if calendar.is_working(day)]


def play_dossier(
    dice: random.Random, crew: Crew, citizen: Account, version: ProcedureVersion, day: date, now: datetime
) -> Dossier:
    """One dossier from filing to as far as its story goes before `now`."""
    at = _moment(day, dice.uniform(7.6, 16.2))
    online = "online" in version.channels and dice.random() < 0.72
    dossier = _file_online(dice, crew, citizen, version, at) if online else _walk_in(dice, crew, citizen, version, at)
    for step_at, step in _story(dice, crew, dossier, at):
        if step_at >= now:
            break
        if step(step_at) is False:
            break
    dossier.refresh_from_db()
    return dossier


def _moment(day: date, hour: float) -> datetime:
    clock = time(int(hour), int(hour % 1 * 60))
    return timezone.make_aware(datetime.combine(day, clock))


def _file_online(dice: random.Random, crew: Crew, citizen: Account, version: ProcedureVersion, at: datetime) -> Dossier:
    actor = Actor.of(citizen)
    draft = services.start_draft(actor=actor, version=version)
    services.choose_commune(actor=actor, token=draft.token, commune=crew.commune)
    fill(dice, actor, draft, version)
    return services.submit_dossier(actor=actor, token=draft.token, at=at)


def fill(dice: random.Random, actor: Actor, draft: Draft, version: ProcedureVersion) -> None:
    form = version.form
    if form is None:
        return
    data = dict(draft.data)
    for page in layout.pages(form):
        values = {name: draft.data[name] for name in page.names if name in draft.data}
        for field in layout.visible_fields(page, {**data, **values}):
            if field.name in values or not (field.is_required or dice.random() < 0.4):
                continue
            if field.is_file:
                if field.is_required:
                    services.attach_paper(
                        actor=actor, token=draft.token, field=field.name, label=field.label,
                        stream=sample_scan(), name="ban-chup-mo-phong.png",
                    )
                continue
            values[field.name] = answer(dice, field)
        data.update(values)
        services.save_page(actor=actor, token=draft.token, page=page.number, values=values, is_complete=True)
    _complete(dice, actor, draft, form)


def _complete(dice: random.Random, actor: Actor, draft: Draft, form: FormDefinition) -> None:
    """Answers that became required only because of later ones."""
    draft.refresh_from_db()
    for page in layout.pages(form):
        open_fields = [
            field for field in layout.visible_fields(page, draft.data)
            if field.is_required and not field.is_file and field.name not in draft.data
        ]
        if open_fields:
            values = {name: draft.data[name] for name in page.names if name in draft.data}
            values |= {field.name: answer(dice, field) for field in open_fields}
            services.save_page(actor=actor, token=draft.token, page=page.number, values=values, is_complete=True)


def answer(dice: random.Random, field: Field) -> Any:
    """A believable answer to one question of a form."""
    if field.name == RESULT_WAY:
        return ELECTRONIC if dice.random() < 0.7 else field.options[1].value
    if field.options:
        return field.options[0 if dice.random() < 0.8 else dice.randrange(len(field.options))].value
    made = {
        "date": lambda: (date(2026, 1, 1) + timedelta(days=dice.randrange(250))).isoformat(),
        "id12": lambda: personal_number(dice, date(1992, 3, 4), Person.Sex.FEMALE),
        "phone": lambda: f"09{dice.randrange(10**7, 10**8)}",
        "email": lambda: "mo-phong@example.vn",
        "checkbox": lambda: True,
        "number": lambda: max(int(field.schema.get("minimum", 1)), 1),
        "money": lambda: 0,
    }
    if field.widget in made:
        return made[field.widget]()
    return full_name(dice) if "ho_ten" in field.name else dice.choice(VILLAGES)


def _walk_in(dice: random.Random, crew: Crew, citizen: Account, version: ProcedureVersion, at: datetime) -> Dossier:
    actor = Actor.of(crew.desk, stepped_up=True)
    person = citizen.person
    if person is None:
        raise ValueError(citizen.username)
    unit = actor.grants[0].unit_id
    data = {"ghi_chu": "", RESULT_WAY: "Tại Trung tâm Phục vụ hành chính công"}
    return services.record_walk_in(
        actor=actor, version=version, desk=Unit.objects.get(pk=unit), person=person, data=data, at=at
    )


def _story(dice: random.Random, crew: Crew, dossier: Dossier, at: datetime) -> Iterator[tuple[datetime, Any]]:
    """The next steps with their times; a step that ends the story answers False."""
    desk = Actor.of(crew.desk, stepped_up=True)
    officer = Actor.of(crew.officer, stepped_up=True)
    leader = Actor.of(crew.leader, stepped_up=True)
    calendar = calendar_for(dossier.office)
    pk = dossier.pk

    def later(start: datetime, hours: float) -> datetime:
        return calendar.add_hours(timezone.localtime(start), hours)

    if dossier.received_at is None:
        at = later(at, dice.uniform(0.2, 5))
        if dice.random() < 0.04:
            yield at, lambda when: bool(services.refuse_dossier(
                actor=desk, dossier_id=pk, reason="Hồ sơ nộp nhầm nơi, không thuộc thẩm quyền.", at=when)) and False
            return
        yield at, lambda when: services.receive_dossier(actor=desk, dossier_id=pk, at=when)
    at = later(at, dice.uniform(0.1, 1.2))
    yield at, lambda when: services.hand_over(actor=desk, dossier_id=pk, at=when)
    if dice.random() < 0.06:
        at = later(at, dice.uniform(0.3, 2))
        yield at, lambda when: bool(services.ask_supplement(
            actor=officer, dossier_id=pk, items="Ảnh chụp giấy tờ rõ bốn góc", reason="Ảnh đã nộp bị loá, không đọc được số.",
            at=when)) and False
        return
    slow = 1.0 if dice.random() < 0.9 else 2.5
    term_hours = 7 if dossier.version.term_unit == "same_day" else dossier.version.term_value * 8
    at = later(at, dice.uniform(0.15, 0.6) * term_hours * slow)
    yield at, lambda when: services.draft_result(
        actor=officer, dossier_id=pk, rows=_rows(dossier), at=when,
        conclusion=dossier.version.result_layout.get("conclusion", ""))
    at = later(at, dice.uniform(0.2, 2))
    yield at, lambda when: services.sign_and_issue(actor=leader, dossier_id=pk, at=when)


def _rows(dossier: Dossier) -> list[dict[str, str]]:
    layout_rows = dossier.version.result_layout.get("rows", [])
    return [
        {"label": row["label"], "value": str(dossier.data.get(row["field"]) or dossier.applicant.full_name)}
        for row in layout_rows
    ]
