"""The rows that the suites take for granted, made through services and marked simulated, new for every run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.faces.govstack.conformance import world_exchange, world_registers, world_registration
from tinhso.faces.govstack.conformance.aliases import Aliases
from tinhso.faces.govstack.conformance.serving import ACCOUNT, NotHere, refuse_outside_demo
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.models import MachineToken, RoleAssignment
from tinhso.foundation.access.tokens import issue_token, revoke_token
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.people.models import Account


@dataclass(frozen=True)
class World:
    """What a run needs: the names, and the secret of the account that stands in for an absent token."""

    aliases: Aliases
    token: str


@transaction.atomic
def make_world() -> World:
    """A fresh world under names of this moment; what runs before left stays as history."""
    refuse_outside_demo()
    today = timezone.localdate()
    units = Unit.objects.filter(valid_to=None)
    province = units.filter(kind=UnitKind.PROVINCE).first()
    centre = units.filter(kind=UnitKind.SERVICE_CENTRE, area__kind=UnitKind.COMMUNE).order_by("code").first()
    if province is None or centre is None:
        raise NotHere(_("Hãy nạp dữ liệu tỉnh trước: tinhso load province."))
    system = Actor.system("GovStack", is_simulated=True)
    account = _account(province, centre)
    for token in MachineToken.objects.filter(account=account, revoked_at=None, expires_on__gt=today):
        revoke_token(Actor.of(account, stepped_up=True), token=token)
    _token, secret = issue_token(system, account=account, name="GovStack", expires_on=today + timedelta(days=1))
    aliases, mark = Aliases(), f"{timezone.now():%y%m%d%H%M%S%f}"
    world_registers.make(system, province, aliases, mark)
    world_exchange.make(system)
    operator = Actor.of(account, stepped_up=True)
    world_registration.make(system, operator, centre, aliases, f"{timezone.now():%y%m%d%H%M%S%f}"[:18])
    return World(aliases, secret)


def _account(province: Unit, centre: Unit) -> Account:
    """A machine's account that nobody can sign in to; its rights are those of its roles and no other."""
    account, is_new = Account.objects.get_or_create(
        username=ACCOUNT,
        defaults={
            "full_name": "Máy kiểm tra GovStack (mô phỏng)",
            "kind": Account.Kind.SERVICE,
            "is_simulated": True,
        },
    )
    if is_new:
        account.set_unusable_password()
        account.save(update_fields=["password"])
    today = timezone.localdate()
    for role, unit in (("administrator", province), ("desk_officer", centre)):
        RoleAssignment.objects.get_or_create(account=account, role=role, unit=unit, defaults={"valid_from": today})
    return account
