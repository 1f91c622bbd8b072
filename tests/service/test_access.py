"""Whose data a caller gets at: the token's brand alone, and only what the token may do."""

import socket

import pytest

from runtime import tokens
from storage.commands import Write
from storage.tokens import RevokeToken
from tests.service.serving import Service, read_answer

ORDER = {"script": "setVariable('n', 1)"}


def test_without_a_token_nothing_is_done(service: Service) -> None:
    answer = service.run(ORDER, token=None)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "no_token")
    assert answer.headers["www-authenticate"] == 'Bearer realm="funnelscript"'


@pytest.mark.parametrize("given", ["Basic acme", "Bearer", "acme", "Bearer a b", "Bearer " + "x" * 600, ""])
def test_what_is_no_bearer_token_is_none(service: Service, given: str) -> None:
    answer = service.client.post("/v1/runs", json=ORDER, headers={"Authorization": given})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "no_token")


def test_two_tokens_are_none(service: Service) -> None:
    headers = [("Authorization", service.bearer("acme")), ("Authorization", service.bearer("other"))]
    assert service.client.post("/v1/runs", json=ORDER, headers=headers).json()["error"]["code"] == "no_token"


def test_a_token_that_is_not_whole_or_not_ours_is_refused(service: Service) -> None:
    good = service.tokens["acme"]
    prefix, brand, id_, secret = good.split(".")
    other = service.tokens["other"].split(".")
    for text in (
        *("nobody", good[:-1], good + "A", good.upper(), f"{prefix}.{brand}.{id_}", f"{prefix}.{brand}.{id_}."),
        *(
            f"{prefix}.other.{id_}.{secret}",
            f"{prefix}.{brand}.{other[2]}.{other[3]}",
            f"{prefix}.{brand}.{id_}.{other[3]}",
        ),
        *(f"{prefix}..{id_}.{secret}", f"{prefix}.{brand}.{'0' * 16}.{secret}", f"{prefix}.{brand}.{id_}.{'A' * 43}"),
    ):
        answer = service.run(ORDER, token=text)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "bad_token"), text
        assert answer.headers["www-authenticate"] == 'Bearer realm="funnelscript", error="invalid_token"'


def test_a_token_that_is_revoked_is_refused_from_then_on(service: Service) -> None:
    store = service.core.runtime.store
    service.tokens["leaving"] = text = tokens.issue(store, "acme", "leaving", ["run"])
    assert service.run(ORDER, token="leaving").status_code == 200
    store.apply("acme", Write(RevokeToken(text.split(".")[2]), 1, ""))
    answer = service.run(ORDER, token="leaving")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "bad_token")


def test_a_token_that_is_revoked_is_refused_on_a_connection_that_was_open(service: Service) -> None:
    """Nothing of a connection is trusted for what came before on it."""
    store = service.core.runtime.store
    text = tokens.issue(store, "acme", "leaving", ["run"])
    head = f"POST /v1/runs HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {text}\r\nContent-Type: application/json\r\n"
    data = f"{head}Content-Length: 15\r\n\r\n".encode() + b'{"script": "1"}'
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
        connection.sendall(data)
        assert read_answer(connection).status == 200
        store.apply("acme", Write(RevokeToken(text.split(".")[2]), 1, ""))
        connection.sendall(data)
        assert read_answer(connection).code == "bad_token"


def test_a_token_without_the_scope_is_refused(service: Service) -> None:
    answer = service.run(ORDER, token="reader")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "missing_scope")
    assert answer.headers["www-authenticate"] == 'Bearer realm="funnelscript", error="insufficient_scope", scope="run"'


def test_another_brand_than_the_tokens_is_refused(service: Service) -> None:
    assert service.run({**ORDER, "brand": "acme"}).status_code == 200
    answer = service.run({**ORDER, "brand": "other"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "wrong_brand")


def test_brands_see_their_own_data_alone(service: Service) -> None:
    made = "EnsureCrmEntity({slug: 'deals'}); CreateCrmEntry({slug: 'deals', referenceId: 'x', title: 'secret'})"
    assert service.record(made)["status"] == "ok"
    read = {"script": "setVariable('n', getCrmEntries({slug: 'deals', referenceId: 'x'}).length)"}
    assert service.run(read, token="acme").json()["variables"] == {"n": 1}
    assert service.run(read, token="other").json()["status"] == "error"


def test_who_has_no_right_is_told_before_the_body_is_read(service: Service) -> None:
    head = b"POST /v1/runs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 4000000\r\n\r\n"
    assert (answer := service.raw(head)).status == 401, answer
