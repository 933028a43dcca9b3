"""Reads for the pages: what a reader may see, and how services fare, from the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from tinhso.engines.exchange import permissions
from tinhso.engines.exchange.guarding import reaches_all
from tinhso.engines.exchange.models import Agreement, Key, Member, Message, Outage, Service, Subsystem
from tinhso.foundation.access import guard as access
from tinhso.foundation.text.rules import fold

SPAN = timedelta(hours=24)


def catalogue(query: str = "") -> list[Service]:
    """Services that may be asked for, found with or without marks in title, code, notes and owner."""
    rows = list(Service.objects.living().select_related("subsystem__member"))
    words = fold(query).split()
    return [row for row in rows if all(word in _text(row) for word in words)]


def _text(service: Service) -> str:
    return fold(f"{service.title} {service.notes} {service.identifier} {service.subsystem.member.name}")


def services_of(actor: access.Actor) -> QuerySet[Service]:
    """Services that the actor's units own."""
    return Service.objects.filter(subsystem__in=subsystems(actor)).select_related("subsystem__member__unit")


def subsystems(actor: access.Actor, code: str = permissions.VIEW) -> QuerySet[Subsystem]:
    return Subsystem.objects.at(actor, code).select_related("member__unit")


def clients(actor: access.Actor) -> list[Subsystem]:
    """Systems in whose name the actor may ask for access."""
    rows = Subsystem.objects.at(actor, permissions.ASK).living()
    return list(rows.select_related("member__unit"))


def members(actor: access.Actor, code: str) -> list[Member]:
    """Living members at whose units the actor holds `code`."""
    wanted = access.scope(actor, code, "unit")
    if reaches_all(actor, code):
        wanted |= Q(unit=None)
    return list(Member.objects.living().filter(wanted).select_related("unit"))


def agreements(actor: access.Actor) -> QuerySet[Agreement]:
    return Agreement.objects.visible_to(actor).select_related(
        "client__member__unit", "service__subsystem__member__unit"
    )


def waiting(actor: access.Actor) -> QuerySet[Agreement]:
    """Requests that wait for the actor's decision; who decides also sees."""
    return Agreement.objects.of_owner(actor, permissions.DECIDE).filter(state="asked")


def keys(subsystem: Subsystem) -> QuerySet[Key]:
    return Key.objects.filter(subsystem=subsystem).order_by("-id")


def calls(actor: access.Actor) -> QuerySet[Message]:
    """Calls that the actor sees from either side: by agreement, by own service (refused calls have no agreement), by
    own system as the caller (calls to peers have neither). Narrow it by code or agreement: the table is large."""
    wanted = Q(agreement__in=Agreement.objects.visible_to(actor).values("pk"))
    wanted |= Q(service__in=services_of(actor).values("pk"))
    wanted |= Q(client_identifier__in=[one.identifier for one in subsystems(actor)])
    return Message.objects.filter(wanted)


@dataclass(frozen=True)
class Health:
    """How calls fared in a span: counts, times in milliseconds (None without calls), minutes away."""

    calls: int = 0
    errors: int = 0
    breaches: int = 0
    p50: float | None = None
    p95: float | None = None
    outage_minutes: int = 0
    is_away: bool = False

    @property
    def error_percent(self) -> float | None:
        return self.errors * 100 / self.calls if self.calls else None


_HEALTH = f"""
SELECT count(*), count(*) FILTER (WHERE status >= 500), count(*) FILTER (WHERE breach <> ''),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms),
       percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms)
FROM {Message._meta.db_table} WHERE at >= %s AND """  # noqa: S608 - our own table


def health(*, service: Service | None = None, agreement: Agreement | None = None) -> Health:
    """The last 24 hours of a service, or of one agreement with it. An error is a 5xx: the provider's or ours."""
    since = timezone.now() - SPAN
    column, key = ("agreement_id", agreement.pk) if agreement else ("service_id", service.pk if service else 0)
    with connection.cursor() as cursor:
        cursor.execute(_HEALTH + f"{column} = %s", [since, key])
        row = cursor.fetchone()
    about = agreement.service if agreement else service
    minutes, is_away = _outages(about, since) if about else (0, False)
    return Health(row[0], row[1], row[2], row[3], row[4], minutes, is_away)


def _outages(service: Service, since: datetime) -> tuple[int, bool]:
    now, seconds, is_away = timezone.now(), 0.0, False
    for began, ended in (
        Outage.objects.filter(service=service)
        .filter(Q(ended_at=None) | Q(ended_at__gte=since))
        .values_list("began_at", "ended_at")
    ):
        is_away = is_away or ended is None
        seconds += max(0.0, ((ended or now) - max(began, since)).total_seconds())
    return round(seconds / 60), is_away


def hours(service: Service) -> list[dict[str, Any]]:
    """Calls and errors hour by hour of the last day, hours without calls left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT date_trunc('hour', at), count(*), count(*) FILTER (WHERE status >= 500),"  # noqa: S608
            f" percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms) FROM {Message._meta.db_table}"
            " WHERE service_id = %s AND at >= %s GROUP BY 1 ORDER BY 1",
            [service.pk, timezone.now() - SPAN],
        )
        return [{"hour": row[0], "calls": row[1], "errors": row[2], "p95": row[3]} for row in cursor.fetchall()]


def breaches(*, service: Service | None = None, agreement: Agreement | None = None) -> list[dict[str, Any]]:
    """The last answers that broke their contract."""
    rows = Message.objects.exclude(breach="").filter(at__gte=timezone.now() - SPAN)
    rows = rows.filter(agreement=agreement) if agreement else rows.filter(service=service)
    return [dict(row) for row in rows.order_by("-at").values("at", "operation", "breach", "uid")[:20]]
