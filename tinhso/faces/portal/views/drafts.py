"""Filling in: choose the commune, page by page, attach scans, check, file. Saved on the server after every page."""

from __future__ import annotations

import uuid
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.forms import layout
from tinhso.engines.forms.browser import page_rules
from tinhso.engines.forms.drawing import draw_page, error_links
from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.forms.parsing import merge_page, parse_page, row_pressed
from tinhso.engines.forms.rules import is_filled
from tinhso.engines.forms.selectors import SummaryRow, not_asked_again, summary, summary_parts
from tinhso.engines.forms.validation import FieldError, validate
from tinhso.faces.portal.requests import hand_out, uploads_of
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import signed_in
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.orgs.selectors import communes, find
from tinhso.foundation.privacy.models import Purpose
from tinhso.foundation.privacy.selectors import standings_of
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import hooks, selectors, services
from tinhso.systems.procedures.errors import NoOffice
from tinhso.systems.procedures.models import Dossier, Draft, ProcedureVersion
from tinhso.systems.procedures.purposes import CONTACT, CONTACT_KEYS
from tinhso.systems.procedures.routing import Route, way_of
from tinhso.systems.procedures.services.drafts import own_draft
from tinhso.systems.procedures.services.filing import answers_of
from tinhso.systems.procedures.services.known import could_fill


@signed_in
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Where to file; choosing makes the draft (or takes up the open one) and leads to its first page."""
    try:
        version = selectors.procedure(code)
    except ProcedureVersion.DoesNotExist:
        raise Http404 from None
    if request.method != "POST":
        return _choose_commune(request, version, selectors.home_commune(actor_of(request)))
    chosen = _chosen(request)
    if chosen is None and not _at_the_province(request, version):
        return _choose_commune(request, version, None, error=_("Hãy chọn xã, phường nơi bạn muốn nộp hồ sơ."))
    draft = services.start_draft(actor=actor_of(request), version=version)
    services.choose_commune(actor=actor_of(request), token=draft.token, commune=chosen)
    return redirect("portal:page", draft.token, _first_open(draft))


@signed_in
def commune(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Another commune for a draft already begun."""
    draft = _draft(request, token)
    if isinstance(draft, HttpResponse):
        return draft
    if request.method != "POST":
        return _choose_commune(request, draft.version, draft.commune)
    chosen = _chosen(request)
    if chosen is None and not _at_the_province(request, draft.version):
        return _choose_commune(request, draft.version, draft.commune, error=_("Hãy chọn một xã, phường."))
    services.choose_commune(actor=actor_of(request), token=token, commune=chosen)
    return redirect("portal:check", token) if "sua" in request.GET else redirect("portal:page", token, 1)


def _choose_commune(
    request: HttpRequest, version: ProcedureVersion, known: Unit | None, error: str = ""
) -> HttpResponse:
    query = request.GET.get("tim", "")[:100].strip()
    today = timezone.localdate()
    found = [unit for unit in find(query, today) if unit.kind == UnitKind.COMMUNE] if query else []
    context = {
        "version": version,
        "settled_by": settled_by(version, today),
        "known": known,
        "query": query,
        "found": found,
        "every": [] if query else list(communes(today).values_list("pk", "name")),
        "error": error,
        "errors": [{"href": "#commune", "message": error}] if error else [],
    }
    return render(request, "portal/commune.html", context, status=422 if error else 200)


def settled_by(version: ProcedureVersion, day: date) -> Route | None:
    """For a procedure of the province: its desk, the division and who decides; None for a commune's."""
    try:
        return way_of(version, None, day) if version.is_provincial else None
    except NoOffice:
        return None


def _at_the_province(request: HttpRequest, version: ProcedureVersion) -> bool:
    """The province's own desk was chosen, which takes only what the province settles."""
    return version.is_provincial and request.POST.get("commune") == "tinh"


def _chosen(request: HttpRequest) -> Unit | None:
    wanted = request.POST.get("commune", "")
    return communes(timezone.localdate()).filter(pk=int(wanted)).first() if _is_id(wanted) else None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


@signed_in
def page(request: HttpRequest, token: uuid.UUID, number: int) -> HttpResponse:
    """One page of the form: shown, or saved and on to the next."""
    draft = _draft(request, token)
    if isinstance(draft, HttpResponse):
        return draft
    form = _form(draft)
    asked = layout.pages(form, answers_of(draft))
    here = next((one for one in asked if one.number == number), None)
    if here is None:
        raise Http404
    if request.method == "POST":
        return _save(request, draft, form, here)
    if number > _first_open(draft):
        messages.info(request, _("Hãy điền các trang theo thứ tự; phần đã điền vẫn còn."))
        return redirect("portal:page", token, _first_open(draft))
    return _show(request, draft, form, here, answers_of(draft))


def _save(request: HttpRequest, draft: Draft, form: FormDefinition, here: layout.Page) -> HttpResponse:
    """Keeps everything typed and every good file, whatever is wrong; goes on only when nothing is."""
    actor = actor_of(request)
    removing = request.POST.get("bo-tep", "")
    if _is_id(removing):
        services.remove_paper(actor=actor, token=draft.token, paper_id=int(removing))
    bad_files = _take_files(request, draft, here)
    values, wrong = parse_page(form, here.number, request.POST, answers_of(draft))
    is_complete = not wrong and not bad_files and not row_pressed(request.POST)
    wrong = [*bad_files, *(one for one in wrong if one.name not in {bad.name for bad in bad_files})]
    data = merge_page(form, here.number, answers_of(draft), values)
    draft = services.save_page(actor=actor, token=draft.token, page=here.number, values=values, is_complete=is_complete)
    came = {name for name in here.names if name in draft.provenance and not is_filled(data.get(name))}
    action = request.POST.get("viec", "")
    if action == "sau":
        messages.success(request, _("Đã lưu. Bạn có thể mở lại ở “Hồ sơ của tôi” bất cứ lúc nào."))
        return redirect("portal:mine")
    row = row_pressed(request.POST)
    if row:
        return redirect(f"{request.get_full_path()}#{row}")
    if removing or (action == "tep" and not bad_files):
        return redirect(request.get_full_path())
    if came:
        # What a register just answered stands on this page: to be looked at before going on, and no fault any more.
        wrong, data = [one for one in wrong if one.name not in came], {**data, **answers_of(draft)}
        if not wrong:
            messages.info(request, _("Đã điền sẵn từ dữ liệu của tỉnh; hãy xem có đúng không rồi đi tiếp."))
            return redirect(request.get_full_path())
    if wrong:
        return _show(request, draft, form, here, data, wrong)
    return _onward(request, draft, form, here, data)


def _take_files(request: HttpRequest, draft: Draft, here: layout.Page) -> list[FieldError]:
    """Stores the files sent with a page; each bad one becomes an error of its field, the others are kept."""
    wrong = []
    for field in here.fields:
        for name, stream in uploads_of(request, field.name) if field.is_file else []:
            try:
                services.attach_paper(
                    actor=actor_of(request),
                    token=draft.token,
                    field=field.name,
                    label=field.label,
                    stream=stream,
                    name=name,
                )
            except Refused as refusal:
                said = refusal.sentence
                named = said if name in said else f"{name}: {said}"
                wrong.append(FieldError((field.name,), field.label, named))
    return wrong


def _onward(
    request: HttpRequest, draft: Draft, form: FormDefinition, here: layout.Page, data: dict[str, Any]
) -> HttpResponse:
    following = layout.next_page(form, here.number, data)
    open_page = _first_open(draft)
    is_all_done = open_page > max(one.number for one in layout.pages(form, data))
    if following is None or ("sua" in request.GET and is_all_done):
        return redirect("portal:check", draft.token)
    return redirect("portal:page", draft.token, min(following.number, open_page))


def _show(
    request: HttpRequest,
    draft: Draft,
    form: FormDefinition,
    here: layout.Page,
    data: dict[str, Any],
    wrong: list[FieldError] | None = None,
) -> HttpResponse:
    questions = draw_page(
        form, here.number, data, errors=wrong or [], provenance=draft.provenance, files=_files_by_field(draft)
    )
    asked = layout.pages(form, data)
    place = next((index for index, one in enumerate(asked, start=1) if one.number == here.number), 1)
    before = asked[place - 2].number if place > 1 else None
    context = {
        "draft": draft,
        "page": here,
        "at": place,
        "of": len(asked) + 1,
        "before": before,
        "questions": questions,
        "known_count": sum(1 for one in questions if one.provenance),
        "rules": page_rules(form, here.number, data),
        "errors": error_links(questions),
        "has_files": any(field.is_file for field in here.fields),
        "asked": _uses_asked(request, draft, here),
    }
    return render(request, "portal/page.html", context, status=422 if wrong else 200)


def _uses_asked(request: HttpRequest, draft: Draft, here: layout.Page) -> list[Purpose]:
    """What to ask beside a page with an empty question that a source could fill: purpose by purpose, each by itself.

    Only who never answered is asked.
    """
    person_id = actor_of(request).person_id
    if person_id is None or hasattr(draft, "acting"):
        return []
    codes = [CONTACT] if could_fill(draft, here.names, lambda wish: wish in CONTACT_KEYS) else []
    codes += [code for asking in hooks.ASKING for code in asking(draft, here.names)]
    return [one.purpose for one in standings_of(person_id, codes) if one.is_undecided] if codes else []


def _files_by_field(draft: Draft) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for paper in draft.papers.filter(removed_at=None).select_related("file").order_by("id"):
        found.setdefault(paper.field, []).append(
            {
                "id": paper.pk,
                "name": paper.file.name,
                "size": paper.file.size,
                "url": f"/ho-so/soan/{draft.token}/giay-to/{paper.pk}/",
                "remove_name": "bo-tep",
            }
        )
    return found


@signed_in
def paper(request: HttpRequest, token: uuid.UUID, paper_id: int) -> HttpResponse:
    """A scan of one's own draft, to look at again."""
    try:
        draft = own_draft(actor_of(request), token)
    except Draft.DoesNotExist:
        raise Http404 from None
    found = draft.papers.filter(pk=paper_id, removed_at=None).select_related("file").first()
    if found is None:
        raise Http404
    return hand_out(found.file, inline=True)


@signed_in
def check(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """All answers on one page, each with its way back; filing is one press, and a second press changes nothing."""
    if request.method == "POST":
        return _file(request, token)
    draft = _draft(request, token)
    return draft if isinstance(draft, HttpResponse) else _show_check(request, draft)


def _file(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    try:
        dossier = services.submit_dossier(actor=actor_of(request), token=token)
    except Draft.DoesNotExist:
        raise Http404 from None
    except Refused as refusal:
        return _show_check(request, own_draft(actor_of(request), token), refusal.sentence)
    return redirect("portal:filed", dossier.code)


def _show_check(request: HttpRequest, draft: Draft, refused: str = "") -> HttpResponse:
    form = _form(draft)
    answers = answers_of(draft)
    wrong = validate(form, answers)
    where = {name: one.number for one in layout.pages(form) for name in one.names}
    context = {
        "draft": draft,
        "settled_by": settled_by(draft.version, timezone.localdate()),
        "groups": _groups(draft, summary(form, answers)),
        "known_count": not_asked_again(form, answers, draft.provenance),
        "refused": refused,
        "errors": [
            {
                "href": f"/ho-so/soan/{draft.token}/trang/{where[one.name]}/?sua=1#{one.html_name}",
                "message": one.sentence,
            }
            for one in wrong
        ],
        "at": len(layout.pages(form, answers)) + 1,
    }
    return render(request, "portal/check.html", context, status=422 if refused else 200)


def _groups(draft: Draft, rows: list[SummaryRow]) -> list[dict[str, Any]]:
    """The answers page by page, each row of a repeating group under its own heading, each with its way back."""
    return [
        {
            "title": page_rows[0].page_title,
            "parts": [
                {"title": part.title, "rows": [_change_row(draft, row) for row in part.rows]}
                for part in summary_parts(page_rows)
            ],
        }
        for page_rows in (list(found) for _page, found in groupby(rows, key=lambda row: row.page_no))
    ]


def _change_row(draft: Draft, row: SummaryRow) -> dict[str, str]:
    change = f"/ho-so/soan/{draft.token}/trang/{row.page_no}/?sua=1#{row.name}"
    return {
        "label": row.plain_label,
        "value": row.value,
        "change_href": change,
        "note": draft.provenance.get(row.name, ""),
    }


def _draft(request: HttpRequest, token: uuid.UUID) -> Draft | HttpResponse:
    """The actor's own draft; one already filed leads to its dossier; anyone else's is not there."""
    try:
        draft = own_draft(actor_of(request), token)
    except Draft.DoesNotExist:
        raise Http404 from None
    filed = Dossier.objects.filter(draft=draft).only("code").first()
    if filed is None:
        return draft
    messages.info(request, _("Hồ sơ này đã nộp rồi nên không sửa được nữa."))
    return redirect("portal:dossier", filed.code)


def _form(draft: Draft) -> FormDefinition:
    if draft.version.form is None:
        raise Http404
    return draft.version.form


def _first_open(draft: Draft) -> int:
    """The first page not yet done; one past the last when all are."""
    asked = layout.pages(_form(draft), answers_of(draft))
    done = set(draft.pages_done)
    return next((one.number for one in asked if one.number not in done), asked[-1].number + 1 if asked else 1)
