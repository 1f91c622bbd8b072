"""Which addresses scripts may reach: public ones. Pure functions; a connection goes to an address that passed here.

The lists are IANA's registries of special-purpose addresses, stricter where they leave a choice, and not those of
Python's ``ipaddress``: what that calls global changes from release to release.
"""

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TypeAlias

from runtime.http.settings import HttpSettings, Network

Address: TypeAlias = IPv4Address | IPv6Address

REFUSED_IPV4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # between a provider and its customers; some clouds' metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's metadata, though it looks public
        "169.254.0.0/16",  # link-local; most clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
PUBLIC_IPV6 = IPv6Network("2000::/3")
"""All that was ever given out as global unicast. Loopback, unique local, link-local and multicast lie outside."""
REFUSED_IPV6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments; Teredo, which has an IPv4 address in it
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which has an IPv4 address in it
        "2620:4f:8000::/48",  # black holes for reverse lookups
        "3fff::/20",  # documentation
    )
)
NAT64 = IPv6Network("64:ff9b::/96")
"""How a network without IPv4 reaches the public part of it: an IPv4 address in the last 32 bits."""


def literal(host: str) -> Address | None:
    """The address that a host is by itself, None for a name.

    In any spelling that a resolver takes: ``2130706433``, ``0x7f.1``, ``017.0.0.1``, ``::ffff:7f00:1``.
    """
    try:
        return IPv6Address(host) if ":" in host else IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def plain(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for (``::ffff:127.0.0.1``), which is where the kernel goes."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped


def may_reach(address: Address, settings: HttpSettings) -> bool:
    """Whether scripts may reach an address (a ``plain`` one). What is refused is so behind NAT64, too."""
    if any(_is_in(one, settings.refused_networks) for one in (address, _behind_nat64(address))):
        return False
    return is_public(address) or _is_in(address, settings.allowed_networks)


def is_public(address: Address) -> bool:
    """Whether an address is one that anybody on the internet may reach."""
    if isinstance(address, IPv4Address):
        return not _is_in(address, REFUSED_IPV4)
    inner = _behind_nat64(address)
    if inner != address:
        return is_public(inner)
    return address in PUBLIC_IPV6 and not _is_in(address, REFUSED_IPV6)


def _behind_nat64(address: Address) -> Address:
    """The IPv4 address that is reached by it, else itself."""
    return IPv4Address(int(address) & 0xFFFF_FFFF) if address in NAT64 else address


def _is_in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)
