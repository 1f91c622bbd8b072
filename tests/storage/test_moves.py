"""Moves between stages, pipelines, entities and references."""

import pytest

from storage import check_destination
from storage.commands import (
    CreateEntry,
    Destination,
    EntriesConverted,
    EntriesMoved,
    EntriesReassigned,
    Move,
    MoveToEntity,
    NewPipeline,
    ReassignReference,
)
from storage.errors import EntityNotFound, EntryNotFound, EntryTooLarge, MoveRefused
from storage.models import Reference
from storage.queries import GetEntity, Scope
from tests.storage.shop import CARE, EVERYTHING, ORDER_1, ORDER_2, SALES, Shop

WON = Destination("stage", stage_slug="won")


@pytest.fixture
def deals(shop: Shop) -> Shop:
    """Deals in the pipelines sales (1: new 1, won 2) and care (2: open 3, won 4), beside a data collection."""
    shop.entity("deals", pipelines=(SALES, CARE))
    shop.entity("cities", mode="data")
    return shop


def move(shop: Shop, destination: Destination, scope: Scope = ORDER_1, *, all_entries: bool = False) -> EntriesMoved:
    """Move deals."""
    return shop.do(Move("deals", scope, destination, all_entries))


@pytest.mark.parametrize(
    ("destination", "place"),
    [
        (Destination("lead", "sales", stage_slug="won"), (1, 2)),
        (Destination("lead", pipeline_id=2, stage_id=4), (2, 4)),
        (Destination("lead", "care", 2, "open", 3), (2, 3)),
        (Destination("stage", stage_slug="open"), (2, 3)),
        (Destination("stage", stage_id=4), (2, 4)),
        (Destination("stage", "care", stage_slug="won"), (2, 4)),
        (Destination("pipeline", "care"), (2, 3)),
        (Destination("pipeline", "care", stage_slug="won"), (2, 4)),
        (Destination("pipeline", pipeline_id=1), (1, 1)),
    ],
)
def test_an_entry_lands_where_it_is_sent(deals: Shop, destination: Destination, place: tuple[int, int]) -> None:
    """By slug, by id, by both."""
    entry_id = deals.create("deals")
    assert move(deals, destination) == EntriesMoved(1, 1, *place)
    entry = deals.entry("deals", entry_id)
    assert (entry.pipeline_id, entry.stage_id) == place


@pytest.mark.parametrize(
    ("destination", "code", "named", "known"),
    [
        (Destination("lead", "x", stage_slug="won"), "pipeline_not_found", "x", ("sales", "care")),
        (Destination("lead", pipeline_id=9, stage_id=1), "pipeline_not_found", 9, ("sales", "care")),
        (Destination("lead", "sales", 2, "won"), "pipeline_not_found", "sales", ("sales", "care")),
        (Destination("lead", "sales", stage_slug="open"), "stage_not_found", "open", ("new", "won")),
        (Destination("lead", "sales", stage_id=4), "stage_not_found", 4, ("new", "won")),
        (Destination("lead", "sales", stage_slug="new", stage_id=2), "stage_not_found", "new", ("new", "won")),
        (Destination("stage", stage_slug="x"), "stage_not_found", "x", ("new", "won", "open")),
        (Destination("pipeline", "x"), "pipeline_not_found", "x", ("sales", "care")),
    ],
)
def test_a_place_that_is_not_there_refuses_the_move(
    deals: Shop, destination: Destination, code: str, named: str | int, known: tuple[str, ...]
) -> None:
    """With what was named, what there is, and how many entries there were; even where there are none."""
    for total_matched in (0, 1, 2):
        with pytest.raises(MoveRefused) as refused:
            move(deals, destination)
        error = refused.value
        assert (error.code, error.total_matched, error.named, error.known) == (code, total_matched, named, known)
        deals.create("deals")
    with pytest.raises(MoveRefused) as refused:
        check_destination(deals.ask(GetEntity("deals")), destination)
    assert (refused.value.code, refused.value.total_matched) == (code, 0)


def test_a_stage_in_several_pipelines_is_the_one_of_the_entry_s_own(deals: Shop) -> None:
    """Each entry in its own pipeline."""
    in_sales = deals.create("deals")
    in_care = deals.do(CreateEntry("deals", ORDER_1, "x", destination=Destination("start", "care"))).id
    assert move(deals, WON, all_entries=True) == EntriesMoved(2, 2, 2, 4)
    assert [deals.entry("deals", id_).stage_id for id_ in (in_sales, in_care)] == [2, 4]


def test_a_stage_in_several_pipelines_but_not_the_entry_s_own_is_ambiguous(deals: Shop) -> None:
    """It names the pipelines, and no entry is moved; what no entry is needed for passes before."""
    deals.entity("deals", pipelines=(NewPipeline("other", "Other", (CARE.stages[0],)),))
    moved = deals.do(CreateEntry("deals", ORDER_1, "x", destination=Destination("start", "other"))).id
    stays = deals.create("deals")
    with pytest.raises(MoveRefused) as refused:
        move(deals, WON, all_entries=True)
    error = refused.value
    assert (error.code, error.total_matched, error.named, error.known) == (
        "ambiguous_stage",
        2,
        "won",
        ("sales", "care"),
    )
    assert [deals.entry("deals", id_).stage_id for id_ in (moved, stays)] == [5, 1]
    check_destination(deals.ask(GetEntity("deals")), WON)


def test_moving_nothing_is_refused(deals: Shop) -> None:
    """Where there is no entry, and in a data collection."""
    for destination in (WON, Destination("pipeline", "care")):
        with pytest.raises(MoveRefused) as refused:
            move(deals, destination)
        assert (refused.value.code, refused.value.total_matched) == ("no_entries", 0)
    deals.create("cities")
    with pytest.raises(MoveRefused) as refused:
        deals.do(Move("cities", ORDER_1, WON))
    assert (refused.value.code, refused.value.total_matched) == ("data_mode", 1)


def test_a_pipeline_without_stages_takes_no_move(deals: Shop) -> None:
    """A new entry may start in it, on no stage."""
    deals.entity("deals", pipelines=(NewPipeline("empty", "Empty"),))
    deals.do(CreateEntry("deals", ORDER_1, "x", destination=Destination("start", "empty")))
    entry = deals.entry("deals", "x")
    assert (entry.pipeline_id, entry.stage_id) == (3, None)
    with pytest.raises(MoveRefused) as refused:
        move(deals, Destination("pipeline", "empty"))
    assert refused.value.code == "stage_not_found"


def test_a_move_takes_the_newest_and_counts_all(deals: Shop) -> None:
    """All of them only when asked; by id exactly one; values stay."""
    first, second = deals.create("deals", a=1), deals.create("deals", a=2)
    deals.create("deals", ORDER_2)
    assert move(deals, WON) == EntriesMoved(1, 2, 1, 2)
    assert [entry.stage_id for entry in deals.entries("deals")] == [2, 1]
    assert move(deals, Destination("pipeline", "care"), all_entries=True) == EntriesMoved(2, 2, 2, 3)
    assert move(deals, WON, Scope(entry_id=first)) == EntriesMoved(1, 1, 2, 4)
    assert [(entry.id, entry.values, entry.stage_id) for entry in deals.entries("deals")] == [
        (second, {"a": 2}, 3),
        (first, {"a": 1}, 4),
    ]
    with pytest.raises(EntryNotFound):
        move(deals, WON, Scope(entry_id="nobody"))


def test_moving_to_where_it_is_counts_and_changes_nothing(deals: Shop) -> None:
    """Not even ``updated_at``, which a real move sets."""
    deals.create("deals")
    times = []
    for _ in range(2):
        deals.now_ms += 1
        assert move(deals, WON).moved == 1
        times.append(deals.entries("deals")[0].updated_at_ms)
    assert times == [1_000_001, 1_000_001]


def test_moving_to_an_entity_copies_what_the_map_names(deals: Shop) -> None:
    """Of the newest source, for the same reference; the source stays."""
    deals.entity("leads")
    deals.create("leads", score=1, source="old")
    deals.create("leads", score=2, source="ad", other=0)
    outcome = deals.do(MoveToEntity("leads", "deals", ORDER_1, {"score": "initial", "source": "from", "no": "no"}, "n"))
    assert outcome == EntriesConverted(2, 0, ["n"])
    [entry] = deals.entries("deals")
    assert (entry.values, entry.reference, entry.stage_id) == ({"initial": 2, "from": "ad"}, Reference("order", "1"), 1)
    assert len(deals.ids("leads")) == 2
    assert deals.read("deals", "initial", "from") == {"initial": 2, "from": "ad"}


def test_moving_all_keeps_their_order_and_can_remove_the_sources(deals: Shop) -> None:
    """The newest stays newest; ids come newest first; counts are of values and of sources."""
    deals.entity("leads")
    for score in (1, 2, 3):
        deals.create("leads", score=score, x=0)
    command = MoveToEntity("leads", "deals", ORDER_1, {"score": "s"}, "n", Destination("start", "care"), True, True)
    outcome = deals.do(command)
    assert (outcome.moved, outcome.removed_from_old, len(set(outcome.ids)), outcome.ids[-1]) == (3, 3, 3, "n")
    assert deals.ids("deals") == outcome.ids
    assert [(entry.values, entry.pipeline_id) for entry in deals.entries("deals")] == [({"s": s}, 2) for s in (3, 2, 1)]
    assert (deals.ids("leads"), deals.values("leads", "score")) == ([], [])


def test_moving_one_entry_by_id_keeps_its_own_reference(deals: Shop) -> None:
    """And takes that one alone away."""
    deals.entity("leads")
    first, second = deals.create("leads", ORDER_2, a=1), deals.create("leads", ORDER_2, a=2)
    command = MoveToEntity("leads", "deals", Scope(entry_id=first), {"a": "a"}, "n", remove_from_old=True)
    assert deals.do(command) == EntriesConverted(1, 1, ["n"])
    assert (deals.ids("deals", ORDER_2), deals.ids("leads", ORDER_2)) == (["n"], [second])


def test_a_move_to_an_entity_that_cannot_be_changes_nothing(deals: Shop) -> None:
    """No source, a bad place, an unknown entity, too large a result."""
    deals.entity("leads")
    to = Destination("start", "care")
    for source, target, destination, code, matched in (
        ("leads", "deals", to, "no_entries", 0),
        ("deals", "leads", to, "pipeline_not_found", 1),
        ("deals", "cities", to, "data_mode", 1),
    ):
        if matched:
            deals.create("deals", ORDER_2, a=1)
        with pytest.raises(MoveRefused) as refused:
            deals.do(MoveToEntity(source, target, ORDER_2, {"a": "a"}, "n", destination))
        assert refused.value.code == code
    for source, target in (("x", "deals"), ("deals", "x")):
        with pytest.raises(EntityNotFound):
            deals.do(MoveToEntity(source, target, ORDER_2, {"a": "a"}, "n"))
    deals.create("leads", a="x" * 262_100)
    with pytest.raises(EntryTooLarge):
        deals.do(MoveToEntity("leads", "deals", ORDER_1, {"a": "k" * 100}, "n", remove_from_old=True))
    assert (len(deals.ids("leads")), deals.ids("deals", ORDER_1)) == (1, [])


def test_reassigning_puts_entries_behind_those_of_the_target(deals: Shop) -> None:
    """In their own order, so they are the newer ones; each key is found where it is now."""
    mine = [deals.create("deals", ORDER_1, k=f"mine {n}") for n in range(2)]
    theirs = [deals.create("deals", ORDER_2, k=f"theirs {n}") for n in range(3)]
    deals.create("cities", ORDER_1, k="stays")
    deals.now_ms += 7
    outcome = deals.do(ReassignReference("deals", Reference("order", "1"), ORDER_2))
    assert outcome == EntriesReassigned(2, merged=True)
    assert deals.ids("deals", ORDER_2) == [*reversed(mine), *reversed(theirs)]
    assert deals.values("deals", "k", ORDER_2) == ["mine 1", "mine 0", "theirs 2", "theirs 1", "theirs 0"]
    assert (deals.ids("deals", ORDER_1), deals.read("deals", "k", scope=ORDER_1)) == ([], {})
    assert deals.entry("deals", mine[0]).updated_at_ms == 1_000_007
    assert len(deals.ids("cities", ORDER_1)) == 1
    newest = deals.create("deals", ORDER_2)
    assert deals.ids("deals", ORDER_2)[0] == newest
    assert move(deals, WON, ORDER_2).total_matched == 6


def test_reassigning_back_and_forth_keeps_working(deals: Shop) -> None:
    """A reference that gave everything away starts again behind nothing."""
    entry_id = deals.create("deals", ORDER_1, k=1)
    for source, target in ((ORDER_1, ORDER_2), (ORDER_2, ORDER_1)):
        assert source.reference is not None
        outcome = deals.do(ReassignReference("deals", source.reference, target))
        assert outcome == EntriesReassigned(1, merged=False)
    assert deals.ids("deals", EVERYTHING) == deals.ids("deals", ORDER_1) == [entry_id]
    assert deals.read("deals", "k") == {"k": 1}


def test_reassigning_nothing_or_to_itself_changes_nothing(deals: Shop) -> None:
    """``merged`` still says whether the target has entries."""
    deals.create("deals", ORDER_2)
    assert deals.do(ReassignReference("deals", Reference("order", "1"), ORDER_2)) == EntriesReassigned(0, merged=True)
    assert deals.do(ReassignReference("deals", Reference("order", "2"), ORDER_2)) == EntriesReassigned(0, merged=False)
    assert len(deals.ids("deals", ORDER_2)) == 1
