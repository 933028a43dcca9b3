"""GovStack's registration building block: services, eForms, applications, tasks, documents, statistics.

Every answer is read from dossiers and procedures; every write is an act of theirs, with the caller's own rights.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.forms.validation import validate
from tinhso.engines.workflow.models import CaseStep, Token
from tinhso.engines.workflow.selectors import transitions_for_token
from tinhso.faces.govstack.asking import answer, clean, dossiers, not_there, page, sent, versions
from tinhso.faces.govstack.shapes import (
    application,
    branch_of,
    eform,
    listed,
    service,
    status,
    task,
    task_ids,
    tasks,
)
from tinhso.faces.registers.govstack import endpoint
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.access.registry import ROLES
from tinhso.foundation.files import kinds
from tinhso.foundation.files import services as files
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.people.lookups import record_lookup
from tinhso.foundation.people.models import Person
from tinhso.foundation.text.asked import day_of
from tinhso.foundation.text.errors import Refused
from tinhso.foundation.text.rules import fold
from tinhso.systems.procedures import permissions, services
from tinhso.systems.procedures.models import Dossier, ProcedureVersion
from tinhso.systems.procedures.processes.services import move_branch
from tinhso.systems.procedures.rules import AT_WORK, State

CLIENT = re.compile(r"[^/\s]+/[^/\s]+/[^/\s]+/[^/\s]+")
HASH = re.compile("[0-9a-f]{64}")
# What narrows the statistics, besides the time frame.
STATISTICS = ("startDate", "endDate", "registrationName", "operator", "role")
FRAMES = ("day", "week", "month", "year")


@endpoint("GET")
def service_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    rows = versions()
    if name := clean(request.GET.get("name")):
        rows = rows.filter(Q(plain_name__iexact=name) | Q(name__iexact=name))
    return answer([service(one) for one in rows])


@endpoint("GET")
def one_service(request: HttpRequest, actor: Actor, service_id: str) -> HttpResponse:
    """The service alone in a list: GovStack answers so."""
    version = versions().filter(code=clean(service_id)).first()
    return answer([service(version)]) if version else not_there()


@endpoint("GET")
def service_forms(request: HttpRequest, actor: Actor, service_id: str) -> HttpResponse:
    version = versions().filter(code=clean(service_id)).first()
    if version is None:
        return not_there()
    return answer([eform(version.form, True)] if version.form else [])


@endpoint("GET")
def one_form(request: HttpRequest, actor: Actor, form_id: str) -> HttpResponse:
    """A published form by its version; `latest` when a service of today asks it."""
    code, _dot, number = clean(form_id).rpartition(".")
    rows = FormDefinition.objects.published().filter(code=code)
    found = rows.filter(version=int(number)).first() if re.fullmatch("[0-9]{1,6}", number) else None
    if found is None:
        return not_there()
    return answer(eform(found, not rows.filter(version__gt=found.version).exists(), whole=True))


@endpoint("GET")
def application_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    access.require(actor, permissions.VIEW)
    rows = dossiers(actor).exclude(case=None)
    if "serviceId" in request.GET:
        rows = rows.filter(version__code=clean(request.GET["serviceId"]))
    if "applicantId" in request.GET:
        rows = rows.filter(applicant=_person(request.GET["applicantId"]))
    return answer([listed(one) for one in page(request, rows)])


def _person(said: Any) -> Person | None:
    """A person as named here (P and a number), or by the personal number that a desk knows."""
    text = clean(said)
    if re.fullmatch(r"P[0-9]{1,18}", text):
        return Person.objects.filter(pk=int(text[1:]), merged_into=None).first()
    return Person.objects.filter(personal_number=text, merged_into=None).first() if text else None


@endpoint("GET", "PUT")
def one_application(request: HttpRequest, actor: Actor, file_id: str) -> HttpResponse:
    access.require(actor, permissions.VIEW)
    dossier = dossiers(actor).filter(code=clean(file_id)).first()
    if dossier is None:
        return not_there()
    _opened(actor, dossier)
    if request.method == "PUT":
        body = sent(request)
        with transaction.atomic():
            _operate(actor, dossier, body)
            services.tie_papers(actor=actor, dossier_id=dossier.pk, hashes=_documents(body))
        dossier = dossiers(actor).get(pk=dossier.pk)
    return answer(application(dossier))


def _opened(actor: Actor, dossier: Dossier) -> None:
    """The person sees who looked, through whatever door."""
    record_lookup(
        actor,
        person=dossier.applicant,
        subject=dossier,
        unit=dossier.unit,
        purpose=_("Giải quyết hồ sơ %(code)s qua kết nối giữa các hệ thống") % {"code": dossier.code},
    )


def _operate(actor: Actor, dossier: Dossier, body: dict[str, Any]) -> None:
    """The operator's word on an application: accepted at the desk, sent back, refused. Without one nothing moves on.

    What the person declared is theirs: an operator asks for a supplement instead of changing it.
    """
    if "applicantId" in body and _person(body["applicantId"]) != dossier.applicant:
        raise Refused(_("Người nộp của hồ sơ không đổi được."))
    known = set(dossier.version.form.properties) if dossier.version.form else set()
    given = {name: value for name, value in _form_data(body).items() if name in known}
    if any(dossier.data.get(name) != value for name, value in given.items()):
        raise Refused(_("Nội dung đã khai chỉ người nộp sửa được, khi được yêu cầu bổ sung."))
    said = body.get("status")
    word = said.get("code") if isinstance(said, dict) else None
    reason = str(body.get("reason") or body.get("description") or "")
    if word == "SENDBACK":
        services.ask_supplement(actor=actor, dossier_id=dossier.pk, items=reason, reason=reason)
    elif word == "REJECTED":
        services.refuse_dossier(actor=actor, dossier_id=dossier.pk, reason=reason)
    elif dossier.state == State.SUBMITTED:
        services.receive_dossier(actor=actor, dossier_id=dossier.pk)


def _form_data(body: dict[str, Any]) -> dict[str, Any]:
    held = body.get("formData")
    data = held.get("data") if isinstance(held, dict) else None
    return data if isinstance(data, dict) else {}


def _documents(body: dict[str, Any]) -> list[str]:
    """The papers named in an application, by the addresses that `document` answered."""
    held = body.get("documentUrls") or []
    if not isinstance(held, list) or not all(isinstance(one, str) and HASH.fullmatch(one) for one in held):
        raise Refused(_("Danh sách giấy tờ phải là địa chỉ mà lần gửi giấy tờ đã trả lời."))
    return held


@endpoint("POST")
def submit(request: HttpRequest, actor: Actor, service_id: str) -> HttpResponse:
    """A dossier brought to the caller's own desk for a person, received at once as any brought on paper."""
    access.require(actor, permissions.RECEIVE)
    version, body = versions().filter(code=clean(service_id)).first(), sent(request)
    if version is None:
        return not_there()
    person = _person(body.get("applicantId"))
    if person is None:
        raise Refused(_("Không có người nộp này."))
    data = _answers(version, _form_data(body))
    with transaction.atomic():
        made = services.record_walk_in(actor=actor, version=version, desk=_desk(actor), person=person, data=data)
        services.tie_papers(actor=actor, dossier_id=made.pk, hashes=_documents(body))
    return answer(application(dossiers(actor).get(pk=made.pk)))


def _answers(version: ProcedureVersion, given: dict[str, Any]) -> dict[str, Any]:
    """Answers to the form's own questions, each of them right; those not given are on paper."""
    known = set(version.form.properties) if version.form else set()
    kept = {name: value for name, value in given.items() if name in known}
    wrong = [one.label for one in validate(version.form, kept) if one.path[0] in kept] if version.form else []
    if wrong:
        raise Refused(_("Chưa đúng: %(labels)s.") % {"labels": "; ".join(wrong[:5])})
    return kept


def _desk(actor: Actor) -> Unit:
    held = Unit.objects.filter(access.units(actor, permissions.RECEIVE), kind=UnitKind.SERVICE_CENTRE)
    desk = held.as_of(timezone.localdate()).select_related("area").order_by("pk").first()
    if desk is None:
        raise Refused(_("Tài khoản này không làm việc tại bộ phận một cửa nào."))
    return desk


@endpoint("GET")
def task_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    access.require(actor, permissions.VIEW)
    rows = dossiers(actor).filter(state__in=AT_WORK).exclude(case=None)
    for name in ("fileId", "mainTaskId"):
        if name in request.GET:
            rows = rows.filter(code=clean(request.GET[name]))
    holder = request.GET.get("assigneeId")
    if holder is not None:
        pk = int(holder) if re.fullmatch("[0-9]{1,18}", holder) else 0
        at_branch = Token.objects.open().filter(case=OuterRef("case"), holder=pk)
        rows = rows.filter(Q(case__holder_id=pk) | Exists(at_branch))
    # A dossier whose step is split is as many tasks as it has open branches.
    found = [line for one in page(request, rows) for line in tasks(one)]
    return answer([line for line in found if holder is None or line["assigneeId"] == holder])


def _at_task(actor: Actor, said: str) -> Dossier | None:
    """The dossier that stands at this very step now; a step done is a task no more."""
    code, _wave, _step = clean(said).partition("~")
    found = dossiers(actor).filter(state__in=AT_WORK, code=code).first()
    return found if found and said in task_ids(found) else None


@endpoint("GET", "POST")
def one_task(request: HttpRequest, actor: Actor, said: str) -> HttpResponse:
    """One task. Nothing is posted to a task itself: that address is not there."""
    access.require(actor, permissions.VIEW)
    dossier = _at_task(actor, said) if request.method == "GET" else None
    if dossier is None:
        return not_there()
    _opened(actor, dossier)
    return answer(task(dossier, whole=True, token=branch_of(dossier, said)))


@endpoint("POST")
def complete(request: HttpRequest, actor: Actor, said: str) -> HttpResponse:
    """The step's own act, by whoever may do it. Drafting, signing and giving results need their own pages."""
    access.require(actor, permissions.VIEW)
    dossier = _at_task(actor, said)
    if dossier is None:
        done = _done(actor, said)
        return _moved(said, done) if done else not_there()
    token = branch_of(dossier, said)
    if token is not None:
        _complete_branch(actor, dossier, token)
        # Once its branch is done, an office elsewhere sees the dossier no more; how it stands now is still its answer.
        return _moved(said, Dossier.objects.select_related("version").get(pk=dossier.pk))
    acts = {
        State.SUBMITTED: services.receive_dossier,
        State.RECEIVED: services.hand_over,
        State.RESOLVING: services.take_dossier,
    }
    act = acts.get(State(dossier.state))
    if act is None:
        raise Refused(_("Bước này chỉ làm được trên trang của cán bộ."))
    act(actor=actor, dossier_id=dossier.pk, seen=dossier.lock_version)
    return _moved(said, dossiers(actor).get(pk=dossier.pk))


def _complete_branch(actor: Actor, dossier: Dossier, token: Token) -> None:
    """The one way on that the caller may take; where several lead on, a person chooses on the page."""
    ways = [way for way in transitions_for_token(actor, token) if not way.is_back]
    if len(ways) != 1 or ways[0].needs_note or ways[0].needs_step_up:
        raise Refused(_("Bước này chỉ làm được trên trang của cán bộ."))
    move_branch(actor=actor, dossier_id=dossier.pk, token_id=token.pk, transition=ways[0].code, version=token.version)


def _done(actor: Actor, said: str) -> Dossier | None:
    """The dossier whose step this was: completed already, so sent again it changes nothing."""
    code, _wave, step = clean(said).partition("~")
    step = step.partition("~")[0]
    return dossiers(actor).filter(code=code, case__log__from_step=step).distinct().first() if step else None


def _moved(said: str, moved: Dossier) -> HttpResponse:
    named = {"taskId": said, "fileId": moved.code, "serviceId": moved.version.code}
    return answer({**named, "status": status(moved), "variables": {}})


@endpoint("POST")
def document(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Keeps a paper for applications to come: checked and scanned as every file of the house."""
    access.require(actor, permissions.RECEIVE)
    given = request.FILES.get("file") if request.content_type != "application/json" else None
    try:
        stream, name = (given, given.name or "tep") if isinstance(given, UploadedFile) else _in_text(request)
    except Refused as refusal:
        said = {"traceId": uuid.uuid4().hex, "code": "400", "message": "no document"}
        return answer({**said, "localizedMessage": refusal.sentence}, 400)
    allowed = (*files.ACCEPTED, kinds.TEXT)
    kept = files.store(actor, stream=stream, name=name, purpose="procedures.paper", allowed=allowed)  # type: ignore[arg-type]
    return answer({"code": 200, "type": kept.media_type, "message": kept.name, "url": kept.sha256})


def _in_text(request: HttpRequest) -> tuple[io.BytesIO, str]:
    text = str(sent(request).get("file") or "")
    try:
        held = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        held = b""
    if not held:
        raise Refused(_("Chưa có tệp nào được gửi."))
    endings = {b"%PDF": "pdf", b"\x89PNG": "png", b"\xff\xd8\xff\xe0": "jpg"}
    return io.BytesIO(held), f"tai-lieu.{endings.get(held[:4], 'txt')}"


@endpoint("GET")
def statistics(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How many dossiers were processed, and how: counts only, by day of reception and service."""
    if not CLIENT.fullmatch(request.headers.get("Information-Mediator-Client", "")):
        raise Refused(_("Thiếu tên hệ thống gọi (Information-Mediator-Client)."))
    asked = {name: clean(request.GET.get(name)) for name in STATISTICS}
    rows = Dossier.objects.all()
    if name := asked["registrationName"]:
        found = ProcedureVersion.objects.filter(Q(code=name) | Q(plain_name__iexact=name))
        if not found.exists():
            return not_there()
        rows = rows.filter(version__in=found)
    for word, lookup in (("startDate", "received_at__date__gte"), ("endDate", "received_at__date__lte")):
        if asked[word]:
            day = day_of(asked[word])
            if day is None:
                raise Refused(_("Ngày phải viết theo dạng năm-tháng-ngày."))
            rows = rows.filter(**{lookup: day})
    if asked["operator"] or asked["role"]:
        rows = rows.filter(Exists(_worked(asked["operator"], asked["role"])))
    frame = request.GET.get("timeframe", "")
    said = {word: value for word, value in asked.items() if value}
    frames = {f"timeframe{one.title()}": one == frame for one in FRAMES} if frame in FRAMES else {}
    return answer([_counts(rows) | {"references": said | frames}])


def _worked(operator: str, role: str) -> QuerySet[CaseStep]:
    """Steps of a dossier done by an officer of that name, in that role (its code, or its name)."""
    steps = CaseStep.objects.filter(case=OuterRef("case"))
    if operator:
        steps = steps.filter(actor__full_name__iexact=operator)
    if role:
        codes = [one.code for one in ROLES.values() if fold(role) in (fold(one.code), fold(str(one.name)))]
        held = RoleAssignment.objects.as_of(timezone.localdate()).filter(role__in=codes)
        steps = steps.filter(actor__in=held.values("account"))
    return steps


def _counts(rows: Any) -> dict[str, int]:
    done = Q(state__in=[State.ISSUED, State.RETURNED])
    refused = Q(state__in=[State.REFUSED, State.WITHDRAWN, State.STOPPED])
    counts: dict[str, int] = rows.aggregate(
        processed=Count("pk", filter=done | refused),
        approved=Count("pk", filter=done),
        sentBack=Count("pk", filter=Q(state=State.SUPPLEMENT)),
        rejected=Count("pk", filter=refused),
    )
    return counts
