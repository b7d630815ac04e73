"""Create the tables of a room together, in its first migration."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class CreateModels(Operation):
    """Several `CreateModel`s whose state is made before the first table, so that they may refer to each other.

    Django renders all related models again after each `CreateModel`; here it renders them once, which makes a first
    start several seconds shorter. The keys between tables are added at the end of the migration, as always.
    """

    reduces_to_sql = True

    def __init__(self, creations: list[CreateModel]) -> None:
        self.creations = creations

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Say how to write this operation down."""
        return type(self).__qualname__, [self.creations], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Add every model; what was rendered so far is rendered anew, whole, when it is next asked for."""
        state.__dict__.pop("apps", None)
        for creation in self.creations:
            creation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create the tables."""
        for creation in self.creations:
            creation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop the tables, the last one first."""
        for creation in reversed(self.creations):
            creation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Say what is created."""
        return f"Create models {', '.join(creation.name for creation in self.creations)}"
