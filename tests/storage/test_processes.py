"""Real processes on one store: all at once, and killed in mid-write."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random

from storage import Store, open_store
from storage.commands import SetFields
from storage.models import Reference
from storage.queries import FindCustomer, GetEntity, ListEntities, Scope, Visitor
from tests.storage.shop import ORDER_1, Shop
from tests.storage.whole import assert_whole
from tests.storage.writer import WRITES

ROOT = Path(__file__).parent.parent.parent
PROCESSES = 8


@contextmanager
def writers(mode: str, url: str, numbers: range) -> Iterator[list[subprocess.Popen[str]]]:
    """So many writers, let go at once; none outlives the test."""
    command = [sys.executable, "-W", "error", "-m", "tests.storage.writer", mode, url]
    started = [
        subprocess.Popen([*command, str(n)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for n in numbers
    ]
    try:
        for process in started:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.close()
            process.stdin = None
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


def outputs(processes: list[subprocess.Popen[str]]) -> list[str]:
    """What each printed; each ended well."""
    texts = [process.communicate()[0].strip() for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes)
    return texts


def test_eight_processes_ensure_and_set_fields_of_one_record_at_once(bare_store_url: str) -> None:
    """From no store at all: one entity, one entry, no field lost, no error."""
    with writers("fields", bare_store_url, range(PROCESSES)) as processes:
        assert outputs(processes) == ["1"] * PROCESSES
    store = open_store(bare_store_url)
    shop = Shop(store)
    assert [entity.id for entity in shop.ask(ListEntities())] == [1]
    assert set(shop.ask(GetEntity("deals")).fields) == {f"field_{n}" for n in range(PROCESSES)}
    [entry] = shop.entries("deals")
    assert entry.values == {f"key_{n}_{turn % 5}": turn for n in range(PROCESSES) for turn in range(WRITES)}
    store.close()
    assert_whole(bare_store_url)


def test_eight_processes_make_one_customer_of_one_e_mail(store_url: str) -> None:
    """All of them are told the same id."""
    with writers("customer", store_url, range(PROCESSES)) as processes:
        ids = set(outputs(processes))
    store = open_store(store_url)
    found = Shop(store).ask(FindCustomer(Visitor(email="ann@shop.example")))
    store.close()
    assert found is not None
    assert ids == {found.id}


def test_a_store_whose_writers_were_killed_in_mid_write_is_whole(store_url: str) -> None:
    """And has all that they were told is stored."""
    random = Random(20)
    for numbers in (range(3), range(3, 6)):
        with writers("endless", store_url, numbers) as processes:
            told = [_kill_after(process, random.randint(5, 40)) for process in processes]
        store = open_store(store_url)
        for number, turn in zip(numbers, told, strict=True):
            _assert_stored(Shop(store), number, turn)
            Shop(store).do(SetFields("deals", Scope(Reference("writer", str(number))), "unused", {"after": 1}))
        store.close()
        assert_whole(store_url)


def test_many_threads_of_one_process_share_a_store(store: Store, store_url: str) -> None:
    """Writers lose nothing, readers see whole states."""
    shop = Shop(store)
    shop.entity("deals")
    shop.set("deals", a=0, b=0)

    def work(number: int) -> None:
        for turn in range(50):
            shop.do(SetFields("deals", ORDER_1, "unused", {"a": turn, "b": turn, f"own_{number}": turn}))
            read = shop.read("deals", "a", "b", f"own_{number}")
            assert (read["a"], read[f"own_{number}"]) == (read["b"], turn)

    with ThreadPoolExecutor(PROCESSES) as threads:
        list(threads.map(work, range(PROCESSES)))
    [entry] = shop.entries("deals")
    assert {key: value for key, value in entry.values.items() if key.startswith("own_")} == {
        f"own_{number}": 49 for number in range(PROCESSES)
    }
    assert_whole(store_url)


def _kill_after(process: subprocess.Popen[str], lines: int) -> int:
    """Kill it somewhere after so many lines; the last turn that it had told of."""
    assert process.stdout is not None
    for _ in range(lines):
        process.stdout.readline()
    process.kill()
    told = process.stdout.read().splitlines()
    whole_lines = [line for line in told if line.isdigit()]
    return int(whole_lines[-1]) if whole_lines else lines - 1


def _assert_stored(shop: Shop, number: int, turn: int) -> None:
    scope = Scope(Reference("writer", str(number)))
    cleared = {last - 5 for last in range(9, turn + 1, 10)}
    ids = {entry_id for entry_id in shop.ids("deals", scope, limit=100_000) if int(entry_id.rpartition("_")[2]) <= turn}
    assert {f"entry_{number}_{n}" for n in range(turn + 1)} - ids <= {
        f"entry_{number}_{n}" for n in cleared | {turn - 4}
    }
    assert shop.read("deals", "turn", scope=scope)["turn"] >= turn
