"""Writing the process: steps and ways, drawn as they are edited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.engines.workflow.drawing import draw as picture
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.authoring import forms_process, processing
from tinhso.systems.procedures.authoring.asked import back, draw, found, save
from tinhso.systems.procedures.authoring.models import Proposal
from tinhso.systems.procedures.authoring.permissions import WRITE
from tinhso.systems.procedures.authoring.words import PLACES

ASKED = ["GET", "HEAD", "POST"]


@permitted(WRITE)
@require_http_methods(ASKED)
def process(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """The process whole: its drawing, and its steps as a table."""
    one = found(proposal_id)
    gone = request.POST.get("remove", "")
    if request.method == "POST" and gone:
        _apply(request, one, lambda held: processing.remove_step(held, gone))
        return back(one, "process")
    steps = one.fact("process", {}).get("steps", [])
    titles = {step["code"]: step.get("title", "") for step in steps}
    rows = [
        {
            **step,
            "place_name": PLACES.get(step.get("place", ""), ""),
            "ways": [{**way, "to_title": titles.get(way["to"], way["to"])} for way in step.get("transitions", [])],
        }
        for step in steps
    ]
    names = {code: str(name) for code, name in PLACES.items()}
    drawing = picture(one.fact("process", {}), places=names, whole=True)
    return draw(request, "process", one, "process", steps=rows, drawing=drawing)


@permitted(WRITE)
@require_http_methods(ASKED)
def step(request: HttpRequest, proposal_id: int, code: str) -> HttpResponse:
    """One step: its name, place, right and hours; its ways out."""
    one = found(proposal_id)
    known = _step(one, code)
    form = forms_process.StepForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if _apply(request, one, lambda held: processing.change_step(held, code, values)):
            return back(one, "process")
    steps = [(other["code"], other.get("title", "")) for other in one.fact("process", {}).get("steps", [])]
    titles = dict(steps)
    ways = [{**way, "to_title": titles.get(way["to"], way["to"])} for way in known.get("transitions", [])]
    return draw(
        request, "step", one, "process", form=form, step=known, ways=ways, way_form=forms_process.WayForm(steps=steps)
    )


@permitted(WRITE)
@require_http_methods(ASKED)
def step_new(request: HttpRequest, proposal_id: int, code: str) -> HttpResponse:
    """A new step after this one."""
    one = found(proposal_id)
    before = _step(one, code)
    form = forms_process.StepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = len(one.fact("process", {}).get("steps", [])) + 1
        values = {**form.cleaned_data, "code": f"b{number}"}
        if _apply(request, one, lambda held: processing.add_step(held, code, values)):
            return back(one, "process")
    return draw(
        request, "one", one, "process", form=form, heading=before.get("title"), up="authoring:process", is_new=True
    )


@permitted(WRITE)
@require_POST
def way(request: HttpRequest, proposal_id: int, code: str) -> HttpResponse:
    """Adds or changes a way out of the step, or takes one away."""
    one = found(proposal_id)
    _step(one, code)
    gone = request.POST.get("remove", "")
    if gone:
        _apply(request, one, lambda held: processing.remove_way(held, code, gone))
        return back(one, "step", code)
    steps = [(other["code"], other.get("title", "")) for other in one.fact("process", {}).get("steps", [])]
    form = forms_process.WayForm(request.POST, steps=steps)
    if form.is_valid():
        values = form.cleaned_data
        _apply(request, one, lambda held: processing.change_way(held, code, values["code"], values))
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return back(one, "step", code)


def _step(one: Proposal, code: str) -> dict[str, Any]:
    try:
        return processing.step_of(one.fact("process", {"steps": []}), code)
    except Refused:
        raise Http404 from None


def _apply(request: HttpRequest, one: Proposal, change: Callable[[dict[str, Any]], dict[str, Any]]) -> bool:
    """Changes the process by one step and saves it; what cannot be done is said on the page."""
    try:
        changed = change(one.fact("process", {}))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return False
    return save(request, one, {"process": changed})
