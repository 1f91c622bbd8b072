"""Every refusal of a store has its place in the one table; a store that is down tells the operator, not the script."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
import structlog

import bindings
from bindings import ScriptCrmError, ScriptError
from bindings.arguments.fields import SetCrmField
from bindings.causes import causes_of
from bindings.refusals import _ERRORS, _MOVES, script_error
from storage import Store
from storage.errors import MoveProblem, MoveRefused, StorageError, StoreUnavailable
from tests.bindings.crm import Crm
from tests.bindings.examples import MINIMAL


def leaves(error: type[StorageError]) -> Iterator[type[StorageError]]:
    below = error.__subclasses__()
    if not below:
        yield error
    for one in below:
        yield from leaves(one)


def test_every_refusal_is_in_the_table_but_that_of_a_move() -> None:
    """A refused move is a result, with words for each code."""
    assert set(_ERRORS) | {MoveRefused} == set(leaves(StorageError))
    assert set(_MOVES) == set(get_args(MoveProblem))


class DownStore:
    """A store that cannot be reached."""

    def _fail(self, *_: Any) -> Any:
        raise StoreUnavailable("/var/lib/db.sqlite on db7.internal") from OSError("disk I/O error")

    query = apply = apply_batch = _fail

    def close(self) -> None:
        """Nothing to give back."""


@pytest.mark.parametrize("name", MINIMAL)
@pytest.mark.parametrize("put_off", [False, True])
def test_a_store_that_is_down_is_unavailable(store: Store, name: str, put_off: bool) -> None:
    crm = Crm(store)
    crm.context.store = DownStore()
    with structlog.testing.capture_logs() as logs, pytest.raises(ScriptError) as caught:
        bindings.call(name, MINIMAL[name] | {"async": put_off}, crm.context)
    assert isinstance(caught.value, ScriptCrmError)
    assert (caught.value.code, caught.value.message) == (
        "unavailable",
        f"{name}: the CRM cannot be reached at the moment, try again later",
    )
    cause = caught.value.__cause__
    assert isinstance(cause, StoreUnavailable)
    assert logs == [
        {
            "event": "store_unavailable",
            "log_level": "error",
            "brand": crm.brand,
            "function": name,
            "cause": causes_of(cause),
        }
    ]


def test_other_refusals_are_not_logged(crm: Crm) -> None:
    with structlog.testing.capture_logs() as logs:
        crm.refused("getCrmEntries", {"slug": "homes"})
    assert logs == []


@pytest.mark.parametrize("error", _ERRORS)
def test_every_refusal_names_the_function(error: type[StorageError]) -> None:
    arguments: dict[str, tuple[Any, ...]] = {
        "EntityNotFound": ("homes", ()),
        "TargetEntityNotFound": (5, ()),
        "EntryNotFound": (None,),
        "NotARelation": ("a", None, ()),
        "WrongTargetEntity": ("a", "b"),
        "EntryTooLarge": (2, 1),
        "DefinitionInUse": ("'homes'", 1),
        "OperationRefused": ("EntryNotFound",),
    }
    call = SetCrmField.model_validate({"slug": "homes", "fieldKey": "a", "value": 1})
    with structlog.testing.capture_logs():
        answered = script_error(error(*arguments.get(error.__name__, ())), call, "acme")
    assert answered.message.startswith("setCrmField: ")
