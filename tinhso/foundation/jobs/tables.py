"""Laying out the tables of a new database in seconds: what Django's migrations do in memory is quadratic."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

from django.db.migrations.state import ModelState, ProjectState


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
    """Within, a new model is drawn alone.

    Django draws every model that is related to a new one again, and theirs: with 200 models that hang together, each
    new one costs all the others. A model that did not stand before changes none of them but for the way back to it,
    which its own drawing adds; a model that is changed still goes Django's way.
    """
    plain = ProjectState.add_model
    ProjectState.add_model = _add_model  # type: ignore[method-assign]
    try:
        yield
    finally:
        ProjectState.add_model = plain  # type: ignore[method-assign]


def _add_model(self: ProjectState, model_state: ModelState) -> None:
    key = model_state.app_label, model_state.name_lower
    self.models[key] = model_state
    if self._relations is not None:  # type: ignore[attr-defined]
        self.resolve_model_relations(key)
    if "apps" in self.__dict__:
        self.apps.render_multiple([model_state])
