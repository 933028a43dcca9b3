"""A delegation: only its giver takes it back here."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tinhso.foundation.access import services as roles
from tinhso.foundation.access import tokens
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast
from tinhso.foundation.testing.objects import Sample


def samples(cast: Cast) -> list[Sample]:
    today = timezone.localdate()
    delegation = roles.delegate(
        cast.actor("leader"),
        receiver=cast.desk_officer,
        role="unit_leader",
        unit=cast.units.commune_committee,
        valid_from=today + timedelta(days=1),  # not yet in force: it changes no other sample
        valid_to=today + timedelta(days=5),
    )
    token, _secret = tokens.issue_token(
        Actor.system(), account=cast.leader, name="x", expires_on=today + timedelta(days=5)
    )
    return [
        Sample("people:delegation_revoke", {"delegation_id": delegation.pk}, ("leader",)),
        Sample("people:machine_token_revoke", {"token_id": token.pk}, ("leader",)),
    ]
