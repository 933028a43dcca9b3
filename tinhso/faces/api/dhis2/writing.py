"""`dataValueSets` and `dataValues`, writing: the request read, imported, and told in the interface's import summary."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tinhso.faces.api.dhis2.calls import Call
from tinhso.faces.api.dhis2.importing import STRATEGIES, Importer, Summary, completed
from tinhso.faces.api.dhis2.payloads import (
    MOST_BYTES,
    DataValue,
    Payload,
    Unreadable,
    from_csv,
    from_json,
    value_from_json,
)
from tinhso.faces.api.dhis2.rules.faults import Fault
from tinhso.faces.api.dhis2.words import message, refused
from tinhso.faces.api.encoding import as_json, body_of

# Versions of the interface before this one answer with the bare summary.
WRAPPED_SINCE = 38
CSV_TYPES = ("application/csv", "text/csv")


def import_set(call: Call) -> HttpResponseBase:
    """POST dataValueSets: JSON or CSV; `dryRun`, `importStrategy`, id schemes."""
    strategy = STRATEGIES.get(call.params.get("importStrategy", "CREATE_AND_UPDATE").upper())
    if strategy is None:
        return message(409, _("importStrategy không hợp lệ."))
    media_type = call.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type not in ("application/json", *CSV_TYPES):
        return message(415, _("Chỉ nhận application/json hoặc application/csv."))
    raw = body_of(call.request, MOST_BYTES)
    importer = Importer(call, strategy=strategy, is_dry_run=call.flag("dryRun"))
    try:
        if media_type in CSV_TYPES:
            payload, rows = Payload(), from_csv(raw, has_head=call.flag("firstRowIsHeader", default=True))
        else:
            payload = from_json(raw)
            rows = completed(payload.dataValues, payload)
        form = _form(call, payload)
        return _told(call, importer, importer.run(rows, form=form))
    except Unreadable as error:
        return message(400, _("Không đọc được nội dung gửi lên: %(why)s") % {"why": str(error)})


def _form(call: Call, payload: Payload) -> Any:
    uid = payload.dataSet or call.params.get("dataSet")
    if not uid:
        return None
    found = next((form for form in call.forms if uid in (form.uid, form.code)), None)
    if found is None:
        raise Fault("E7600", uid)
    return found


def _told(call: Call, importer: Importer, summary: Summary) -> HttpResponseBase:
    has_conflicts = bool(summary.conflicts)
    response = {
        "responseType": "ImportSummary",
        "status": "WARNING" if has_conflicts else "SUCCESS",
        "description": _("Đã xử lý xong."),
        "importOptions": {
            "idSchemes": {},
            "dryRun": importer.is_dry_run,
            "async": False,
            "importStrategy": importer.strategy,
            "mergeMode": "REPLACE",
            "skipExistingCheck": False,
        },
        "importCount": {
            "imported": summary.imported,
            "updated": summary.updated,
            "ignored": summary.ignored,
            "deleted": summary.deleted,
        },
        "conflicts": list(summary.conflicts.values()),
        "rejectedIndexes": summary.rejected,
        "dataSetComplete": "false",
    }
    status = 409 if has_conflicts else 200
    if call.version and call.version < WRAPPED_SINCE:
        return as_json(response, status=status)
    text = _("Có xung đột; hãy xem tóm tắt.") if has_conflicts else _("Đã nhận số liệu.")
    return message(status, text, mark="WARNING" if has_conflicts else "OK", response=response)


def set_value(call: Call) -> HttpResponseBase:
    """POST dataValues: one value, by JSON or by parameters of the address."""
    params = call.params
    row = DataValue(
        dataElement=params.get("de"),
        period=params.get("pe"),
        orgUnit=params.get("ou"),
        categoryOptionCombo=params.get("co"),
        value=params.get("value"),
        comment=params.get("comment"),
    )
    if call.request.headers.get("Content-Type", "").startswith("application/json"):
        try:
            row = value_from_json(body_of(call.request, 64 * 1024))
        except Unreadable as error:
            return message(400, _("Không đọc được nội dung gửi lên: %(why)s") % {"why": str(error)})
    return _one(call, row, "CREATE_AND_UPDATE", 201)


def remove_value(call: Call) -> HttpResponseBase:
    """DELETE dataValues?de=&pe=&ou=: the value is withdrawn; its history stays."""
    params = call.params
    row = DataValue(dataElement=params.get("de"), period=params.get("pe"), orgUnit=params.get("ou"))
    return _one(call, row, "DELETE", 200)


def _one(call: Call, row: DataValue, strategy: str, done: int) -> HttpResponseBase:
    summary = Importer(call, strategy=strategy, is_dry_run=False).run([row])
    for conflict in summary.conflicts.values():
        return message(409, conflict["value"], code=conflict.get("errorCode", ""))
    if strategy == "DELETE" and not summary.deleted:
        return refused(Fault("E7618", row.dataElement or ""))
    return message(done, _("Đã ghi."))
