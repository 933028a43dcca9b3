"""Laying out the tables of a new database in seconds: what Django's migrations do in memory is quadratic."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator
from typing import Any

from django.db.migrations.state import ModelState, ProjectState
from django.db.models import NOT_PROVIDED, Field


@contextlib.contextmanager
def quickly() -> Iterator[None]:
    """Within, migrations draw a new model alone and look for no garbage among their thousands of classes."""
    gc.disable()
    try:
        with drawn_alone():
            yield
    finally:
        gc.enable()


@contextlib.contextmanager
def drawn_alone() -> Iterator[None]:
    """Within, a new model is drawn alone, and a new field, index or constraint is added to the drawing that stands.

    Django draws every model that is related to a changed one again, and theirs: with 200 models that hang together,
    each change costs all the others. A model that did not stand before changes none of them but for the way back to
    it, which its own drawing adds; so does a field that did not stand before; an index or a constraint changes nobody
    else. What changes or takes away something that stood still goes Django's way.
    """
    before = {name: getattr(ProjectState, name) for name in ALONE}
    for name, alone in ALONE.items():
        setattr(ProjectState, name, alone)
    try:
        yield
    finally:
        for name, way in before.items():
            setattr(ProjectState, name, way)


def _add_model(self: ProjectState, model_state: ModelState) -> None:
    key = model_state.app_label, model_state.name_lower
    self.models[key] = model_state
    if self._relations is not None:  # type: ignore[attr-defined]
        self.resolve_model_relations(key)
    if "apps" in self.__dict__:
        self.apps.render_multiple([model_state])


def _append_option(self: ProjectState, app_label: str, model_name: str, option_name: str, obj: Any) -> None:
    state = self.models[app_label, model_name]
    state.options[option_name] = [*state.options[option_name], obj]
    if "apps" in self.__dict__:
        drawn = self.apps.get_model(app_label, model_name)._meta
        setattr(drawn, option_name, [*getattr(drawn, option_name), obj.clone()])


def _add_field(
    self: ProjectState, app_label: str, model_name: str, name: str, field: Field[Any, Any], preserve_default: bool
) -> None:
    if not preserve_default:
        field = field.clone()
        field.default = NOT_PROVIDED
    key = app_label, model_name
    self.models[key].fields[name] = field
    if self._relations is not None:  # type: ignore[attr-defined]
        self.resolve_model_field_relations(key, name, field)
    if "apps" in self.__dict__:
        field.clone().contribute_to_class(self.apps.get_model(app_label, model_name), name)
        self.apps.clear_cache()


ALONE: dict[str, Callable[..., None]] = {
    "add_model": _add_model,
    "_append_option": _append_option,
    "add_field": _add_field,
}
DJANGOS: dict[str, Callable[..., None]] = {name: getattr(ProjectState, name) for name in ALONE}
