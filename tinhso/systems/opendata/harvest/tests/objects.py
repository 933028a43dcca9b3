"""A source of the portal: for who manages the portal, and nobody else."""

from __future__ import annotations

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample
from tinhso.systems.opendata.harvest import services


def samples(cast: Cast) -> list[Sample]:
    source = services.add_source(
        actor=Actor.system(), code="mau", title="Nguồn mẫu", kind="ckan", url="https://ban.example"
    )
    return [Sample("harvest:source", {"pk": source.pk}, ("administrator",), data={"viec": "tat"})]
