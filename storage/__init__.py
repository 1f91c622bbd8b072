"""Entities, fields, pipelines, stages, entries, relations and customers, every row of one brand.

Knows no JavaScript, no sessions and no queues. ``open_store(url)`` gives a ``Store``; it takes ``Query`` and ``Write``
objects (``storage.queries``, ``storage.commands``) and answers with the records of ``storage.models``. What it refuses
is in ``storage.errors``. Names load when first used, so that who catches an error does not pay for an engine.
"""

from typing import TYPE_CHECKING

from storage.lazy_names import lazy_names

if TYPE_CHECKING:
    from storage.copying import CopyMismatch, CopyReport, copy_store
    from storage.destinations import check_destination
    from storage.errors import StorageError
    from storage.ids import IdSource, SeededIds, new_uuid7
    from storage.opening import StoreUrlError, open_store
    from storage.port import Store
    from storage.relations import relation_field
    from storage.schema import MigrationState, migrate_store, migration_status

_HOMES = {
    "CopyMismatch": "copying",
    "CopyReport": "copying",
    "IdSource": "ids",
    "MigrationState": "schema",
    "SeededIds": "ids",
    "StorageError": "errors",
    "Store": "port",
    "StoreUrlError": "opening",
    "check_destination": "destinations",
    "copy_store": "copying",
    "migrate_store": "schema",
    "migration_status": "schema",
    "new_uuid7": "ids",
    "open_store": "opening",
    "relation_field": "relations",
}

__all__ = [
    "CopyMismatch",
    "CopyReport",
    "IdSource",
    "MigrationState",
    "SeededIds",
    "StorageError",
    "Store",
    "StoreUrlError",
    "check_destination",
    "copy_store",
    "migrate_store",
    "migration_status",
    "new_uuid7",
    "open_store",
    "relation_field",
]

__getattr__ = lazy_names(__name__, _HOMES)
