"""Every write of boards: walls, their scenes and passes, saved views."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.engines.indicators import events
from tinhso.engines.indicators.boards.errors import AlreadyRevoked, TooMany, WrongBoard
from tinhso.engines.indicators.boards.models import SavedView, Scene, Wall, WallPass
from tinhso.engines.indicators.boards.permissions import MANAGE
from tinhso.engines.indicators.models import Target
from tinhso.engines.indicators.permissions import VIEW
from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.orgs.models import Unit
from tinhso.foundation.text.rules import normalise

MOST_SCENES, MOST_PASSES, MOST_VIEWS = 12, 50, 100
# How many targets a scene of each kind names: from, to.
TARGETS_OF = {
    Scene.Kind.HEADLINE: (1, 6),
    Scene.Kind.TARGETS: (0, 0),
    Scene.Kind.MAP: (1, 1),
    Scene.Kind.BEHIND: (1, 1),
    Scene.Kind.DOSSIERS: (0, 0),
}
# A wall asks every minute or so; that it lives is written down this often.
SEEN_EVERY = timedelta(minutes=5)


def _name(text: str) -> str:
    found = normalise(text).strip()
    if not found or len(found) > 120:
        raise WrongBoard(_("Hãy đặt tên, không quá 120 ký tự."))
    return found


@transaction.atomic
def make_wall(*, actor: Actor, name: str, unit: Unit) -> Wall:
    """A wall for one unit's figures, still without scenes."""
    access.require(actor, MANAGE, unit=unit)
    wall = Wall.objects.create(name=_name(name), unit=unit, is_simulated=actor.is_simulated)
    audit.record(actor, "boards.wall.made", wall, unit_id=unit.pk, name=wall.name)
    _publish(wall)
    return wall


def _locked(actor: Actor, wall_id: int) -> Wall:
    wall = Wall.objects.select_for_update(of=("self",)).select_related("unit").get(pk=wall_id)
    access.require(actor, MANAGE, unit=wall.unit)
    return wall


@transaction.atomic
def add_scene(*, actor: Actor, wall_id: int, kind: str, seconds: int = 20, targets: Sequence[str] = ()) -> Scene:
    """Adds a scene at the end of a wall."""
    wall = _locked(actor, wall_id)
    if kind not in Scene.Kind.values:
        raise WrongBoard(_("Hãy chọn loại cảnh."))
    if not 5 <= seconds <= 600:
        raise WrongBoard(_("Mỗi cảnh hiện từ 5 đến 600 giây."))
    least, most = TARGETS_OF[Scene.Kind(kind)]
    chosen = list(dict.fromkeys(targets))
    if not least <= len(chosen) <= most:
        raise WrongBoard(
            _("Cảnh này cần từ %(least)d đến %(most)d chỉ tiêu.") % {"least": least, "most": most}
            if most
            else _("Cảnh này không chọn chỉ tiêu.")
        )
    if Target.objects.filter(code__in=chosen).count() != len(chosen):
        raise WrongBoard(_("Có chỉ tiêu không tồn tại."))
    standing = wall.scenes.filter(removed_at=None)
    if standing.count() >= MOST_SCENES:
        raise TooMany(_("Một màn hình có tối đa %(most)d cảnh.") % {"most": MOST_SCENES})
    last = standing.aggregate(last=Max("order"))["last"] or 0
    scene = Scene.objects.create(
        wall=wall, order=last + 1, kind=kind, seconds=seconds, options={"targets": chosen} if chosen else {}
    )
    audit.record(actor, "boards.scene.added", wall, unit_id=wall.unit_id, kind=kind, seconds=seconds, targets=chosen)
    _publish(wall)
    return scene


@transaction.atomic
def remove_scene(*, actor: Actor, wall_id: int, scene_id: int) -> Scene:
    """Takes a scene off a wall; open walls follow at their next look."""
    wall = _locked(actor, wall_id)
    scene = wall.scenes.get(pk=scene_id)
    if scene.removed_at is None:
        scene.removed_at = timezone.now()
        scene.save(update_fields=["removed_at"])
        audit.record(actor, "boards.scene.removed", wall, unit_id=wall.unit_id, scene=scene.pk, kind=scene.kind)
        _publish(wall)
    return scene


def digest_of(secret: str) -> str:
    """What is kept of a secret. It holds 192 random bits, so a plain digest cannot be turned back."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue_pass(*, actor: Actor, wall_id: int, place: str) -> tuple[WallPass, str]:
    """A read-only pass for one device: the row, and the secret that is never shown again."""
    wall = _locked(actor, wall_id)
    if wall.passes.filter(revoked_at=None).count() >= MOST_PASSES:
        raise TooMany(_("Màn hình này đã có %(most)d thẻ; hãy thu hồi thẻ không dùng nữa.") % {"most": MOST_PASSES})
    secret = secrets.token_hex(24)
    made = WallPass.objects.create(
        wall=wall, place=_name(place), digest=digest_of(secret), ending=secret[-4:], issued_at=timezone.now()
    )
    audit.record(actor, "boards.pass.issued", wall, unit_id=wall.unit_id, number=made.pk, place=made.place)
    _publish(wall)
    return made, secret


@transaction.atomic
def revoke_pass(*, actor: Actor, wall_id: int, pass_id: int) -> WallPass:
    """The device shows nothing more from its next look on."""
    wall = _locked(actor, wall_id)
    found = wall.passes.select_for_update().get(pk=pass_id)
    if found.revoked_at is not None:
        raise AlreadyRevoked(_("Thẻ này đã thu hồi rồi."))
    found.revoked_at = timezone.now()
    found.save(update_fields=["revoked_at"])
    audit.record(actor, "boards.pass.revoked", wall, unit_id=wall.unit_id, number=found.pk, place=found.place)
    _publish(wall)
    return found


def pass_of(secret: str) -> WallPass | None:
    """The standing pass that a secret opens; None when unknown or revoked. Notes now and then that it was seen."""
    if not secret or len(secret) > 200:
        return None
    found = WallPass.objects.filter(digest=digest_of(secret), revoked_at=None).select_related("wall__unit").first()
    now = timezone.now()
    if found and (found.seen_at is None or now - found.seen_at > SEEN_EVERY):
        WallPass.objects.filter(pk=found.pk).update(seen_at=now)
    return found


@transaction.atomic
def save_view(*, actor: Actor, name: str, query: str, is_shared: bool = False) -> SavedView:
    """Keeps a view of figures under a name; the same name again replaces what it opens."""
    access.require(actor, VIEW)
    if actor.account_id is None:
        raise WrongBoard(_("Chỉ tài khoản mới lưu được góc nhìn."))
    if len(query) > 2000:
        raise WrongBoard(_("Góc nhìn này chọn quá nhiều thứ để lưu."))
    kept = SavedView.objects.select_for_update().filter(owner_id=actor.account_id, removed_at=None)
    known = kept.filter(name=_name(name)).first()
    if known is None and kept.count() >= MOST_VIEWS:
        raise TooMany(_("Bạn đã lưu %(most)d góc nhìn; hãy bỏ bớt.") % {"most": MOST_VIEWS})
    fields: dict[str, Any] = {"query": query, "is_shared": is_shared, "saved_at": timezone.now()}
    view, _made = SavedView.objects.update_or_create(
        owner_id=actor.account_id, name=_name(name), removed_at=None, defaults=fields
    )
    audit.record(actor, "boards.view.saved", view, name=view.name, is_shared=is_shared)
    _publish(view)
    return view


@transaction.atomic
def remove_view(*, actor: Actor, view_id: int) -> SavedView:
    """Takes one's own view off the list."""
    view = SavedView.objects.select_for_update().get(pk=view_id, owner_id=actor.account_id, removed_at=None)
    view.removed_at = timezone.now()
    view.save(update_fields=["removed_at"])
    audit.record(actor, "boards.view.removed", view, name=view.name)
    _publish(view)
    return view


def _publish(board: Wall | SavedView) -> None:
    unit = board.unit if isinstance(board, Wall) else None
    bus.publish(events.BOARD_CHANGED, subject=board, unit=unit, occurred_on=timezone.localdate())
