"""``python -m tests.tape.round_trips [COUNT]``: so many scripts made by chance, each run on tape and done again.

The replay is the same; and with one call changed on the tape, that call is named, with its place in the script.
"""

import sys
from collections import Counter
from random import Random

from runtime import Request, Runtime, Session, Tape
from runtime.sandbox.pool import PoolSettings
from runtime.tape.files import tape_of_text, tape_text
from runtime.tape.replaying import replay_tape
from tests.tape.scripts import script

SESSIONS = (
    Session(brand="demo", customer_id="c_1", email="ada@example.com", name="Ada", attributes={"plan": "gold"}),
    Session(brand="demo", email="eve@example.com", values={"cart": [1, 2]}),
    Session(brand="demo"),
)
REQUEST = Request(method="POST", path="/a", body=b'{"a": "\xc3\xa4"}', headers={"Content-Type": "application/json"})


def open_runtime() -> Runtime:
    """On a private store."""
    return Runtime.open("sqlite://", pool=PoolSettings(max_workers=2, fresh_workers=1, max_wait_seconds=60.0))


def round_trip(live: Runtime, offline: Runtime, seed: int) -> Tape:
    """Run the script of a number on tape, replay it from the tape's file, and with a call changed."""
    record = live.run(
        script(seed), session=SESSIONS[seed % 3], request=REQUEST if seed % 2 else None, filename="made.js", tape=True
    )
    assert record.tape is not None
    tape = tape_of_text(tape_text(record.tape))
    assert tape == record.tape, seed
    again = replay_tape(offline, tape)
    assert (again.verdict, again.call, [*again.outcome]) == ("same", None, []), (seed, again)
    assert again.calls_played == len(tape.calls), seed
    if tape.calls:
        _change_one(offline, tape, Random(seed))
    return tape


def _change_one(offline: Runtime, tape: Tape, random: Random) -> None:
    index = random.randrange(len(tape.calls))
    call = tape.calls[index]
    changed = call.model_copy(update={"arguments": {**(call.arguments or {}), "changed": True}})
    verdict = replay_tape(
        offline, tape.model_copy(update={"calls": [*tape.calls[:index], changed, *tape.calls[index + 1 :]]})
    )
    assert verdict.verdict == "differs", tape.run_id
    assert verdict.call is not None, tape.run_id
    assert verdict.call.number == index + 1, (tape.run_id, verdict)
    assert verdict.call.now is not None, (tape.run_id, verdict)
    assert verdict.call.now.place is not None, (tape.run_id, verdict)
    assert verdict.call.now.place.file == "made.js"
    differing = [difference.path for difference in verdict.call.differences]
    assert ("changed",) in differing or differing == [()], (tape.run_id, verdict)


def main(count: int) -> None:
    """Do so many, and say what they were."""
    ends: Counter[str] = Counter()
    calls = 0
    with open_runtime() as live, open_runtime() as offline:
        for seed in range(count):
            tape = round_trip(live, offline, seed)
            ends[tape.outcome.status] += 1
            calls += len(tape.calls)
    print(f"{count} scripts, {calls} calls, {dict(ends)}: each replay was the same, each changed call was named")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
