"""What comes of a worker that was taken over and speaks wrongly: its run ends, and the host goes on without it."""

import json
import socket
import time
from typing import Any

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bindings.context import RunContext
from runtime import Limits
from runtime.broker import MAX_RESULT_BYTES, Broker
from runtime.child.wire import receive
from runtime.effects import EFFECTS
from runtime.outcome import Outcome
from runtime.record import Redirect
from storage import Store, new_uuid7
from storage.queries import Visitor
from tests.properties import SHARING
from tests.sandbox.fake_worker import Talk, fake_worker, frame, hanging_up_after, saying
from tests.sandbox.processes import descriptors, wait_until

LIMITS = Limits(cpu_seconds=5.0, wall_seconds=30.0, message_bytes=65_536, variables_bytes=1_024, max_host_calls=10)
IMPATIENT = LIMITS.model_copy(update={"wall_seconds": 0.3})
CAP_BYTES = LIMITS.message_bytes + MAX_RESULT_BYTES
RESULT = frame("R1000\n{}")
READ = {"slug": "notes", "fieldKey": "owner"}
BROKE = "the sandbox broke its protocol: "
ENDED = "the sandbox's process ended in the middle of the run"
TOO_LARGE = "one value sent by the script was larger than 65536 bytes"


def call(name: Any = "getCrmField", arguments: Any = READ, used: str = "", *more: Any) -> bytes:
    """The frame of a call."""
    return frame(f"C{used}\n" + json.dumps([name, arguments, *more]))


def converse(store: Store, talk: Talk, limits: Limits = LIMITS, brand: str = "acme") -> tuple[Outcome, bool]:
    """A run on a fake worker: its outcome, and whether the host would use the worker again."""
    context = RunContext(brand, Visitor("c_1"), store, lambda: 0, new_uuid7)
    with fake_worker(talk) as worker:
        assert worker.greet() == []
        broker = Broker(worker, context, limits)
        outcome = broker.run("{}")
        process = psutil.Process(worker.process_id)
    assert not process.is_running()
    return outcome, broker.reusable


def drip(connection: socket.socket) -> None:
    """Log lines without end, a byte now and then."""
    receive(connection)
    while True:
        for byte in frame('L["log","x"]'):
            connection.sendall(bytes([byte]))
            time.sleep(0.005)


def test_a_worker_that_speaks_rightly_is_used_again(store: Store) -> None:
    """The fakes below differ from this one in one thing each."""
    outcome, reusable = converse(store, saying(frame('V["a",1]'), frame('L["log","hi"]'), RESULT))
    assert (outcome.status, outcome.error, reusable) == ("ok", None, True)
    assert outcome.variables == {"a": 1}
    assert [(line.level, line.text) for line in outcome.logs] == [("log", "hi")]
    assert outcome.usage.memory_bytes == 1_000


@pytest.mark.parametrize(
    ("said", "message"),
    [
        pytest.param(frame(""), BROKE + "an unknown kind of frame", id="empty"),
        pytest.param(frame("H[]"), BROKE + "an unknown kind of frame", id="a second greeting"),
        pytest.param(frame("X{}"), BROKE + "an unknown kind of frame", id="unknown kind"),
        pytest.param(frame("AV1"), BROKE + "an unknown kind of frame", id="an answer of its own"),
        pytest.param(frame("J1,1,1\n{}"), BROKE + "an unknown kind of frame", id="a job of its own"),
        pytest.param(frame(b"L\xff\xfe"), BROKE + "not UTF-8", id="invalid UTF-8"),
        pytest.param(frame(b'L["log","\xed\xa0\x80"]'), BROKE + "not UTF-8", id="a surrogate in UTF-8"),
        pytest.param(frame(b'L["log","\xc0\xaf"]'), BROKE + "not UTF-8", id="overlong UTF-8"),
        pytest.param(frame("V"), BROKE + "not strict JSON", id="no JSON"),
        pytest.param(frame('V["a",NaN]'), BROKE + "not strict JSON", id="NaN"),
        pytest.param(frame('V["a",-Infinity]'), BROKE + "not strict JSON", id="infinity"),
        pytest.param(frame('V["a",1e400]'), BROKE + "not strict JSON", id="a number past all doubles"),
        pytest.param(frame('V["a",' + "9" * 5_000 + "]"), BROKE + "not strict JSON", id="a huge whole number"),
        pytest.param(frame('V["a",{"b":1,"b":2}]'), BROKE + "not strict JSON", id="a key twice"),
        pytest.param(frame('V["a",{"b":1,"\\u0062":2}]'), BROKE + "not strict JSON", id="a key twice, escaped"),
        pytest.param(frame('V["a","\\ud800"]'), BROKE + "a lone surrogate", id="a lone surrogate"),
        pytest.param(frame('V["a",{"\\uDFFF":1}]'), BROKE + "a lone surrogate", id="a lone surrogate in a key"),
        pytest.param(frame('V["a",' + "[" * 60_000), BROKE + "not strict JSON", id="deep nesting"),
        pytest.param(frame('V["a","\x01"]'), BROKE + "not strict JSON", id="a control character"),
        pytest.param(frame('V["a",1] 2'), BROKE + "not strict JSON", id="something behind"),
        pytest.param(frame("V['a',1]"), BROKE + "not strict JSON", id="other quotes"),
        pytest.param(frame('V{"a":1}'), BROKE + "not a variable", id="an object for a variable"),
        pytest.param(frame('V["a"]'), BROKE + "not a variable", id="a variable without value"),
        pytest.param(frame("V[1,1]"), BROKE + "not a variable", id="a variable without name"),
        pytest.param(frame('V["a",1,2]'), BROKE + "not a variable", id="a variable with more"),
        pytest.param(frame('L["log"]'), BROKE + "not a log line", id="a line without text"),
        pytest.param(frame('L["fatal","x"]'), BROKE + "not a log line", id="an unknown level"),
        pytest.param(frame('L["log",{}]'), BROKE + "not a log line", id="a line of objects"),
        pytest.param(frame("C\n{}"), BROKE + "not a call", id="an object for a call"),
        pytest.param(frame('C["getCrmField",{}]'), BROKE + "not a list of places", id="a call without its head"),
        pytest.param(call(1), BROKE + "not a call", id="a call without name"),
        pytest.param(call("getCrmField", READ, "", "other"), BROKE + "not a call", id="a call with a brand"),
        pytest.param(call("system", {"command": "id"}), BROKE + "an unknown function", id="unknown function"),
        pytest.param(call("__class__", {}), BROKE + "an unknown function", id="a name of the host's language"),
        pytest.param(call("call", {}), BROKE + "an unknown function", id="a name of the host's code"),
        pytest.param(call("getCrmField\n", READ), BROKE + "an unknown function", id="a name with a line break"),
        pytest.param(call(used="0"), BROKE + "an answer that was not given", id="an answer that was not given"),
        pytest.param(call(used="-1"), BROKE + "not a list of places", id="an answer before all"),
        pytest.param(call(used="0,0"), BROKE + "an answer that was not given", id="an answer twice"),
        pytest.param(call(used="9" * 4_000), BROKE + "not a list of places", id="an answer far off"),
        pytest.param(call("setHeader", ["x", "y"]), BROKE + "not a call", id="a list for a header"),
        pytest.param(call("redirect", "/a"), BROKE + "not a call", id="an address alone"),
        pytest.param(call("session.get", {}), BROKE + "an unknown function", id="a function that asks no host"),
        pytest.param(call("limits.left", {}), BROKE + "an unknown function", id="a question as a call"),
        pytest.param(frame("T{}"), BROKE + "not a question", id="a question with more"),
        pytest.param(frame("M"), BROKE + "an unknown kind of frame", id="a question of the worker's own"),
        pytest.param(frame("T"), BROKE + "not a question", id="a question without what is left of the memory"),
        pytest.param(frame("S[1]"), BROKE + "a place that was not asked for", id="a place that was not asked for"),
        pytest.param(frame("W\n[1]"), BROKE + "not a place", id="a place without a file"),
        pytest.param(frame('W\n["a",0,1]'), BROKE + "not a place", id="a place before the first line"),
        pytest.param(frame(f'W\n["{"a" * 5_000}",1,1]'), BROKE + "not a place", id="a place in a file of any name"),
        pytest.param(frame("W\n1"), BROKE + "not a place", id="a template's place in a script"),
        pytest.param(frame("W0\nnull"), BROKE + "an answer that was not given", id="a place for no answer"),
        pytest.param(frame("R"), BROKE + "not strict JSON", id="a result of nothing"),
        pytest.param(frame("R\n{}"), BROKE + "not a result", id="a result without figures"),
        pytest.param(frame("R-1\n{}"), BROKE + "not a result", id="memory below nothing"),
        pytest.param(frame("R1e3\n{}"), BROKE + "not a result", id="memory as no whole number"),
        pytest.param(frame("R٣\n{}"), BROKE + "not a result", id="memory in other digits"),
        pytest.param(frame("R" + "9" * 16 + "\n{}"), BROKE + "not a result", id="memory past belief"),
        pytest.param(frame("R1\n[]"), BROKE + "not a result", id="a list for a result"),
        pytest.param(frame("R1,0\n{}"), BROKE + "an answer that was not given", id="a result with an answer"),
        pytest.param(frame('R1\n{"error":1}'), BROKE + "not an error", id="a number for an error"),
        pytest.param(frame('R1\n{"error":{"name":1,"message":"x"}}'), BROKE + "not an error", id="an error's name"),
        pytest.param(frame('R1\n{"error":{"name":"x"}}'), BROKE + "not an error", id="an error without message"),
        pytest.param(
            frame('R1\n{"error":{"name":"x","message":"x","line":"one"}}'), BROKE + "not an error", id="an error's line"
        ),
        pytest.param(RESULT + RESULT, BROKE + "more after its result", id="two results"),
        pytest.param(RESULT + call(), BROKE + "more after its result", id="a call after the result"),
        pytest.param(RESULT + b"\x01", BROKE + "more after its result", id="a byte after the result"),
    ],
)
def test_a_frame_that_no_worker_sends_is_a_crash(store: Store, said: bytes, message: str) -> None:
    """The worker is not used again, and what it said wrongly is on no record but for its kind."""
    outcome, reusable = converse(store, saying(said, RESULT) if not said.startswith(RESULT) else saying(said))
    assert outcome.error is not None
    assert (outcome.status, outcome.error.message, reusable) == ("crashed", message, False)
    assert (outcome.variables, outcome.logs, outcome.calls) == ({}, [], [])


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x05", id="a piece of a length"),
        pytest.param(b"\x64\x00\x00\x00L[", id="a piece of a frame"),
        pytest.param(frame('V["a",1]')[:-1], id="all of a frame but a byte"),
    ],
)
def test_a_worker_that_hangs_up_is_a_crash(store: Store, said: bytes) -> None:
    outcome, reusable = converse(store, hanging_up_after(said))
    assert outcome.error is not None
    assert (outcome.status, outcome.error.message, reusable) == ("crashed", ENDED, False)


@pytest.mark.parametrize("length", [CAP_BYTES + 1, 2**31 - 1, 2**31, 2**32 - 1])
def test_a_length_over_the_cap_is_refused_before_anything_is_read(store: Store, length: int) -> None:
    """The host takes up no memory for it."""
    outcome, reusable = converse(store, saying(length.to_bytes(4, "little"), b"L" * 100))
    assert outcome.error is not None
    assert (outcome.status, outcome.error.code, outcome.error.message) == ("limit", "message_bytes", TOO_LARGE)
    assert not reusable


def test_a_frame_as_long_as_the_cap_is_read(store: Store) -> None:
    line = 'L["log","' + "x" * (CAP_BYTES - 11) + '"]'
    assert len(line) == CAP_BYTES
    outcome, reusable = converse(store, saying(frame(line), RESULT))
    assert (outcome.status, len(outcome.logs), reusable) == ("ok", 1, True)


def test_a_forged_brand_and_session_in_a_call_mean_nothing(store: Store) -> None:
    """Both brands have the same customer; each sees its own value, whatever the frame says."""
    forged = {**READ, "brand": "globex", "session": {"brand": "globex"}, "context": {}, "visitor": {"id": "c_2"}}
    ensure = call("EnsureCrmEntity", {"slug": "notes", "entityMode": "data", "fields": [{"key": "owner"}]})
    answers: list[str] = []
    for brand in ("acme", "globex"):
        write = call("setCrmField", {**READ, "value": brand})
        assert converse(store, _asking(ensure, write), brand=brand)[0].status == "ok"
    for brand in ("acme", "globex"):
        outcome, _ = converse(store, _telling_answer(call(arguments=forged)), brand=brand)
        answers.append(outcome.variables["answer"])
    # A small letter, since the call is warned of: it has properties that there are none of.
    assert answers == ['Av"acme"', 'Av"globex"']


def test_a_replayed_call_is_one_more_call(store: Store) -> None:
    """Each counts against the budget; none does more than its run may."""
    outcome, reusable = converse(store, _asking(*[call()] * 11))
    assert outcome.error is not None
    assert (outcome.status, outcome.error.code, len(outcome.calls), reusable) == ("limit", "max_host_calls", 10, False)


def test_words_after_the_end_of_a_run_are_noticed_before_the_next(store: Store) -> None:
    """Said later than the result, they would be the first of the next run."""

    def talk(connection: socket.socket) -> None:
        receive(connection)
        connection.sendall(RESULT)
        receive(connection)
        connection.sendall(RESULT)
        time.sleep(60)

    with fake_worker(talk) as worker:
        assert worker.greet() == []
        context = RunContext("acme", Visitor(), store, lambda: 0, new_uuid7)
        assert Broker(worker, context, LIMITS).run("{}").status == "ok"
        assert worker.is_well()
        assert worker.send(frame("J"), time.monotonic() + 10)
        assert wait_until(lambda: not worker.is_well())


@pytest.mark.parametrize(
    ("talk", "status"),
    [
        pytest.param(saying(), "time_limit", id="silence"),
        pytest.param(saying(b"\x64\x00\x00\x00L"), "time_limit", id="silence in the middle of a frame"),
        pytest.param(drip, "time_limit", id="a byte now and then"),
    ],
)
def test_a_worker_that_lets_the_host_wait_runs_into_the_wall(store: Store, talk: Talk, status: str) -> None:
    outcome, reusable = converse(store, talk, IMPATIENT)
    assert outcome.error is not None
    assert (outcome.status, outcome.error.code, reusable) == (status, "wall_seconds", False)


@pytest.mark.parametrize("reads", [0, 1])
def test_a_worker_that_does_not_take_its_answers_cannot_hold_the_host(store: Store, reads: int) -> None:
    """Not at all, or a byte now and then: the calls pile up until the socket is full."""
    impatient = IMPATIENT.model_copy(update={"max_host_calls": 1_000_000})
    outcome, reusable = converse(store, lambda connection: _ask_without_listening(connection, reads), impatient)
    assert outcome.status in {"crashed", "time_limit"}
    assert not reusable


@pytest.mark.parametrize(
    ("said", "code"),
    [
        pytest.param(frame('V["a",1]'), "cpu_seconds", id="one variable again and again"),
        pytest.param(frame('L["log",""]'), "cpu_seconds", id="lines"),
    ],
)
def test_a_flood_costs_the_worker_its_time_and_the_host_no_memory(store: Store, said: bytes, code: str) -> None:
    limits = LIMITS.model_copy(update={"cpu_seconds": 0.05})
    outcome, reusable = converse(store, lambda connection: _flood(connection, said), limits)
    assert outcome.error is not None
    assert (outcome.status, outcome.error.code, reusable) == ("time_limit", code, False)
    assert len(outcome.logs) <= limits.log_bytes // 16 + 1


REDIRECT = call("redirect", {"url": "/a"})


@pytest.mark.parametrize(
    "after",
    [
        pytest.param([RESULT], id="its end"),
        pytest.param([frame('V["a",1]'), frame('L["log","x"]'), RESULT], id="effects and its end"),
        pytest.param([call("redirect", {"url": "/b"}), call(), RESULT], id="calls and its end"),
        pytest.param([frame('R1\n{"error":{"name":"x","message":"x"}}')], id="an error"),
        pytest.param([frame('R1\n{"limit":"promise_jobs"}')], id="a limit"),
    ],
)
def test_after_an_answer_nothing_counts_but_the_end(store: Store, after: list[bytes]) -> None:
    """The worker has unwound, and may run again; whatever it asked in between got no answer."""
    outcome, reusable = converse(store, saying(REDIRECT, *after))
    assert (outcome.status, outcome.error, reusable) == ("ok", None, True)
    assert outcome.redirect == Redirect("/a", 302)
    assert (outcome.variables, outcome.logs, len(outcome.calls)) == ({}, [], 1)


@pytest.mark.parametrize(
    "talk",
    [
        pytest.param(saying(REDIRECT), id="silence"),
        pytest.param(hanging_up_after(REDIRECT), id="a hang-up"),
        pytest.param(saying(REDIRECT, frame("R")), id="no result"),
        pytest.param(saying(REDIRECT, RESULT + RESULT), id="two results"),
        pytest.param(saying(REDIRECT, b"\xff\xff\xff\xff"), id="a length over the cap"),
        pytest.param(saying(REDIRECT, frame(b"L\xff")), id="invalid UTF-8"),
        pytest.param(lambda connection: _flood(connection, REDIRECT), id="a flood"),
    ],
)
def test_a_worker_that_does_not_unwind_after_an_answer_runs_no_more(store: Store, talk: Talk) -> None:
    """The run is a good one all the same, and over in a moment."""
    outcome, reusable = converse(store, talk)
    assert (outcome.status, outcome.error, reusable) == ("ok", None, False)
    assert outcome.redirect == Redirect("/a", 302)
    assert outcome.usage.wall_seconds < LIMITS.wall_seconds


def test_a_refused_answer_ends_nothing(store: Store) -> None:
    outcome, reusable = converse(store, _asking(call("redirect", {"url": "//evil.example"}), call()))
    assert (outcome.status, outcome.redirect, len(outcome.calls), reusable) == ("ok", None, 2, True)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("session.setCustomer", {"customer": {"email": "a@b.example", "brand": "globex"}}),
        ("session.setCustomer", {"customer": {"email": "a@b.example"}, "brand": "globex", "visitor": {"id": "c_9"}}),
    ],
)
def test_a_session_is_given_a_customer_of_its_own_brand_alone(store: Store, name: str, arguments: Any) -> None:
    """Whatever else stands in the frame."""
    context = RunContext("acme", Visitor("c_1"), store, lambda: 0, new_uuid7)
    with fake_worker(_asking(call(name, arguments))) as worker:
        worker.greet()
        assert Broker(worker, context, LIMITS).run("{}").status == "ok"
    assert (context.brand, context.visitor) == ("acme", Visitor(None, "a@b.example"))


@pytest.mark.parametrize("customer", [{"name": "a\0"}, {"email": "a@b\0.example"}, {"id": "\0"}, {"last_name": "\0"}])
def test_a_session_is_given_no_customer_that_the_store_cannot_keep(store: Store, customer: dict[str, str]) -> None:
    arguments = {"customer": {"email": "a@b.example", **customer}}
    outcome, reusable = converse(store, _asking(call("session.setCustomer", arguments)))
    assert (outcome.status, outcome.session_customer, reusable) == ("ok", None, True)
    assert [(one.name, one.ok) for one in outcome.calls] == [("session.setCustomer", False)]


def test_what_is_left_is_said_as_often_as_it_is_asked(store: Store) -> None:
    outcome, reusable = converse(store, _telling_answer(frame("T77")))
    left = json.loads(outcome.variables["answer"][1:])
    assert (left["host_calls"], left["memory_bytes"], outcome.calls, reusable) == (10, 77, [], True)
    assert 0 < left["cpu_ms"] <= 5_000 < left["wall_ms"] <= 30_000


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("response.send", {"body": "x" * 600}, "response_bytes"),
        ("setHeader", {"name": "a", "value": "x" * 600}, "response_bytes"),
        ("cookie.set", {"name": "a", "value": "x" * 600}, "response_bytes"),
        ("session.set", {"key": "a", "value": "x" * 600}, "session_bytes"),
    ],
)
def test_answers_have_a_budget(store: Store, name: str, arguments: Any, code: str) -> None:
    limits = LIMITS.model_copy(update={"response_bytes": 500, "session_bytes": 500})
    outcome, reusable = converse(store, saying(call(name, arguments), RESULT), limits)
    assert outcome.error is not None
    assert (outcome.status, outcome.error.code, reusable) == ("limit", code, False)
    assert (outcome.response, outcome.headers, outcome.cookies, outcome.session) == (None, {}, {}, {})


def test_variables_have_a_budget_together(store: Store) -> None:
    frames = [frame(f'V["key-{number}","{"x" * 100}"]') for number in range(20)]
    outcome, reusable = converse(store, saying(*frames, RESULT))
    assert outcome.error is not None
    assert (outcome.status, outcome.error.code, reusable) == ("limit", "variables_bytes", False)
    assert 1 <= len(outcome.variables) <= 10


def test_the_host_keeps_no_descriptor_of_a_broken_worker(store: Store) -> None:
    before = descriptors()
    for _ in range(10):
        converse(store, saying(frame("X")))
    assert descriptors() <= before


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)
frames = st.builds(
    lambda kind, head, value: frame(kind + head + json.dumps(value)),
    st.sampled_from(["C", "V", "L", "R", "H", "A", "T", ""]),
    st.sampled_from(["", "\n", "1\n", "0\n", "1,0\n"]),
    json_values,
)


effects = st.builds(
    call,
    st.sampled_from([*EFFECTS]),
    st.dictionaries(
        st.sampled_from(["name", "value", "options", "url", "status", "body", "key", "customer"]),
        json_values | st.just("a") | st.just("/a") | st.just(200),
    ),
)


@settings(SHARING, max_examples=100)
@given(said=st.lists(st.binary(max_size=60) | frames | effects, max_size=6))
def test_whatever_a_worker_says_the_run_has_an_end(store: Store, said: list[bytes]) -> None:
    """Bytes of any kind, then silence or a hang-up: never an exception, always a status."""
    outcome, reusable = converse(store, hanging_up_after(*said))
    assert outcome.status in {"ok", "error", "limit", "crashed"}
    assert (outcome.error is None) == (outcome.status == "ok")
    assert not reusable or outcome.status in {"ok", "error"}


def _asking(*calls: bytes) -> Talk:
    """Makes calls one after another, waits for each answer, then ends well."""

    def talk(connection: socket.socket) -> None:
        receive(connection)
        for one in calls:
            connection.sendall(one)
            receive(connection)
        connection.sendall(RESULT)
        time.sleep(60)

    return talk


def _telling_answer(one: bytes) -> Talk:
    """Makes a call and says what came back as a variable."""

    def talk(connection: socket.socket) -> None:
        receive(connection)
        connection.sendall(one)
        answer = receive(connection)
        connection.sendall(frame("V" + json.dumps(["answer", answer])) + RESULT)
        time.sleep(60)

    return talk


def _flood(connection: socket.socket, said: bytes) -> None:
    receive(connection)
    while True:
        connection.sendall(said)


def _ask_without_listening(connection: socket.socket, reads: int) -> None:
    """Asks as long as the host takes it; where the socket is full, takes so many bytes and tries again."""
    receive(connection)
    rest = asked = call(arguments={"slug": "x" * 200, "fieldKey": "owner"})
    while True:
        try:
            rest = rest[connection.send(rest, socket.MSG_DONTWAIT) :] or asked
        except BlockingIOError:
            time.sleep(0.001)
            if reads:
                connection.recv(reads)
