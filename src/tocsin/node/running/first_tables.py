"""The tables of a database that has none yet, made by the same migrations in half the time.

Whenever a migration makes a model, Django renders anew all the models that it points at, and all that these point at,
seven thousand in all. A new model changes none of them, so that it is enough to render it alone.
`tests/node/test_migrations.py` holds that the tables are the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.migrations.state import ModelState, ProjectState

__all__ = ["rendered_alone"]


@contextmanager
def rendered_alone() -> Iterator[None]:
    """While tables are made in a database that has none. For a process that does nothing else meanwhile."""
    before = ProjectState.add_model
    ProjectState.add_model = _add_model  # type: ignore[method-assign]
    try:
        yield
    finally:
        ProjectState.add_model = before  # type: ignore[method-assign]


def _add_model(state: ProjectState, model: ModelState) -> None:
    key = model.app_label, model.name_lower
    state.models[key] = model
    if state._relations is not None:
        state.resolve_model_relations(key)
    if "apps" in state.__dict__:
        state.apps.render_multiple([model])
