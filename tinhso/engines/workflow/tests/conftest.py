from collections.abc import Iterator

import pytest

from tinhso.engines.workflow.tests.common import RECEIVE, SETTLE, SIGN
from tinhso.foundation.access import registry


@pytest.fixture(autouse=True)
def permissions() -> Iterator[None]:
    """Three permissions as a system would declare them, taken back after the test."""
    before = {code: role.permissions for code, role in registry.ROLES.items()}
    registry.register_permissions(
        [
            registry.Permission(RECEIVE, "tiếp nhận"),
            registry.Permission(SETTLE, "thụ lý"),
            registry.Permission(SIGN, "ký", needs_step_up=True),
        ]
    )
    for role, code in (("desk_officer", RECEIVE), ("resolving_officer", SETTLE), ("unit_leader", SIGN)):
        registry.ROLES[role].permissions |= {code}
    yield
    for code in (RECEIVE, SETTLE, SIGN):
        del registry.PERMISSIONS[code]
    for code, held in before.items():
        registry.ROLES[code].permissions = held
