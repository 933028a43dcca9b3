"""The wall that every installation begins with: figures of the whole province. No pass is issued by itself."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tinhso.engines.indicators.boards import services
from tinhso.engines.indicators.boards.models import Scene, Wall
from tinhso.engines.indicators.models import Target
from tinhso.engines.indicators.registry import INDICATORS, MEASURES
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.orgs.models import UnitKind
from tinhso.foundation.orgs.selectors import province


def play(actor: Actor, progress: Progress, seed: int) -> None:
    """One wall of five scenes; what is there already is left alone."""
    progress.start(str(_("Màn hình lớn")), 1)
    root = province()
    if root is not None and not Wall.objects.exists():
        wall = services.make_wall(actor=actor, name=_("Phòng họp UBND tỉnh"), unit=root)
        answered = {code for one in INDICATORS.values() for code in one.targets}
        known = list(Target.objects.filter(code__in=answered).order_by("order").values_list("code", flat=True))
        if known:
            services.add_scene(actor=actor, wall_id=wall.pk, kind=Scene.Kind.HEADLINE, targets=known[:6])
        services.add_scene(actor=actor, wall_id=wall.pk, kind=Scene.Kind.TARGETS)
        by_commune = _counted_by_commune(known)
        if by_commune:
            services.add_scene(actor=actor, wall_id=wall.pk, kind=Scene.Kind.MAP, seconds=30, targets=by_commune[:1])
            services.add_scene(actor=actor, wall_id=wall.pk, kind=Scene.Kind.BEHIND, targets=by_commune[:1])
        services.add_scene(actor=actor, wall_id=wall.pk, kind=Scene.Kind.DOSSIERS)
    progress.advance()


def _counted_by_commune(targets: list[str]) -> list[str]:
    """The targets whose figure each commune has a part of: the others have nothing to show on a map."""
    mine = [one for one in INDICATORS.values() if UnitKind.COMMUNE_COMMITTEE in MEASURES[one.numerator].unit_kinds]
    return [code for code in targets if any(code in one.targets for one in mine)]
