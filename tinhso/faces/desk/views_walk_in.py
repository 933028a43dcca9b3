"""Receiving at the counter, by keyboard in under a minute: one page, the card's code, the procedure, the papers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.faces.desk.views import visible
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.orgs.selectors import communes
from tinhso.foundation.people.lookups import record_lookup
from tinhso.foundation.people.models import Person
from tinhso.foundation.text.asked import day_of, whole_number
from tinhso.foundation.text.errors import Refused
from tinhso.foundation.text.names import tidy_name
from tinhso.foundation.text.rules import normalise, normalise_lines
from tinhso.systems.procedures import cases, permissions, selectors
from tinhso.systems.procedures.counter import rules
from tinhso.systems.procedures.counter import selectors as counter
from tinhso.systems.procedures.counter.errors import NotACard
from tinhso.systems.procedures.counter.models import NoScan, PaperKind, Ticket
from tinhso.systems.procedures.counter.rules import Card, TicketState
from tinhso.systems.procedures.counter.services import PaperLine, receive_walk_in
from tinhso.systems.procedures.counter.words import DOUBTS
from tinhso.systems.procedures.models import Channel, ProcedureVersion

MOST_PAPERS = 60
# How a paper is handled beside being handed in: kept, only shown, or never to be scanned.
HANDLING = (
    ("", gettext_lazy("nộp")),
    (NoScan.SHOWN, gettext_lazy("chỉ xuất trình")),
    (NoScan.SECRET, gettext_lazy("giấy tờ mật")),
)


def _desk(request: HttpRequest) -> Unit:
    desk = counter.desk_of(actor_of(request))
    if desk is None:
        raise access.Denied(_("Bạn không làm việc tại bộ phận một cửa nào."))
    return desk


@permitted(permissions.RECEIVE)
def walk_in(request: HttpRequest) -> HttpResponse:
    """One page: save it and the dossier is received, its receipt ready to print."""
    typed: Any = request.POST
    if request.method != "POST":
        return _page(request, {"gio_mo": timezone.now().isoformat(timespec="seconds")})
    try:
        card = _card(typed)
        version = _version(typed)
        if version is not None and typed.get("giay_to_cua") != key_of(version, typed):
            # Without scripts the papers come with the first press; nothing is refused, nothing is lost.
            return _page(request, typed, card=card, version=version)
        errors = _errors(typed, card, version, _commune(request, typed))
        if errors or version is None:
            return _page(request, typed, card=card, version=version, errors=errors)
        dossier = _receive(request, typed, card, version)
    except access.Denied:
        raise
    except Refused as refusal:
        return _page(request, typed, errors=[{"href": "#the", "message": refusal.sentence}])
    messages.success(request, _("Đã tiếp nhận hồ sơ %(code)s.") % {"code": dossier.code})
    return redirect("desk:walk_in_done", dossier.pk)


def _card(typed: Any) -> Card:
    """The card, with the name as the officer left it."""
    try:
        card = rules.read_card(typed.get("the", ""))
    except rules.Unreadable:
        raise NotACard from None
    name = tidy_name(typed.get("ho_ten", "")) or card.full_name
    born = day_of(typed.get("ngay_sinh", "")) or card.born_on
    return Card(
        card.number,
        normalise(name)[:120],
        born,
        card.sex or (typed.get("gioi_tinh", "") if typed.get("gioi_tinh") in ("male", "female") else ""),
        normalise(typed.get("noi_cu_tru", "") or card.address)[:300],
        card.issued_on,
        card.from_code or typed.get("doc_ma") == "1",
        card.doubts,
    )


def _version(typed: Any) -> ProcedureVersion | None:
    """The procedure chosen in the list, or the only one that answers what was typed."""
    code = typed.get("ma_thu_tuc", "") or typed.get("thu_tuc", "").split(" ")[0]
    try:
        return selectors.procedure(code)
    except ProcedureVersion.DoesNotExist:
        found = counter.find_procedures(typed.get("thu_tuc", ""))
        return selectors.procedure(found[0].code) if len(found) == 1 else None


def _commune(request: HttpRequest, typed: Any) -> Unit | None:
    """The commune that settles it: the one chosen, else the desk's own; none where the province's desk chose none."""
    wanted = typed.get("xa", "")
    found = communes(timezone.localdate())
    if wanted:
        return found.filter(pk=int(wanted)).first() if wanted.isascii() and wanted.isdigit() else None
    return found.filter(pk=_desk(request).area_id or 0).first()


def _own_area(request: HttpRequest) -> int | None:
    desk = counter.desk_of(actor_of(request))
    return desk.area_id if desk else None


def _errors(typed: Any, card: Card, version: ProcedureVersion | None, commune: Unit | None) -> list[dict[str, str]]:
    errors = []
    if not card.full_name:
        errors.append({"href": "#ho_ten", "message": _("Hãy nhập họ tên người nộp.")})
    phone = typed.get("dien_thoai", "").replace(" ", "")
    if phone and not (phone.isascii() and phone.isdigit() and phone.startswith("0") and 10 <= len(phone) <= 11):
        errors.append({"href": "#dien_thoai", "message": _("Số điện thoại bắt đầu bằng 0 và có 10 hoặc 11 chữ số.")})
    if version is None:
        errors.append({"href": "#thu_tuc", "message": _("Hãy chọn thủ tục trong danh sách.")})
    elif not version.is_provincial and commune is None:
        errors.append({"href": "#xa", "message": _("Hãy chọn xã, phường giải quyết hồ sơ này.")})
    elif typed.get("kenh", Channel.DESK) not in (Channel.DESK, Channel.POST):
        errors.append({"href": "#kenh", "message": _("Hãy chọn cách nộp.")})
    return errors


def _receive(request: HttpRequest, typed: Any, card: Card, version: ProcedureVersion) -> Any:
    desk, actor = _desk(request), actor_of(request)
    at_counter = Ticket.objects.filter(
        desk=desk, day=timezone.localdate(), state=TicketState.CALLED, officer_id=actor.account_id
    ).first()
    return receive_walk_in(
        actor=actor,
        desk=desk,
        version=version,
        card=card,
        papers=_lines(typed, version),
        phone=typed.get("dien_thoai", "").replace(" ", ""),
        channel=typed.get("kenh", Channel.DESK),
        case_code=case_of(version, typed.get("truong_hop", "")),
        commune=None if version.is_provincial else _commune(request, typed),
        sets=_count(typed.get("so_bo", "1"), least=1) or 1,
        note=normalise_lines(typed.get("ghi_chu", ""))[:2000],
        brought_by=normalise(typed.get("nop_thay", ""))[:120],
        post_code=normalise(typed.get("so_buu_gui", ""))[:30],
        posted_on=day_of(typed.get("ngay_gui", "")),
        ticket=at_counter,
        seconds=_seconds(typed.get("gio_mo", "")),
    )


def _seconds(opened: str) -> int | None:
    from django.utils.dateparse import parse_datetime

    try:
        at = parse_datetime(opened)
    except ValueError:
        return None
    if at is None or timezone.is_naive(at):
        return None
    passed = int((timezone.now() - at).total_seconds())
    return passed if 0 <= passed < 24 * 3600 else None


def _count(text: str, *, least: int = 0) -> int:
    number = whole_number(text, 3) or 0
    return max(number, least)


def case_of(version: ProcedureVersion, typed: str) -> str:
    """The case chosen, when the version has it; the first where it has cases and none was chosen."""
    known = [case["code"] for case in version.cases]
    return typed if typed in known else next(iter(known), "")


def key_of(version: ProcedureVersion, typed: Any) -> str:
    """Which list of papers the page shows; another procedure or another case brings another list."""
    return f"{version.code}/{case_of(version, typed.get('truong_hop', ''))}".rstrip("/")


def _papers(version: ProcedureVersion, typed: Any) -> list[dict[str, Any]]:
    """The papers of the version, or of the case chosen."""
    return cases.facts_of(version, case_of(version, typed.get("truong_hop", ""))).papers[:MOST_PAPERS]


def _lines(typed: Any, version: ProcedureVersion) -> list[PaperLine]:
    """The ticked papers as lines of form 01: originals and copies apart."""
    lines: list[PaperLine] = []
    named = [(str(index), str(paper.get("name", ""))) for index, paper in enumerate(_papers(version, typed))]
    for key, label in [*named, ("them", normalise(typed.get("ten-them", ""))[:500])]:
        if not label or (key != "them" and typed.get(f"co-{key}") != "1"):
            continue
        handling = typed.get(f"cach-{key}", "")
        originals, copies = _count(typed.get(f"goc-{key}", "")), _count(typed.get(f"sao-{key}", ""))
        if handling == NoScan.SHOWN:
            lines.append(PaperLine(label, PaperKind.SHOWN, max(originals + copies, 1)))
            continue
        secret = NoScan.SECRET if handling == NoScan.SECRET else ""
        if originals or not copies:
            lines.append(PaperLine(label, PaperKind.ORIGINAL, max(originals, 1), secret))
        if copies:
            lines.append(PaperLine(label, PaperKind.COPY, copies, secret))
    return lines


def _kept(typed: Any, card: Card | None) -> dict[str, Any]:
    """What stands in the boxes again: as the card says, else as it was typed."""
    said = {
        "the": card.number if card else "",
        "ho_ten": card.full_name if card else "",
        "ngay_sinh": card.born_on.isoformat() if card and card.born_on else "",
        "gioi_tinh": card.sex if card else "",
        "noi_cu_tru": card.address if card else "",
    }
    return {name: value or typed.get(name, "") for name, value in said.items()}


def _page(
    request: HttpRequest,
    typed: Any,
    *,
    card: Card | None = None,
    version: ProcedureVersion | None = None,
    errors: list[dict[str, str]] | None = None,
) -> HttpResponse:
    context = {
        "typed": typed,
        "card": card,
        "kept": _kept(typed, card),
        "doubts": [DOUBTS[doubt] for doubt in card.doubts] if card else [],
        "version": version,
        "hits": [] if version else counter.find_procedures(typed.get("thu_tuc", "")),
        "papers": paper_rows(version, typed) if version else [],
        "case": case_of(version, typed.get("truong_hop", "")) if version else "",
        "papers_of": key_of(version, typed) if version else "",
        "handling": HANDLING,
        "errors": errors or [],
        "channels": [(Channel.DESK, Channel.DESK.label), (Channel.POST, Channel.POST.label)],
        "channel": typed.get("kenh", Channel.DESK),
        "communes": list(communes(timezone.localdate()).order_by("sort_key", "pk").values_list("pk", "name")),
        "commune": typed.get("xa", "") or _own_area(request),
    }
    return render(request, "desk/walk_in.html", context, status=422 if errors else 200)


def paper_rows(version: ProcedureVersion, typed: Any) -> list[dict[str, Any]]:
    """The papers of the version as rows to tick, with the quantities of the published decision."""
    again = typed.get("giay_to_cua") == key_of(version, typed)
    rows = []
    for index, paper in enumerate(_papers(version, typed)):
        originals, copies = paper.get("originals") or 0, paper.get("copies") or 0
        rows.append(
            {
                "key": str(index),
                "name": paper.get("name", ""),
                "originals": typed.get(f"goc-{index}") if again else originals or (0 if copies else 1),
                "copies": typed.get(f"sao-{index}") if again else copies,
                "ticked": again and typed.get(f"co-{index}") == "1",
                "handling": typed.get(f"cach-{index}", "") if again else "",
            }
        )
    return rows


@permitted(permissions.RECEIVE)
def read_code(request: HttpRequest) -> JsonResponse:
    """What the card's code says, for the page to fill in. A person already known is looked up and that is logged."""
    try:
        card = rules.read_card(request.POST.get("the", ""))
    except rules.Unreadable:
        return JsonResponse({"error": NotACard().sentence}, status=422)
    desk, actor = _desk(request), actor_of(request)
    known = Person.objects.filter(personal_number=card.number).first()
    if known is not None:
        record_lookup(actor, person=known, purpose=_("Tiếp nhận hồ sơ tại quầy"), unit=desk)
    return JsonResponse(
        {
            "number": card.number,
            "full_name": card.full_name or (known.full_name if known else ""),
            "phone": known.phone if known else "",
            "born_on": card.born_on.isoformat() if card.born_on else "",
            "sex": card.sex,
            "address": card.address,
            "from_code": card.from_code,
            "doubts": [str(DOUBTS[doubt]) for doubt in card.doubts],
        }
    )


@permitted(permissions.RECEIVE)
def find_procedure(request: HttpRequest) -> JsonResponse:
    """Procedures that answer what is typed, for the list under the box."""
    found = counter.find_procedures(request.GET.get("q", "")[:120])
    return JsonResponse(
        {"found": [{"code": one.code, "name": one.plain_name, "field": one.field_name} for one in found]}
    )


@permitted(permissions.RECEIVE)
def papers(request: HttpRequest) -> HttpResponse:
    """The rows of papers of a procedure, put into the page when it is chosen."""
    try:
        version = selectors.procedure(request.GET.get("ma", ""))
    except ProcedureVersion.DoesNotExist:
        raise Http404 from None
    asked = {"truong_hop": request.GET.get("truong_hop", "")}
    context = {
        "version": version,
        "papers": paper_rows(version, asked),
        "case": case_of(version, asked["truong_hop"]),
        "papers_of": key_of(version, asked),
        "handling": HANDLING,
        "typed": {},
    }
    return render(request, "desk/parts/walk_in_papers.html", context)


@permitted(permissions.RECEIVE)
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Right after: the code, the day promised, form 01 to print, the next person."""
    found = visible(request, pk)
    reception = getattr(found, "reception", None)
    if reception is None:
        raise Http404
    return render(request, "desk/walk_in_done.html", {"dossier": found, "reception": reception})
