"""Registers as sources of a form's answers: with the person's agreement, looked up once, in the person's own log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from tinhso.engines.forms.models import FormDefinition
from tinhso.engines.forms.selectors import Source
from tinhso.engines.registers import selectors
from tinhso.engines.registers.errors import NoSuchRecord
from tinhso.engines.registers.models import Register
from tinhso.engines.registers.rules.schema import FieldType, Shape
from tinhso.engines.registers.services import look_up
from tinhso.foundation.access.guard import Actor
from tinhso.foundation.people.models import Account, Person
from tinhso.foundation.privacy.registry import DeclaredPurpose
from tinhso.foundation.privacy.selectors import may_use

PREFIX = "registers.prefill_"
PURPOSES = (
    DeclaredPurpose(
        f"{PREFIX}ca_nhan",
        "Lấy thông tin của bạn từ cơ sở dữ liệu cá nhân của tỉnh để điền sẵn tờ khai.",
        "consent",
        "Luật 91/2025/QH15, Điều 9; Nghị định 224/2026/NĐ-CP, Điều 15",
        ("họ, chữ đệm, tên", "số định danh cá nhân", "ngày sinh", "giới tính", "nơi cư trú", "dân tộc", "quốc tịch"),
        "trong tờ khai đang soạn; theo hồ sơ khi đã nộp",
        "chỉ bạn thấy cho đến khi nộp hồ sơ",
    ),
)


def source_name(register: Register) -> str:
    """What forms call the register: its code with _ for -."""
    return register.code.replace("-", "_")


def answering() -> list[tuple[Register, Shape]]:
    """Registers that fill forms today, with what they hold: those keyed by the person's number."""
    found = []
    for register in Register.objects.filter(fills_forms=True).select_related("owner"):
        shape = selectors.shape_on(register)
        if shape is not None and shape.subject and shape.keys == (shape.subject,):
            found.append((register, shape))
    return found


def sources(account: Account, form: FormDefinition, wanted: dict[str, set[str]]) -> dict[str, Source]:
    """What the registers know of the person, for the fields that the form wants and no others."""
    person, found = account.person, {}
    if person is None or not person.personal_number or not wanted.keys() - {"identity"}:
        return {}
    for register, shape in answering():
        name = source_name(register)
        keys = sorted(wanted.get(name, set()) & set(shape.by_name))
        if keys and may_use(person.pk, PREFIX + name):
            told = _look(register, shape, person, keys, form)
            if told is not None:
                found[name] = told
    return found


def _look(register: Register, shape: Shape, person: Person, keys: list[str], form: FormDefinition) -> Source | None:
    actor = Actor.system(_("Điền sẵn tờ khai"), is_simulated=person.is_simulated)
    purpose = _("điền sẵn tờ khai “%(form)s” theo sự đồng ý của bạn") % {"form": form.title}
    try:
        answer = look_up(actor, register=register, key=str(person.personal_number), fields=keys, purpose=purpose)
    except NoSuchRecord:
        return None
    values = {
        name: date.fromisoformat(value) if shape.by_name[name].type is FieldType.DATE else value
        for name, value in answer.values.items()
    }
    return Source(register.name, answer.recorded_on, values)


def offered() -> list[tuple[str, str]]:
    """What the builder of forms may fill a question from."""
    return [
        (f"{source_name(register)}.{field.name}", f"{register.name}: {field.label}")
        for register, shape in answering()
        for field in shape.fields
    ]


def start(code: str) -> Callable[[Actor, Person], None]:
    """Fills open drafts when the person agrees."""

    def fill(actor: Actor, person: Person) -> None:
        from tinhso.systems.procedures.services.known import fill_in

        fill_in(person, _keys(code))

    return fill


def stop(code: str) -> Callable[[Actor, Person], None]:
    """Takes out of open drafts what came from the register."""

    def empty(actor: Actor, person: Person) -> None:
        from tinhso.systems.procedures.services.known import take_out

        name = code.removeprefix(PREFIX)
        take_out(person, lambda wish: wish.startswith(f"{name}."))

    return empty


def _keys(code: str) -> set[str]:
    name = code.removeprefix(PREFIX)
    return {
        f"{name}.{field}" for register, shape in answering() if source_name(register) == name for field in shape.by_name
    }
