"""What the login of a URL may do: more than a service needs is more than the second wall can stand for."""

from dataclasses import dataclass

from storage.opening import postgres_parts
from storage.postgres.direct import direct_connection

_ASK = """
SELECT
    rolname,
    rolsuper OR rolbypassrls,
    pg_has_role(oid, (SELECT nspowner FROM pg_namespace WHERE nspname = 'funnelscript'), 'MEMBER'),
    pg_has_role(oid, (SELECT oid FROM pg_roles WHERE rolname = 'funnelscript_app'), 'MEMBER')
FROM pg_roles
WHERE rolname = current_user
"""


@dataclass(frozen=True, slots=True)
class Login:
    """Who a URL logs in as. None where there is no schema, or no role of the application, to be asked about.

    ``is_unwalled``: superusers and who may bypass row-level security see all brands' rows, once out of the
    application's role. ``is_owner`` may take the wall down. ``is_member`` may work as a store.
    """

    name: str
    is_unwalled: bool
    is_owner: bool | None
    is_member: bool | None


def login_of(url: str) -> Login:
    """The login of a PostgreSQL store's URL. Raises ``StoreUrlError``, ``StorageError``."""
    with direct_connection(postgres_parts(url)[0]) as driver:
        [row] = driver.execute(_ASK).fetchall()
    return Login(*row)
