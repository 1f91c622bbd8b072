"""Whatever a script does, its run ends as it must, and neither its brand's next run nor another brand's notices."""

import json
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime import Limits, RunResult, Runtime, Session
from runtime.modules.source import FolderModules
from runtime.sandbox.pool import PoolSettings
from tests.hostile.scripts import HostileScript, load_corpus

CORPUS = load_corpus()
MODULES = Path(__file__).parent / "modules"
AS_MODULES = CORPUS[:: int(os.environ.get("EACH", "8"))]
"""Each eighth one; ``make modules`` takes all of them."""
LIMITS = Limits(
    memory_bytes=8 << 20,
    cpu_seconds=0.25,
    wall_seconds=5.0,
    source_bytes=64 << 10,
    max_host_calls=50,
    variables_bytes=16 << 10,
    message_bytes=256 << 10,
    log_bytes=8 << 10,
    max_promise_jobs=5_000,
)
FOR_THE_ENDLESS = LIMITS.model_copy(update={"cpu_seconds": 0.05})
"""Of scripts that nothing but the time limit ends, which are a quarter: all that they do is to wait for it."""
FOR_THE_REST = LIMITS.model_copy(update={"cpu_seconds": 10.0, "wall_seconds": 60.0})
"""Of what the time limit may not end, on a machine of any speed."""
ROOM_FOR_STEPS_SECONDS = 0.2
"""The scheduler's: how far past its limit the CPU of a run may be seen, on a machine that is busy otherwise."""
SETUP = "EnsureCrmEntity({slug: 'notes', entityMode: 'data', fields: [{key: 'text'}, {key: 'owner'}]});"
NEXT_RUN = """
setCrmField({slug: 'notes', fieldKey: 'owner', value: %s});
setVariable('owner', getCrmField({slug: 'notes', fieldKey: 'owner'}));
setVariable('sums', [1, 2, 3].map((value) => value * 2).concat([typeof leftover, Object.keys({a: 1}).join()]));
(async () => { await null; setVariable('later', JSON.stringify({a: [1]})); })();
"""
HOSTS_OWN = re.compile(r"Traceback|\.py\b|python|/work|/usr|/root|/proc|site-packages|<input>|quickjs", re.IGNORECASE)
MAX_RECORD_CHARACTERS = 200_000


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """One pool for all scripts, so that each has workers that served others before."""
    url = f"sqlite:///{tmp_path_factory.mktemp('hostile')}/hostile.db"
    pool = PoolSettings(max_workers=4, fresh_workers=2)
    with Runtime.open(url, limits=FOR_THE_REST, pool=pool, modules=FolderModules(MODULES)) as opened:
        for brand in ("hostile", "other"):
            assert _run(opened, brand, SETUP).status == "ok"
        yield opened


@pytest.mark.parametrize("script", CORPUS, ids=lambda script: script.name)
def test_a_hostile_script_ends_as_it_must_and_nobody_notices(runtime: Runtime, script: HostileScript) -> None:
    """Its status, error and variables are those of its head; then both brands' next runs give the right answers."""
    _assert_ends_as_it_must(script, _run(runtime, "hostile", script.source, limits_for(script)))
    _assert_next_run_is_right(runtime, "hostile")
    _assert_next_run_is_right(runtime, "other")


@pytest.mark.parametrize("script", AS_MODULES, ids=lambda script: script.name)
def test_a_hostile_script_as_a_module_ends_too_and_nobody_notices(runtime: Runtime, script: HostileScript) -> None:
    """Strict code may end otherwise than sloppy code; what counts is that it ends, and leaves and tells nothing."""
    result = _run(runtime, "hostile", f"{script.source}\n;export {{}};", limits_for(script))
    assert result.status != "crashed" or "crashed" in script.statuses
    assert result.usage.cpu_seconds <= limits_for(script).cpu_seconds + ROOM_FOR_STEPS_SECONDS
    _assert_tells_nothing_of_the_host(script, result)
    _assert_next_run_is_right(runtime, "hostile")


def test_the_corpus_has_at_least_two_hundred_scripts_of_every_kind() -> None:
    """A glob that finds nothing would pass every test above."""
    kinds = {script.name.partition("-")[0] for script in CORPUS}
    assert len(CORPUS) >= 210
    assert kinds == {
        "builtin", "error", "flood", "host", "loop", "memory", "module", "poison", "recursion", "regexp", "scope",
        "value",
    }  # fmt: skip


def limits_for(script: HostileScript) -> Limits:
    if "time_limit" not in script.statuses:
        return FOR_THE_REST
    return FOR_THE_ENDLESS if script.statuses == {"time_limit"} else LIMITS


def _run(runtime: Runtime, brand: str, source: str, limits: Limits = FOR_THE_REST) -> RunResult:
    session = Session(brand=brand, customer_id="c_1", name="Ada")
    return runtime.run(source, session=session, filename="hostile.js", limits=limits)


def _assert_ends_as_it_must(script: HostileScript, result: RunResult) -> None:
    assert result.status in script.statuses, (result.status, result.error, result.usage)
    assert (result.error is None) == (result.status == "ok")
    if script.errors and result.status == "error":
        assert result.error is not None
        assert result.error.name in script.errors, result.error
    if script.variables is not None:
        assert json.dumps(result.variables) == json.dumps(script.variables)
    assert result.usage.cpu_seconds <= limits_for(script).cpu_seconds + ROOM_FOR_STEPS_SECONDS
    _assert_tells_nothing_of_the_host(script, result)


def _assert_tells_nothing_of_the_host(script: HostileScript, result: RunResult) -> None:
    text = result.model_dump_json(exclude={"run_id"})
    assert len(text) <= MAX_RECORD_CHARACTERS
    told = HOSTS_OWN.search(text)
    assert told is None or told[0] in script.source, text[max(0, told.start() - 100) : told.end() + 100]


def _assert_next_run_is_right(runtime: Runtime, brand: str) -> None:
    token = f"{brand} {secrets.token_hex(4)}"
    result = _run(runtime, brand, NEXT_RUN % json.dumps(token))
    assert (result.status, result.error) == ("ok", None)
    assert result.variables == {"owner": token, "sums": [2, 4, 6, "undefined", "a"], "later": '{"a":[1]}'}
    assert [(call.name, call.ok) for call in result.calls] == [("setCrmField", True), ("getCrmField", True)]
