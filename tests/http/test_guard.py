"""No call reaches an address that is not public: whatever its name, whoever redirects to it, whenever it changes."""

import itertools
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runtime.http.addresses import NAT64, REFUSED_IPV4, REFUSED_IPV6, is_public, literal, may_reach, plain
from runtime.http.client import HttpClient
from runtime.http.resolving import system_addresses
from runtime.http.settings import HttpSettings
from runtime.http.targets import BadUrl, read_url
from tests.http.conftest import SETTINGS, fetch
from tests.http.servers import Server, ok, to

NO_ADDRESS = "no public address is behind it"
SECRET = "127.0.0.2"
"""A server of this machine that scripts may not reach, beside 127.0.0.1, which they may."""
PRIVATE_IPV4 = [
    *("0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "169.254.169.254"),
    *("172.16.0.1", "172.31.255.255", "192.0.0.192", "192.168.1.1", "168.63.129.16", "198.18.0.1", "224.0.0.1"),
    *("239.255.255.255", "240.0.0.1", "255.255.255.255", "192.0.2.1", "203.0.113.9", "192.88.99.1"),
]
PRIVATE_IPV6 = [
    *("::", "::1", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "ff0e::1", "100::1"),
    *("2001::1", "2001:db8::1", "2001:10::1", "2002:7f00:1::", "2002:808:808::", "3fff::1", "5f00::1", "64:ff9b:1::1"),
    *("::7f00:1", "::808:808", "2001:0:7f00:1::", "4000::1"),
]
IPV4 = st.one_of(
    st.ip_addresses(v=4),
    st.sampled_from(REFUSED_IPV4).flatmap(lambda network: st.ip_addresses(network=str(network))),
)
IPV6 = st.one_of(
    st.ip_addresses(v=6),
    st.ip_addresses(network="2000::/3"),
    st.sampled_from([*REFUSED_IPV6, NAT64]).flatmap(lambda network: st.ip_addresses(network=str(network))),
)


@pytest.mark.parametrize("text", [*PRIVATE_IPV4, *PRIVATE_IPV6])
def test_what_is_not_public_is_refused(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize(
    "text", ["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "193.0.0.1", "2606:4700::1111", "2a00:1450::1"]
)
def test_what_is_public_is_not_refused(text: str) -> None:
    assert is_public(ip_address(text))


@given(IPV4)
def test_no_ipv4_address_is_public_that_python_calls_otherwise(address: IPv4Address) -> None:
    said = address.is_global and not address.is_multicast and not address.is_reserved
    assert is_public(address) <= said
    assert is_public(address) or not said or any(address in network for network in STRICTER)


@given(IPV6)
def test_no_ipv6_address_is_public_that_python_calls_otherwise(address: IPv6Address) -> None:
    """Nor one that an IPv4 address can be got out of, unless that is public itself."""
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if is_public(address) and address not in NAT64:
        assert (address.is_global, address.is_multicast, address.is_reserved) == (True, False, False)
        assert inner == [None, None]


STRICTER = [ip_network(text) for text in ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24")]
"""Where the guard refuses more than Python does."""


@given(IPV4)
def test_an_ipv4_address_in_an_ipv6_one_decides(inner: IPv4Address) -> None:
    assert plain(IPv6Address(f"::ffff:{inner}")) == inner
    assert is_public(IPv6Address(int(NAT64.network_address) | int(inner))) == is_public(inner)
    teredo_xored = int(inner) ^ 0xFFFF_FFFF
    for text in (f"::{inner}", f"2002:{int(inner) >> 16:x}:{int(inner) & 0xFFFF:x}::1"):
        assert not is_public(IPv6Address(text))
    assert not is_public(IPv6Address((0x20010000 << 96) | teredo_xored))


SPELT = {"d": "{}", "o": "0{:o}", "x": "0x{:x}"}


@given(IPV4, st.lists(st.sampled_from(["d", "o", "x"]), min_size=4, max_size=4), st.integers(1, 4))
@example(IPv4Address("127.0.0.1"), ["x", "o", "d", "d"], 1)
def test_every_spelling_of_an_address_is_that_address(address: IPv4Address, bases: list[str], parts: int) -> None:
    """Decimal, octal, hexadecimal, and with fewer than four parts, as the system's resolver takes them.

    Of four parts only plain ones are read at all.
    """
    number = int(address)
    numbers = [*address.packed[: parts - 1], number & (1 << 8 * (5 - parts)) - 1]
    host = ".".join(SPELT[base].format(part) for base, part in zip(bases, numbers, strict=False))
    assert literal(host) == address == ip_address(system_addresses(host, 80)[0])
    try:
        assert read_url(f"http://{host}/").host == host
    except BadUrl:
        assert host.count(".") == 3


SPELLINGS = [
    *("127.0.0.2", "2130706434", "0x7f000002", "0x7f.2", "017700000002", "0177.0.02", "127.2", "127.0.2", "0X7F.0.0.2"),
    *("[::ffff:127.0.0.2]", "[::ffff:7f00:2]", "[0:0:0:0:0:FFFF:127.0.0.2]", "127.0.0.2.", "127\u30020\uff0e0\u30022"),
]


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_an_address_gets_around_the_guard(host: str) -> None:
    with Server(ok(b"secret"), host=SECRET) as secret, Server(to(f"http://{host}:{secret.port}/")) as server:
        answers = [fetch(f"http://{host}:{secret.port}/"), fetch(server.url)]
    assert [(answer.status, answer.body, answer.refused) for answer in answers] == [(0, "", True)] * 2
    assert [(answer.error or "").partition(": ")[2] for answer in answers] == [NO_ADDRESS] * 2
    assert secret.requests == []


def test_the_servers_of_these_tests_can_be_reached_where_the_host_allows_it() -> None:
    """So that an answer from none of them is the guard's doing."""
    allowed = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    with Server(ok(b"secret"), host=SECRET) as secret:
        for host in SPELLINGS:
            assert fetch(f"http://{host}:{secret.port}/", allowed_networks=allowed).body == "secret"
    with Server(ok(b"six"), host="::1") as six:
        assert fetch(six.url, allowed_networks=allowed).body == "six"


@pytest.mark.parametrize(
    "host", ["[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:0:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]"]
)
def test_no_ipv6_loopback_is_reached(host: str) -> None:
    with Server(ok(b"secret"), host="::1") as secret:
        answer = fetch(f"http://{host}:{secret.port}/")
    assert (answer.status, answer.refused, secret.requests) == (0, True, [])


@pytest.mark.parametrize("text", [*PRIVATE_IPV4, *PRIVATE_IPV6])
def test_a_name_that_resolves_to_no_public_address_is_refused(text: str) -> None:
    """Also where one of several is public: the next connection would take another one."""
    for found in ([text], ["1.1.1.1", text], ["127.0.0.1", text]):
        answer = fetch("http://shop.example/", names={"shop.example.": found}, allowed_networks=())
        assert (answer.error, answer.refused) == (f"shop.example: {NO_ADDRESS}", True)


def test_localhost_is_refused_by_its_address_too() -> None:
    """Asked of the system's own resolver."""
    with Server(ok(b"secret")) as server:
        client = HttpClient(HttpSettings(allowed_hosts=frozenset({"localhost"}), allowed_ports=None))
        answer = client.fetch("GET", f"http://localhost:{server.port}/", None, {}, float("inf"))
    assert (answer.error, answer.refused, server.requests) == (f"localhost: {NO_ADDRESS}", True, [])


def test_a_name_that_means_something_else_a_moment_later_does_not_matter() -> None:
    """What was checked is what is connected to: a name is looked up once for each connection."""
    asked: list[str] = []
    answers = itertools.chain([["127.0.0.1"]], itertools.repeat([SECRET]))

    def rebinding(host: str, _: int) -> list[str]:
        asked.append(host)
        return next(answers)

    client = HttpClient(SETTINGS, resolve=rebinding)
    with Server(to("/again")) as server, Server(ok(b"secret"), host=SECRET) as secret:
        answer = client.fetch("GET", f"http://evil.example:{server.port}/", None, {}, float("inf"))
    assert asked == ["evil.example."] * 2
    assert (len(server.requests), secret.requests) == (1, [])
    assert answer.error == f"evil.example: {NO_ADDRESS}"


@pytest.mark.parametrize(
    "name",
    [
        *("localhost", "metadata", "metadata.google.internal", "db", "printer.local", "x.localhost", "LOCALHOST."),
        *("crm.home.arpa", "Metadata.Google.Internal.", "x.onion"),
    ],
)
def test_names_for_local_use_are_not_even_looked_up(name: str) -> None:
    asked: list[str] = []

    def resolve(host: str, _: int) -> list[str]:
        asked.append(host)
        return ["1.1.1.1"]

    answer = HttpClient(HttpSettings(), resolve=resolve).fetch("GET", f"http://{name}/", None, {}, float("inf"))
    assert (answer.status, answer.refused, asked) == (0, True, [])


def test_a_name_without_an_address_is_told_in_the_same_words() -> None:
    """Whether a name is known in the host's network is not for scripts to find out."""
    unknown = fetch("http://shop.example/", names={})
    assert (unknown.error, unknown.refused) == (f"shop.example: {NO_ADDRESS}", False)
    assert fetch("http://shop.example/", names={"shop.example.": []}).error == unknown.error
    assert fetch("http://shop.example/", names={"shop.example.": ["10.0.0.1"]}).error == unknown.error


def test_only_allowed_ports_are_called() -> None:
    with Server(ok()) as server:
        answer = fetch(server.url, allowed_ports=frozenset({80, 443}))
    assert (answer.error, server.requests) == (f"127.0.0.1: scripts may not call port {server.port}", [])


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("shop.example", True),
        ("SHOP.example.", True),
        ("a.b.partner.example", True),
        ("partner.example", False),
        ("shop.example.evil.example", False),
        ("evilshop.example", False),
        ("127.0.0.1", False),
    ],
)
def test_only_allowed_hosts_are_called(host: str, allowed: bool) -> None:
    hosts = HttpSettings(allowed_hosts=frozenset({"Shop.example.", "*.partner.example"})).allowed_hosts
    with Server(ok()) as server:
        names = {name: ["127.0.0.1"] for name in ("shop.example", "a.b.partner.example", "partner.example")}
        answer = fetch(f"http://{host}:{server.port}/", names=names, allowed_hosts=hosts)
    assert (answer.status, answer.refused, len(server.requests)) == ((200, False, 1) if allowed else (0, True, 0))


def test_a_redirect_to_a_host_that_is_not_allowed_is_refused() -> None:
    with Server(ok()) as other, Server(to(f"http://127.0.0.1:{other.port}/")) as server:
        answer = fetch(
            f"http://shop.example:{server.port}/",
            names={"shop.example": ["127.0.0.1"]},
            allowed_hosts=frozenset({"shop.example"}),
        )
    assert (answer.error, other.requests) == ("127.0.0.1: it is not among the hosts that scripts may call", [])


def test_a_hosts_own_networks_are_refused_whatever_is_allowed() -> None:
    settings = HttpSettings(allowed_networks=("10.0.0.0/8",), refused_networks=("10.1.0.0/16", "1.1.1.0/24"))
    asked = ("10.0.0.1", "10.1.0.1", "1.1.1.1", "1.1.2.1", "64:ff9b::1.1.1.1", "64:ff9b::1.1.2.1", "64:ff9b::10.0.0.1")
    reached = {text: may_reach(ip_address(text), settings) for text in asked}
    assert reached == dict(zip(asked, (True, False, False, True, False, True, False), strict=True))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "must begin with http:// or https://"),
        ("/weight", "must begin with http:// or https://"),
        ("//shop.example/", "must begin with http:// or https://"),
        ("ftp://shop.example/", "must begin with http:// or https://"),
        ("file:///etc/passwd", "must begin with http:// or https://"),
        ("gopher://127.0.0.1:70/_x", "must begin with http:// or https://"),
        ("http:///a", "names no host"),
        ("http:shop.example", "names no host"),
        ("http://a..example/", "names no host"),
        ("http://-a.example/", "names no host"),
        ("http://1.2.3.4.5/", "names no host"),
        ("http://256.1.1.1/", "is not the address of a page"),
        ("http://0177.0.0.01/", "is not the address of a page"),
        ("http://a.0x7f/", "names no host"),
        ("http://shop%2eexample/", "names no host"),
        ("http://[fe80::1%25eth0]/", "names no host"),
        ("http://" + "a." * 130 + "example/", "names no host"),
        ("http://[::1/", "is not the address of a page"),
        ("http://shop.example:x/", "is not the address of a page"),
        ("http://shop.example:0/", "has a port that is none"),
        ("http://shop.example:65536/", "has a port that is none"),
        ("http://u:p@shop.example/", "has a user name in it; send the header 'authorization'"),
        ("http://shop.example\\@127.0.0.1/", "has blanks, control characters or a backslash in it"),
        ("http://shop.example/ HTTP/1.1\r\nHost: x", "has blanks, control characters or a backslash in it"),
        (" http://shop.example/", "has blanks, control characters or a backslash in it"),
        ("http://shop.example/\u200b", "has blanks, control characters or a backslash in it"),
        ("http://shop.example/" + "a" * 8_192, "has 8212 characters, the limit is 8192"),
    ],
)
def test_what_is_no_address_of_a_page_is_refused(text: str, problem: str) -> None:
    with pytest.raises(BadUrl) as refused:
        read_url(text)
    assert str(refused.value) == problem


@given(st.text(max_size=40), st.sampled_from(["http://{}", "https://{}/", "http://a.example/{}", "http://{}:80/"]))
def test_whatever_text_comes_is_read_or_refused(text: str, around: str) -> None:
    try:
        url = read_url(around.format(text))
    except BadUrl:
        return
    assert url.scheme in {"http", "https"}
    assert url.userinfo == b""
    assert not {*url.raw_host + url.raw_path} & {*b" \r\n\t\0\\"}
    assert read_url(str(url)) == url


@given(
    st.lists(st.sampled_from(["127.0.0.1", "10.0.0.1", "1.1.1.1", "2606:4700::1", "::1", "fe80::1%eth0"]), max_size=4)
)
def test_only_public_addresses_pass(found: list[str]) -> None:
    addresses = [plain(ip_address(text)) for text in found]
    assert [may_reach(address, HttpSettings()) for address in addresses] == [
        text in {"1.1.1.1", "2606:4700::1"} for text in found
    ]
