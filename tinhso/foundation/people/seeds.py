"""Demo accounts, one per role, made through the services; and the list that the launcher prints.

Every one is marked as simulated. The passwords and the administrator's authenticator secret are public on purpose:
they open a demo, never an installation (tinhso doctor tells when they are still there).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.access import guard as access
from tinhso.foundation.access import services as roles
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.jobs.registry import Progress
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.people.models import Account, Person
from tinhso.foundation.people.services.accounts import create_account

DEMO_PASSWORD = "thu-nghiem-tinh-so-2026"  # noqa: S105 - public, demo only
DEMO_TOTP_SECRET = "TINHSODEMOONLYSECRETTINHSODEMOON"  # noqa: S105 - public, demo only
DEMO_COMMUNE = "18073"  # phường Thành Sen
DEMO_CITIZEN_NUMBER = "042190000117"  # the first person of the simulated VNeID


@dataclass(frozen=True)
class DemoAccount:
    """One account of the demo: where it works and what to look at first with it."""

    username: str
    full_name: str
    role: str
    unit_kind: str
    what: object
    look: object
    # Where in the house: a commune's offices, the province's own agencies, or divisions and bodies of departments.
    place: str = "commune"


ACCOUNTS = (
    DemoAccount(
        "congdan",
        "Nguyễn Thị Hoa",
        "",
        "",
        gettext_lazy("Người dân"),
        gettext_lazy("Trang chủ: tìm “khai sinh” và nộp hồ sơ"),
    ),
    DemoAccount(
        "motcua",
        "Lê Thị Mai",
        "desk_officer",
        UnitKind.SERVICE_CENTRE,
        gettext_lazy("Cán bộ một cửa, phường Thành Sen"),
        gettext_lazy("Bàn làm việc: hồ sơ chờ tiếp nhận"),
    ),
    DemoAccount(
        "thuly",
        "Phan Văn Lực",
        "resolving_officer",
        UnitKind.OFFICE,
        gettext_lazy("Công chức thụ lý, phường Thành Sen"),
        gettext_lazy("Bàn làm việc: hồ sơ đến hạn hôm nay"),
    ),
    DemoAccount(
        "lanhdao",
        "Võ Minh Tuấn",
        "unit_leader",
        UnitKind.COMMUNE_COMMITTEE,
        gettext_lazy("Lãnh đạo UBND phường Thành Sen"),
        gettext_lazy("Bàn làm việc: kết quả chờ ký"),
    ),
    DemoAccount(
        "lanhdaotinh",
        "Trịnh Quốc Bảo",
        "provincial_leader",
        UnitKind.PROVINCE,
        gettext_lazy("Lãnh đạo tỉnh"),
        gettext_lazy("Điều hành: 56 chỉ tiêu của Nghị quyết 05"),
    ),
    DemoAccount(
        "motcuatinh",
        "Nguyễn Thị Thanh",
        "desk_officer",
        UnitKind.SERVICE_CENTRE,
        gettext_lazy("Cán bộ một cửa, Trung tâm Phục vụ hành chính công tỉnh"),
        gettext_lazy("Bàn làm việc: hồ sơ của các sở chờ tiếp nhận"),
        "province",
    ),
    DemoAccount(
        "chuyenvien",
        "Hoàng Đức Anh",
        "resolving_officer",
        "",
        gettext_lazy("Chuyên viên các phòng của sở"),
        gettext_lazy("Bàn làm việc: hồ sơ của sở theo bước B1, B2…"),
        "division",
    ),
    DemoAccount(
        "truongphong",
        "Bùi Thị Hằng",
        "office_head",
        "",
        gettext_lazy("Trưởng phòng của sở"),
        gettext_lazy("Bàn làm việc: phân công, xem dự thảo"),
        "division",
    ),
    DemoAccount(
        "giamdocso",
        "Trần Quang Huy",
        "unit_leader",
        UnitKind.DEPARTMENT,
        gettext_lazy("Lãnh đạo sở"),
        gettext_lazy("Bàn làm việc: kết quả của sở chờ ký"),
        "department",
    ),
    DemoAccount(
        "uybantinh",
        "Lê Ngọc Sơn",
        "unit_leader",
        UnitKind.PROVINCIAL_COMMITTEE,
        gettext_lazy("Lãnh đạo UBND tỉnh"),
        gettext_lazy("Bàn làm việc: kết quả do UBND tỉnh quyết định"),
        "province",
    ),
    DemoAccount(
        "quantri",
        "Ngô Văn Quản",
        "administrator",
        UnitKind.PROVINCE,
        gettext_lazy("Quản trị hệ thống"),
        gettext_lazy("Quản trị: tài khoản và vai trò; mã xác thực hiện ngay trên trang nhập mã"),
    ),
    DemoAccount(
        "kiemtoan",
        "Cao Thị Kiểm",
        "auditor",
        UnitKind.PROVINCE,
        gettext_lazy("Kiểm toán viên hệ thống"),
        gettext_lazy("Quản trị: nhật ký kiểm toán"),
    ),
)


def demo_accounts() -> list[tuple[str, str, str, str]]:
    """(what, username, password, what to look at first) for the launcher's print-out."""
    return [(str(one.what), one.username, DEMO_PASSWORD, str(one.look)) for one in ACCOUNTS]


def seed_accounts(actor: access.Actor, progress: Progress, seed: int) -> None:
    """Makes the demo accounts that are missing; running it again changes nothing."""
    today = timezone.localdate()
    commune = Unit.objects.as_of(today).filter(code=DEMO_COMMUNE, kind=UnitKind.COMMUNE).first()
    if commune is None:  # another province: its first commune will do
        commune = Unit.objects.as_of(today).filter(kind=UnitKind.COMMUNE).order_by("code").first()
    progress.start(_("Lập tài khoản dùng thử"), len(ACCOUNTS))
    for one in ACCOUNTS:
        _seed(actor, one, commune, today)
        progress.advance()


@transaction.atomic
def _seed(actor: access.Actor, one: DemoAccount, commune: Unit | None, today: date) -> None:
    account = Account.objects.filter(username=one.username).first()
    if account is None:
        account = create_account(
            actor,
            username=one.username,
            full_name=one.full_name,
            kind=Account.Kind.OFFICER if one.role else Account.Kind.CITIZEN,
            password=DEMO_PASSWORD,
            person=None if one.role else _citizen(one, commune),
            must_change_password=False,
            is_simulated=True,
        )
    for unit in _units(one, commune, today):
        if not RoleAssignment.objects.filter(account=account, role=one.role, unit=unit).exists():
            begins = max(unit.valid_from, date(today.year - 1, 1, 1))
            roles.grant_role(
                actor, account=account, role=one.role, unit=unit, valid_from=begins, document=_("Dữ liệu mô phỏng")
            )
    if one.role in settings.ADMINISTRATOR_ROLES:
        _second_factor(account)


def _citizen(one: DemoAccount, commune: Unit | None) -> Person:
    person, _made = Person.objects.get_or_create(
        personal_number=DEMO_CITIZEN_NUMBER,
        defaults={
            "full_name": one.full_name,
            "born_on": date(1990, 5, 17),
            "sex": Person.Sex.FEMALE,
            "phone": "0912345678",
            "email": "congdan@example.vn",
            "address": "Số 12, đường Nguyễn Du",
            "commune": commune,
            "is_simulated": True,
            "source": _("Dữ liệu mô phỏng"),
            "verified_at": timezone.now(),
        },
    )
    return person


def _units(one: DemoAccount, commune: Unit | None, today: date) -> list[Unit]:
    """Where the role is held: of a commune's offices all, so that one officer can try every procedure."""
    if not one.role or commune is None:
        return []
    units = Unit.objects.as_of(today).order_by("code")
    if one.place == "division":
        return list(units.filter(parent__kind=UnitKind.DEPARTMENT))
    if one.place == "department":
        bodies = Q(kind=UnitKind.OTHER, parent__kind=UnitKind.DEPARTMENT)
        return list(units.filter(Q(kind=one.unit_kind) | bodies))
    units = units.filter(kind=one.unit_kind)
    if one.place == "province":
        return list(units.filter(area__kind=UnitKind.PROVINCE)[:1])
    return list(units[:1]) if one.unit_kind == UnitKind.PROVINCE else list(units.filter(area=commune))


def _second_factor(account: Account) -> None:
    if not Authenticator.objects.filter(user_id=account.pk, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(account, DEMO_TOTP_SECRET)


def demo_code(account: Account) -> str:
    """In a demo, the code that the shared demo authenticator shows now for a demo account; "" anywhere else."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    if not (settings.DEMO and account.is_simulated):
        return ""
    row = Authenticator.objects.filter(user_id=account.pk, type=Authenticator.Type.TOTP).first()
    if row is None:
        return ""
    from tinhso.foundation.people.secrets_at_rest import unseal

    if unseal(str(row.data["secret"])) != DEMO_TOTP_SECRET:
        return ""
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(DEMO_TOTP_SECRET, counters[len(counters) // 2])))
