"""What a host's first run finds ready."""

import subprocess
import sys

PROGRAM = """
import sys
from runtime import Runtime, Session
session = Session(brand="b", customer_id="c_1")
with Runtime.open("sqlite://", allow_weaker_sandbox=True) as runtime:
    runtime.check_sandbox()
    before = set(sys.modules)
    script = "EnsureCrmEntity({ slug: 'd' }); setCrmField({ slug: 'd', fieldKey: 'a', value: 1 }); "
    print(runtime.run(script + "setVariable('a', getCrmField({ slug: 'd', fieldKey: 'a' }))", session=session).status)
    print(runtime.run("setCrmField({ slug: 'none', fieldKey: 'a', value: 1 })", session=session).error.name)
    print(runtime.run("setCrmField({ slug: 'd', fieldKey: 'a', value: 1, sulg: 2 })", session=session).status)
    print(runtime.run_page("<p>{{ 1 + 2 }}</p>", session=session).html)
    print(sorted(set(sys.modules) - before))
    from pydantic.main import BaseModel
    unbuilt, known = [], [BaseModel]
    while known:
        model = known.pop()
        known += model.__subclasses__()
        if not model.__pydantic_complete__ and model.__module__.startswith(("bindings", "runtime", "storage")):
            unbuilt.append(model.__name__)
    print(unbuilt)
"""


def test_first_run_loads_nothing_and_builds_no_model() -> None:
    """All that takes time is done before the first visitor comes: when ``Runtime.open`` returns."""
    answer = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines() == ["ok", "TypeError", "ok", "<p>3</p>", "[]", "[]"]
