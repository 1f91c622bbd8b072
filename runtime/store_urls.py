"""The part of the settings' page that says what the URL of a store may be. Its figures are the engine's own."""

from collections.abc import Sequence

LIBPQ = "https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS"
URLS = (
    ("`sqlite:///./crm.db`, `sqlite:////var/lib/crm.db`", "One file, for one machine; its folder must be there."),
    ("`sqlite://`", "A private store that is gone when the process ends."),
    (
        "`postgresql://user@host:5432/shop`",
        (
            "A PostgreSQL database that is there, in UTF-8 ([one for many machines](scaling.md)). `postgres://`"
            " means the same."
        ),
    ),
    (
        "`postgresql://user@one,two/shop?target_session_attrs=read-write`",
        "Several hosts: the first that answers and may write.",
    ),
    ("`postgresql://user@/shop?host=/run/postgresql`", "By a socket of this machine."),
)
PARAMETERS = (
    (
        "`sslmode`",
        "`prefer`",
        (
            "`verify-full`: TLS, with a certificate that a root of `sslrootcert` vouches for and that names the host."
            " `verify-ca` leaves the name aside, `require` the certificate too (unless there is a root), `prefer`"
            " settles for no TLS."
        ),
    ),
    ("`sslrootcert`", "`~/.postgresql/root.crt`", "The file of the roots; `system` for those of the system."),
    ("`sslcert`, `sslkey`", "not set", "A certificate for who asks, where the server wants one."),
    ("`options`", "not set", "Settings of the server's session, such as `-c%20synchronous_commit%3Doff`."),
)


def section() -> str:
    """Its text, in Markdown."""
    from storage.postgres.connection import LOCK_SECONDS, STATEMENT_SECONDS
    from storage.postgres.direct import CONNECT_SECONDS
    from storage.postgres.retry import PATIENCE_SECONDS
    from storage.postgres.store import DEFAULT_POOL_SIZE

    pool = ("`pool_size`", f"`{DEFAULT_POOL_SIZE}`", "The most connections that this process has at once; not libpq's.")
    return f"""## The URL of a store

It is the same in `FUNNELSCRIPT_STORE`, `--store`, `migrate`, `copy --from … --to …`, `worker` and `Runtime.open`.

{_table(("URL", "what it means"), URLS)}

After the `?` of a PostgreSQL URL all of [libpq's parameters]({LIBPQ})
may stand, and one more. A password is better kept in the file that `passfile=` or `PGPASSFILE` names than in the URL.

{_table(("parameter", "default", "what it sets"), (pool, *PARAMETERS))}

Every wait has an end, which no URL changes: {CONNECT_SECONDS} s for a free connection or the server's greeting,
{LOCK_SECONDS} s for a lock, {STATEMENT_SECONDS} s for a statement, {PATIENCE_SECONDS:.0f} s for a call with all its
retries. Then the script is told `unavailable`.
"""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))
