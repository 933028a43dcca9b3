"""Fixtures beside dossiers: powers asked and confirmed, a feedback sent."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.testing.cast import Cast
from tinhso.systems.procedures.afterwards import services
from tinhso.systems.procedures.afterwards.models import Feedback, Power
from tinhso.systems.procedures.sample_scan import sample_scan


class Beside:
    """The cast around a dossier: `other_citizen` acts for `citizen`."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        for account in (cast.citizen, cast.other_citizen):
            person = account.person
            if person is not None and person.verified_at is None:
                person.verified_at = timezone.now()
                person.save(update_fields=["verified_at", "sort_key"])

    def asked(self, until: date | None = None, **more: Any) -> Power:
        principal = self.cast.citizen.person
        assert principal is not None
        today = timezone.localdate()
        given: dict[str, Any] = {
            "kind": "attorney",
            "principal_name": principal.full_name,
            "principal_number": principal.personal_number,
            "valid_from": today,
            "valid_to": until or today + timedelta(days=30),
            "desk": self.cast.units.commune_centre,
            "stream": sample_scan(),
            "name": "giay-uy-quyen.png",
            **more,
        }
        return services.ask_power(actor=self.cast.actor("other_citizen"), **given)

    def held(self, **more: Any) -> Power:
        return services.confirm_own_power(actor=self.cast.actor("citizen"), power_id=self.asked(**more).pk)

    def feedback(self, at: datetime | None = None, **more: Any) -> Feedback:
        given: dict[str, Any] = {
            "actor": Actor.anonymous(),
            "kind": "staff",
            "unit": self.cast.units.commune_centre,
            "body": "Chờ lâu quá hẹn.",
            "sender_name": "Nguyễn Thị Hoa",
            "address": "Thôn 1",
            "phone": "0912345678",
            **more,
        }
        return services.send_feedback(at=at, **given)
