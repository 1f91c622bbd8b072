"""``funnelscript docs``: the reference in the terminal."""

import pytest

from bindings.registry import FUNCTIONS
from tests.cli.conftest import Command

CLEAR = """\
clearCrmEntries

Deletes the entries of the reference and takes them out of every relation that
points to them.


 property  type    default   meaning
 ───────────────────────────────────────────────
 slug      string  required  Slug of the entity.


It also takes …reference and …write.

Returns {ok: true, deleted}: how many entries were deleted.


 var result = clearCrmEntries({ slug: 'weight-tracker' });
 // { ok: true, deleted: 3 }


Throws TypeError, RangeError, and CrmError with entry_not_found, no_customer,
idempotency_conflict, unavailable.
"""


@pytest.mark.parametrize("name", ["clearCrmEntries", "ClearCrmEntries"])
def test_a_function_is_shown_with_its_example_and_errors(command: Command, name: str) -> None:
    answer = command("docs", name)
    shown, _, shared = answer.out.partition("\nReferences\n")
    assert (answer.status, shown, answer.err) == (0, CLEAR, "")
    assert " referenceType  string  'customer'" in shared


def test_without_a_name_all_functions_are_listed(command: Command) -> None:
    answer = command("docs")
    listed = [line.split()[0] for line in answer.out.splitlines() if line.startswith(" ") and line.split()]
    assert [name for name in listed if name in FUNCTIONS] == list(FUNCTIONS)
    assert "](" not in answer.out
    assert "(#" not in answer.out


def test_an_unknown_name_is_answered_with_the_nearest(command: Command) -> None:
    assert command("docs", "setCrmFeild") == (
        2,
        "",
        "funnelscript: no CRM function 'setCrmFeild', did you mean 'setCrmField'?\n",
    )
