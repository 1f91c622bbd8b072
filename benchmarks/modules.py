"""What modules cost a run: the same work in one script, and shared out to modules, known to the worker or new to it."""

import tempfile
from collections.abc import Callable, Mapping
from itertools import count

from benchmarks.in_funnelscript import must_run
from benchmarks.serving import timed
from benchmarks.tables import median, print_table
from runtime import Runtime, Session
from runtime.modules.source import GivenModules
from runtime.sandbox.pool import PoolSettings

Action = Callable[[], float]
"""Does it once, and says in how many microseconds."""

SESSION = Session(brand="acme")
MODULES = 3
FUNCTION = """export function NAME(days) {
  const totals = { sum: 0, least: Infinity, most: -Infinity };
  for (const { weight, note = '' } of days) {
    if (!Number.isFinite(weight)) throw new TypeError(`no weight: ${note}`);
    totals.sum += weight;
    totals.least = Math.min(totals.least, weight);
    totals.most = Math.max(totals.most, weight);
  }
  return { ...totals, mean: Math.round((totals.sum / days.length) * 10) / 10 };
}
"""
WORK = "setVariable('%(name)s', %(name)s([{ weight: 82 }, { weight: 81.5, note: 'after a run' }]));\n"
NAMES = [f"totals{number}" for number in range(MODULES)]
PLAIN = "".join(FUNCTION.replace("export ", "").replace("NAME", name) for name in NAMES)


def measure(*, quick: bool) -> None:
    """Print the table."""
    rounds = 2 if quick else 150
    sources = GivenModules({name: FUNCTION.replace("NAME", name) for name in NAMES})
    pool = PoolSettings(max_workers=1)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/modules.db"
        with Runtime.open(url, modules=_Fresh(sources), pool=pool, allow_weaker_sandbox=True) as runtime:
            times_us = _interleaved(_actions(runtime), rounds)
    plain_us = median(times_us["one plain script"])
    print_table(
        "A run with modules, µs",
        "python -m benchmarks modules",
        ["", "µs", "to the plain script"],
        [[name, median(found), median(found) / plain_us] for name, found in times_us.items()],
        f"Medians of {rounds} each, in turn, by one worker at a time. A module has {len(FUNCTION)} characters.",
    )


class _Fresh:
    """Modules under any number of codes: ``totals0.17`` is ``totals0``, in a text that no worker has seen."""

    def __init__(self, sources: GivenModules) -> None:
        self._sources = sources

    def get(self, brand: str, code: str) -> str | None:
        name, _, number = code.partition(".")
        source = self._sources.get(brand, name)
        return source if source is None or not number else f"{source}// {number}\n"

    def codes(self, brand: str) -> list[str]:
        return self._sources.codes(brand)


def _actions(runtime: Runtime) -> Mapping[str, Action]:
    numbers = count()

    def run(source: str) -> float:
        return timed(1, lambda _: must_run(runtime, source, SESSION))[0]

    work = "".join(WORK % {"name": name} for name in NAMES)
    return {
        "one plain script": lambda: run(PLAIN + work),
        "the same with the word `await` in a comment": lambda: run(f"// await\n{PLAIN}{work}"),
        "the same as a module": lambda: run(f"{PLAIN}{work}await null;\n"),
        "one module, warm": lambda: run(_imports(1) + work),
        "three modules, warm": lambda: run(_imports(MODULES) + work),
        "one plain script, new": lambda: run(f"{PLAIN}{work}// {next(numbers)}"),
        "one module, all new": lambda: run(_imports(1, next(numbers)) + work),
        "three modules, all new": lambda: run(_imports(MODULES, next(numbers)) + work),
    }


def _imports(modules: int, number: int | None = None) -> str:
    """Imports of so many modules; what they lack of the work stands in the script itself."""
    ending = "" if number is None else f".{number}"
    imports = "".join(f"import {{ {name} }} from '{name}{ending}';\n" for name in NAMES[:modules])
    own = "".join(FUNCTION.replace("export ", "").replace("NAME", name) for name in NAMES[modules:])
    return imports + own


def _interleaved(actions: Mapping[str, Action], rounds: int) -> dict[str, list[float]]:
    times_us: dict[str, list[float]] = {name: [] for name in actions}
    for number in range(rounds + 3):
        for name, action in actions.items():
            time_us = action()
            if number >= 3:
                times_us[name].append(time_us)
    return times_us
