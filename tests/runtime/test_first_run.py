"""What a host's first run finds ready."""

import subprocess
import sys

PROGRAM = """
import sys
from bindings.arguments.base import ScriptObject
from bindings.registry import FUNCTIONS
from pydantic import BaseModel
from runtime import Runtime, Session

def models(built):
    found, known = set(), [BaseModel]
    while known:
        model = known.pop()
        known += model.__subclasses__()
        if model.__pydantic_complete__ == built and model.__module__.startswith(("bindings", "runtime", "storage")):
            found.add(model)
    return found

session = Session(brand="b", customer_id="c_1")
with Runtime.open("sqlite://", allow_weaker_sandbox=True) as runtime:
    runtime.check_sandbox()
    before, built = set(sys.modules), models(built=True)
    script = "EnsureCrmEntity({ slug: 'd' }); setCrmField({ slug: 'd', fieldKey: 'a', value: 1 }); "
    print(runtime.run(script + "setVariable('a', getCrmField({ slug: 'd', fieldKey: 'a' }))", session=session).status)
    print(runtime.run("setCrmField({ slug: 'none', fieldKey: 'a', value: 1 })", session=session).error.name)
    print(runtime.run("setCrmField({ slug: 'd', fieldKey: 'a', value: 1, sulg: 2 })", session=session).status)
    print(runtime.run_page("<p>{{ 1 + 2 }}</p>", session=session).html)
    print(sorted(set(sys.modules) - before))
    print(models(built=True) - built, {one.arguments for one in FUNCTIONS.values()} - built)
    print([one for one in models(built=False) if not issubclass(one, ScriptObject)])
"""


def test_first_run_loads_nothing_and_builds_no_model() -> None:
    """All that takes time is done before the first visitor comes: when ``Runtime.open`` returns.

    What the functions' own models are made of, and what they have in common, is never built by itself.
    """
    answer = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines() == ["ok", "TypeError", "ok", "<p>3</p>", "[]", "set() set()", "[]"]
