"""What the host lets scripts do with ``http``."""

import re
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt

from runtime.limits import MIB, Bytes

_HOST = re.compile(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*|[0-9a-f:.]+")


def _host(text: str) -> str:
    host = text.strip().lower().removesuffix(".")
    if not _HOST.fullmatch(host):
        raise ValueError("a host is a name such as api.example.com, or *.example.com for all below it")
    return host


Host = Annotated[str, AfterValidator(_host)]
Port = Annotated[int, Field(ge=1, le=65_535)]
Network = IPv4Network | IPv6Network


class HttpSettings(BaseModel):
    """Bounds of ``http`` for every run: a runtime that is opened with them gives scripts the global.

    ``timeout_seconds`` is for a whole call: name, connection, redirects and the last byte. ``max_body_bytes`` holds for
    what is sent and for what comes, after it was unpacked. ``allowed_hosts`` are all that may be called, where it is
    given, and may have names that are otherwise refused (without a dot, or under ``.internal`` and the like); an
    address behind one must still be public. ``allowed_ports`` of None are all. ``allowed_networks`` may be reached
    though they are not public, ``refused_networks`` never, such as the public addresses of this site itself.
    ``ca_file`` has certificates (PEM) that are trusted beside the public ones.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    max_calls: PositiveInt = 5
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 10.0
    max_body_bytes: Bytes = 1 * MIB
    max_redirects: NonNegativeInt = 5
    allowed_hosts: frozenset[Host] | None = None
    allowed_ports: frozenset[Port] | None = frozenset({80, 443})
    allowed_networks: tuple[Network, ...] = ()
    refused_networks: tuple[Network, ...] = ()
    ca_file: Path | None = None
    user_agent: Annotated[str, Field(pattern=r"^[!-~]([ -~]*[!-~])?$", max_length=256)] = "funnelscript"

    def allows_host(self, host: str) -> bool:
        """Whether a host (in lower case) may be called at all."""
        return self.allowed_hosts is None or self.names_host(host)

    def names_host(self, host: str) -> bool:
        """Whether a host is one of ``allowed_hosts``, by itself or as one below a ``*``."""
        hosts = self.allowed_hosts or frozenset()
        labels = host.split(".")
        above = ("*." + ".".join(labels[start:]) for start in range(1, len(labels)))
        return host in hosts or any(one in hosts for one in above)
