"""Random numbers: no two runs share a sequence, on whatever worker and for whatever brand; a seed repeats one."""

import json
from dataclasses import replace

from runtime import Session
from tests.sandbox.conftest import SMALL_POOL, OpenRuntime, run

FIRST_THREE = "setVariable('numbers', [Math.random(), Math.random(), Math.random()]);"
SESSION = Session(brand="acme")


def test_no_two_runs_share_their_first_numbers(open_runtime: OpenRuntime) -> None:
    """Six hundred runs of three brands on workers that are replaced on the way, and of two runtimes."""
    seen: set[str] = set()
    pool = replace(SMALL_POOL, max_workers=4)
    for runtime in (open_runtime(replace(pool, max_runs_per_worker=40)), open_runtime(pool)):
        for turn in range(300):
            numbers = run(runtime, FIRST_THREE, f"brand-{turn % 3}").variables["numbers"]
            assert all(0 <= number < 1 for number in numbers)
            assert len(set(numbers)) == 3
            seen.add(json.dumps(numbers))
    assert len(seen) == 600


def test_runs_of_fresh_workers_share_no_numbers(open_runtime: OpenRuntime) -> None:
    """Workers are copies of one process: what was drawn before the copy would be drawn by all."""
    runtime = open_runtime(replace(SMALL_POOL, one_run_per_worker=True))
    seen = {json.dumps(run(runtime, FIRST_THREE).variables["numbers"]) for _ in range(100)}
    assert len(seen) == 100


def test_a_seed_repeats_a_sequence(open_runtime: OpenRuntime) -> None:
    """On any worker, for any brand, whatever ran before; another seed gives another."""
    runtime, expected = open_runtime(), {}
    for seed in (0, 1, 7, 2**64, 2**200 + 1, -1):
        results = [
            runtime.run(FIRST_THREE, session=Session(brand=brand), seed=seed).variables["numbers"]
            for brand in ("acme", "globex", "acme")
        ]
        assert results[0] == results[1] == results[2]
        expected[seed] = json.dumps(results[0])
    assert len(set(expected.values())) == 6


def test_numbers_are_spread_evenly(open_runtime: OpenRuntime) -> None:
    """Ten thousand in ten bins of a thousand each, give or take six standard deviations; with a fixed seed."""
    source = """
        const bins = new Array(10).fill(0);
        for (let draw = 0; draw < 10000; draw++) bins[Math.floor(Math.random() * 10)]++;
        setVariable('bins', bins);
    """
    bins = open_runtime().run(source, session=SESSION, seed=1).variables["bins"]
    assert sum(bins) == 10_000
    assert all(820 <= count <= 1_180 for count in bins)
