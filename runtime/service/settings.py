"""How much the service takes on at a time, and how long it waits for whom."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Bounds of the service itself; those of a run are ``Limits``.

    Past ``max_runs`` at work a run waits, past ``max_waiting`` or ``max_wait_seconds`` it is refused.
    ``max_brand_runs`` bounds what one brand may have at work and waiting together, ``max_held_bytes`` the bodies of all
    requests together. A head (request line and headers) has ``head_seconds`` to arrive, a body ``body_seconds``; a
    client that does not read for ``write_seconds`` loses its connection.
    """

    max_runs: int = 8
    max_waiting: int = 64
    max_wait_seconds: float = 2.0
    max_brand_runs: int = 54
    max_body_bytes: int = 4 * MIB
    max_held_bytes: int = 256 * MIB
    max_head_bytes: int = 16 * KIB
    head_seconds: float = 10.0
    body_seconds: float = 15.0
    write_seconds: float = 20.0
    max_connections: int = 512
