"""Creates the tables of an area in one step: what a fresh database needs instead of the way there.

Django builds the classes of every model that is related to a new one again, for each operation. In a city everything is
related to a department, and that was nine tenths of a first start. Tables that nobody refers to yet need none of it.
"""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class CreateModels(Operation):
    """Several new models at once. They refer to each other and to earlier ones, and no earlier one refers to them."""

    serialization_expand_args = ["models"]

    def __init__(self, models: list[CreateModel]) -> None:
        self.models = models

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Add the models, and build only their own classes where those of the others stand already."""
        built: Any = state.__dict__.pop("apps", None)
        for model in self.models:
            model.state_forwards(app_label, state)
        if built is not None:
            with built.bulk_update():
                built.render_multiple([state.models[app_label, model.name_lower].clone() for model in self.models])
            state.__dict__["apps"] = built

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Create the tables; their foreign keys follow at the end of the migration."""
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop the tables, the last one first."""
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Say what it does, as `migrate --plan` prints it."""
        return f"Create {len(self.models)} models"
