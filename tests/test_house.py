"""The house as a whole: layers hold for string foreign keys, migrations carry names, roles name real permissions."""

import re
from pathlib import Path

from django.apps import apps

from tinhso.foundation.access.registry import PERMISSIONS, ROLES

LAYERS = ["foundation", "engines", "systems", "faces"]
ROOT = Path(__file__).resolve().parents[1]


def _place(module: str) -> tuple[int, str] | None:
    parts = module.split(".")
    if parts[0] != "tinhso" or parts[1] not in LAYERS:
        return None
    return LAYERS.index(parts[1]), parts[2]


def test_foreign_keys_point_down_and_never_between_systems() -> None:
    wrong = []
    for model in apps.get_models():
        here = _place(model.__module__)
        if here is None:
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "remote_field", None) and field.related_model
            there = _place(target.__module__) if target and not field.auto_created else None
            if there is None or here == there:
                continue
            if there[0] > here[0] or (here[0] == there[0] and here[0] > 0):
                wrong.append(f"{model.__name__}.{field.name} -> {target.__name__}")
    assert not wrong


def test_every_permission_of_a_role_is_declared() -> None:
    assert {code for role in ROLES.values() for code in role.permissions} <= set(PERMISSIONS)


def test_migrations_carry_names() -> None:
    named = re.compile(r"^\d{4}_(?!auto_)(?!alter_.*_and_more)[a-z0-9_]+\.py$")
    found = list(ROOT.glob("tinhso/**/migrations/[0-9]*.py"))
    assert found
    assert all(named.match(path.name) for path in found)


def test_libraries_that_only_some_pages_need_are_not_loaded_at_the_start_of_every_process() -> None:
    at_the_head = re.compile(r"^(?:from|import) (?:openapi_spec_validator|zeep|jsonschema|uvloop|pyshacl)\b", re.M)
    own_processes = {"plane", "nginx", "simulator"}  # these are never part of the web process
    wrong = [
        str(path.relative_to(ROOT))
        for path in ROOT.glob("tinhso/**/*.py")
        if "tests" not in path.parts and not own_processes & set(path.parts)
        if at_the_head.search(path.read_text(encoding="utf-8"))
    ]
    assert not wrong
