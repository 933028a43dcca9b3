"""Reads of procedures and dossiers for screens: scoped to the reader, shaped, with a bounded number of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.calendar.selectors import calendars_for
from tinhso.foundation.database import kept
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.people.models import Account, Person
from tinhso.foundation.text.db import Fold
from tinhso.foundation.text.rules import fold, normalise, sort_key
from tinhso.systems.procedures import permissions
from tinhso.systems.procedures.models import (
    Channel,
    Dossier,
    Draft,
    HandOverItem,
    HandOverList,
    ProcedureVersion,
)
from tinhso.systems.procedures.rules import AT_WORK, OPEN_STATES, State
from tinhso.systems.procedures.stand_ins import stood_in_for

PAGE = 50


def catalogue(day: date | None = None) -> QuerySet[ProcedureVersion]:
    """The procedures in force on `day` (today unless said), by field, in Vietnamese order."""
    return ProcedureVersion.objects.as_of(day or timezone.localdate()).order_by("field_name", "sort_key")


def procedure(code: str, day: date | None = None) -> ProcedureVersion:
    """The version of `code` in force; ProcedureVersion.DoesNotExist otherwise."""
    return ProcedureVersion.objects.select_related("form", "process").as_of(day or timezone.localdate()).get(code=code)


# The desk's lists: which states at which place, under which permission.
QUEUES: dict[str, tuple[str, str, tuple[State, ...]]] = {
    "tiep-nhan": (permissions.RECEIVE, "desk", (State.SUBMITTED,)),
    "chuyen": (permissions.RECEIVE, "desk", (State.RECEIVED,)),
    "thu-ly": (permissions.RESOLVE, "office", (State.RESOLVING,)),
    "cho-bo-sung": (permissions.VIEW, "office", (State.SUPPLEMENT,)),
    "cho-ky": (permissions.SIGN, "unit", (State.DRAFTED,)),
    "tra-ket-qua": (permissions.RECEIVE, "desk", (State.ISSUED,)),
}
# Everything of these lists that is due by the end of today.
TODAY = "hom-nay"
# What a line of a list shows; the rest of the dossier stays where it is.
LINE = (
    "id",
    "code",
    "state",
    "channel",
    "submitted_at",
    "received_at",
    "due_at",
    "paused_at",
    "finished_at",
    "supplements",
    "is_simulated",
    "desk_id",
    "office_id",
    "version_id",
    "applicant__full_name",
    "case__holder_id",
    "case__holder__full_name",
)


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; "" leaves a part open."""

    procedure: str = ""
    channel: str = ""
    due: str = ""  # late, today, later
    whose: str = ""  # mine, nobody
    words: str = ""


def queues_of(actor: Actor) -> list[str]:
    """The lists this officer works on, in the order of the work."""
    return [name for name, (code, _place, _states) in QUEUES.items() if access.allowed(actor, code)]


def _in_queue(actor: Actor, name: str) -> Q:
    code, place, states = QUEUES[name]
    return access.scope(actor, code, place) & Q(state__in=states)


def queue(actor: Actor, name: str, wanted: Wanted | None = None, now: datetime | None = None) -> QuerySet[Dossier]:
    """The dossiers of one list, least legal time first; what waits to be received goes by its answer clock.

    "hom-nay" is everything of the actor's lists whose time runs out by the end of today.
    """
    now = now or timezone.now()
    found = _todays(actor, now) if name == TODAY else Dossier.objects.filter(_in_queue(actor, name))
    order = "answer_due_at" if name == "tiep-nhan" else "due_at"
    if name == TODAY:
        order = "deadline"
    return _narrowed(found, actor, wanted or Wanted(), order, now).order_by(order, "id")


def _todays(actor: Actor, now: datetime) -> QuerySet[Dossier]:
    mine = Q(pk__in=[])
    for name in queues_of(actor):
        if name not in ("cho-bo-sung", "tra-ket-qua"):
            mine |= _in_queue(actor, name)
    deadline = Case(When(state=State.SUBMITTED, then=F("answer_due_at")), default=F("due_at"))
    return Dossier.objects.filter(mine).annotate(deadline=deadline).filter(deadline__lt=_midnight(now))


def _midnight(now: datetime) -> datetime:
    """The end of the local day of `now`."""
    local = timezone.localtime(now)
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _narrowed(
    found: QuerySet[Dossier], actor: Actor, wanted: Wanted, deadline: str, now: datetime
) -> QuerySet[Dossier]:
    if wanted.procedure:
        found = found.filter(version__code=wanted.procedure)
    if wanted.channel:
        found = found.filter(channel=wanted.channel)
    if wanted.whose == "mine":
        found = found.filter(case__holder_id__in=stood_in_for(actor))
    if wanted.whose == "nobody":
        found = found.filter(case__holder=None)
    if wanted.words:
        # A code is asked for by its beginning or its end, a person by any part of the name; never by a pattern.
        found = found.filter(Q(code__icontains=wanted.words) | Q(applicant__full_name__icontains=wanted.words))
    limits = {
        "late": Q(**{f"{deadline}__lt": now}, paused_at=None),
        "today": Q(**{f"{deadline}__gte": now, f"{deadline}__lt": _midnight(now)}),
        "later": Q(**{f"{deadline}__gte": _midnight(now)}),
    }
    return found.filter(limits[wanted.due]) if wanted.due in limits else found


# Whole lists as they are opened all day: their statements are built once for each reach and day.
_LINES, _KINDS = kept.Table(), kept.Table()


def _whole(actor: Actor, name: str) -> tuple[Any, ...]:
    """All that a whole list depends on besides the rows: where this officer works on which lists, and the day."""
    reaches = tuple((one, access.reach(actor, QUEUES[one][0])) for one in queues_of(actor))
    return name, actor.kind, reaches, _midnight(timezone.now())


def page_of(
    actor: Actor, name: str, wanted: Wanted, start: int, names: Mapping[int, str] | None = None
) -> list[dict[str, Any]]:
    """The rows of one page of a list, as `lines` gives them."""

    def build() -> QuerySet[Dossier]:
        return queue(actor, name, wanted)[start : start + PAGE]

    if wanted != Wanted():
        return lines(build(), names)
    columns, rows = _LINES.rows((*_whole(actor, name), start), lambda: build().values(*LINE, "answer_due_at"))
    return _dressed([dict(zip(columns, row, strict=True)) for row in rows], names)


def kinds_of(actor: Actor, name: str) -> list[Kind]:
    """The procedures of a whole list."""
    _columns, rows = _KINDS.rows(_whole(actor, name), lambda: _kinds(queue(actor, name)))
    return [Kind(*row) for row in rows]


def lines(found: QuerySet[Dossier], names: Mapping[int, str] | None = None) -> list[dict[str, Any]]:
    """The rows of a page of a list, each with the due moment and the working minutes left; few queries, no objects.

    `names`: plain names of procedure versions already at hand. Narrow reads side by side cost the database less than
    one join over everything: most of its time went into planning that.
    """
    return _dressed(list(found.values(*LINE, "answer_due_at")), names)


def _dressed(rows: list[dict[str, Any]], names: Mapping[int, str] | None = None) -> list[dict[str, Any]]:
    if not rows:
        return []
    places = _places({row["office_id"] for row in rows} | {row["desk_id"] for row in rows})
    calendars = calendars_for(places.values())
    named = dict(names or {})
    missing = {row["version_id"] for row in rows} - named.keys()
    if missing:
        named |= dict(ProcedureVersion.objects.filter(pk__in=missing).values_list("pk", "plain_name"))
    now = timezone.localtime()
    for row in rows:
        received = row["received_at"] is not None
        row["due"] = row["due_at"] if received else row["answer_due_at"]
        row["is_paused"] = row["paused_at"] is not None
        row["version__plain_name"] = named[row["version_id"]]
        row["office__short_name"] = places[row["office_id"]].short_name
        calendar = calendars[row["office_id"] if received else row["desk_id"]]
        is_open = row["state"] in OPEN_STATES
        row["minutes"] = calendar.remaining(now, row["due"]) if is_open and row["due"] else None
    return rows


def _places(ids: set[int]) -> dict[int, Unit]:
    """The units of a page's rows, with what their names and calendars need."""
    return kept.in_bulk(_PLACES, ids)


_PLACES = kept.by_keys(lambda: Unit.objects.only("short_name", "path"))


@dataclass(frozen=True)
class Kind:
    """A procedure that occurs in a list, and how many of the list are of it."""

    version_id: int
    code: str
    plain_name: str
    count: int


def _kinds(found: QuerySet[Dossier]) -> QuerySet[Any, Any]:
    """The procedures of a list in Vietnamese order: its filter and, added up, its length."""
    kinds = found.order_by("version__sort_key").values_list("version_id", "version__code", "version__plain_name")
    return kinds.annotate(count=Count("pk"))


def queue_counts(actor: Actor) -> dict[str, int]:
    """How many wait in each list, in one query over what is still at work."""
    names = queues_of(actor)
    if not names:
        return {}
    table, counted = Dossier._meta.db_table, []
    given: list[Any] = []
    for name in names:
        code, place, states = QUEUES[name]
        where, values = access.reach(actor, code).sql(f"{place}_id")
        counted.append(f"count(*) FILTER (WHERE {where} AND state = ANY(%s))")
        given += [*values, [str(state) for state in states]]
    seen = [access.reach(actor, permissions.VIEW).sql(f"{place}_id") for place in ("desk", "office", "unit")]
    # By hand: it stands beside every page of the desk, and building it cost more than asking it.
    question = (
        f"SELECT {', '.join(counted)} FROM {table} "  # noqa: S608 - our own names
        f"WHERE ({' OR '.join(where for where, _values in seen)}) AND state = ANY(%s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(question, [*given, *(one for _w, values in seen for one in values), sorted(map(str, AT_WORK))])
        return dict(zip(names, cursor.fetchone(), strict=True))


def officers_of(office: Unit, day: date | None = None) -> list[Account]:
    """Who may settle at an office today, in Vietnamese order: those a head may give work to."""
    roles = [name for name, role in ROLES.items() if permissions.RESOLVE in role.permissions]
    held = RoleAssignment.objects.as_of(day or timezone.localdate()).filter(unit=office, role__in=roles)
    found = Account.objects.filter(pk__in=held.values("account_id"), is_active=True)
    return sorted(found, key=lambda one: sort_key(one.full_name))


def communes(day: date | None = None) -> list[tuple[int, str]]:
    """Every commune in force, for sending a dossier to the right place."""
    found = Unit.objects.as_of(day or timezone.localdate()).filter(kind=UnitKind.COMMUNE)
    return sorted(found.values_list("pk", "name"), key=lambda one: sort_key(one[1]))


def hand_over_lists(actor: Actor, day: date) -> QuerySet[HandOverList]:
    """The hand-over lists of a day that this officer makes or receives."""
    mine = access.scope(actor, permissions.RECEIVE, "desk") | access.scope(actor, permissions.RESOLVE, "office")
    found = HandOverList.objects.filter(mine).filter(Q(on=day) | Q(received_at=None, on__lte=day))
    return (
        found.select_related("desk", "office", "made_by", "received_by")
        .annotate(count=Count("items"))
        .order_by("-on", "-number")
    )


def hand_over_list(actor: Actor, pk: int) -> HandOverList:
    """One list that this officer makes or receives; HandOverList.DoesNotExist for anyone else's."""
    mine = access.scope(actor, permissions.RECEIVE, "desk") | access.scope(actor, permissions.RESOLVE, "office")
    return HandOverList.objects.filter(mine).select_related("desk", "office", "made_by", "received_by").get(pk=pk)


def unlisted(actor: Actor) -> list[dict[str, Any]]:
    """Paper passed on and on no list yet, counted by desk and office: what a list is to be made of."""
    listed = HandOverItem.objects.filter(dossier=OuterRef("pk"), received_at=None, sent_back_at=None)
    passed = Dossier.objects.filter(
        access.scope(actor, permissions.RECEIVE, "desk"), state=State.RESOLVING, accepted_at=None
    )
    found = passed.exclude(channel=Channel.ONLINE).exclude(Exists(listed))
    by_place = found.values("desk_id", "office_id", "desk__name", "office__name")
    return [dict(row) for row in by_place.annotate(count=Count("pk")).order_by("office_id")]


def history(dossier: Dossier) -> QuerySet[AuditRow]:
    """Everything done on a dossier, oldest first, from the audit log."""
    return AuditRow.objects.filter(object_type=Dossier._meta.label_lower, object_id=str(dossier.pk)).order_by("id")


def milestones(dossier: Dossier) -> list[dict[str, Any]]:
    """The steps a citizen is shown, each with its time when it has happened."""
    result = getattr(dossier, "result", None)
    return [
        {"step": "submitted", "at": dossier.submitted_at},
        {"step": "received", "at": dossier.received_at},
        {"step": "resolving", "at": dossier.handed_over_at},
        {"step": "drafted", "at": result.drafted_at if result else None},
        {"step": "issued", "at": result.issued_at if result else None},
    ]


def public_status(code: str) -> dict[str, Any] | None:
    """What anyone who knows the code may see: state and dates, nothing of the person."""
    row = (
        Dossier.objects.filter(code=code.strip().upper())
        .values(
            "code",
            "version__plain_name",
            "unit__name",
            "state",
            "submitted_at",
            "received_at",
            "due_at",
            "finished_at",
            "is_simulated",
        )
        .first()
    )
    return dict(row) if row else None


def my_dossiers(actor: Actor) -> QuerySet[Dossier]:
    """The citizen's dossiers, newest first; those filed together with them too."""
    return Dossier.objects.readable_by(actor).select_related("version", "unit").order_by("-submitted_at")


def own_dossier(actor: Actor, code: str) -> Dossier:
    """The citizen's own dossier by its code; Dossier.DoesNotExist for anyone else's."""
    related = ("version", "unit", "desk", "office", "applicant", "result__file", "result__signed_by")
    return Dossier.objects.belonging_to(actor).select_related(*related).get(code=code)


def readable_dossier(actor: Actor, code: str) -> Dossier:
    """A dossier that the citizen may read: their own, or one they file together with somebody."""
    related = ("version", "unit", "desk", "office", "applicant", "result__file", "result__signed_by")
    return Dossier.objects.readable_by(actor).select_related(*related).get(code=code)


def home_commune(actor: Actor) -> Unit | None:
    """The commune where the person behind the account lives, when the province knows it and it still is one."""
    person = Person.objects.select_related("commune").filter(pk=actor.person_id).first() if actor.person_id else None
    home = person.commune if person else None
    return home if home is not None and home.is_valid_on(timezone.localdate()) else None


def my_drafts(actor: Actor) -> QuerySet[Draft]:
    """The citizen's drafts not yet filed, newest first."""
    drafts = Draft.objects.filter(account_id=actor.account_id or 0, dossier=None)
    return drafts.select_related("version", "commune").order_by("-updated_at")


def is_overdue(dossier: Dossier, now: datetime) -> bool:
    """A property of the clock: open, not waiting for the citizen, and past its due time."""
    return dossier.is_open and dossier.paused_at is None and dossier.due_at is not None and now > dossier.due_at


def on_time_share() -> dict[str, int]:
    """Dossiers finished in the last 30 days and how many of them in time: the portal's public line."""
    end = timezone.now()
    finished = Dossier.objects.filter(
        state__in=[State.ISSUED, State.RETURNED], finished_at__gt=end - timedelta(days=30)
    )
    return finished.aggregate(total=Count("pk"), in_time=Count("pk", filter=Q(finished_at__lte=F("due_at"))))


def find_dossiers(actor: Actor, query: str, limit: int = 20) -> list[Dossier]:
    """Dossiers the officer may see, by the beginning of the code or by words of the applicant's name, marks or not."""
    typed = normalise(query)[:100]
    words = fold(typed).split()
    if not words:
        return []
    found = Dossier.objects.visible_to(actor).select_related("version", "applicant", "unit")
    by_code = list(found.filter(code__startswith=typed.upper()).order_by("-submitted_at")[:limit])
    if by_code or any(ch.isdigit() for ch in typed):
        return by_code
    named = found.annotate(folded=Fold("applicant__full_name"))
    for word in words[:6]:
        named = named.filter(folded__contains=word)
    return list(named.order_by("-submitted_at", "-id")[:limit])
