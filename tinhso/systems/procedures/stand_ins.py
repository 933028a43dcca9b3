"""Whose work is whose: an absent officer's work is their delegate's, for as long as the delegation runs."""

from __future__ import annotations

from tinhso.foundation.access.guard import Actor


def stood_in_for(actor: Actor) -> set[int]:
    """The accounts whose work is this actor's today: their own, and those who delegated to them."""
    own = {actor.account_id} if actor.account_id is not None else set()
    return own | {grant.giver_id for grant in actor.grants if grant.giver_id is not None}
