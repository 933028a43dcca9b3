"""Accounts of the simulated bank, and an accountant to look at them. The BIN belongs to no bank: no real application
can pay into them."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.engines.payments import services
from tinhso.foundation.access import services as roles
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.orgs.selectors import province
from tinhso.foundation.people.models import Account
from tinhso.foundation.people.seeds import DEMO_PASSWORD
from tinhso.foundation.people.services.accounts import create_account
from tinhso.foundation.text.rules import fold

SIMULATED_BIN = "999999"
DEMO_ACCOUNTANT = (
    "ketoan",
    DEMO_PASSWORD,
    gettext_lazy("Kế toán của tỉnh"),
    gettext_lazy("Bàn làm việc, Thu phí: đối soát một ngày, chênh lệch, bảng kê nộp kho bạc"),
)


def seed(actor: Actor, progress: Progress, number: int) -> None:
    """One account for the province, one for the commune where the demo's desk works; a demo accountant."""
    progress.start(str(_("Mở tài khoản thu mô phỏng")), 1)
    whole = province()
    if whole is None:
        return
    simulated = Actor.system(str(_("Mô phỏng")), is_simulated=True)
    _open(simulated, whole, "0990000001")
    desk = RoleAssignment.objects.filter(role="desk_officer").select_related("unit__area").order_by("id").first()
    if desk is not None and desk.unit.area is not None:
        agencies = Unit.objects.as_of(timezone.localdate()).filter(area=desk.unit.area)
        committee = agencies.filter(kind=UnitKind.COMMUNE_COMMITTEE).first()
        if committee is not None:
            _open(simulated, committee, "0990000002")
    _accountant(simulated, whole)
    progress.advance()


def _open(actor: Actor, unit: Unit, number: str) -> None:
    services.open_account(
        actor=actor,
        unit=unit,
        bank_name=str(_("Ngân hàng mô phỏng")),
        bank_bin=SIMULATED_BIN,
        number=number,
        holder=fold(str(unit.name)).upper(),
        valid_from=unit.valid_from,
        is_simulated=True,
    )


def _accountant(actor: Actor, unit: Unit) -> None:
    username = DEMO_ACCOUNTANT[0]
    account = Account.objects.filter(username=username).first()
    if account is None:
        account = create_account(
            actor,
            username=username,
            full_name="Đỗ Thị Kế",
            password=DEMO_PASSWORD,
            must_change_password=False,
            is_simulated=True,
        )
    if not RoleAssignment.objects.filter(account=account, role="accountant").exists():
        roles.grant_role(
            actor,
            account=account,
            role="accountant",
            unit=unit,
            valid_from=max(unit.valid_from, timezone.localdate()),
            document=str(_("phân công mô phỏng")),
        )
