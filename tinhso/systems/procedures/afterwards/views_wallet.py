"""The wallet on the portal, and using a paper again while filling in."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import signed_in
from tinhso.foundation.files.serving import serve
from tinhso.foundation.text.asked import day_of, whole_number
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures.afterwards import selectors, services
from tinhso.systems.procedures.afterwards.models import WalletItem
from tinhso.systems.procedures.models import Draft


@signed_in
def wallet(request: HttpRequest) -> HttpResponse:
    """Papers and results the province already has of the person."""
    today = timezone.localdate()
    rows = [{"item": item, "usable": item.is_usable_on(today)} for item in selectors.wallet_of(actor_of(request))[:100]]
    return render(request, "afterwards/wallet.html", {"rows": rows})


def _own(request: HttpRequest, pk: int) -> WalletItem:
    found = WalletItem.objects.filter(pk=pk, person_id=actor_of(request).person_id or 0).select_related("file").first()
    if found is None:
        raise Http404
    return found


@signed_in
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Until when it may be used; whether it is offered at all."""
    found = _own(request, pk)
    if request.method == "POST":
        services.change_item(
            actor=actor_of(request),
            item_id=found.pk,
            is_hidden=request.POST.get("an") == "1",
            expires_on=day_of(request.POST.get("han", "")),
        )
        messages.success(request, _("Đã lưu."))
    return redirect("afterwards:wallet")


@signed_in
def item_file(request: HttpRequest, pk: int) -> FileResponse:
    """The paper itself."""
    return serve(_own(request, pk).file)


@signed_in
def reuse(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Puts a paper of the wallet under the question that asks for it, with the consent ticked."""
    if not Draft.objects.filter(token=token, account_id=actor_of(request).account_id or 0).exists():
        raise Http404
    back = request.POST.get("ve", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or not back.startswith("/ho-so/soan/"):
        back = f"/ho-so/soan/{token}/kiem-tra/"
    if request.method == "POST":
        number = request.POST.get("giay_to", "")
        try:
            services.reuse_item(
                actor=actor_of(request),
                token=token,
                field=request.POST.get("o", "")[:80],
                item_id=whole_number(number, 11) or 0,
                consents=request.POST.get("dong_y") == "1",
            )
            messages.success(request, _("Đã dùng lại giấy tờ bạn có."))
        except Refused as refusal:
            messages.error(request, refusal.sentence)
    return redirect(back)
