"""One register of persons, defined by the administrator and owned by the commune's committee."""

from __future__ import annotations

from typing import Any

import pytest

from tinhso.engines.registers import services
from tinhso.engines.registers.models import Register
from tinhso.foundation.testing.cast import Cast

PERSONS: dict[str, Any] = {
    "fields": [
        {
            "name": "number",
            "label": "Số định danh",
            "type": "personal_number",
            "required": True,
            "sensitivity": "personal",
        },
        {"name": "full_name", "label": "Họ và tên", "type": "name", "required": True, "sensitivity": "personal"},
        {"name": "born_on", "label": "Ngày sinh", "type": "date", "sensitivity": "personal"},
        {"name": "address", "label": "Nơi cư trú", "type": "address", "sensitivity": "personal"},
        {"name": "issued_on", "label": "Ngày cấp", "type": "date"},
        {"name": "note", "label": "Ghi chú", "type": "text", "sensitivity": "restricted"},
    ],
    "keys": ["number"],
    "subject": "number",
    "title": "full_name",
    "rules": [{"kind": "not_before", "field": "issued_on", "other": "born_on"}],
}


def make_register(cast: Cast, content: dict[str, Any] = PERSONS, code: str = "so-thu") -> Register:
    administrator = cast.actor("administrator")
    register = services.define_register(
        actor=administrator, code=code, name="Sổ thử", owner=cast.units.commune_committee, content=content
    )
    services.publish_definition(actor=administrator, register=register)
    return register


@pytest.fixture
def register(cast: Cast) -> Register:
    return make_register(cast)
