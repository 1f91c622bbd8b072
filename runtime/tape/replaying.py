"""A tape, done again: its script runs on its recorded answers, and what comes is compared with what came.

Compared is what the same run gives every time: calls, variables, response, log and so on, not times and sizes. A run
that was ended by its time, or whose sandbox broke, is compared as far as it came: how far a machine comes is chance.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple, TypeVar

from runtime.differing import Difference, Path, differences
from runtime.modules.source import GivenModules
from runtime.order import OwnData
from runtime.pages.folders import PAGE_ENDINGS
from runtime.record import RunResult
from runtime.record_parts import RunWarning
from runtime.runtime import Runtime
from runtime.tape.model import Tape, TapedOutcome
from runtime.tape.offline import CallDifference, OfflineStore, TapePlayer
from runtime.tape.recording import outcome_of
from storage.ids import new_uuid7

P = TypeVar("P", bound=Any)

ENDED_BY_CHANCE = ("time_limit", "crashed")
"""How a run ends that would perhaps come further, or less far, the next time."""
NOT_REPEATED = {"limit_near", "deferred_writes_lost", "deferred_write"}
"""Warnings of how much a run used, and of what the queue did when it had ended."""


class TapeVerdict(NamedTuple):
    """What came of a replay. ``cut_off``: the run was the same up to the tape's early end, and went on there.

    ``call`` is the first call that differs; where none does, ``outcome`` are the differences of what came of the run.
    ``record`` is the replay's own; of a run that was the same it is that run's.
    """

    verdict: Literal["same", "differs", "cut_off"]
    record: RunResult
    call: CallDifference | None = None
    outcome: Sequence[Difference] = ()
    calls_played: int = 0


def replay_tape(runtime: Runtime, tape: Tape) -> TapeVerdict:
    """Run a tape's script on the tape's answers. Of the runtime only the sandbox is used, and nothing is stored."""
    player, record = run_with(runtime, tape, TapePlayer)
    if player.difference is None and player.went_past_end:
        verdict: Literal["same", "cut_off"] = "cut_off" if tape.cut_off is not None else "same"
        return TapeVerdict(verdict, record, calls_played=player.position)
    missing = tape.calls[player.position :] if tape.outcome.status not in ENDED_BY_CHANCE else []
    call = player.difference or (CallDifference(player.position + 1, missing[0], None, []) if missing else None)
    if call is not None:
        return TapeVerdict("differs", record, call, calls_played=player.position)
    found = outcome_differences(tape.outcome, record)
    return TapeVerdict("differs" if found else "same", record, None, found, player.position)


def run_with(
    runtime: Runtime, tape: Tape, player_of: Callable[[Tape, OfflineStore], P], script: tuple[str, str] | None = None
) -> tuple[P, RunResult]:
    """Run a tape's script, or another one (source and file) in its place, with a player between it and the world."""
    source, file = script or (tape.source, tape.file)
    store = OfflineStore()
    player = player_of(tape, store)
    how: dict[str, Any] = {
        "session": tape.session,
        "request": None if tape.request is None else tape.request.request(),
        "filename": file,
        "limits": tape.limits,
        "strict": tape.strict,
        "now_ms": tape.now_ms,
        "seed": tape.seed,
        "data": OwnData(
            store, new_uuid7, None, player, places=True, http=tape.http, modules=GivenModules(tape.modules)
        ),
    }
    is_page = tape.is_page if script is None else file.lower().endswith(PAGE_ENDINGS)
    run = runtime.run_page if is_page else runtime.run
    came = run(source, **how)
    record = came if isinstance(came, RunResult) else came.record
    return player, record


def outcome_differences(then: TapedOutcome, record: RunResult) -> list[Difference]:
    """What came otherwise. The record takes over what was settled behind the calls, since those were the same."""
    before, now = then.model_dump(mode="json"), outcome_of(record).model_dump(mode="json")
    before["warnings"], now["warnings"] = _repeated(then.warnings), _repeated(record.warnings)
    record.customer_id, record.deferred_writes = then.customer_id, then.deferred_writes
    for name in ("customer_id", "deferred_writes"):
        now[name] = before[name]
    if then.status in ENDED_BY_CHANCE:
        return _as_far_as_both_came(before, now)
    return [*differences(before, now)]


def _as_far_as_both_came(then: dict[str, Any], now: dict[str, Any]) -> list[Difference]:
    both = min(len(then["logs"]), len(now["logs"]))
    return [*differences(then["logs"][:both], now["logs"][:both], ("logs",))]


def _repeated(warnings: list[RunWarning]) -> list[dict[str, str]]:
    return [{"code": one.code, "message": one.message} for one in warnings if one.code not in NOT_REPEATED]


def shown_path(path: Path) -> str:
    """A path as a person writes it: ``fields[0].value``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text
