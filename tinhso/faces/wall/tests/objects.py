"""A wall of the province: whoever arranges walls there opens it, nobody else."""

from __future__ import annotations

from tinhso.engines.indicators.boards import services
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample


def samples(cast: Cast) -> list[Sample]:
    wall = services.make_wall(actor=Actor.system(), name="Phòng họp", unit=cast.units.province)
    services.add_scene(actor=Actor.system(), wall_id=wall.pk, kind="targets")
    pk = {"pk": wall.pk}
    return [
        Sample("wall:wall", pk, ("administrator",), data={"viec": "cap-the", "noi_dat": "Sảnh"}),
        Sample("wall:preview", pk, ("administrator",)),
        Sample("wall:preview_pass", pk, ("administrator",)),
    ]
