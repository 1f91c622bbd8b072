"""Where entry ids come from."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from storage import SeededIds, new_uuid7


def test_new_ids_are_uuids_of_version_7() -> None:
    """As strings in lower case, no two alike."""
    ids = [new_uuid7() for _ in range(1000)]
    assert {UUID(id_).version for id_ in ids} == {7}
    assert ([str(UUID(id_)) for id_ in ids], len(set(ids))) == (ids, 1000)


def test_seeded_ids_repeat_with_the_same_seed_and_clock() -> None:
    """Another seed or time gives others."""

    def first_ids(seed: int, at_ms: int) -> list[str]:
        source = SeededIds(seed, lambda: at_ms)
        return [source() for _ in range(3)]

    assert first_ids(1, 1_700_000_000_000) == [
        "018bcfe5-6800-7000-8000-00012265b1f5",
        "018bcfe5-6800-7000-8000-000291b7584a",
        "018bcfe5-6800-7000-8000-0003d8f16adf",
    ]
    assert not set(first_ids(1, 0)) & (set(first_ids(2, 0)) | set(first_ids(1, 1)))


def test_seeded_ids_are_in_order_within_one_millisecond_and_across() -> None:
    """They are UUIDs of version 7, and carry the time."""
    now_ms = [1_700_000_000_000]
    source = SeededIds(7, lambda: now_ms[0])
    ids = []
    for _ in range(3):
        ids += [source() for _ in range(100)]
        now_ms[0] += 1
    assert ids == sorted(ids)
    parsed = [UUID(id_) for id_ in ids]
    assert {(id_.version, id_.variant) for id_ in parsed} == {(7, "specified in RFC 4122")}
    assert [id_.int >> 80 for id_ in parsed[::100]] == [1_700_000_000_000 + n for n in range(3)]


def test_seeded_ids_are_unique_across_threads() -> None:
    """The count goes up by one for each."""
    source = SeededIds(7, lambda: 0)
    with ThreadPoolExecutor(8) as threads:
        ids = list(threads.map(lambda _: source(), range(2000)))
    assert len(set(ids)) == 2000
