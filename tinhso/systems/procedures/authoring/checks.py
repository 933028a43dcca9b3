"""Why a proposal may not be published yet: each fault with the part it belongs to, as a sentence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.forms import checks as form_checks
from tinhso.engines.forms import layout
from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.workflow import sentences
from tinhso.engines.workflow import services as workflow
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.systems.procedures import hooks
from tinhso.systems.procedures.authoring.content import asks_anything, form_of
from tinhso.systems.procedures.authoring.models import Proposal
from tinhso.systems.procedures.authoring.processing import WAYS_OF_ACTS
from tinhso.systems.procedures.cases import CASE_FIELD
from tinhso.systems.procedures.errors import NoOffice
from tinhso.systems.procedures.models import Authority, Channel, FilingRoute, ProcedureVersion, ServiceKind, TermUnit
from tinhso.systems.procedures.printing import layouts
from tinhso.systems.procedures.routing import provincial_route
from tinhso.systems.procedures.rules import owes_a_reason

PLACES = frozenset({"desk", "office", "unit", "agency"})
MOST_NAMED = 5
WHY_NOT_FULL = ("service_kind", "partial_ground", "partial_reason", "partial_basis")


@dataclass(frozen=True)
class Fault:
    """One reason against publication."""

    section: str
    sentence: str


def faults(proposal: Proposal) -> list[Fault]:
    """Every fault of a proposal; an empty list means it may be published."""
    if proposal.fact("route") == FilingRoute.MINISTRY:
        # Nothing is received here: only its page is published, so only that is looked at.
        return [Fault("facts", sentence) for sentence in (*_of_system(proposal.content), *_of_page(proposal))]
    parts = {
        "facts": _of_facts(proposal),
        "papers": _of_papers(proposal.content),
        "cases": _of_cases(proposal.content),
        "fees": _of_fees(proposal.content),
        "form": _of_form(proposal.content),
        "process": _of_process(proposal),
        "result": _of_result(proposal.content),
    }
    return [Fault(section, sentence) for section, found in parts.items() for sentence in found]


def _of_system(facts: dict[str, Any]) -> Iterator[str]:
    """A version routed to a ministry names the system, its address and the document that says so."""
    if not facts.get("system_name"):
        yield _("Chưa ghi tên hệ thống của bộ, ngành.")
    if not str(facts.get("system_url", "")).startswith("https://"):
        yield _("Địa chỉ hệ thống của bộ, ngành phải bắt đầu bằng https://.")
    if not facts.get("route_basis"):
        yield _("Chưa ghi căn cứ chuyển thủ tục sang hệ thống của bộ, ngành.")


def _of_page(proposal: Proposal) -> Iterator[str]:
    facts = proposal.content
    for name, label in (("name", _("tên thủ tục")), ("plain_name", _("tên dễ hiểu")), ("field_name", _("lĩnh vực"))):
        if not str(facts.get(name, "")).strip():
            yield _("Chưa ghi %(what)s.") % {"what": label}
    if not facts.get("decision"):
        yield _("Chưa ghi quyết định công bố thủ tục.")
    if not facts.get("legal_basis"):
        yield _("Chưa ghi căn cứ pháp lý nào.")
    yield from _of_dates(proposal)


def _of_facts(proposal: Proposal) -> Iterator[str]:
    facts = proposal.content
    yield from _of_page(proposal)
    if not facts.get("channels"):
        yield _("Chưa chọn cách nộp nào.")
    if owes_a_reason(*(str(facts.get(name) or "") for name in WHY_NOT_FULL)):
        yield _(
            "Dịch vụ công chưa toàn trình phải nêu trường hợp, lý do và quy định chuyên ngành "
            "(Nghị định 224/2026, Điều 14)."
        )
    if facts.get("service_kind") == ServiceKind.NONE and Channel.ONLINE in facts.get("channels", []):
        yield _("Thủ tục không có dịch vụ công trực tuyến thì không chọn cách nộp trực tuyến.")
    if not facts.get("term_value"):
        yield _("Thời hạn phải lớn hơn 0.")


def _of_dates(proposal: Proposal) -> Iterator[str]:
    start = proposal.valid_from
    if start is None:
        yield _("Chưa ghi ngày có hiệu lực.")
        return
    if start < timezone.localdate():
        yield _("Ngày có hiệu lực đã qua: người nộp từ ngày đó đến nay theo phiên bản cũ.")
    later = ProcedureVersion.objects.filter(code=proposal.code, valid_from__gte=start).order_by("valid_from").first()
    if later is not None:
        yield _("Đã có phiên bản %(number)s có hiệu lực từ %(day)s; ngày có hiệu lực phải sau ngày đó.") % {
            "number": later.version,
            "day": f"{later.valid_from:%d/%m/%Y}",
        }


def _of_papers(facts: dict[str, Any]) -> Iterator[str]:
    names = [str(paper.get("name", "")).strip() for paper in facts.get("papers", [])]
    if not all(names):
        yield _("Có giấy tờ chưa ghi tên.")
    for name, times in Counter(names).items():
        if name and times > 1:
            yield _("Giấy tờ “%(name)s” ghi hai lần.") % {"name": name}
    for paper in facts.get("papers", []):
        if not paper.get("originals") and not paper.get("copies"):
            yield _("Giấy tờ “%(name)s” chưa ghi cần bản chính hay bản sao.") % {"name": paper.get("name", "")}


def _of_cases(facts: dict[str, Any]) -> Iterator[str]:
    cases = facts.get("cases", [])
    for key, label in (("code", _("mã")), ("title", _("tên"))):
        for value, times in Counter(str(case.get(key, "")) for case in cases).items():
            if not value:
                yield _("Có trường hợp chưa ghi %(what)s.") % {"what": label}
            elif times > 1:
                yield _("Hai trường hợp cùng %(what)s “%(value)s”.") % {"what": label, "value": value}
    if len(cases) == 1:
        yield _("Chỉ có một trường hợp: hãy ghi thẳng vào thủ tục, hoặc thêm trường hợp thứ hai.")
    if cases and asks_anything(facts) and CASE_FIELD not in facts.get("schema", {}).get("properties", {}):
        yield _("Thủ tục có nhiều trường hợp thì biểu mẫu phải có câu hỏi “%(name)s” để người nộp chọn.") % {
            "name": CASE_FIELD
        }


def _of_fees(facts: dict[str, Any]) -> Iterator[str]:
    fees, exemptions = facts.get("fees", []), facts.get("exemptions", [])
    cases = {case.get("code") for case in facts.get("cases", [])}
    for (name, _case, _channel), times in _times(fees, "name", "case", "channel").items():
        if times > 1:
            yield _("Khoản thu “%(name)s” ghi hai lần cho cùng trường hợp và cách nộp.") % {"name": name}
    for fee in fees:
        if fee.get("case") and fee["case"] not in cases:
            yield _("Khoản thu “%(name)s” dành cho trường hợp “%(case)s” không có.") % {
                "name": fee.get("name", ""),
                "case": fee["case"],
            }
    for (group, _fee), times in _times(exemptions, "group", "fee_name").items():
        if times > 1:
            yield _("Hai dòng miễn, giảm của nhóm “%(group)s” chồng lên nhau.") % {"group": group}
    names = {fee.get("name") for fee in fees}
    for one in exemptions:
        if not one.get("legal_basis"):
            yield _("Miễn, giảm “%(name)s” chưa ghi căn cứ.") % {"name": one.get("name", "")}
        if one.get("fee_name") and one["fee_name"] not in names:
            yield _("Miễn, giảm “%(name)s” nói về khoản “%(fee)s” không có.") % {
                "name": one.get("name", ""),
                "fee": one["fee_name"],
            }


def _times(rows: list[dict[str, Any]], *keys: str) -> Counter[tuple[str, ...]]:
    return Counter(tuple(str(row.get(key, "")) for key in keys) for row in rows)


def _of_form(facts: dict[str, Any]) -> Iterator[str]:
    if asks_anything(facts):
        schema, ui = form_of(facts)
        form = FormDefinition(code="", version=1, title="", schema=schema, ui=ui)
        found = form_checks.problems(form)
        # What is no form cannot be asked what it asks.
        yield from found or [sentence for check in hooks.FORM_CHECKS for sentence in check(form)]
        yield from _of_case_question(facts)
    elif Channel.ONLINE in facts.get("channels", []):
        yield _("Nhận trực tuyến thì phải có biểu mẫu điện tử.")


def _of_case_question(facts: dict[str, Any]) -> Iterator[str]:
    asked = facts.get("schema", {}).get("properties", {}).get(CASE_FIELD, {}).get("enum")
    titles = [case.get("title", "") for case in facts.get("cases", [])]
    if asked is not None and sorted(asked) != sorted(titles):
        yield _("Các lựa chọn của câu hỏi “%(name)s” phải là tên của các trường hợp.") % {"name": CASE_FIELD}


def _of_process(proposal: Proposal) -> Iterator[str]:
    facts = proposal.content
    process = facts.get("process") or {}
    for value, unit, case in _terms(facts):
        kept = [
            fault
            for fault in workflow.check(process, term_value=value, term_unit=unit)
            if not case or fault.kind == "too_long"
        ]
        for fault in kept:
            yield (_("Trường hợp “%(case)s”: ") % {"case": case} if case else "") + sentences.sentence(fault)
    steps = [step for step in process.get("steps", []) if not step.get("end")]
    codes = {way.get("code") for step in steps for way in step.get("transitions", [])}
    for way in WAYS_OF_ACTS:
        if way not in codes:
            yield _("Quy trình thiếu lối “%(way)s” nên có việc không bao giờ làm được.") % {"way": way}
    for step in steps:
        if step.get("place") not in PLACES:
            yield _("Bước “%(step)s” chưa nói làm ở đâu.") % {"step": step.get("title", "")}
    yield from _without_office(proposal)


def _terms(facts: dict[str, Any]) -> Iterator[tuple[int, str, str]]:
    yield facts.get("term_value") or 0, _counted(facts.get("term_unit")), ""
    for case in facts.get("cases", []):
        if case.get("term_value"):
            yield case["term_value"], _counted(case.get("term_unit", facts.get("term_unit"))), case.get("title", "")


def _counted(unit: Any) -> str:
    return "working_hour" if unit == TermUnit.WORKING_HOUR else "working_day"


def _without_office(proposal: Proposal) -> Iterator[str]:
    """On the day it begins, every commune must have a committee, a service centre and an office for the duty."""
    day = proposal.valid_from or timezone.localdate() + timedelta(days=1)
    if not proposal.fact("duty"):
        yield _("Chưa chọn nhiệm vụ của phòng chuyên môn thụ lý.")
    if proposal.fact("authority", Authority.COMMUNE) != Authority.COMMUNE:
        yield from _without_department(proposal, day)
        return
    lacking = communes_without_office(str(proposal.fact("duty")), day)
    if lacking:
        named = ", ".join(lacking[:MOST_NAMED]) + ("…" if len(lacking) > MOST_NAMED else "")
        yield _("Từ ngày %(day)s có %(count)s xã, phường thiếu cơ quan làm một bước của quy trình: %(names)s.") % {
            "day": f"{day:%d/%m/%Y}",
            "count": len(lacking),
            "names": named,
        }


def _without_department(proposal: Proposal, day: date) -> Iterator[str]:
    """On the day it begins, a division or department has the duty, somebody decides, and the province has a desk."""
    try:
        provincial_route(proposal.fact("authority"), proposal.fact("duty"), day)
    except NoOffice:
        yield _(
            "Từ ngày %(day)s cấp tỉnh thiếu cơ quan làm một bước của quy trình: "
            "không phòng, sở nào có nhiệm vụ đã chọn."
        ) % {"day": f"{day:%d/%m/%Y}"}


def communes_without_office(duty: str, day: date) -> list[str]:
    """Names of communes that lack, on `day`, one of the three organisations that a dossier needs. Three queries."""
    wanted = (UnitKind.COMMUNE_COMMITTEE, UnitKind.SERVICE_CENTRE, UnitKind.OFFICE)
    kinds: dict[int, set[str]] = defaultdict(set)
    for area_id, kind in (
        Unit.objects.as_of(day).filter(kind__in=wanted, area__isnull=False).values_list("area_id", "kind")
    ):
        kinds[area_id].add(kind)
    communes = Unit.objects.as_of(day).filter(kind=UnitKind.COMMUNE).order_by("sort_key")
    return [name for pk, name in communes.values_list("pk", "name") if len(kinds[pk]) < len(wanted)]


def _of_result(facts: dict[str, Any]) -> Iterator[str]:
    layout_ = facts.get("result_layout") or {}
    if not facts.get("result_name"):
        yield _("Chưa ghi tên kết quả.")
    if not facts.get("result_symbol"):
        yield _("Chưa ghi ký hiệu kết quả.")
    schema, ui = form_of(facts)
    known = (
        layout.fields(FormDefinition(code="", version=1, title="", schema=schema, ui=ui))
        if asks_anything(facts)
        else {}
    )
    # What the printer cannot do is refused here: a name nothing stands for, a decision without articles, no signer.
    yield from layouts.problems(layout_, set(known))
