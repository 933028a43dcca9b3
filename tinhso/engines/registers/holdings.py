"""What registers hold about a person, for the person's own copy of their data."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.engines.registers.models import Record, RegisterDefinition
from tinhso.foundation.people.models import Person
from tinhso.foundation.privacy.registry import Collector, Row


def rows(person: Person) -> list[Row]:
    """Every record that names the person's number in its subject field."""
    found: list[Row] = []
    if not person.personal_number:
        return found
    published = RegisterDefinition.objects.filter(published_at__isnull=False, valid_to=None).select_related("register")
    for definition in published:
        shape = definition.shape
        if not shape.subject:
            continue
        held = Record.objects.filter(
            register=definition.register, data__contains={shape.subject: person.personal_number}
        )
        for record in held:
            said = {shape.by_name[name].label: value for name, value in record.data.items() if name in shape.by_name}
            found.append({_("Cơ sở dữ liệu"): definition.register.name, **said})
    return found


HELD = Collector(
    "registers",
    gettext_lazy("Cơ sở dữ liệu dùng chung của tỉnh"),
    rows,
    retention=gettext_lazy(
        "Giữ theo văn bản quy định của từng cơ sở dữ liệu; sửa bằng yêu cầu có người thứ hai duyệt."
    ),
)
