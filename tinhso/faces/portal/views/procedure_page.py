"""What the page of one procedure shows, from the national list, from the version served here, or from both."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tinhso.systems.procedures import cases as own_cases
from tinhso.systems.procedures.catalogue import everyday, routing, words
from tinhso.systems.procedures.catalogue import selectors as catalogue
from tinhso.systems.procedures.catalogue.models import CatalogueEntry
from tinhso.systems.procedures.models import Channel, ProcedureVersion, TermUnit


def context(entry: CatalogueEntry | None, version: ProcedureVersion | None) -> dict[str, Any]:
    """Everything the template names; the facts of the version served here go before the list's."""
    if entry is not None and entry.is_vertical:
        version = None
    title = str(version.plain_name) if version else (entry.plain_name or everyday.short(entry.name)) if entry else ""
    group = entry.field_group if entry else str(version.field_name) if version else ""
    crumbs = [(_("Thủ tục"), reverse("portal:procedures"))]
    if group:
        crumbs.append((group, reverse("portal:procedures") + "?" + urlencode({"nhom": group})))
    return {
        "entry": entry,
        "version": version,
        "code": entry.code if entry else version.code if version else "",
        "title": title,
        "name": entry.name if entry else version.name if version else "",
        "facts": _facts(entry, version),
        "cases": _cases(entry, version),
        "papers": _papers(entry, version),
        "bring": version.bring if version else None,
        "result_name": version.result_name if version else entry.result_name if entry else "",
        "is_online": version is not None and catalogue.takes_online(version),
        "system": _system(entry, version),
        "places": routing.places(entry) if entry and version is None and not entry.is_vertical else [],
        "service": _service(entry, version),
        "legal_basis": (version.legal_basis if version else entry.legal_basis if entry else []),
        "doubts": _doubts(entry, version),
        "crumbs": [*crumbs, (title, "")],
    }


def _system(entry: CatalogueEntry | None, version: ProcedureVersion | None) -> routing.System | None:
    """The ministry's system to file in, by the list or by the version published here with its basis."""
    if entry is not None and entry.is_vertical:
        return routing.system_of(entry)
    if version is not None and version.is_elsewhere:
        return routing.System(str(version.system_name), version.system_url, str(version.route_basis))
    return None


def _facts(entry: CatalogueEntry | None, version: ProcedureVersion | None) -> list[dict[str, Any]]:
    """The questions people ask first, answered in a few words; each says when it is not yet sure."""
    if version is not None:
        who, body = version.who_may_apply, entry.body if entry else ""
        made = [
            ("people", _("Ai làm được"), _people(who), ""),
            ("clock", _("Bao lâu"), term(version.term_value, version.term_unit), ""),
            ("money", _("Bao nhiêu tiền"), fee(version), ""),
            ("place", _("Nộp ở đâu"), where(version), ""),
            ("unit", _("Ai trả lời"), body or _("Ủy ban nhân dân xã, phường"), ""),
        ]
    elif entry is not None:
        made = [
            ("people", _("Ai làm được"), _people(entry.who_may_apply), ""),
            ("clock", _("Bao lâu"), words.term_words(entry.term_value, entry.term_unit), "term"),
            ("money", _("Bao nhiêu tiền"), words.fee_words(entry), "fee"),
            ("place", _("Nộp cách nào"), _capital(words.channel_words(entry.channels)) or _("Tại bộ phận một cửa"), ""),
            ("unit", _("Ai trả lời"), entry.body or _("Chưa rõ"), "body"),
        ]
    else:
        return []
    open_parts = set(entry.doubts) if entry and version is None else set()
    return [
        {"icon": icon, "name": name, "value": value, "in_doubt": part in open_parts} for icon, name, value, part in made
    ]


def _people(who: list[str]) -> str:
    return "; ".join(who) or _("Mọi người")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def term(value: int, unit: str) -> str:
    """The legal term in words."""
    if unit == TermUnit.SAME_DAY:
        return _("Trong ngày; nhận sau 15 giờ thì ngày làm việc tiếp theo")
    return words.term_words(value, unit)


def fee(version: ProcedureVersion | own_cases.Facts) -> str:
    """The fee in words; what is not known is said to be set by the province's council."""
    if version.fee_vnd is None:
        return _("Theo nghị quyết của Hội đồng nhân dân tỉnh")
    return _("Không thu") if version.fee_vnd == 0 else words.money(version.fee_vnd)


def where(version: ProcedureVersion) -> str:
    """The channels in words."""
    if version.is_elsewhere:
        return _("Trên %(system)s") % {"system": version.system_name}
    named = {
        str(Channel.ONLINE): _("trên trang này"),
        str(Channel.DESK): _("tại Trung tâm Phục vụ hành chính công"),
        str(Channel.POST): _("qua bưu chính"),
    }
    return _capital("; ".join(named[channel] for channel in named if channel in version.channels))


def _cases(entry: CatalogueEntry | None, version: ProcedureVersion | None) -> list[dict[str, Any]]:
    """The cases of a procedure, each with what differs."""
    if version is not None:
        return [
            {
                "title": case.title,
                "condition": case.when,
                "term": term(case.term_value, case.term_unit),
                "fee": fee(case),
                "bring": [paper["name"] for paper in case.bring if paper not in version.bring],
                "is_sure": True,
            }
            for case in own_cases.every_case(version)
        ]
    if entry is None:
        return []
    return [
        {
            "title": case.title,
            "condition": case.condition if case.condition != case.title else "",
            "term": words.term_words(case.term_value, case.term_unit),
            "fee": "",
            "bring": [],
            "is_sure": case.is_sure,
        }
        for case in entry.cases.all()
    ]


def _papers(entry: CatalogueEntry | None, version: ProcedureVersion | None) -> dict[str, Any]:
    """The list of papers by the deciding act, and how many of them the source counts."""
    listed = version.papers if version else entry.papers if entry else []
    total = len(listed) if version else entry.papers_total if entry else 0
    return {
        "listed": listed,
        "total": total,
        "more": max(total - len(listed), 0),
        "in_doubt": bool(entry and version is None and "papers" in entry.doubts),
    }


def _service(entry: CatalogueEntry | None, version: ProcedureVersion | None) -> dict[str, str]:
    """How far the service goes online, and why not all the way (Decree 224/2026 art. 14)."""
    kind = version.get_service_kind_display() if version else entry.get_online_level_display() if entry else ""
    is_full = version.service_kind == "full" if version else bool(entry and entry.is_full_process)
    reason, basis = (version.partial_reason, version.partial_basis) if version else ("", "")
    if entry and entry.partial_reason:
        reason, basis = entry.partial_reason, entry.partial_basis
    ground = version.get_partial_ground_display() if version else ""
    return {
        "kind": _capital(str(kind)),
        "ground": str(ground),
        "reason": reason,
        "basis": basis,
        "is_full": "1" if is_full else "",
    }


def _doubts(entry: CatalogueEntry | None, version: ProcedureVersion | None) -> list[str]:
    """The parts of the page still to be checked; what is served here was checked when its version was published."""
    if entry is None or version is not None:
        return []
    return [str(words.PART_NAMES[part]) for part in entry.doubts]
