"""`dataValueSets` and `dataValues`, reading: facts as they stand, streamed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from django.db.models import Q, QuerySet
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.indicators.models import Fact
from tinhso.faces.api.dhis2.calls import Call
from tinhso.faces.api.dhis2.metadata import DEFAULT_OPTION_COMBO
from tinhso.faces.api.dhis2.rules import periods
from tinhso.faces.api.dhis2.rules.faults import Fault
from tinhso.faces.api.dhis2.rules.periods import Span
from tinhso.faces.api.dhis2.words import message
from tinhso.faces.api.encoding import as_json
from tinhso.faces.api.uids import uid_of

CHUNK = 2_000
COLUMNS = ("measure", "unit_id", "period_kind", "period_on", "value", "known_from", "counted_at", "source")
CSV_HEAD = (
    *("dataelement", "period", "orgunit", "categoryoptioncombo", "attributeoptioncombo", "value"),
    *("storedby", "lastupdated", "comment", "followup", "deleted"),
)


@dataclass(frozen=True)
class Schemes:
    """How the caller names things: by UID, or by our codes."""

    measure: str
    unit: str

    @classmethod
    def of(cls, call: Call) -> Schemes:
        common = call.params.get("idScheme", "UID").upper()
        measure = call.params.get("dataElementIdScheme", common).upper()
        return cls(measure, call.params.get("orgUnitIdScheme", common).upper())


def value_sets(call: Call) -> HttpResponseBase:
    """Values of measures at units in periods, `{"dataValues": […]}` or CSV."""
    facts = _facts(call)
    limit = call.number("limit", 0, least=0, most=10_000_000) if "limit" in call.params else 0
    rows = (facts[:limit] if limit else facts).values_list(*COLUMNS).iterator(chunk_size=CHUNK)
    is_csv = call.form == "csv" or "csv" in call.request.headers.get("Accept", "")
    if is_csv:
        return StreamingHttpResponse(_as_csv(call, rows), content_type="application/csv; charset=utf-8")
    return StreamingHttpResponse(_as_json(call, rows), content_type="application/json")


def _facts(call: Call) -> QuerySet[Fact]:
    measures, units = _measures(call), _units(call)
    facts = Fact.objects.filter(measure__in=measures, unit_id__in=units).filter(_when(call))
    return facts.order_by("measure", "period_on", "unit_id")


def _measures(call: Call) -> list[str]:
    known = call.catalogue
    by_code = Schemes.of(call).measure == "CODE"
    found: set[str] = set()
    for uid in call.listed("dataElement"):
        item = known.measures.get(uid) if by_code else known.measure_by_uid(uid)
        if item is None:
            raise Fault("E7610", uid)
        found.add(item.code)
    listed = {form.uid: form for form in call.forms}
    for uid in call.listed("dataSet"):
        if uid not in listed:
            raise Fault("E7600", uid)
        found.update(listed[uid].measures)
    groups = set(call.listed("dataElementGroup"))
    found.update(item.code for item in known.measures.values() if uid_of("measure-group", item.group) in groups)
    if not (call.listed("dataElement") or call.listed("dataSet") or groups):
        raise Fault("E2001")
    return sorted(found)


def _units(call: Call) -> list[int]:
    scheme = Schemes.of(call).unit
    named = []
    for uid in call.listed("orgUnit"):
        node = call.unit(uid, scheme=scheme)
        if node is None:
            raise Fault("E7612", uid)
        if node.pk not in call.seen:
            raise Fault("E2012", uid)
        named.append(node)
    groups = set(call.listed("orgUnitGroup"))
    named += [node for node in call.forest.nodes if uid_of("unit-kind", node.kind) in groups and node.pk in call.seen]
    if not (call.listed("orgUnit") or groups):
        raise Fault("E2006")
    if call.flag("children") or call.flag("includeDescendants"):
        return sorted({one.pk for node in named for one in call.forest.below[node.pk]} & call.seen)
    return sorted({node.pk for node in named})


def _when(call: Call) -> Q:
    """The periods, or those that lie between two days, or what became known since."""
    asked = call.listed("period")
    first, last = call.day("startDate"), call.day("endDate")
    since = _since(call)
    if asked and (first or last):
        raise Fault("E2003")
    if asked:
        return _of_periods([periods.parse(text) for text in asked]) & since
    if first and last:
        if last < first:
            raise Fault("E2004", first, last)
        return _between(first, last) & since
    if since == Q():
        raise Fault("E2002")
    return since


def _of_periods(spans: list[Span]) -> Q:
    days: dict[str, list[date]] = {}
    for span in spans:
        days.setdefault(span.kind, []).append(span.first)
    wanted = Q(pk__in=[])
    for kind, firsts in days.items():
        wanted |= Q(period_kind=kind, period_on__in=firsts)
    return wanted


def _between(first: date, last: date) -> Q:
    wanted = Q(pk__in=[])
    for kind in periods.TYPES:
        whole = periods.of(kind, last)
        # Only periods that end by the last day lie wholly between.
        latest = whole if whole.last <= last else whole.plus(-1)
        wanted |= Q(period_kind=kind, period_on__gte=first, period_on__lte=latest.first)
    return wanted


def _since(call: Call) -> Q:
    given, lasting = call.params.get("lastUpdated"), call.params.get("lastUpdatedDuration")
    if lasting and lasting != "None":
        return Q(known_from__gte=timezone.now() - periods.duration(lasting))
    if given and given != "None":
        try:
            moment = datetime.fromisoformat(given.replace(" ", "+"))
        except ValueError as error:
            raise Fault("E2014", given) from error
        return Q(known_from__gte=moment if moment.tzinfo else timezone.make_aware(moment))
    return Q()


def stamp(moment: datetime) -> str:
    """A moment with its zone, as the interface writes it."""
    here = timezone.localtime(moment)
    return f"{here:%Y-%m-%dT%H:%M:%S}.{here.microsecond // 1000:03d}{here:%z}"


def number(value: Any) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _as_json(call: Call, rows: Iterator[tuple[Any, ...]]) -> Iterator[bytes]:
    scheme = Schemes.of(call)
    yield b'{"dataValues":['
    waiting: list[bytes] = []
    comma = b""
    for row in rows:
        waiting.append(orjson.dumps(_value(call, scheme, row)))
        if len(waiting) == CHUNK:
            yield comma + b",".join(waiting)
            waiting, comma = [], b","
    if waiting:
        yield comma + b",".join(waiting)
    yield b"]}"


def _value(call: Call, scheme: Schemes, row: tuple[Any, ...]) -> dict[str, Any]:
    code, unit, kind, day, value, known, counted, source = row
    node, item = call.forest.by_id[unit], call.catalogue.measures[code]
    return {
        "dataElement": code if scheme.measure == "CODE" else item.uid,
        "period": str(Span.of(kind, day)),
        "orgUnit": node.code if scheme.unit == "CODE" else node.uid,
        "categoryOptionCombo": DEFAULT_OPTION_COMBO,
        "attributeOptionCombo": DEFAULT_OPTION_COMBO,
        "value": number(value),
        "storedBy": source,
        "created": stamp(known),
        "lastUpdated": stamp(counted),
        "followup": False,
    }


def _as_csv(call: Call, rows: Iterator[tuple[Any, ...]]) -> Iterator[str]:
    scheme = Schemes.of(call)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(CSV_HEAD)
    for row in rows:
        one = _value(call, scheme, row)
        named = [one[name] for name in ("dataElement", "period", "orgUnit", "categoryOptionCombo")]
        writer.writerow([*named, DEFAULT_OPTION_COMBO, one["value"], one["storedBy"], one["lastUpdated"], "", "", ""])
        if text.tell() > 60_000:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def one_value(call: Call) -> HttpResponseBase:
    """`dataValues?de=&pe=&ou=`: the one value, as an array of one text."""
    item = call.catalogue.measure_by_uid(call.params.get("de", ""))
    if item is None:
        raise Fault("E7610", call.params.get("de", ""))
    node = call.forest.by_uid.get(call.params.get("ou", ""))
    if node is None:
        raise Fault("E7612", call.params.get("ou", ""))
    if node.pk not in call.seen:
        raise Fault("E2012", node.uid)
    span = periods.parse(call.params.get("pe", ""))
    fact = Fact.objects.filter(measure=item.code, unit_id=node.pk, period_kind=span.kind, period_on=span.first).first()
    if fact is None:
        return message(409, _("Chưa có giá trị này."), code="E2032")
    return as_json([number(fact.value)])
