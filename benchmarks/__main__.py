"""python -m benchmarks [SECTION…] [--quick]: measures, and prints Markdown tables."""

import argparse
import importlib
import sys

from benchmarks.tables import machine

SECTIONS = (
    "runs",
    "split",
    "calls",
    "throughput",
    "growth",
    "start",
    "replay",
    "load",
    "modules",
    "templates",
    "queue",
    "stores",
)


def main() -> int:
    """Run the sections that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("section", nargs="*", help=f"any of {', '.join(SECTIONS)}; all where none is named")
    parser.add_argument("--quick", action="store_true", help="see that everything runs; the figures mean nothing")
    options = parser.parse_args()
    if unknown := set(options.section) - set(SECTIONS):
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    print(machine(), flush=True)
    for name in options.section or SECTIONS:
        importlib.import_module(f"benchmarks.{name}").measure(quick=options.quick)
    return 0


if __name__ == "__main__":
    sys.exit(main())
