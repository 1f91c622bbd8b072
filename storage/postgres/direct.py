"""A connection outside the pool, as the login of the URL: what makes schemas and copies works through one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.types.string import TextLoader

from storage.errors import SchemaMismatch
from storage.postgres.errors import Failure, unavailable

CONNECT_SECONDS = 5
"""How long a call waits for a connection from the pool, and the pool for the server."""

CONNECTION_OPTIONS: dict[str, Any] = {
    "autocommit": True,
    "connect_timeout": CONNECT_SECONDS,
    "fallback_application_name": "funnelscript",
    "client_encoding": "UTF8",  # in which statements are sent, whatever the environment names
}


@contextmanager
def direct_connection(conninfo: str) -> Iterator[psycopg.Connection]:
    """The connection, closed at the end; what the driver says of it or in it is a ``StorageError``.

    Who reads all brands' rows and may not is told by the wall that a setting is undefined: that of the brand.
    """
    try:
        with psycopg.connect(conninfo, **CONNECTION_OPTIONS) as driver:
            driver.adapters.register_loader("json", TextLoader)  # as it was written
            yield driver
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedObject) as error:
        raise SchemaMismatch(
            "this login may not do that: `funnelscript migrate` and `copy` want the one that owns the schema, all else"
            " a member of funnelscript_app"
        ) from error
    except psycopg.Error as error:
        raise unavailable(Failure(str(error), error.sqlstate, lost=error.sqlstate is None)) from error
