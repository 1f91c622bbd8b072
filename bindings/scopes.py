"""Which entries a call is about, and where to a move goes, as the store is told."""

from typing import Literal

from bindings.arguments.base import Destined, Referenced
from bindings.context import RunContext
from storage.commands import START, Destination
from storage.models import Reference
from storage.queries import Scope
from storage.scopes import CUSTOMER


def scope_of(arguments: Referenced, context: RunContext, *, every_reference: bool = False) -> Scope:
    """The call's scope; what it leaves out is the visitor's."""
    return Scope(
        reference=reference_of(arguments.reference_type, arguments.reference_id),
        reference_type=arguments.reference_type,
        entry_id=arguments.entry_id,
        every_reference=every_reference,
        visitor=context.visitor,
    )


def reference_of(type_: str | None, id_: str | None) -> Reference | None:
    """The reference of that id; without an id there is none of the call's own."""
    return None if id_ is None else Reference(type_ or CUSTOMER, id_)


def destination_of(arguments: Destined, kind: Literal["lead", "stage", "pipeline", "start"]) -> Destination:
    """Where to, by slugs and ids as given."""
    if kind == "start" and not arguments.names_pipeline and not arguments.names_stage:
        return START
    return Destination(kind, arguments.pipeline_slug, arguments.pipeline_id, arguments.stage_slug, arguments.stage_id)
