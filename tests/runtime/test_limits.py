"""Each limit ends its run with its own status and figures, keeps what was done before, and lets the next run work."""

from typing import Any

import pytest
from pydantic import ValidationError

from runtime import Limits, Runtime, Session
from tests.runtime.conftest import Run

WRITE = "setCrmField({slug: 'notes', fieldKey: 'text', value: 'kept'});"
BEFORE = f"setVariable('before', 1); console.log('before'); {WRITE}"
FILL = "const all = []; for (;;) all.push(new Array(1000).fill(1));"
DIG = "let depth = 0; function dig() { depth++; dig(); } try { dig(); } catch { setVariable('depth', depth); }"
READ = "getCrmField({slug: 'notes', fieldKey: 'text'});"
LIMITS = Limits(cpu_seconds=2.0, wall_seconds=20.0)


def limited(**changes: Any) -> Limits:
    """The tests' limits but for what a test is about."""
    return LIMITS.model_copy(update=changes)


@pytest.mark.parametrize(
    ("source", "limits", "status", "code", "message"),
    [
        pytest.param(
            "for (;;);", limited(cpu_seconds=0.1), "time_limit", "cpu_seconds",
            "the script used more than 0.1 s of CPU time", id="CPU",
        ),
        pytest.param(
            "for (;;);", limited(wall_seconds=0.5), "time_limit", "wall_seconds",
            "the run took longer than 0.5 s", id="wall clock",
        ),
        pytest.param(
            f"for (;;) {READ}", limited(max_host_calls=5), "limit", "max_host_calls",
            "the script made more than 5 calls to CRM functions", id="host calls",
        ),
        pytest.param(
            "setVariable('big', 'x'.repeat(300));", limited(variables_bytes=200), "limit", "variables_bytes",
            "the script's variables together were larger than 200 bytes: 'big' has 310", id="variables",
        ),
        pytest.param(
            "setVariable('big', 'x'.repeat(200000));", limited(message_bytes=1000), "limit", "message_bytes",
            "one value sent by the script was larger than 1000 bytes", id="one message",
        ),
        pytest.param(
            "(async () => { for (;;) await null; })();", limited(max_promise_jobs=100), "limit", "max_promise_jobs",
            "the script's promises made more than 100 jobs", id="promise jobs",
        ),
    ],
)  # fmt: skip
def test_a_terminal_limit_ends_the_run(
    run: Run, source: str, limits: Limits, status: str, code: str, message: str
) -> None:
    """Not to be caught: the same inside of try and finally, again and again."""
    stubborn = source if "async" in source else f"for (;;) {{ try {{ {source} }} catch {{ }} finally {{ continue; }} }}"
    for attempt in (source, stubborn):
        result = run(f"{BEFORE} {attempt}", limits=limits)
        assert result.error is not None
        assert (result.status, result.error.name, result.error.code) == (status, "LimitError", code)
        assert result.error.message == message
        assert result.variables == {"before": 1}
        assert [line.text for line in result.logs] == ["before"]
        assert (result.calls[0].name, result.calls[0].ok) == ("setCrmField", True)
        assert result.usage.host_calls == len(result.calls) <= limits.max_host_calls
        assert run(f"setVariable('text', {READ[:-1]});").variables == {"text": "kept"}


def test_the_heap_is_an_error_of_the_language(run: Run) -> None:
    """Uncaught it ends the run as memory_limit; caught, the script goes on with no more than it had."""
    uncaught = run(FILL, limits=LIMITS)
    assert uncaught.error is not None
    assert (uncaught.status, uncaught.error.name) == ("memory_limit", "InternalError")
    assert uncaught.error.message in (
        "out of memory: the script may use 8388608 bytes",
        "out of memory (or null was thrown): the script may use 8388608 bytes",
    )
    source = f"function fill() {{ {FILL} }} try {{ fill(); }} catch (error) {{ %s }}"
    caught = run(source % "setVariable('done', true);", limits=LIMITS)
    assert (caught.status, caught.variables) == ("ok", {"done": True})
    assert run(source % "fill();", limits=LIMITS).status == "memory_limit"
    assert run("1").status == "ok"


def test_array_buffers_count_as_heap(run: Run) -> None:
    assert run("const all = []; for (;;) all.push(new ArrayBuffer(100000));", limits=LIMITS).status == "memory_limit"


@pytest.mark.parametrize(("megabytes", "status"), [(4, "ok"), (12, "memory_limit")])
def test_the_heaps_size_is_the_hosts_choice(run: Run, megabytes: int, status: str) -> None:
    """What is too much for 8 MiB fits into 32."""
    source = f"const all = []; while (all.length < {megabytes}) all.push(new ArrayBuffer(1e6));"
    source += "setVariable('n', all.length);"
    assert run(source, limits=limited(memory_bytes=8 << 20)).status == status
    assert run(source, limits=limited(memory_bytes=32 << 20)).variables == {"n": megabytes}


def test_the_stack_is_an_error_of_the_language(run: Run) -> None:
    uncaught = run("function dig() { dig(); }\ndig();", limits=LIMITS)
    assert uncaught.error is not None
    assert (uncaught.status, uncaught.error.name, uncaught.error.line) == ("error", "RangeError", 1)
    caught = run(DIG)
    assert caught.status == "ok"
    assert 200 < caught.variables["depth"] < 50_000


def test_the_stacks_size_is_the_hosts_choice(run: Run) -> None:
    depths = [run(DIG, limits=limited(stack_bytes=size << 10)).variables["depth"] for size in (128, 512)]
    assert 3 < depths[1] / depths[0] < 5


def test_a_source_that_is_too_large_is_not_run(run: Run) -> None:
    """Counted in bytes of UTF-8; no worker is asked."""
    result = run("setVariable('a', 1); // ü" + "ü" * 500, limits=limited(source_bytes=1_000))
    assert result.error is not None
    assert (result.status, result.error.code, result.variables) == ("limit", "source_bytes", {})
    assert result.error.message == "the script is larger than 1000 bytes"
    assert run("1 // " + "x" * 995, limits=limited(source_bytes=1_000)).status == "ok"


@pytest.mark.parametrize(
    ("source", "limits", "message"),
    [
        (READ * 4, limited(max_host_calls=5), "80 % of max_host_calls (5) is used"),
        (READ * 5, limited(max_host_calls=5), "100 % of max_host_calls (5) is used"),
        ("setVariable('a', 'x'.repeat(90));", limited(variables_bytes=100), "98 % of variables_bytes (100) is used"),
        ("console.log('x'.repeat(900));", limited(log_bytes=1_000), "91 % of log_bytes (1000) is used"),
    ],
)
def test_eighty_percent_of_a_limit_is_a_warning(run: Run, source: str, limits: Limits, message: str) -> None:
    result = run(source, limits=limits)
    assert result.status == "ok"
    assert [(warning.code, warning.message) for warning in result.warnings] == [("limit_near", message)]


@pytest.mark.parametrize("source", ["1", READ * 3, "console.log('x'); setVariable('a', 1);"])
def test_less_of_it_is_none(run: Run, source: str) -> None:
    assert run(source, limits=limited(max_host_calls=5)).warnings == []


def test_the_defaults_are_the_promised_ones() -> None:
    assert Limits().model_dump() == {
        "memory_bytes": 8 << 20, "stack_bytes": 512 << 10, "cpu_seconds": 10.0, "wall_seconds": 30.0,
        "source_bytes": 512 << 10, "max_host_calls": 1_000, "variables_bytes": 256 << 10, "response_bytes": 1 << 20,
        "session_bytes": 64 << 10,
        "message_bytes": 1 << 20, "log_bytes": 64 << 10, "max_promise_jobs": 100_000,
        "template_cpu_seconds": 5.0, "template_wall_seconds": 10.0, "template_max_host_calls": 200,
        "page_bytes": 2 << 20,
        "max_modules": 10, "max_module_depth": 3,
    }  # fmt: skip


@pytest.mark.parametrize(
    "source",
    [
        "1",
        "setVariable('a', [1, { b: 2 }])",
        "await 1; session.set('a', 1)",
        "function f() { return f() } try { f() } catch {}",
    ],
)
def test_the_least_heap_and_stack_are_enough_to_run(run: Run, source: str) -> None:
    assert run(source, limits=Limits(memory_bytes=256 << 10, stack_bytes=64 << 10)).status == "ok"


@pytest.mark.parametrize("less", [{"memory_bytes": (256 << 10) - 1}, {"stack_bytes": (64 << 10) - 1}])
def test_less_than_that_is_no_limit(less: dict[str, int]) -> None:
    with pytest.raises(ValidationError, match="greater than or equal to"):
        Limits(**less)


def test_a_runtime_has_limits_of_its_own(runtime: Runtime) -> None:
    assert runtime.limits == Limits()


def test_figures_are_those_of_the_run(run: Run) -> None:
    """CPU is the worker's, the heap what is in use at the end, calls those that were made."""
    result = run("let s = 0; for (let i = 0; i < 3e6; i++) s += i; globalThis.kept = new ArrayBuffer(3e6); " + READ)
    assert result.status == "ok"
    assert 0.01 < result.usage.cpu_seconds <= result.usage.wall_seconds + 0.05
    assert 3_000_000 < result.usage.memory_bytes < 8 << 20
    assert result.usage.host_calls == 1


@pytest.mark.parametrize("letter", ["x", "é", "🙂"])
def test_message_is_counted_in_bytes_to_the_last_one(runtime: Runtime, letter: str) -> None:
    """A variable is the message ``["a","…"]``: eight bytes around its text."""
    fitting = (1_000 - 8) // len(letter.encode())
    limits = Limits(message_bytes=1_000)
    session = Session(brand="acme")
    source = f"setVariable('a', '{letter}'.repeat(%d))"
    assert runtime.run(source % fitting, session=session, limits=limits).variables == {"a": letter * fitting}
    over = runtime.run(source % (fitting + 1), session=session, limits=limits)
    assert (over.status, over.error and over.error.code, over.variables) == ("limit", "message_bytes", {})
