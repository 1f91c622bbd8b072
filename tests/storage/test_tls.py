"""TLS from the URL: a server is spoken with when it proves who it is, and told nothing before."""

import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import trustme

from storage import open_store
from storage.errors import StoreUnavailable
from tests.storage.postgres_server import PostgresServer
from tests.storage.relay import TlsFront
from tests.storage.shop import Shop, fields


@pytest.fixture(scope="module")
def authorities() -> dict[str, trustme.CA]:
    """The one that vouches for the server, and another."""
    return {"right": trustme.CA(), "wrong": trustme.CA()}


@pytest.fixture(params=["localhost", "elsewhere.example"])
def named(request: pytest.FixtureRequest) -> str:
    """The host that the server's certificate is for."""
    name: str = request.param
    return name


@pytest.fixture
def front(postgres_server: PostgresServer, authorities: dict[str, trustme.CA], named: str) -> Iterator[TlsFront]:
    """A server with a certificate, on an empty database."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authorities["right"].issue_cert(named).configure_cert(context)
    served = TlsFront(postgres_server.new_database(), context)
    yield served
    served.close()


@pytest.fixture
def roots(authorities: dict[str, trustme.CA], tmp_path: Path) -> dict[str, Path]:
    """A file for each of those who vouch."""
    files = {name: tmp_path / f"{name}.pem" for name in authorities}
    for name, authority in authorities.items():
        authority.cert_pem.write_to_path(str(files[name]))
    return files


def url(front: TlsFront, mode: str, root: Path) -> str:
    return f"postgresql://postgres@{front.address}?sslmode={mode}&sslrootcert={root}&pool_size=1"


@pytest.mark.parametrize("named", ["localhost"], indirect=True)
def test_a_server_that_proves_its_name_is_used(front: TlsFront, roots: dict[str, Path]) -> None:
    """By the connection that migrates and by those of the pool: there is no other way through."""
    with closing(open_store(url(front, "verify-full", roots["right"]))) as store:
        shop = Shop(store)
        shop.entity("deals", *fields("a"))
        shop.set("deals", a=1)
        assert shop.read("deals", "a") == {"a": 1}
    front.await_ends()
    assert (front.served, front.refused) == (2, [])


@pytest.mark.parametrize("named", ["localhost"], indirect=True)
def test_a_server_that_an_unknown_root_vouches_for_is_told_nothing(front: TlsFront, roots: dict[str, Path]) -> None:
    """Not even who asks; the reason is chained, for operators."""
    with pytest.raises(StoreUnavailable, match=r"^the store cannot be reached$") as refused:
        open_store(url(front, "verify-full", roots["wrong"]))
    assert isinstance(refused.value.__cause__, psycopg.OperationalError)
    assert "certificate verify failed" in str(refused.value.__cause__)
    front.await_ends()
    assert (front.served, front.refused) == (0, ["TLSV1_ALERT_UNKNOWN_CA"])


@pytest.mark.parametrize("named", ["elsewhere.example"], indirect=True)
def test_a_server_of_another_name_is_told_nothing(front: TlsFront, roots: dict[str, Path]) -> None:
    """Unless the URL leaves the name aside."""
    with pytest.raises(StoreUnavailable, match=r"^the store cannot be reached$") as refused:
        open_store(url(front, "verify-full", roots["right"]))
    assert 'does not match host name "localhost"' in str(refused.value.__cause__)
    with closing(open_store(url(front, "verify-ca", roots["right"]))) as store:
        Shop(store).entity("deals")
