"""The bell's list, opening a notice, and how one wants to be told."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import signed_in
from tinhso.foundation.notices import selectors, services
from tinhso.foundation.notices.forms import PreferenceForm
from tinhso.foundation.notices.models import Notice
from tinhso.foundation.text.asked import whole_number


@signed_in
@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """The reader's own notices, newest first."""
    text = request.GET.get("truoc", "")
    before = whole_number(text)
    notices = selectors.newest(actor_of(request), before)
    older = notices[-1]["id"] if len(notices) == selectors.PAGE else None
    return render(request, "notices/list.html", {"notices": notices, "older": older})


@signed_in
@require_POST
def notice_open(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Marks one notice read and goes to what it speaks of."""
    try:
        notice = services.mark_read(actor_of(request), notice_id=notice_id)
    except Notice.DoesNotExist:
        raise Http404 from None
    if notice.link and url_has_allowed_host_and_scheme(notice.link, allowed_hosts={request.get_host()}):
        return redirect(notice.link)
    return redirect("notices:list")


@signed_in
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    services.mark_all_read(actor_of(request))
    return redirect("notices:list")


@signed_in
def preference(request: HttpRequest) -> HttpResponse:
    """How the reader wants to be told."""
    actor = actor_of(request)
    form = PreferenceForm(request.POST or None, initial=selectors.preference(actor))
    if request.method == "POST" and form.is_valid():
        services.set_preference(actor, **form.cleaned_data)
        messages.success(request, _("Đã lưu cách nhận thông báo."))
        return redirect("notices:list")
    return render(request, "notices/preference.html", {"form": form})
