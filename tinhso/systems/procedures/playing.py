"""Believable weeks played through the services: invented people, real procedures, real communes, marked simulated."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.forms import layout
from tinhso.engines.forms.layout import Field
from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.signing.issuing import issue_demo_certificate, issue_demo_seal
from tinhso.engines.signing.models import SigningCertificate
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.access.services import grant_role
from tinhso.foundation.calendar.services import calendar_for
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.people.models import Account, Person
from tinhso.foundation.people.services.accounts import create_account
from tinhso.foundation.people.services.persons import record_person
from tinhso.systems.procedures import services
from tinhso.systems.procedures.models import Dossier, Draft, FilingRoute, ProcedureVersion
from tinhso.systems.procedures.routing import way_of
from tinhso.systems.procedures.sample_scan import sample_scan
from tinhso.systems.procedures.services.issuing import ELECTRONIC, RESULT_WAY
from tinhso.systems.procedures.stories import Crew, Story

FAMILY = ("Nguyễn", "Trần", "Lê", "Phan", "Võ", "Hoàng", "Bùi", "Đặng", "Hồ", "Dương", "Trương", "Thái", "Cù", "Lương")
MIDDLE = ("Văn", "Thị", "Đình", "Hữu", "Thị Thu", "Minh", "Quang", "Thị Ngọc", "Xuân", "Bá")
GIVEN = (
    "An",
    "Bình",
    "Châu",
    "Dũng",
    "Giang",
    "Hà",
    "Hạnh",
    "Hiền",
    "Hoa",
    "Hùng",
    "Lan",
    "Linh",
    "Long",
    "Mai",
    "Nam",
    "Nga",
    "Oanh",
    "Phúc",
    "Quân",
    "Sơn",
    "Thảo",
    "Thắng",
    "Trang",
    "Tuấn",
    "Uyên",
    "Vinh",
    "Yến",
)
VILLAGES = ("Thôn Đông", "Thôn Tây", "Thôn Trung Hòa", "Thôn Liên Thanh", "Tổ dân phố 3", "Tổ dân phố 7")


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
    dice: random.Random,
    crew: Crew,
    citizen: Account,
    version: ProcedureVersion,
    day: date,
    until: datetime,
    most: int = 99,
) -> Dossier:
    """One dossier from filing to as far as its story goes before `until`, `most` steps at the most."""
    at = _moment(day, dice.uniform(7.6, 15.5))
    online = "online" in version.channels and dice.random() < 0.78
    dossier = _file_online(dice, crew, citizen, version, at) if online else _walk_in(dice, crew, citizen, version, at)
    Story(dice, crew, dossier).play(until, most)
    return dossier


def _moment(day: date, hour: float) -> datetime:
    clock = time(int(hour), int(hour % 1 * 60))
    return timezone.make_aware(datetime.combine(day, clock))


def _file_online(dice: random.Random, crew: Crew, citizen: Account, version: ProcedureVersion, at: datetime) -> Dossier:
    actor = Actor.of(citizen)
    draft = services.start_draft(actor=actor, version=version)
    if not version.is_provincial:
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
            if field.is_note or field.name in values or not (field.is_required or dice.random() < 0.4):
                continue
            if field.is_file:
                if field.is_required:
                    services.attach_paper(
                        actor=actor,
                        token=draft.token,
                        field=field.name,
                        label=field.label,
                        stream=sample_scan(),
                        name="ban-chup-mo-phong.png",
                    )
                continue
            values[field.name] = not_before(field, answer(dice, field), {**data, **values})
        data.update(values)
        services.save_page(actor=actor, token=draft.token, page=page.number, values=values, is_complete=True)
    _complete(dice, actor, draft, form)


def _complete(dice: random.Random, actor: Actor, draft: Draft, form: FormDefinition) -> None:
    """Answers that became required only because of later ones."""
    draft.refresh_from_db()
    for page in layout.pages(form):
        open_fields = [
            field
            for field in layout.visible_fields(page, draft.data)
            if field.is_required and not field.is_file and field.name not in draft.data
        ]
        if open_fields:
            values = {name: draft.data[name] for name in page.names if name in draft.data}
            values |= {field.name: answer(dice, field) for field in open_fields}
            services.save_page(actor=actor, token=draft.token, page=page.number, values=values, is_complete=True)


def answer(dice: random.Random, field: Field) -> Any:
    """A believable answer to one question of a form; for a repeating group one or two rows."""
    if field.is_group:
        most = min(max(field.min_rows, dice.randrange(1, 3)), field.max_rows)
        return [_row(dice, field) for _number in range(most)]
    if field.name == RESULT_WAY:
        return ELECTRONIC if dice.random() < 0.7 else field.options[1].value
    if field.options and field.widget == "checkboxes":
        return [field.options[0].value]
    if field.options:
        return field.options[0 if dice.random() < 0.8 else dice.randrange(len(field.options))].value
    made: dict[str, Callable[[], Any]] = {
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
    text = full_name(dice) if "ho_ten" in field.name else dice.choice(VILLAGES)
    return text[: field.schema.get("maxLength", len(text))].strip()


def _row(dice: random.Random, group: Field) -> dict[str, Any]:
    """One row, its conditional parts answered when an earlier answer of the row asks for them."""
    row: dict[str, Any] = {}
    for one in group.children:
        if one.name in layout.visible_row(group, row, {})[1] and (one.is_required or dice.random() < 0.5):
            row[one.name] = not_before(one, answer(dice, one), row)
    return row


def not_before(field: Field, value: Any, others: dict[str, Any]) -> Any:
    """A date that its form wants after another one is put on that day when the dice fell earlier."""
    least = field.limits.get("min", "")
    other = others.get(least[1:]) if least.startswith("@") else None
    return max(value, other) if isinstance(other, str) and isinstance(value, str) else value


def _walk_in(dice: random.Random, crew: Crew, citizen: Account, version: ProcedureVersion, at: datetime) -> Dossier:
    actor = Actor.of(crew.desk, stepped_up=True)
    person = citizen.person
    if person is None:
        raise ValueError(citizen.username)
    unit = next(grant.unit_id for grant in actor.grants if grant.role == "desk_officer")
    data = {"ghi_chu": "", RESULT_WAY: "Tại Trung tâm Phục vụ hành chính công"}
    return services.record_walk_in(
        actor=actor, version=version, desk=Unit.objects.get(pk=unit), person=person, data=data, at=at
    )


# The communes with a crew of their own in the demo, the first being where the demo accounts work.
PLAYED_COMMUNES = 9
WEEKS = 5
DOSSIERS = 120
FRESH = 24
CITIZENS = 60


def play(actor: Actor, progress: Progress, seed: int) -> None:
    """Some weeks of filing, settling and signing in several communes; the same seed plays the same weeks."""
    dice = random.Random(seed)  # noqa: S311 - the same seed must play the same weeks
    now = timezone.now()
    crews = make_crews(actor, dice)
    citizens = [make_citizen(actor, dice, crews, number) for number in range(CITIZENS)]
    served = ProcedureVersion.objects.exclude(route=FilingRoute.MINISTRY)
    versions = list(served.select_related("form", "process").order_by("code"))
    days = playing_days(timezone.localdate(now), WEEKS, crews[0].commune)
    progress.start(str(_("Diễn các tuần làm việc")), DOSSIERS)
    for number in range(DOSSIERS):
        # The last ones are today's work: stopped on their way, most of them where the demo accounts work.
        is_fresh = number >= DOSSIERS - FRESH
        crew = crews[0] if dice.random() < (0.75 if is_fresh else 0.3) else dice.choice(crews)
        day = days[-1] if is_fresh else days[number * (len(days) - 1) // DOSSIERS]
        version = dice.choices(versions, weights=[WEIGHTS.get(one.code, RARE) for one in versions])[0]
        most = number % 4 if is_fresh else 99
        crew = crew if not version.is_provincial else crew_for(actor, dice, version, crew.commune)
        play_dossier(dice, crew, dice.choice(citizens), version, day, now, most)
        progress.advance()


# How often each procedure is asked for, roughly as a commune's desk sees it.
WEIGHTS = {"2.000815": 5, "1.001193": 3, "2.000635": 4, "1.004873": 4, "1.010833": 1}
RARE = 0.4


def make_crews(actor: Actor, dice: random.Random) -> list[Crew]:
    """A desk officer, a resolving officer and a leader in each played commune: those in post, else new ones."""
    today = timezone.localdate()
    in_post = RoleAssignment.objects.as_of(today).filter(role="desk_officer").values_list("unit__area_id", flat=True)
    communes = Unit.objects.as_of(today).filter(kind=UnitKind.COMMUNE)
    staffed = list(communes.filter(pk__in=list(in_post)).order_by("code"))
    others = list(communes.exclude(pk__in=[one.pk for one in staffed]).order_by("code"))
    dice.shuffle(others)
    return [make_crew(actor, dice, commune) for commune in [*staffed, *others][:PLAYED_COMMUNES]]


def make_crew(actor: Actor, dice: random.Random, commune: Unit) -> Crew:
    """The three accounts of one commune; an officer of each office, so every procedure finds one."""
    today = timezone.localdate()
    agencies = Unit.objects.as_of(today).filter(area=commune)
    desk = agencies.get(kind=UnitKind.SERVICE_CENTRE)
    committee = agencies.get(kind=UnitKind.COMMUNE_COMMITTEE)
    offices = list(agencies.filter(kind=UnitKind.OFFICE).order_by("id"))
    officer = in_post_or_new(actor, dice, "resolving_officer", "thuly", offices[0])
    for office in offices[1:]:
        give_role(actor, officer, "resolving_officer", office)
    leader = in_post_or_new(actor, dice, "unit_leader", "lanhdao", committee)
    _give_keys(actor, leader, committee)
    return Crew(commune, in_post_or_new(actor, dice, "desk_officer", "motcua", desk), officer, leader)


def _give_keys(actor: Actor, leader: Account, unit: Unit) -> None:
    """The leader's certificate and the unit's seal, unless they are there."""
    if not SigningCertificate.objects.filter(account=leader).exists():
        issue_demo_certificate(actor, account=leader, organisation=unit.name)
    if not SigningCertificate.objects.filter(unit=unit, kind=SigningCertificate.Kind.SEAL).exists():
        issue_demo_seal(actor, unit=unit)


def crew_for(actor: Actor, dice: random.Random, version: ProcedureVersion, commune: Unit) -> Crew:
    """Who works on dossiers of a version: the commune's people, or those of the province's department."""
    if not version.is_provincial:
        return make_crew(actor, dice, commune)
    way = way_of(version, None, timezone.localdate())
    agency = way.office.parent or way.unit
    officer = in_post_or_new(actor, dice, "resolving_officer", "thuly", way.office)
    head = in_post_or_new(actor, dice, "office_head", "truongphong", way.office)
    above = in_post_or_new(actor, dice, "unit_leader", "lanhdao", agency)
    leader = in_post_or_new(actor, dice, "unit_leader", "lanhdao", way.unit)
    _give_keys(actor, leader, way.unit)
    return Crew(
        commune, in_post_or_new(actor, dice, "desk_officer", "motcua", way.desk), officer, leader, (head, above)
    )


def in_post_or_new(actor: Actor, dice: random.Random, role: str, word: str, unit: Unit) -> Account:
    """Who holds `role` at `unit` today; a new simulated officer when nobody does."""
    today = timezone.localdate()
    held = RoleAssignment.objects.as_of(today).filter(role=role, unit=unit).select_related("account").first()
    if held is not None:
        return held.account
    code = unit.area.code if unit.area and unit.area.kind == UnitKind.COMMUNE else unit.code.lower()
    account = create_account(actor, username=f"{word}.{code}", full_name=full_name(dice), unit=unit, is_simulated=True)
    give_role(actor, account, role, unit)
    return account


def give_role(actor: Actor, account: Account, role: str, unit: Unit) -> None:
    """The role from today on, unless the account holds it already."""
    today = timezone.localdate()
    if not RoleAssignment.objects.as_of(today).filter(account=account, role=role, unit=unit).exists():
        grant_role(
            actor, account=account, role=role, unit=unit, valid_from=today, document=str(_("phân công mô phỏng"))
        )


def make_citizen(actor: Actor, dice: random.Random, crews: list[Crew], number: int) -> Account:
    """An invented person with an account that only the simulation uses; the one there already when played again."""
    sex = dice.choice([Person.Sex.MALE, Person.Sex.FEMALE])
    born = date(1950, 1, 1) + timedelta(days=dice.randrange(20000))
    crew = crews[0] if dice.random() < 0.3 else dice.choice(crews)
    known = Account.objects.select_related("person").filter(username=f"mophong.{number:03d}").first()
    if known is not None:
        return known
    person = record_person(
        actor,
        full_name=full_name(dice),
        personal_number=personal_number(dice, born, sex),
        unit=crew.commune,
        is_simulated=True,
        source=str(_("mô phỏng")),
        born_on=born,
        sex=sex,
        commune=crew.commune,
        phone=f"09{dice.randrange(10**8):08d}",
        address=f"{dice.choice(VILLAGES)}, {crew.commune.name}",
    )
    return create_account(
        actor,
        username=f"mophong.{number:03d}",
        full_name=person.full_name,
        kind=Account.Kind.CITIZEN,
        person=person,
        unit=crew.commune,
        is_simulated=True,
    )
