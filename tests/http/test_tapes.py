"""A run that called other sites is done again from its tape, without any site."""

import pytest

from runtime import Runtime, Session
from runtime.sandbox.pool import PoolSettings
from runtime.tape.replaying import replay_tape
from tests.http.conftest import SETTINGS
from tests.http.servers import Server, ok

POOL = PoolSettings(max_workers=1, fresh_workers=1)


@pytest.mark.parametrize("path", ["/text", "/image", "/gone"])
def test_a_tape_answers_in_place_of_the_site(path: str) -> None:
    """Its failures and warnings, too; and the replay's own runtime needs no http."""
    with Server({"/text": ok(b"a"), "/image": ok(b"\xff", "Content-Type: image/png"), "/gone": b""}) as server:
        source = f"setVariable('answer', http.post('{server.url}{path}', {{ a: 1 }}, {{ 'x-key': 'k' }}))"
        with Runtime.open("sqlite://", pool=POOL, http=SETTINGS) as online:
            record = online.run(source, session=Session(brand="acme"), tape=True)
    assert record.tape is not None
    with Runtime.open("sqlite://", pool=POOL) as offline:
        verdict = replay_tape(offline, record.tape)
    assert (verdict.verdict, verdict.calls_played, verdict.outcome) == ("same", 1, [])
    assert verdict.record.variables == record.variables
    assert [warning.code for warning in verdict.record.warnings] == {
        "/text": [],
        "/image": ["http_body_not_text"],
        "/gone": ["http_failed"],
    }[path]
    assert len(server.requests) == 1
