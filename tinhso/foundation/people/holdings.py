"""What people holds about a person, and what of it the law lets go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.people.masking import mask_email
from tinhso.foundation.privacy.registry import Collector, Row

if TYPE_CHECKING:
    from tinhso.foundation.access.guard import Actor
    from tinhso.foundation.people.models import Person


def _record(person: Person) -> list[Row]:
    return [
        {
            _("số định danh cá nhân"): person.personal_number,
            _("họ, chữ đệm, tên"): person.full_name,
            _("ngày sinh"): person.born_on,
            _("giới tính"): person.get_sex_display(),
            _("nơi cư trú"): person.address,
            _("xã, phường cư trú"): person.commune.name if person.commune else "",
            _("nguồn"): person.source,
            _("xác thực lúc"): person.verified_at,
        }
    ]


def _contact(person: Person) -> list[Row]:
    return [{_("số điện thoại"): person.phone, _("thư điện tử"): person.email}] if person.phone or person.email else []


def _erase_contact(actor: Actor, person: Person) -> int:
    from tinhso.foundation.people.services.persons import forget_contact

    return forget_contact(actor, person_id=person.pk)


def _changes(person: Person) -> list[Row]:
    return [
        {_("lúc"): one.at, _("trước"): one.before, _("sau"): one.after, _("lý do"): one.reason}
        for one in person.changes.all()
    ]


def _accounts(person: Person) -> list[Row]:
    return [
        {
            _("tên đăng nhập"): one.username,
            _("thư điện tử"): mask_email(one.email) if one.kind != "citizen" else one.email,
            _("loại tài khoản"): one.get_kind_display(),
            _("lập lúc"): one.created_at,
            _("đăng nhập gần nhất"): one.last_login,
            _("đang hoạt động"): one.is_active,
        }
        for one in person.accounts.all()
    ]


def _household(person: Person) -> list[Row]:
    return [
        {
            _("mã hộ"): one.household.code,
            _("quan hệ với chủ hộ"): one.get_relation_display(),
            _("từ ngày"): one.valid_from,
            _("đến ngày"): one.valid_to,
        }
        for one in person.memberships.select_related("household")
    ]


def _enterprises(person: Person) -> list[Row]:
    from tinhso.foundation.people.models import Enterprise

    return [
        {_("mã số thuế"): one.tax_code, _("tên"): one.name} for one in Enterprise.objects.filter(representative=person)
    ]


def _looks(person: Person) -> list[Row]:
    from tinhso.foundation.people.lookups import lookups_of

    return [
        {
            _("lúc"): one.at,
            _("người xem"): one.account_label,
            _("đơn vị"): one.unit.name if one.unit else "",
            _("mục đích"): one.purpose,
            _("hồ sơ liên quan"): one.subject_label,
        }
        for one in lookups_of(person.pk)
    ]


_IDENTITY = gettext_lazy("Luật Căn cước 26/2023/QH15: thông tin định danh gắn với hồ sơ đã nộp, giữ theo hạn của hồ sơ")
_EVIDENCE = gettext_lazy("Nghị định 331/2026/NĐ-CP: nhật ký là bằng chứng, không sửa, không xoá")

COLLECTORS = (
    Collector("people.record", gettext_lazy("Thông tin định danh"), _record, _IDENTITY, order=1),
    Collector("people.contact", gettext_lazy("Điện thoại, thư điện tử"), _contact, "", _erase_contact, order=2),
    Collector("people.accounts", gettext_lazy("Tài khoản"), _accounts, _IDENTITY, order=3),
    Collector("people.households", gettext_lazy("Hộ gia đình"), _household, _IDENTITY, order=4),
    Collector("people.enterprises", gettext_lazy("Doanh nghiệp bạn đại diện"), _enterprises, _IDENTITY, order=5),
    Collector("people.changes", gettext_lazy("Các lần sửa thông tin"), _changes, _EVIDENCE, order=90),
    Collector("people.looks", gettext_lazy("Ai đã xem dữ liệu của bạn"), _looks, _EVIDENCE, order=91),
)
