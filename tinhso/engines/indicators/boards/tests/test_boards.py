"""Walls, passes and saved views: who may not, bounds, twice, after the end; nothing secret is kept."""

from __future__ import annotations

from typing import Any

import pytest

from tinhso.engines.indicators.boards import services
from tinhso.engines.indicators.boards.errors import AlreadyRevoked, TooMany, WrongBoard
from tinhso.engines.indicators.boards.models import SavedView, Scene, Wall, WallPass
from tinhso.engines.indicators.seeds import load_targets
from tinhso.foundation.access.guard import Actor, Denied
from tinhso.foundation.audit.models import AuditRow
from tinhso.foundation.testing.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def wall(cast: Cast) -> Wall:
    return services.make_wall(actor=cast.actor("administrator"), name="Phòng họp", unit=cast.units.province)


@pytest.mark.parametrize("who", ["provincial_leader", "leader", "auditor", "desk_officer", "citizen", "stranger"])
def test_only_an_administrator_arranges_walls(cast: Cast, wall: Wall, who: str) -> None:
    actor: Actor = cast.actor(who)
    for act in (
        lambda: services.make_wall(actor=actor, name="x", unit=cast.units.commune),
        lambda: services.add_scene(actor=actor, wall_id=wall.pk, kind="targets"),
        lambda: services.issue_pass(actor=actor, wall_id=wall.pk, place="x"),
        lambda: services.revoke_pass(actor=actor, wall_id=wall.pk, pass_id=1),
    ):
        with pytest.raises(Denied):
            act()
    assert not WallPass.objects.exists() and Wall.objects.count() == 1


def test_a_pass_opens_until_it_is_revoked_and_its_secret_is_nowhere(cast: Cast, wall: Wall) -> None:
    actor = cast.actor("administrator")
    made, secret = services.issue_pass(actor=actor, wall_id=wall.pk, place="Sảnh tầng 1")
    opened = services.pass_of(secret)
    assert opened == made and len(secret) == 48
    made.refresh_from_db()
    assert made.seen_at is not None
    assert secret not in str(list(WallPass.objects.values())) + str(list(AuditRow.objects.values("details", "act")))
    services.revoke_pass(actor=actor, wall_id=wall.pk, pass_id=made.pk)
    assert services.pass_of(secret) is None
    with pytest.raises(AlreadyRevoked):
        services.revoke_pass(actor=actor, wall_id=wall.pk, pass_id=made.pk)


@pytest.mark.parametrize("secret", ["", "x", "a" * 48, "a" * 100_000, "\x00", "'; DROP TABLE", "ＡＢ"])
def test_what_is_no_pass_opens_nothing(wall: Wall, secret: str) -> None:
    assert services.pass_of(secret) is None


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "film"},
        {"kind": "targets", "seconds": 4},
        {"kind": "targets", "seconds": 601},
        {"kind": "targets", "targets": ["T25-B04"]},
        {"kind": "map"},
        {"kind": "map", "targets": ["T25-B04", "T25-B03"]},
        {"kind": "headline", "targets": [f"T25-A0{number}" for number in range(1, 8)]},
        {"kind": "map", "targets": ["T99"]},
    ],
)
def test_a_scene_that_cannot_be_drawn_is_refused(cast: Cast, wall: Wall, given: dict[str, Any]) -> None:
    load_targets()
    with pytest.raises(WrongBoard):
        services.add_scene(actor=cast.actor("administrator"), wall_id=wall.pk, **given)
    assert not Scene.objects.exists()


def test_scenes_keep_their_order_and_their_bound(cast: Cast, wall: Wall) -> None:
    actor = cast.actor("administrator")
    made = [services.add_scene(actor=actor, wall_id=wall.pk, kind="dossiers") for _ in range(services.MOST_SCENES)]
    with pytest.raises(TooMany):
        services.add_scene(actor=actor, wall_id=wall.pk, kind="targets")
    services.remove_scene(actor=actor, wall_id=wall.pk, scene_id=made[0].pk)
    services.remove_scene(actor=actor, wall_id=wall.pk, scene_id=made[0].pk)
    last = services.add_scene(actor=actor, wall_id=wall.pk, kind="targets")
    assert list(wall.scenes.filter(removed_at=None))[-1] == last


def test_a_view_is_its_owners_and_a_shared_one_everybodys(cast: Cast) -> None:
    mine, other = cast.actor("leader"), cast.actor("leader_elsewhere")
    view = services.save_view(actor=mine, name=" Hồ sơ quý 4 ", query="cs=a&ky=quy")
    assert not SavedView.objects.usable_by(other).exists()
    again = services.save_view(actor=mine, name="Hồ sơ quý 4", query="cs=b", is_shared=True)
    assert again.pk == view.pk and SavedView.objects.usable_by(other).get().query == "cs=b"
    with pytest.raises(SavedView.DoesNotExist):
        services.remove_view(actor=other, view_id=view.pk)
    services.remove_view(actor=mine, view_id=view.pk)
    assert not SavedView.objects.usable_by(mine).exists() and SavedView.objects.count() == 1
    for who in ("citizen", "desk_officer", "stranger"):
        with pytest.raises(Denied):
            services.save_view(actor=cast.actor(who), name="x", query="")
    for bad in ("", "  ", "x" * 121):
        with pytest.raises(WrongBoard):
            services.save_view(actor=mine, name=bad, query="")
    with pytest.raises(WrongBoard):
        services.save_view(actor=mine, name="x", query="a" * 2001)
