"""What the installation says of itself."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils import timezone

from tinhso.faces.api.dhis2 import lists
from tinhso.faces.api.dhis2.calls import Call
from tinhso.faces.api.dhis2.metadata import instant
from tinhso.faces.api.dhis2.rules.periods import FREQUENCY_ORDER, TYPES
from tinhso.faces.api.encoding import as_json
from tinhso.faces.api.uids import uid_of

# The version of the interface that this subset follows; clients choose their ways of asking by it.
VERSION = "2.40.3"

Handler = Callable[[Call], HttpResponseBase]


def info(call: Call) -> HttpResponseBase:
    now = timezone.localtime()
    return as_json(
        {
            "version": VERSION,
            "revision": "tinhso",
            "systemName": "Tỉnh Số",
            "systemId": uid_of("system", settings.PUBLIC_URL),
            "contextPath": call.request.build_absolute_uri("/dhis2"),
            "instanceBaseUrl": call.request.build_absolute_uri("/dhis2"),
            "serverDate": instant(now),
            "serverTimeZoneId": settings.TIME_ZONE,
            "serverTimeZoneDisplayName": "GMT+07:00",
            "calendar": "iso8601",
            "dateFormat": "yyyy-mm-dd",
            "lastAnalyticsTableSuccess": instant(now),
            "lastAnalyticsTableRuntime": "0 s",
            "intervalSinceLastAnalyticsTableSuccess": "0 s",
            "encryption": False,
            "emailConfigured": False,
        }
    )


def ids(call: Call) -> HttpResponseBase:
    """Fresh identifiers, drawn by chance."""
    count = call.number("limit", 1, most=10_000)
    return as_json({"codes": [uid_of("drawn", secrets.token_hex(16)) for _ in range(count)]})


def period_types(call: Call) -> HttpResponseBase:
    durations = {"day": "P1D", "week": "P7D", "month": "P1M", "quarter": "P3M", "half": "P6M", "year": "P1Y"}
    return as_json(
        {
            "periodTypes": [
                {"name": name, "displayName": name, "isoDuration": durations[kind], "frequencyOrder": order}
                for (kind, name), order in zip(TYPES.items(), FREQUENCY_ORDER.values(), strict=True)
            ]
        }
    )


HANDLERS: dict[tuple[str, str], Handler] = {
    ("GET", "me"): lists.who,
    ("GET", "filledOrganisationUnitLevels"): lists.filled_levels,
    ("GET", "periodTypes"): period_types,
}
SYSTEM: dict[str, Handler] = {"info": info, "id": ids, "uid": ids}
