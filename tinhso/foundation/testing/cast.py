"""The shared cast: who acts in every test, so that each can ask "and who may not?"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings

from tinhso.foundation.access.guard import Actor
from tinhso.foundation.access.models import RoleAssignment
from tinhso.foundation.orgs.models import Unit, UnitKind
from tinhso.foundation.people.models import Account, Person

BEGINNING = date(2025, 7, 1)
PASSWORD = "Demo-only-passphrase-2026"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@dataclass
class Units:
    """A province with two communes, each with its committee, an office and its service centre."""

    province: Unit
    committee: Unit
    commune: Unit
    commune_committee: Unit
    commune_office: Unit
    commune_centre: Unit
    other_commune: Unit
    other_committee: Unit
    other_office: Unit
    other_centre: Unit


@dataclass
class Cast:
    """Accounts by part; `actor(name)` gives the acting side of one."""

    units: Units
    citizen: Account
    other_citizen: Account
    desk_officer: Account
    resolving_officer: Account
    leader: Account
    desk_officer_elsewhere: Account
    resolving_officer_elsewhere: Account
    leader_elsewhere: Account
    provincial_leader: Account
    administrator: Account
    auditor: Account

    NAMES = (
        "citizen",
        "other_citizen",
        "desk_officer",
        "resolving_officer",
        "leader",
        "desk_officer_elsewhere",
        "resolving_officer_elsewhere",
        "leader_elsewhere",
        "provincial_leader",
        "administrator",
        "auditor",
    )

    def actor(self, name: str, *, stepped_up: bool = True) -> Actor:
        """The acting side of a member; `stranger` is nobody known."""
        if name == "stranger":
            return Actor.anonymous()
        return Actor.of(getattr(self, name), stepped_up=stepped_up)


def make_unit(code: str, kind: UnitKind, name: str, parent: Unit | None, area: Unit | None = None) -> Unit:
    unit = Unit(
        code=code,
        valid_from=BEGINNING,
        kind=kind,
        name=name,
        short_name=name,
        parent=parent,
        area=area,
        identifier=f"Z99.{code}" if kind not in (UnitKind.PROVINCE, UnitKind.COMMUNE) else "",
        identifier_is_demo=True,
    )
    unit.save()
    return unit


def make_units() -> Units:
    """An invented province; the tests never depend on Hà Tĩnh unless they say so."""
    province = make_unit("99", UnitKind.PROVINCE, "Tỉnh Thử Nghiệm", None)
    committee = make_unit("99.UB", UnitKind.PROVINCIAL_COMMITTEE, "UBND tỉnh Thử Nghiệm", province, province)
    made: list[Unit] = []
    for number, name in (("99001", "Xã An Bình"), ("99002", "Phường Đông Hải")):
        commune = make_unit(number, UnitKind.COMMUNE, name, province)
        own = make_unit(f"{number}.UB", UnitKind.COMMUNE_COMMITTEE, f"UBND {name}", commune, commune)
        office = make_unit(f"{number}.VH", UnitKind.OFFICE, f"Phòng Văn hóa - Xã hội {name}", own, commune)
        centre = make_unit(f"{number}.HCC", UnitKind.SERVICE_CENTRE, f"Trung tâm PVHCC {name}", own, commune)
        made += [commune, own, office, centre]
    return Units(province, committee, *made)


def make_account(
    username: str, full_name: str, *, citizen_number: str = "", role: str = "", unit: Unit | None = None
) -> Account:
    """An account with a password and, as asked, a person behind it or a role at a unit."""
    person = None
    if citizen_number:
        person = Person.objects.create(
            personal_number=citizen_number,
            full_name=full_name,
            born_on=date(1990, 5, 17),
            sex=Person.Sex.FEMALE,
            phone="0912345678",
            address="Thôn 1",
            is_simulated=True,
            source="test",
        )
    account = Account.objects.create_user(
        username,
        PASSWORD,
        full_name=full_name,
        person=person,
        email=f"{username}@example.vn",
        kind=Account.Kind.CITIZEN if citizen_number else Account.Kind.OFFICER,
        is_simulated=True,
    )
    if role in settings.ADMINISTRATOR_ROLES:
        # Administrators work only with a second factor (TCVN 14423 level 3).
        TOTP.activate(account, TOTP_SECRET)
    if role and unit:
        RoleAssignment.objects.create(account=account, role=role, unit=unit, valid_from=BEGINNING)
    return account


def make_cast() -> Cast:
    """Eleven accounts and their units, made anew for each test that asks."""
    u = make_units()
    return Cast(
        units=u,
        citizen=make_account("citizen", "Nguyễn Thị Hoa", citizen_number="042190000017"),
        other_citizen=make_account("other_citizen", "Trần Văn Đức", citizen_number="042090000025"),
        desk_officer=make_account("desk_officer", "Lê Thị Mai", role="desk_officer", unit=u.commune_centre),
        resolving_officer=make_account(
            "resolving_officer", "Phan Văn Lực", role="resolving_officer", unit=u.commune_office
        ),
        leader=make_account("leader", "Võ Minh Tuấn", role="unit_leader", unit=u.commune_committee),
        desk_officer_elsewhere=make_account("desk_elsewhere", "Hồ Thị Nga", role="desk_officer", unit=u.other_centre),
        resolving_officer_elsewhere=make_account(
            "resolving_elsewhere", "Bùi Văn Sơn", role="resolving_officer", unit=u.other_office
        ),
        leader_elsewhere=make_account("leader_elsewhere", "Đặng Thị Thu", role="unit_leader", unit=u.other_committee),
        provincial_leader=make_account(
            "provincial_leader", "Trịnh Quốc Bảo", role="provincial_leader", unit=u.province
        ),
        administrator=make_account("administrator", "Ngô Văn Quản", role="administrator", unit=u.province),
        auditor=make_account("auditor", "Cao Thị Kiểm", role="auditor", unit=u.province),
    )
