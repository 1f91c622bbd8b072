"""python -m benchmarks [SECTION…] [--quick]: measures, and prints Markdown tables."""

import argparse
import importlib
import importlib.util
import subprocess
import sys

from benchmarks.tables import machine

SECTIONS = ("runs", "split", "calls", "throughput", "growth", "start")
QUEUE = "queue"
"""A command of its own, run with the others where it is there."""


def main() -> int:
    """Run the sections that are named, or all."""
    all_sections = (*SECTIONS, QUEUE) if importlib.util.find_spec(f"benchmarks.{QUEUE}") else SECTIONS
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("section", nargs="*", help=f"any of {', '.join(all_sections)}; all where none is named")
    parser.add_argument("--quick", action="store_true", help="see that everything runs; the figures mean nothing")
    options = parser.parse_args()
    if unknown := set(options.section) - set(all_sections):
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(all_sections)}")
    print(machine(), flush=True)
    for name in options.section or all_sections:
        if name == QUEUE:
            subprocess.run([sys.executable, "-m", f"benchmarks.{QUEUE}"], check=True)
        else:
            importlib.import_module(f"benchmarks.{name}").measure(quick=options.quick)
    return 0


if __name__ == "__main__":
    sys.exit(main())
