"""The transaction port: all that an engine gives the shared semantics. It runs statements by name and returns rows.

The semantics of commands and queries are written once, over this port; an engine adds a driver and the SQL of every
``StatementName``. What each statement takes and gives stands in the engines' files of statements.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol, TypeAlias

from storage.definition_cache import DefinitionCache
from storage.ids import IdSource

Row: TypeAlias = tuple[Any, ...]
Parameters: TypeAlias = tuple[str | int | None, ...]

StatementName: TypeAlias = Literal[
    "count_entries",
    "customer_by_email",
    "customer_by_id",
    "customer_exists",
    "delete_entity",
    "delete_entries_of_reference",
    "delete_entry",
    "delete_field",
    "delete_key",
    "delete_keys_of_reference",
    "delete_module",
    "delete_pipeline",
    "delete_relation",
    "delete_relations_from_entry",
    "delete_relations_from_reference",
    "delete_relations_of_key",
    "delete_relations_to_entry",
    "delete_relations_to_reference",
    "delete_runs_up_to",
    "delete_stage",
    "delete_unused_source",
    "entities_of_brand",
    "entity_by_id",
    "entity_head",
    "entries_in_entity",
    "entries_in_pipeline",
    "entries_in_stage",
    "entries_of_brand",
    "entries_of_entity",
    "entries_of_reference",
    "entries_of_reference_in_brand",
    "entry_by_id",
    "fields_of_entity",
    "fields_to_entity",
    "holders_in_entity",
    "holders_in_reference",
    "insert_customer",
    "insert_entity",
    "insert_entry",
    "insert_field",
    "insert_key",
    "insert_pipeline",
    "insert_relation",
    "insert_run",
    "insert_run_source",
    "insert_stage",
    "insert_token",
    "known_entries",
    "last_sequence",
    "module_of_code",
    "modules_of_brand",
    "newest_entry",
    "newest_holder",
    "newest_holder_in_entity",
    "newest_run_too_many",
    "next_id",
    "next_sequence",
    "oldest_runs",
    "operation",
    "pipeline_by_id",
    "pipelines_of_entity",
    "place_entry",
    "place_field",
    "purge_operations",
    "put_module",
    "raise_counter",
    "raise_revision",
    "reassign_entries",
    "reassign_keys",
    "record_operation",
    "relation_targets",
    "relations_of_entries",
    "relations_of_field",
    "revoke_token",
    "run_by_id",
    "run_source",
    "runs_of_brand",
    "runs_of_file",
    "runs_of_file_and_status",
    "runs_of_status",
    "stage_by_id",
    "stages_of_pipeline",
    "take_over_entries",
    "tape_of_run",
    "token_by_id",
    "tokens_of_brand",
    "touch_entry",
    "uncount_entries",
    "update_entity",
    "update_field",
    "update_pipeline",
    "update_stage",
    "update_values",
]


class Transaction(Protocol):
    """One transaction of one engine, reading or writing. A read sees one state from its first statement on."""

    ids: IdSource
    clock_ms: Callable[[], int]
    definitions: DefinitionCache
    redefined: set[tuple[str, int]]
    """The (brand, entity id) whose definition this transaction has changed: not to be cached, it may be rolled back."""

    def row(self, statement: StatementName, parameters: Parameters) -> Row | None:
        """The first row, or None."""

    def rows(self, statement: StatementName, parameters: Parameters) -> list[Row]:
        """All rows, in order."""

    def run(self, statement: StatementName, parameters: Parameters) -> int:
        """Change something; how many rows were."""

    def send(self, statement: StatementName, parameters: Parameters) -> None:
        """Change something, where nobody asks how many rows were: it may travel along with what follows.

        What goes wrong with it is raised by the next call that has an answer, or by the end of the transaction.
        """

    def send_many(self, statement: StatementName, parameters: Sequence[Parameters]) -> None:
        """The same change for each of many parameters."""

    def lock(self, brand: str, *what: str | int) -> bool:
        """Keep other writers from what is named until the transaction ends; whether they could get at it till now.

        Taken before a look that decides about a change. Where it gives True, what was read before may have changed.
        An engine whose writers take turns anyway has nothing to do.
        """
