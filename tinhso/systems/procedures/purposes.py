"""What dossiers use people's data for, declared into the register of purposes (Law 91/2025 arts 9 and 19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinhso.foundation.privacy.registry import DeclaredPurpose, on_start, on_stop, register_purpose

if TYPE_CHECKING:
    from tinhso.foundation.access.guard import Actor
    from tinhso.foundation.people.models import Person

SETTLE = "procedures.settle"
IDENTITY = "procedures.prefill_identity"
CONTACT = "procedures.prefill_contact"
# The keys of the electronic-identity source that a person decides on.
CONTACT_KEYS = frozenset({"identity.phone", "identity.email"})
NAMED = ("họ, chữ đệm, tên", "số định danh cá nhân", "ngày sinh", "giới tính", "nơi cư trú")

PURPOSES = (
    DeclaredPurpose(
        SETTLE,
        "Giải quyết hồ sơ bạn nộp và trả kết quả cho bạn.",
        "law",
        "Luật 91/2025/QH15, Điều 19; Nghị định 118/2025/NĐ-CP; Nghị định 224/2026/NĐ-CP",
        ("nội dung tờ khai", "giấy tờ kèm theo", "kết quả"),
        "theo thời hạn bảo quản của từng thủ tục",
        "cơ quan có thẩm quyền, nơi tiếp nhận và nơi thụ lý hồ sơ",
    ),
    DeclaredPurpose(
        IDENTITY,
        "Điền sẵn thông tin định danh tỉnh đã có để bạn không phải khai lại.",
        "law",
        "Nghị định 224/2026/NĐ-CP, Điều 15 (không hỏi lại điều đã biết); Luật 91/2025/QH15, Điều 19",
        NAMED,
        "trong tờ khai đang soạn; theo hồ sơ khi đã nộp",
        "chỉ bạn thấy cho đến khi nộp hồ sơ",
        may_object=True,
    ),
    DeclaredPurpose(
        CONTACT,
        "Điền sẵn số điện thoại và thư điện tử của bạn vào tờ khai.",
        "consent",
        "Luật 91/2025/QH15, Điều 9",
        ("số điện thoại", "thư điện tử"),
        "cho đến khi bạn rút lại sự đồng ý",
        "chỉ bạn thấy cho đến khi nộp hồ sơ",
    ),
)


def register() -> None:
    for purpose in PURPOSES:
        register_purpose(purpose)
    on_stop(CONTACT, _take_out_contact)
    on_stop(IDENTITY, _take_out_identity)
    on_start(CONTACT, _fill_contact)


def _take_out_contact(actor: Actor, person: Person) -> None:
    from tinhso.systems.procedures.services.known import take_out

    take_out(person, lambda wish: wish in CONTACT_KEYS)


def _take_out_identity(actor: Actor, person: Person) -> None:
    from tinhso.systems.procedures.services.known import take_out

    take_out(person, lambda wish: wish.startswith("identity."))


def _fill_contact(actor: Actor, person: Person) -> None:
    from tinhso.systems.procedures.services.known import fill_in

    fill_in(person, lambda wish: wish in CONTACT_KEYS)
