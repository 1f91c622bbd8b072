"""Every run sees its own brand's data and its own traces, whatever runs beside and before it."""

import json
import random
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from runtime import Session
from tests.sandbox.conftest import SMALL_POOL, OpenRuntime
from tests.sandbox.owners import Owner, check_run, set_up

BRANDS = tuple(f"brand-{number}" for number in range(6))
CUSTOMERS = ("c_1", "c_2")


@pytest.mark.long
def test_runs_of_many_brands_see_only_their_own(open_runtime: OpenRuntime) -> None:
    """Six brands with customers of the same ids, on three workers and eight threads, in a random order."""
    runtime = open_runtime(replace(SMALL_POOL, max_workers=3, max_runs_per_worker=15))
    set_up(runtime, BRANDS)
    visitors = [(brand, customer) for brand in BRANDS for customer in CUSTOMERS] * 40
    owners = [Owner(brand, customer, secrets.token_hex(8)) for brand, customer in visitors]
    random.shuffle(owners)
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda owner: check_run(runtime, owner), owners))
    assert [result.variables["trace"]["token"] for result in results] == [owner.token for owner in owners]
    assert len({result.run_id for result in results}) == len(owners)


def test_another_brands_entry_looks_like_a_missing_one(open_runtime: OpenRuntime) -> None:
    """Asked for by its very id, and by every way to name a brand that a script could think of."""
    runtime = open_runtime()
    set_up(runtime, ("acme", "globex"))
    made = runtime.run(
        "setVariable('id', CreateCrmEntry({slug: 'notes', values: {owner: 'acme'}}).id);",
        session=Session(brand="acme", customer_id="c_1"),
    )
    source = """
        const tries = [];
        for (const entryId of ids) {
          try { tries.push(getCrmField({ slug: 'notes', fieldKey: 'owner', entryId, brand: 'acme' })); }
          catch (error) { tries.push(error.code); }
          try { setCrmField({ slug: 'notes', fieldKey: 'owner', value: 1, entryId, session: { brand: 'acme' } }); }
          catch (error) { tries.push([error.code, error.message.replace(entryId, '')]); }
        }
        setVariable('tries', tries);
        setVariable('all', getCrmEntries({ slug: 'notes', allReferences: true }).length);
    """
    missing = made.variables["id"][:-4] + "0000"
    ids = f"const ids = {json.dumps([made.variables['id'], missing])};"
    found = runtime.run(ids + source, session=Session(brand="globex", customer_id="c_1")).variables
    assert found["tries"][:2] == found["tries"][2:]
    assert found["tries"][1][0] == "entry_not_found"
    assert found["all"] == 0
