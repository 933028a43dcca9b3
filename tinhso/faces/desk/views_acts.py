"""Pressing a button on a dossier: parse, call the act once, answer. A refusal keeps what was typed."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tinhso.faces.desk import views
from tinhso.faces.desk.deeds import deed_of
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.asking import actor_of
from tinhso.foundation.access.gates import permitted
from tinhso.foundation.text.asked import whole_number
from tinhso.foundation.text.errors import Refused
from tinhso.systems.procedures import permissions
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.reading import bare_visible_to

# Acts after which the dossier may be out of this officer's sight.
MOVES = ("reroute", "forward")


@permitted(permissions.VIEW)
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """POST /can-bo/ho-so/<pk>/<act>/; a GET (a reload after signing in again) leads back to the dossier."""
    # Read bare: the act locks and reads what it needs, and a refusal's page reads the rest.
    found = bare_visible_to(actor_of(request), pk) or views.visible(request, pk)
    if request.method != "POST":
        return redirect("desk:dossier", found.pk)
    return _press(request, found, act)


def _press(request: HttpRequest, found: Dossier, act: str) -> HttpResponse:
    deed = deed_of(act, found.state)
    if deed is None:
        raise Http404
    typed = request.POST
    shown = typed.get("seen", "")
    seen = whole_number(shown, 9)
    try:
        deed.do(actor_of(request), found, seen, typed)
    except access.Denied:
        raise
    except ObjectDoesNotExist:
        # A choice that is not on the list (an officer, a commune, a proposal answered meanwhile).
        raise Http404 from None
    except Refused as refusal:
        found = views.visible(request, found.pk)
        page = views.page_of(request, found, error=refusal.sentence, failed=act, typed=typed)
        return render(request, "desk/dossier.html", page, status=409)
    messages.success(request, str(deed.done) % {"code": found.code})
    if deed.act in MOVES and not Dossier.objects.visible_to(actor_of(request)).filter(pk=found.pk).exists():
        return redirect("desk:home")  # sent to another place, it is not here any more
    return redirect("desk:dossier", found.pk)
