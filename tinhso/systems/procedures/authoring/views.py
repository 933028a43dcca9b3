"""Proposals: the list, one proposal with its faults, the dry run, the differences, publication."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.audit.selectors import history
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.authoring import checks, content, dryrun, forms, selectors, services, telling
from tinhso.systems.procedures.authoring.asked import draw, found, seen
from tinhso.systems.procedures.authoring.differing import differences
from tinhso.systems.procedures.authoring.errors import NotReady
from tinhso.systems.procedures.authoring.permissions import PUBLISH, WRITE
from tinhso.systems.procedures.authoring.words import ABOUT, SECTIONS
from tinhso.systems.procedures.models import ProcedureVersion


@permitted(WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """What is being written, what is served, and the door to a new one."""
    form = forms.NewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.begin_procedure(actor=actor_of(request), **form.cleaned_data)
            return redirect("authoring:proposal", made.pk)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    context = {
        "form": form,
        "open": selectors.in_writing(),
        "finished": selectors.finished(),
        "served": selectors.served(),
        "crumbs": [(_("Quản trị"), reverse("admin:home")), (_("Soạn thủ tục"), "")],
    }
    return render(request, "authoring/home.html", context, status=200 if form.is_valid() or not form.is_bound else 422)


@permitted(WRITE)
@require_POST
def begin(request: HttpRequest, version_id: int) -> HttpResponse:
    """Starts the next version from the one in force."""
    version = get_object_or_404(ProcedureVersion.objects.select_related("form", "process"), pk=version_id)
    try:
        made = services.begin_version(actor=actor_of(request), version=version)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("authoring:home")
    return redirect("authoring:proposal", made.pk)


@permitted(WRITE)
@require_safe
def proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """One proposal: its parts, what is still wrong with each, the dry run, the way to publication."""
    one = found(proposal_id)
    faults = checks.faults(one) if one.is_open else []
    changed = services.sections_changed(one)
    parts = [
        {
            "code": code,
            "name": name,
            "about": ABOUT[code],
            "href": reverse(f"authoring:{code}", args=[one.pk]),
            "faults": [fault.sentence for fault in faults if fault.section == code],
            "is_changed": code in changed,
        }
        for code, name in SECTIONS.items()
    ]
    communes = Unit.objects.as_of(timezone.localdate()).filter(kind=UnitKind.COMMUNE).order_by("sort_key")
    return draw(
        request,
        "proposal",
        one,
        "",
        parts=parts,
        faults=faults,
        trial=telling.trial(one),
        communes=communes.values_list("pk", "name"),
        reason=forms.ReasonForm(),
        history=history(one),
        others=selectors.versions_of(one.code).values_list("pk", "version", "valid_from"),
    )


@permitted(WRITE)
@require_safe
def changes(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """What the proposal changes in the version it was begun from."""
    one = found(proposal_id)
    base = content.content_of(one.based_on) if one.based_on else {}
    return draw(request, "changes", one, "", groups=telling.grouped(differences(base, one.content)), old=one.based_on)


@permitted(WRITE)
@require_safe
def compare(request: HttpRequest, old_id: int, new_id: int) -> HttpResponse:
    """The difference between two published versions."""
    rows = ProcedureVersion.objects.select_related("form", "process")
    old, new = get_object_or_404(rows, pk=old_id), get_object_or_404(rows, pk=new_id)
    found_ = differences(content.content_of(old), content.content_of(new))
    context = {
        "old": old,
        "new": new,
        "groups": telling.grouped(found_),
        "crumbs": [(_("Soạn thủ tục"), reverse("authoring:home")), (_("So sánh hai phiên bản"), "")],
    }
    return render(request, "authoring/compare.html", context)


@permitted(WRITE)
@require_POST
def trial(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Sends sample dossiers through the proposal and shows how far they came."""
    one = found(proposal_id)
    chosen = request.POST.get("commune", "")
    commune = None
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 10:
        commune = get_object_or_404(Unit.objects.as_of(timezone.localdate()), pk=chosen, kind=UnitKind.COMMUNE)
    try:
        trials = dryrun.dry_run(actor=actor_of(request), proposal_id=one.pk, commune=commune)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        whole = sum(one_.is_whole for one_ in trials)
        told: Any = messages.success if whole == len(trials) else messages.warning
        told(
            request, _("Chạy thử %(all)s hồ sơ mẫu: %(whole)s hồ sơ ra kết quả.") % {"all": len(trials), "whole": whole}
        )
    return redirect(reverse("authoring:proposal", args=[one.pk]) + "#chay-thu")


@permitted(PUBLISH)
@require_POST
def publish(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Publishes the proposal; a refusal names every fault."""
    one = found(proposal_id)
    try:
        version = services.publish(actor=actor_of(request), proposal_id=one.pk, seen=seen(request))
    except NotReady as refusal:
        messages.error(request, refusal.sentence)
    else:
        day = f"{version.valid_from:%d/%m/%Y}"
        messages.success(
            request,
            _("Đã ban hành phiên bản %(number)s, có hiệu lực từ %(day)s.") % {"number": version.version, "day": day},
        )
    return redirect("authoring:proposal", one.pk)


@permitted(WRITE)
@require_POST
def drop(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Gives the proposal up, with the reason."""
    one = found(proposal_id)
    try:
        services.drop(actor=actor_of(request), proposal_id=one.pk, reason=request.POST.get("reason", ""))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("authoring:proposal", one.pk)
    messages.success(request, _("Đã bỏ bản soạn; nội dung vẫn được lưu."))
    return redirect("authoring:home")
