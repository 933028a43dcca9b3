"""One rating per finished dossier, by whoever holds its link; no account is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone

from tinhso.foundation.access import guard as access
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.audit import log as audit
from tinhso.foundation.events import bus
from tinhso.foundation.text.rules import normalise_lines
from tinhso.systems.procedures.afterwards import events, permissions
from tinhso.systems.procedures.afterwards.errors import AlreadyRated, NotFinished
from tinhso.systems.procedures.afterwards.models import Rating, Reason, Score
from tinhso.systems.procedures.models import Dossier
from tinhso.systems.procedures.rules import State

SALT = "procedures.rating"
RATEABLE = (State.ISSUED, State.RETURNED, State.REFUSED)


def pass_of(dossier_id: int) -> str:
    """The signed part of the rating link."""
    return signing.Signer(salt=SALT).sign(str(dossier_id))


def dossier_of(given: str) -> Dossier | None:
    """The dossier a link was made for; None for a link we did not make."""
    try:
        number = signing.Signer(salt=SALT).unsign(given)
    except signing.BadSignature:
        return None
    return Dossier.objects.select_related("version", "unit").filter(pk=number).first()


@transaction.atomic
def rate_dossier(
    *,
    actor: Actor,
    dossier_id: int,
    score: int,
    reasons: Sequence[str] = (),
    comment: str = "",
    at: datetime | None = None,
) -> Rating:
    """Writes the rating. A second one is refused, whoever sends it."""
    access.require(actor, permissions.RATE)
    at = at or timezone.now()
    dossier = Dossier.objects.select_related("unit").get(pk=dossier_id)
    if dossier.state not in RATEABLE:
        raise NotFinished
    try:
        with transaction.atomic():
            rating = Rating.objects.create(
                dossier=dossier,
                score=Score(score),
                reasons=sorted({Reason(reason).value for reason in reasons}),
                comment=normalise_lines(comment)[:2000],
                rated_at=at,
                is_simulated=dossier.is_simulated,
            )
    except IntegrityError:
        raise AlreadyRated from None
    # The log names the dossier, not who rated: the rating carries no account either.
    audit.record(
        Actor.system("Người đánh giá", is_simulated=dossier.is_simulated),
        "afterwards.dossier.rated",
        dossier,
        unit_id=dossier.unit_id,
        score=rating.score,
    )
    bus.publish(events.DOSSIER_RATED, subject=dossier, unit=dossier.unit, occurred_on=timezone.localdate(at))
    return rating
