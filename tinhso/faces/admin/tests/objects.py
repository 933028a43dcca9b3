"""An account with a role in one commune: its administrators may open it, another commune's may not."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tinhso.faces.admin.tests.objects_indicators import samples_of_indicators
from tinhso.faces.admin.tests.objects_units import samples_of_units
from tinhso.foundation.access import services as roles
from tinhso.foundation.access.models import MachineToken, RoleAssignment
from tinhso.foundation.audit import log
from tinhso.foundation.events.models import DomainEvent
from tinhso.foundation.oversight import services as oversight
from tinhso.foundation.testing.cast import Cast, make_account
from tinhso.foundation.testing.objects import Sample


def samples(cast: Cast) -> list[Sample]:
    elsewhere = make_account(
        "administrator_elsewhere", "Đinh Văn Khác", role="administrator", unit=cast.units.other_committee
    )
    today = timezone.localdate()
    delegation = roles.delegate(
        cast.actor("leader"),
        receiver=cast.resolving_officer,
        role="unit_leader",
        unit=cast.units.commune_committee,
        valid_from=today + timedelta(days=1),  # not yet in force: it changes no other sample
        valid_to=today + timedelta(days=5),
    )
    officer = {"account_id": cast.desk_officer.pk}
    assignment = {"assignment_id": RoleAssignment.objects.get(account=cast.desk_officer).pk}
    may, away = ("administrator",), (elsewhere,)
    readers = ("administrator", "auditor")
    here = cast.units.commune_office
    row = log.record(cast.actor("leader"), "tests.step", here, unit_id=here.pk)
    check = oversight.ask_check(cast.actor("auditor"))
    event = DomainEvent.objects.create(
        name="tests.happened",
        subject_type="orgs.unit",
        subject_id=str(here.pk),
        unit_id=here.pk,
        occurred_on=today,
        pending=["tests.handler"],
        set_aside_at=timezone.now(),
    )
    token = MachineToken.objects.create(
        account=cast.desk_officer, name="x", digest="0" * 64, ending="0000", created_at=timezone.now(),
        expires_on=today + timedelta(days=5),
    )  # fmt: skip
    return [
        *samples_of_indicators(),
        Sample("admin:audit_row", {"row_id": row.pk}, readers, away),
        Sample("admin:audit_check_result", {"check_id": check.pk}, readers, away),
        Sample("admin:event", {"event_id": event.pk}, may, away),
        Sample("admin:event_retry", {"event_id": event.pk}, may, away),
        Sample("admin:event_close", {"event_id": event.pk}, may, away, {"ly-do": "đã sửa tay"}),
        Sample("admin:account", officer, may, away),
        Sample("admin:account_disable", officer, may, away, {"reason": "nghỉ việc"}),
        Sample("admin:account_enable", officer, may, away),
        Sample("admin:account_unlock", officer, may, away),
        Sample("admin:account_token_revoke", officer | {"token_id": token.pk}, may, away),
        Sample("admin:account_password", officer, may, away),
        Sample("admin:account_second_factor", officer, may, away),
        Sample("admin:role_grant", officer, may, away),
        Sample("admin:review_confirm", officer, may, away),
        Sample("admin:role_end", assignment, may, away, {"valid_to": str(today), "reason": "nghỉ việc"}),
        Sample("admin:delegation_end", {"delegation_id": delegation.pk}, may, away),
        *samples_of_units(cast, elsewhere),
    ]
