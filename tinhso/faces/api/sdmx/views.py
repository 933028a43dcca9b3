"""The doors of the exchange standard: /sdmx/2.1/… (REST 1.5) and /sdmx/3.0/… (REST 2.1)."""

from __future__ import annotations

import logging
import re
from datetime import date

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt

from tinhso.engines.indicators.permissions import VIEW
from tinhso.faces.api.callers import Caller, NotSignedIn, caller_of
from tinhso.faces.api.catalogue import catalogue
from tinhso.faces.api.encoding import as_json
from tinhso.faces.api.forest import forest
from tinhso.faces.api.sdmx import data_messages, observations, releases, structure_json, structure_xml, structures
from tinhso.faces.api.sdmx.messages import refusal
from tinhso.faces.api.sdmx.observations import Query
from tinhso.faces.api.sdmx.rules import faults, forms, keys, times
from tinhso.faces.api.sdmx.rules.faults import Fault
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.gates import machine
from tinhso.foundation.access.reach import Reach
from tinhso.foundation.text.errors import Refused

logger = logging.getLogger(__name__)

DETAILS = ("full", "dataonly", "serieskeysonly", "nodata")
STUBS = ("allstubs", "referencestubs", "allcompletestubs", "referencecompletestubs")
MOST_OBSERVATIONS = 10_000
# c[TIME_PERIOD]=ge:2026-01+le:2026-10, c[MEASURE]=a,b of the newer service.
_BOUND = re.compile(r"(?:(eq|ge|gt|le|lt):)?(.+)")


@csrf_exempt
@machine
@cache_control(private=True, no_cache=True)
def entry(request: HttpRequest, standard: str, rest: str = "") -> HttpResponseBase:
    """Every address of the service, and every refusal in its own way of telling."""
    accept = request.headers.get("Accept", "")
    try:
        if request.method not in ("GET", "HEAD"):
            raise Fault(faults.NOT_IMPLEMENTED, str(request.method))
        return _answer(request, caller_of(request), standard, [part for part in rest.split("/") if part][:8])
    except Fault as fault:
        return refusal(fault.number, fault.about, accept)
    except NotSignedIn as refused:
        answer = refusal(faults.UNAUTHORISED, refused.sentence, accept)
        answer["WWW-Authenticate"] = 'Basic realm="SDMX", charset="UTF-8"'
        return answer
    except Refused as refused:
        return refusal(faults.FORBIDDEN, refused.sentence, accept)
    except Exception as error:
        logger.error("the SDMX service broke at %s", request.path, exc_info=error)
        return refusal(faults.INTERNAL, "", accept)


def _answer(request: HttpRequest, caller: Caller, standard: str, parts: list[str]) -> HttpResponseBase:
    match standard, parts:
        case "2.1", ["data", flow, *rest]:
            return _data(request, caller, standard, flow, rest[0] if rest else "all")
        case "3.0", ["data", _context, agency, flow, *rest]:
            _check_agency(agency)
            return _data(request, caller, standard, flow, rest[1] if len(rest) > 1 else "*")
        case "2.1", [kind, *rest] if kind != "data":
            return _structure(request, standard, kind, rest)
        case "3.0", ["structure", kind, *rest]:
            return _structure(request, standard, kind, rest)
    raise Fault(faults.NOT_IMPLEMENTED, "/".join(parts))


def _check_agency(agency: str) -> None:
    if agency not in (structures.AGENCY, "all", "*"):
        raise Fault(faults.NO_RESULTS, agency)


def _accept(request: HttpRequest) -> str:
    # `format` is for people with a browser; a space in it stands for a "+".
    return request.GET.get("format", "").replace(" ", "+") or request.headers.get("Accept", "*/*")


def _structure(request: HttpRequest, standard: str, kind: str, rest: list[str]) -> HttpResponseBase:
    agency, ident, version = ([*rest, "", "", ""])[:3]
    _check_agency(agency or "all")
    if version not in ("", "latest", "all", "*", "+", "~", "1.0", "1.0.0", "1.0+", "1.0.0+"):
        raise Fault(faults.NO_RESULTS, version)
    form = forms.wanted(_accept(request), forms.STRUCTURES[standard])
    detail = request.GET.get("detail", "full")
    everything = structures.artefacts(catalogue(), forest())
    found = structures.chosen(everything, kind, ident or "all", request.GET.get("references", "none"))
    written_as = "2.1" if form in (forms.STRUCTURE, forms.STRUCTURE_JSON1) else "3.0"
    if "json" in form.media_type:
        body = structure_json.message(found, written_as, is_stub=detail in ("allstubs", "allcompletestubs"))
        return as_json(body, media_type=form.media_type)
    pieces = structure_xml.message(found, written_as, is_stub=detail in ("allstubs", "allcompletestubs"))
    return HttpResponse(data_messages.HEAD + "".join(pieces), content_type=form.media_type)


def _data(request: HttpRequest, caller: Caller, standard: str, flow: str, key: str) -> HttpResponseBase:
    ident = _flow(flow)
    form = forms.wanted(_accept(request), forms.DATA[standard])
    trees, known = forest(), catalogue()
    reach = access.reach(caller.actor, VIEW)
    query = _query(request, key, trees.within(reach), reach)
    if query.has_history and form in (forms.CSV1, forms.CSV2):
        # A row of CSV has no place for since when it holds.
        raise Fault(faults.NOT_ACCEPTABLE, "includeHistory: SDMX-ML, SDMX-JSON")
    sets = observations.peeked(releases.of_flow(ident, query, known, trees))
    if sets is None:
        raise Fault(faults.NO_RESULTS, f"{ident}/{key[:100]}")
    context = data_messages.Context(ident, data_messages.WRITERS[form.name][1], query, known, trees)
    answer = StreamingHttpResponse(data_messages.written(form, context, sets), content_type=form.media_type)
    answer["Vary"] = "Accept"
    return answer


def _flow(text: str) -> str:
    """`MEASURES` or `TINHSO,MEASURES,1.0`."""
    parts = text.split(",")
    if len(parts) > 1:
        _check_agency(parts[0])
    ident = parts[1] if len(parts) > 1 else parts[0]
    if ident not in (structures.MEASURES, structures.INDICATORS):
        raise Fault(faults.NO_RESULTS, text)
    return ident


def _query(request: HttpRequest, key: str, seen: frozenset[int], reach: Reach) -> Query:
    given = request.GET
    detail = given.get("detail", "full").lower()
    if detail not in DETAILS:
        raise Fault(faults.SYNTAX, detail)
    if given.get("attributes") == "none" and detail == "full":
        detail = "dataonly"
    at_observation = given.get("dimensionAtObservation", "TIME_PERIOD")
    if at_observation not in ("TIME_PERIOD", data_messages.ALL):
        raise Fault(faults.NOT_IMPLEMENTED, f"dimensionAtObservation={at_observation}")
    has_history = given.get("includeHistory", "false").lower()
    if has_history not in ("true", "false"):
        raise Fault(faults.SYNTAX, f"includeHistory={has_history}")
    wanted, first, end = _components(request, keys.read(key))
    if given.get("startPeriod"):
        first = times.read(given["startPeriod"]).first
    if given.get("endPeriod"):
        end = times.read(given["endPeriod"]).end
    if first and end and first >= end:
        raise Fault(faults.SEMANTIC, f"{first} … {end}")
    return Query(
        key=wanted,
        seen=seen,
        reach=reach,
        first=first,
        end=end,
        updated_after=times.moment(given["updatedAfter"]) if given.get("updatedAfter") else None,
        first_n=_count(given.get("firstNObservations", "0")),
        last_n=_count(given.get("lastNObservations", "0")),
        detail=detail,
        at_observation=at_observation,
        has_values=detail in ("full", "dataonly"),
        has_history=has_history == "true",
    )


def _components(
    request: HttpRequest, wanted: dict[str, frozenset[str]]
) -> tuple[dict[str, frozenset[str]], date | None, date | None]:
    """The `c[…]` filters of the newer service."""
    first: date | None = None
    end: date | None = None
    for name in request.GET:
        if not (name.startswith("c[") and name.endswith("]")):
            continue
        dimension, text = name[2:-1], request.GET[name].replace(" ", "+")
        if dimension == "TIME_PERIOD":
            first, end = _between(text)
        elif dimension in keys.DIMENSIONS:
            codes = frozenset(code.removeprefix("eq:") for code in text.replace("+", ",").split(","))
            wanted = wanted | {dimension: codes & wanted.get(dimension, codes)}
        else:
            raise Fault(faults.SYNTAX, name)
    return wanted, first, end


def _between(text: str) -> tuple[date | None, date | None]:
    first: date | None = None
    end: date | None = None
    for part in text.split("+"):
        found = _BOUND.fullmatch(part)
        if found is None:
            raise Fault(faults.SYNTAX, text)
        span = times.read(found[2])
        match found[1] or "eq":
            case "ge":
                first = span.first
            case "gt":
                first = span.end
            case "le":
                end = span.end
            case "lt":
                end = span.first
            case _:
                first, end = span.first, span.end
    return first, end


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= MOST_OBSERVATIONS):
        raise Fault(faults.SYNTAX, text)
    return int(text)
