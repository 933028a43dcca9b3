"""Machine tokens of one's own: issuing one for a program, seeing when each was used, taking one back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.foundation.access import tokens
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.errors import AlreadyEnded, CannotIssueToken
from tinhso.foundation.access.gates import permitted, signed_in
from tinhso.foundation.access.models import MachineToken
from tinhso.foundation.access.permissions import ISSUE_TOKEN
from tinhso.foundation.people.models import Account

# Dead ones stay readable; nobody needs all of many years on one page.
MOST_LISTED = 100


class TokenForm(forms.Form):
    """Which program will use it, until when."""

    name = forms.CharField(
        label=gettext_lazy("Chương trình nào sẽ dùng thẻ"), max_length=80,
        help_text=gettext_lazy("Ví dụ: bảng tính của Văn phòng, máy chủ kho dữ liệu."),
    )  # fmt: skip
    expires_on = forms.DateField(
        label=gettext_lazy("Hết hạn ngày"), widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Nhiều nhất 366 ngày kể từ hôm nay."),
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permitted(ISSUE_TOKEN)
def machine_tokens(request: HttpRequest) -> HttpResponse:
    """One's tokens; the answer to a POST is the only page that ever shows the new one's secret."""
    actor: Any = actor_of(request)
    account = get_object_or_404(Account, pk=actor.account_id)
    form, made, secret = TokenForm(request.POST or None), None, ""
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = tokens.issue_token(actor, account=account, **form.cleaned_data)
        except CannotIssueToken as refusal:
            form.add_error(None, refusal.sentence)
        else:
            form = TokenForm()
    today = timezone.localdate()
    listed = MachineToken.objects.filter(account=account).order_by("-created_at")[:MOST_LISTED]
    return render(request, "people/machine_tokens.html", {
        "form": form, "made": made, "secret": secret,
        "rows": [{"token": one, "is_live": one.is_live(today)} for one in listed],
    }, status=422 if form.errors else 200)  # fmt: skip


@require_POST
@signed_in
def machine_token_revoke(request: HttpRequest, token_id: int) -> HttpResponseRedirect:
    """Takes back one's own token; the next request with it is refused."""
    actor: Any = actor_of(request)
    token = get_object_or_404(MachineToken.objects.select_related("account"), pk=token_id, account=actor.account_id)
    try:
        tokens.revoke_token(actor, token=token)
    except AlreadyEnded as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Đã thu hồi thẻ “%(name)s”.") % {"name": token.name})
    return redirect("people:machine_tokens")
