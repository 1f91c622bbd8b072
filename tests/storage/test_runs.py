"""Runs on record: kept, found, listed, forgotten, on every engine."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import Store
from storage.ids import SeededIds, first_uuid7_of, new_uuid7, uuid7_time_ms
from storage.queries import Page
from storage.runs import (
    MAX_MATCHES,
    FindRun,
    FindTape,
    ForgetRuns,
    KeepRun,
    ListRuns,
    RunFailure,
    RunKept,
    RunListed,
    RunsForgotten,
    RunsFound,
    StoredRun,
)
from tests.storage.recorded import START_MS, keep_run, run_id
from tests.storage.rows import rows_of
from tests.storage.shop import Shop

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=20,
)
_BRANDS = count()


def kept(shop: Shop, *numbers: int, **other: Any) -> None:
    for number in numbers:
        shop.do(keep_run(number, **other))


def listed(shop: Shop, limit: int = 100, **narrowed: Any) -> list[int]:
    """The numbers of the runs that are listed."""
    return [one.wall_us // 1000 for one in shop.ask(ListRuns(limit, **narrowed)).items]


def found(shop: Shop, id_: str) -> StoredRun:
    run = shop.ask(FindRun(id_)).run
    assert run is not None
    return run


def sources(url: str) -> list[str]:
    return sorted(row[0] for row in rows_of(url, "SELECT CAST(source_json AS TEXT) FROM run_sources"))


def test_a_run_is_found_by_its_id(shop: Shop) -> None:
    """Whole, but for the tape, which is asked for apart."""
    assert shop.ask(FindRun(run_id(2))) == RunsFound(None, ())
    assert shop.do(keep_run(2)) == RunKept(kept=True)
    command = keep_run(2)
    failure = RunFailure("TypeError", "no\0", "page2.html", 2)
    line = RunListed(run_id(2), "error", "page2.html", 2000, "c_2", failure)
    assert line.started_at_ms == START_MS + 2
    run = StoredRun(line, command.record, {"method": "GET", "path": "/ä"}, "<p>0\0")
    assert shop.ask(FindRun(run_id(2))) == RunsFound(run, (run_id(2),))
    assert shop.ask(FindTape(run_id(2))) is None
    kept(shop, 3)
    assert shop.ask(FindTape(run_id(3))) == {"calls": [3]}


def test_a_run_is_found_by_the_beginning_of_its_id_where_that_is_one(shop: Shop) -> None:
    """In either case of letters; else the first that it could be."""
    kept(shop, *range(1, 10))
    assert shop.ask(FindRun(run_id(7)[:13])).ids == (run_id(7),)
    assert found(shop, run_id(7)[:13].upper()).listed.id == run_id(7)
    several = shop.ask(FindRun(run_id(7)[:8]))
    assert (several.run, len(several.ids)) == (None, MAX_MATCHES)


@pytest.mark.parametrize("id_", ["", "%", "_", "x", "0\0", "\U0010ffff", "0" * 37])
def test_what_cannot_be_the_beginning_of_an_id_finds_nothing(shop: Shop, id_: str) -> None:
    kept(shop, 1)
    assert shop.ask(FindRun(id_)) == RunsFound(None, ())


def test_a_run_is_kept_once(shop: Shop) -> None:
    """The second time nothing changes."""
    kept(shop, 1)
    assert shop.do(keep_run(1, status="ok", wall_us=1)) == RunKept(kept=False)
    assert found(shop, run_id(1)).listed.status == "error"


def test_an_id_that_does_not_say_when_is_refused(shop: Shop) -> None:
    for id_ in ("r1", run_id(1).upper(), run_id(1).replace("-7", "-4"), run_id(1) + "\n"):
        with pytest.raises(ValueError, match=r"^not a UUIDv7: "):
            shop.do(KeepRun(id_, "ok", "page.html", 1, {}))


def test_runs_are_listed_newest_first_page_by_page(shop: Shop) -> None:
    kept(shop, 4, 1, 3, 2, 5)
    assert listed(shop) == [5, 4, 3, 2, 1]
    first = shop.ask(ListRuns(2))
    assert (first.more, [one.id for one in first.items]) == (True, [run_id(5), run_id(4)])
    assert listed(shop, 3, before_id=run_id(4)) == [3, 2, 1]
    assert shop.ask(ListRuns(3, before_id=run_id(4))).more is False
    assert shop.ask(ListRuns(3, before_id=run_id(1))) == Page([], more=False)


def test_runs_are_listed_by_status_file_and_time(shop: Shop) -> None:
    """Each alone and all together; the time is the first millisecond that counts."""
    kept(shop, *range(1, 7))
    kept(shop, 7, 8, 9, file="page.html")
    assert listed(shop, status="ok") == [9, 6, 3]
    assert listed(shop, file="page.html") == [9, 8, 7]
    assert listed(shop, status="ok", file="page.html") == [9]
    assert listed(shop, since_ms=START_MS + 5) == [9, 8, 7, 6, 5]
    assert listed(shop, since_ms=START_MS + 5, status="error") == [8, 7, 5]
    assert listed(shop, since_ms=START_MS + 5, status="error", file="page.html", before_id=run_id(8)) == [7]
    assert listed(shop, since_ms=-1) == listed(shop)
    assert listed(shop, since_ms=2**60) == listed(shop, status="nothing") == listed(shop, file="") == []


def test_runs_older_than_a_moment_are_forgotten(shop: Shop, store_url: str) -> None:
    """To the millisecond, with the sources that no other run is of."""
    kept(shop, *range(1, 7))
    assert shop.do(ForgetRuns(before_ms=START_MS + 4)) == RunsForgotten(3, 0, more=False)
    assert listed(shop) == [6, 5, 4]
    assert sources(store_url) == ['"<p>0\\u0000"', '"<p>1\\u0000"']
    kept(shop, 7, source="other")
    assert shop.do(ForgetRuns(before_ms=START_MS + 7)) == RunsForgotten(3, 2, more=False)
    assert (listed(shop), sources(store_url)) == ([7], ['"other"'])
    assert shop.do(ForgetRuns(before_ms=START_MS + 7)) == RunsForgotten(0, 0, more=False)
    assert shop.do(ForgetRuns()) == RunsForgotten(0, 0, more=False)


def test_runs_past_the_newest_so_many_are_forgotten(shop: Shop, store_url: str) -> None:
    """Whichever bound asks for more counts."""
    kept(shop, *range(1, 10))
    assert shop.do(ForgetRuns(keep=9)) == RunsForgotten(0, 0, more=False)
    assert shop.do(ForgetRuns(keep=6)) == RunsForgotten(3, 0, more=False)
    assert shop.do(ForgetRuns(keep=5, before_ms=START_MS + 8)) == RunsForgotten(4, 0, more=False)
    assert listed(shop) == [9, 8]
    assert shop.do(ForgetRuns(keep=0)) == RunsForgotten(2, 2, more=False)
    assert (listed(shop), sources(store_url)) == ([], [])


def test_forgetting_goes_step_by_step(shop: Shop) -> None:
    """The oldest first, and each step says whether there is more."""
    kept(shop, *range(1, 6))
    steps = [shop.do(ForgetRuns(keep=1, limit=2)) for _ in range(3)]
    assert [(step.runs, step.more) for step in steps] == [(2, True), (2, False), (0, False)]
    assert listed(shop) == [5]


def test_a_run_without_a_source_has_none(shop: Shop, store_url: str) -> None:
    kept(shop, 1, source=None)
    assert (found(shop, run_id(1)).source, sources(store_url)) == (None, [])
    assert shop.do(ForgetRuns(keep=0)) == RunsForgotten(1, 0, more=False)


def test_what_ran_is_stored_once(shop: Shop, store_url: str) -> None:
    """However many runs there are of it; each brand has its own."""
    kept(shop, *range(1, 6), source="x" * 100_000)
    Shop(shop.store, "rival").do(keep_run(1, source="x" * 100_000))
    assert sources(store_url) == ['"' + "x" * 100_000 + '"'] * 2
    assert found(shop, run_id(5)).source == "x" * 100_000


def test_no_source_goes_while_a_run_of_it_comes(shop: Shop, store_url: str) -> None:
    """Writers of one page's runs while others forget them: neither a run nor a source is left without the other."""

    def keep_and_forget(thread: int) -> None:
        for number in range(15):
            shop.do(keep_run(100 * thread + number, source="the page"))
            shop.do(ForgetRuns(keep=number % 3))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(keep_and_forget, range(4)))
    shop.do(keep_run(999, source="the page"))
    shop.do(ForgetRuns(keep=1))
    assert [found(shop, one.id).source for one in shop.ask(ListRuns(100)).items] == ["the page"]
    shop.do(ForgetRuns(keep=0))
    assert sources(store_url) == []


@given(ANY_JSON, ANY_JSON, ANY_JSON, ANY_TEXT)
@settings(max_examples=40)
def test_any_record_reads_back_as_it_was(
    shared_store: Store, record: Any, request: Any, tape: Any, source: str
) -> None:
    """Types and the order of keys included."""
    shop = Shop(shared_store, f"brand{next(_BRANDS)}")
    shop.do(keep_run(1, record=record, request=request, tape=tape, source=source))
    run = found(shop, run_id(1))
    assert repr((run.record, run.request, run.source)) == repr((record, request, source))
    assert repr(shop.ask(FindTape(run_id(1)))) == repr(tape)


@given(st.integers(min_value=0, max_value=2**48 - 1), st.integers(min_value=0, max_value=2**48 - 1))
def test_the_bound_of_a_millisecond_is_between_the_ids_around_it(one_ms: int, other_ms: int) -> None:
    """An id is at or behind the bound exactly where it was made then or later."""
    id_ = SeededIds(1, lambda: one_ms)()
    assert uuid7_time_ms(id_) == one_ms
    assert (id_ >= first_uuid7_of(other_ms)) == (one_ms >= other_ms)
    assert new_uuid7() >= first_uuid7_of(START_MS)
