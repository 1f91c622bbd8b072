"""Any text as a script or a module: it runs, or ends in a clean error, and its worker stays whole."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime import Limits, Runtime
from tests.modules.conftest import ADA, SwitchedModules
from tests.properties import SHARING

SCRIPTS = Path(__file__).parents[2] / "scripts_examples"
SAMPLES = [path.read_text(encoding="utf-8") for path in sorted(SCRIPTS.glob("*.js"))]
TEXT = (
    "import export from as default * { } ( ) [ ] , ; : = => ... ` ${ await async function class extends static this"
    " const let var for of in if else return try catch a b 'm' 'n' 1 / /* */ // <!-- ?. ?? . #a get set new target"
    " meta import.meta with yield typeof é 😀 \ud800 \0 \u2028"
)
WORDS = (*TEXT.split(" "), "\n", "\r\n")
EXAMPLES = 500 if os.environ.get("EACH") else 60

any_bytes = st.binary(max_size=300).map(lambda data: data.decode("utf-8", "replace"))
any_words = st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)
any_damage = st.tuples(st.sampled_from(SAMPLES), st.integers(0, 2_000), st.integers(0, 40), any_words).map(
    lambda cut: cut[0][: cut[1]] + cut[3] + cut[0][cut[1] + cut[2] :]
)
any_text = st.one_of(any_bytes, any_words, any_damage)


@pytest.mark.timeout(600)  # for the long form
@settings(SHARING, max_examples=EXAMPLES)
@given(script=any_text, module=any_text)
def test_any_text_runs_or_ends_in_a_clean_error(
    runtime: Runtime, modules: SwitchedModules, script: str, module: str
) -> None:
    modules.sources = {"m": module, "n": "export const a = 1; export default 2;"}
    limits = Limits(cpu_seconds=1.0)
    for source in (script, f"await 1;\n{script}", "import * as m from 'm';"):
        result = runtime.run(source, session=ADA, filename="fuzz.js", limits=limits)
        assert result.status in {"ok", "error", "limit", "memory_limit"}, (result.status, result.error)
        if result.error is not None and result.error.name == "SyntaxError":
            assert result.error.file in {"fuzz.js", "m", None}
    after = runtime.run("import a from 'n'; setVariable('a', a);", session=ADA)
    assert (after.error, after.variables) == (None, {"a": 2})
