"""Sources of the index's components that dossiers and the catalogue themselves can feed."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Least

from tinhso.systems.procedures.models import (
    Apology,
    Channel,
    Dossier,
    DossierPaper,
    ProcedureVersion,
    ServiceKind,
    Supplement,
)
from tinhso.systems.procedures.performance import components, index
from tinhso.systems.procedures.performance.index import SOURCES, Source, register_source
from tinhso.systems.procedures.performance.rules import scores
from tinhso.systems.procedures.performance.tallies import Asked, in_hand, of_unit
from tinhso.systems.procedures.rules import State

WITH_RESULT = (State.ISSUED, State.RETURNED)
ONLINE_KINDS = (ServiceKind.FULL, ServiceKind.PARTIAL)
CITIZEN = "Công dân"


def received(asked: Asked) -> QuerySet[Dossier]:
    """Accepted in the period."""
    return of_unit(Dossier.objects.filter(received_at__gte=asked.begin, received_at__lt=asked.end), asked.unit)


def finished(asked: Asked) -> QuerySet[Dossier]:
    """Given a result in the period."""
    found = Dossier.objects.filter(finished_at__gte=asked.begin, finished_at__lt=asked.end, state__in=WITH_RESULT)
    return of_unit(found, asked.unit)


def handled(asked: Asked) -> QuerySet[Dossier]:
    """Received or handled in the period: everything in hand at some time of it."""
    return in_hand(asked)


def on_time(found: QuerySet[Any], moment: datetime | Combinable) -> QuerySet[Any]:
    """Those on time at `moment` by the rule of 2.1 (rules/on_time.py, which tests hold beside this query).

    The promise is the first one, moved by the apology that was sent; what waited for the citizen is taken off.
    """
    at = moment if isinstance(moment, Combinable) else Value(moment, DateTimeField())
    none = Value(timedelta(), DurationField())
    longer = Apology.objects.filter(dossier=OuterRef("pk"), sent_at__lt=OuterRef("stop")).annotate(
        more=ExpressionWrapper(F("new_due_at") - F("old_due_at"), DurationField())
    )
    requests = Supplement.objects.filter(
        dossier=OuterRef("pk"), asked_at__gte=OuterRef("received_at"), asked_at__lt=OuterRef("stop")
    ).order_by()
    waits = ExpressionWrapper(
        Least(Coalesce(F("answered_at"), OuterRef("stop")), OuterRef("stop")) - F("asked_at"), DurationField()
    )
    counted = requests.values("dossier").annotate(n=Count("pk"))
    waited = requests.values("dossier").annotate(n=Sum(waits))
    found = found.annotate(stop=Least(Coalesce("finished_at", at), at)).annotate(
        promise=ExpressionWrapper(
            Coalesce("promised_at", "due_at") + Coalesce(Subquery(longer.values("more")[:1]), none), DateTimeField()
        )
    )
    # Most dossiers were never asked for more: they are judged without looking the requests up.
    plain = Q(supplements=0, stop__lte=F("promise"))
    once = Q(supplements__gt=0) & Q(asks__lte=1) & Q(stop__lte=F("promise") + F("waited"))
    judged: QuerySet[Any] = found.annotate(
        asks=Coalesce(Subquery(counted.values("n")[:1]), 0),
        waited=Coalesce(Subquery(waited.values("n")[:1], output_field=DurationField()), none),
    ).filter(plain | once)
    return judged


def handled_on_time(asked: Asked) -> QuerySet[Any]:
    return on_time(handled(asked), asked.moment)


def in_force(asked: Asked) -> QuerySet[ProcedureVersion]:
    """The procedures in force on the period's last day, or today while it runs."""
    return ProcedureVersion.objects.as_of(min(asked.span.last_day, asked.now.date()))


def whole(found: QuerySet[ProcedureVersion]) -> QuerySet[ProcedureVersion]:
    """With all seven parts (Decree 63/2010): name, steps, ways, papers, limit, who, agency."""
    empty: list[Any] = []
    return (
        found.exclude(name="")
        .exclude(channels=empty)
        .exclude(papers=empty)
        .exclude(who_may_apply=empty)
        .exclude(duty="")
        .filter(term_value__gt=0, process__isnull=False)
    )


def online_services(asked: Asked) -> QuerySet[ProcedureVersion]:
    return in_force(asked).filter(service_kind__in=ONLINE_KINDS)


def with_online_dossiers(asked: Asked) -> QuerySet[ProcedureVersion]:
    filed = received(asked).filter(channel=Channel.ONLINE, version__code=OuterRef("code"))
    return online_services(asked).filter(Exists(filed))


def online_with_result(asked: Asked) -> QuerySet[Dossier]:
    # A dossier still being settled has no result yet; one that ended has it as a file.
    given = ~Q(state__in=WITH_RESULT) | Q(result__file__isnull=False)
    return received(asked).filter(given, channel=Channel.ONLINE)


def times_synchronised(asked: Asked, above: int, below: int) -> Decimal | None:
    """3.3 is multiplied by 1.4; without a figure for 1.4 there is none for 3.3."""
    own = scores.ratio(above, below)
    synchronised = index.result(components.DOSSIER_SYNC, asked).share if components.DOSSIER_SYNC in SOURCES else None
    if own is None or synchronised is None:
        return None
    return (own * synchronised / 100).quantize(scores.CENT)


def digitised(asked: Asked) -> QuerySet[Dossier]:
    papers = DossierPaper.objects.filter(dossier=OuterRef("pk"), removed_at=None)
    # A result is due where the procedure gives a paper.
    given = Q(result__file__isnull=False) | Q(version__result_name="")
    return finished(asked).filter(Exists(papers), given)


def for_citizens(asked: Asked) -> QuerySet[ProcedureVersion]:
    return in_force(asked).filter(who_may_apply__icontains=CITIZEN)


def register() -> None:
    """Plugs in what the core feeds; called once at start."""
    register_source(
        components.PUBLIC_CONTENT_FULL,
        Source(lambda asked: whole(in_force(asked)), in_force, unit_path=""),
    )
    register_source(components.HANDLED_ON_TIME, Source(handled_on_time, handled))
    register_source(
        components.FULL_PROCESS,
        Source(
            lambda asked: received(asked).filter(version__service_kind=ServiceKind.FULL, channel=Channel.ONLINE),
            lambda asked: received(asked).filter(version__service_kind=ServiceKind.FULL),
        ),
    )
    register_source(components.ONLINE_PROCEDURES, Source(online_services, in_force, unit_path="", distinct="code"))
    register_source(
        components.SERVICES_WITH_DOSSIERS, Source(with_online_dossiers, online_services, unit_path="", distinct="code")
    )
    register_source(components.ONLINE_DOSSIERS, Source(online_with_result, received, share=times_synchronised))
    register_source(
        components.ORIGINAL_RESULT_AVAILABLE,
        Source(
            lambda asked: finished(asked).exclude(version__result_name="").filter(result__file__isnull=False),
            lambda asked: finished(asked).exclude(version__result_name=""),
        ),
    )
    register_source(components.DIGITISED, Source(digitised, finished))
    register_source(
        components.POPULATION_PROCEDURES,
        Source(
            lambda asked: for_citizens(asked).filter(form__ui__icontains="prefill"),
            for_citizens,
            unit_path="",
            distinct="code",
        ),
    )
    register_source(
        components.POPULATION_DOSSIERS,
        Source(lambda asked: received(asked).exclude(provenance={}), received),
    )
