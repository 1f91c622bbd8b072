"""Run as a program: a host with one runtime, that says a line of JSON for each run and then waits to be ended."""

import json
import os
import sys
import time

ROOT = sys.argv[1]
SOURCES = ("setVariable('sum', 1 + 1)", "for (;;);", "null.x", "setVariable('sum', 2 + 2)")


def main() -> None:
    """Say what came of each run, with all ids that an observer needs, and wait."""
    sys.path.insert(0, ROOT)
    from runtime import Limits, Runtime, Session

    runtime = Runtime.open("sqlite://", limits=Limits(cpu_seconds=0.2, wall_seconds=10.0), allow_weaker_sandbox=True)
    for source in SOURCES:
        result = runtime.run(source, session=Session(brand="acme"))
        _say(status=result.status, variables=result.variables, missing=result.sandbox_missing)
    _say(uid=os.getuid(), zygote=runtime._pool.zygote_process_id())
    time.sleep(600)


def _say(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
