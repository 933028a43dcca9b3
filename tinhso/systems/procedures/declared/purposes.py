"""What each register that fills in forms asks the person for: one purpose a register, published when it begins."""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext as _

from tinhso.engines.registers import selectors
from tinhso.engines.registers.models import Register
from tinhso.engines.registers.rules.schema import Shape
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.privacy.models import Purpose
from tinhso.foundation.privacy.registry import DeclaredPurpose
from tinhso.foundation.privacy.services import publish_purpose

PREFIX = "registers.prefill_"
# A code of a purpose has 60 letters at most.
LONGEST = 60 - len(PREFIX)
BASIS = "Luật 91/2025/QH15, Điều 9; Nghị định 224/2026/NĐ-CP, Điều 15"
RETENTION = "trong tờ khai đang soạn; theo hồ sơ khi đã nộp"
RECEIVER = "chỉ bạn thấy cho đến khi nộp hồ sơ"
PURPOSES = (
    DeclaredPurpose(
        f"{PREFIX}ca_nhan",
        "Lấy thông tin của bạn từ cơ sở dữ liệu cá nhân của tỉnh để điền sẵn tờ khai.",
        "consent",
        BASIS,
        ("họ, chữ đệm, tên", "số định danh cá nhân", "ngày sinh", "giới tính", "nơi cư trú", "dân tộc", "quốc tịch"),
        RETENTION,
        RECEIVER,
    ),
)


def source_name(register: Register) -> str:
    """What forms call the register: its code with _ for -."""
    return register.code.replace("-", "_")


def purpose_code(name: str) -> str:
    """The purpose by which a source of that name may be looked at; long names end in a part of their hash."""
    if len(name) <= LONGEST:
        return PREFIX + name
    return PREFIX + name[: LONGEST - 9] + "_" + hashlib.sha256(name.encode()).hexdigest()[:8]


def told_of(shape: Shape) -> list[str]:
    """The fields that may be taken into forms, as people call them."""
    return [one.label for one in shape.fields if one.concept]


def begin(actor: Actor, register: Register) -> None:
    """Publishes the register's purpose when the register of purposes has none in force: nobody is looked up before."""
    shape, code = selectors.shape_on(register), purpose_code(source_name(register))
    fields = told_of(shape) if shape else []
    if not fields or Purpose.objects.filter(code=code, valid_to=None).exists():
        return
    publish_purpose(
        actor=actor,
        code=code,
        sentence=_("Lấy thông tin của bạn từ “%(register)s” của tỉnh để điền sẵn tờ khai.")
        % {"register": register.name},
        basis="consent",
        legal_basis=BASIS,
        data_fields=fields,
        retention=RETENTION,
        receiver=RECEIVER,
    )
