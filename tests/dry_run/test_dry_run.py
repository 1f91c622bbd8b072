"""Dry runs: what a script would do, and nothing of it done."""

from collections.abc import Iterator
from typing import Any

import pytest

from runtime import RunResult, Runtime, Session
from runtime.dry_run.plan import Change, Plan, PlannedCustomer, PlannedEntity, PlannedEntry, PlannedHttpCall
from runtime.dry_run.running import DryRun
from runtime.http.settings import HttpSettings
from runtime.sandbox.pool import PoolSettings
from storage import Store
from storage.queries import FindCustomer, ListEntities, ListEntries, Scope, Visitor

ADA = Session(brand="acme", customer_id="c_1", email="ada@example.com", name="Ada")
DEALS = """EnsureCrmEntity({slug: 'deals', fields: [{key: 'amount', type: 'number'}], pipelines: [{slug: 'sales',
  name: 'Sales', stages: [{slug: 'new', name: 'New'}, {slug: 'won', name: 'Won'}]}]});
EnsureCrmEntity({slug: 'notes', entityMode: 'data', fields: [{key: 'text'},
  {key: 'deal', type: 'reference', options: {target_entity: 'deals'}}]});
"""
MADE = """const deal = CreateCrmEntry({slug: 'deals', title: 'Ten seats', values: {amount: 10}}).id;
addCrmFieldValue({slug: 'notes', fieldKey: 'text', value: 'hi'});
SetCrmRelation({slug: 'notes', relationKey: 'deal', targetEntryId: deal});
setVariable('deal', deal);
"""


@pytest.fixture
def runtime(store: Store) -> Iterator[Runtime]:
    pool = PoolSettings(max_workers=1, fresh_workers=1, max_wait_seconds=60.0)
    with Runtime.open(store, pool=pool, http=HttpSettings()) as opened:
        yield opened


def everything(store: Store) -> Any:
    """All that the brand has."""
    entries = store.query("acme", ListEntries(None, Scope(every_reference=True), limit=100)).items
    return store.query("acme", ListEntities()), entries, store.query("acme", FindCustomer(Visitor("c_1")))


def dry(runtime: Runtime, source: str, session: Session = ADA) -> tuple[RunResult, Plan]:
    """A dry run, which leaves the store as it was."""
    before = everything(runtime.store)
    with DryRun(runtime.store) as run:
        result = runtime.run(source, session=session, data=run.data)
        plan = run.plan(session.brand)
    assert everything(runtime.store) == before
    return result, plan


def test_first_run_makes_customer_entities_and_entries(runtime: Runtime) -> None:
    result, plan = dry(runtime, DEALS + MADE)
    assert result.error is None
    deal, note = plan.entries
    assert plan == Plan(
        customers=[PlannedCustomer(id="c_1", email="ada@example.com", name="Ada")],
        entities=[
            PlannedEntity(
                kind="made", slug="deals", name="Deals", mode="crm", fields={"amount": "number"},
                stages={"sales": ["new", "won"]},
            ),
            PlannedEntity(
                kind="made", slug="notes", name="Notes", mode="data", fields={"text": "text", "deal": "reference"}
            ),
        ],
        entries=[
            PlannedEntry(
                kind="made", slug="deals", id=result.variables["deal"], reference="customer:c_1",
                title=Change(new="Ten seats", added=True), stage=Change(new="sales/new", added=True),
                values={"amount": Change(new=10, added=True)},
            ),
            PlannedEntry(
                kind="made", slug="notes", id=note.id, reference="customer:c_1",
                values={"text": Change(new="hi", added=True)}, relations={"deal": Change(new=[deal.id], added=True)},
            ),
        ],
    )  # fmt: skip


def test_changes_are_told_with_old_and_new_value(runtime: Runtime) -> None:
    made = runtime.run(DEALS + MADE, session=ADA).variables["deal"]
    result, plan = dry(
        runtime,
        """setCrmFields({slug: 'deals', fields: [{fieldKey: 'amount', value: 11}, {fieldKey: 'extra', value: null}]});
        moveCrmToStage({slug: 'deals', stageSlug: 'won', async: true});
        setVariable('read', getCrmEntries({slug: 'deals'}).map(({values, stage_slug}) => [values, stage_slug]));
        EnsureCrmEntity({slug: 'deals', fields: [{key: 'extra'}]});
        clearCrmEntries({slug: 'notes'});
        setVariable('notes', getCrmFieldValues({slug: 'notes', fieldKey: 'text'}));""",
    )
    assert (result.error, result.variables["read"], result.variables["notes"]) == (
        None,
        [[{"amount": 11, "extra": None}, "won"]],
        [],
    )
    deal, note = plan.entries
    assert plan.entities == [
        PlannedEntity(kind="changed", slug="deals", name="Deals", mode="crm", fields={"extra": "text"})
    ]
    assert deal == PlannedEntry(
        kind="changed", slug="deals", id=made, reference="customer:c_1",
        stage=Change(old="sales/new", new="sales/won"),
        values={"amount": Change(old=10, new=11), "extra": Change(new=None, added=True)},
    )  # fmt: skip
    assert note.model_dump(mode="json", exclude_defaults=True, exclude={"id"}) == {
        "kind": "removed", "slug": "notes", "reference": "customer:c_1",
        "values": {"text": {"old": "hi"}}, "relations": {"deal": {"old": [made]}},
    }  # fmt: skip


def test_entries_that_change_hands_and_relations_that_are_lost_are_in_the_plan(runtime: Runtime) -> None:
    runtime.run(DEALS + MADE.replace("'deals', title", "'deals', referenceId: 'v_1', title"), session=ADA)
    _, plan = dry(
        runtime,
        "reassignCrmReference({slug: 'deals', fromReferenceType: 'customer', fromReferenceId: 'v_1'});"
        "clearCrmEntries({slug: 'deals'})",
    )
    assert [(one.kind, one.slug, one.reference, one.relations) for one in plan.entries] == [
        ("removed", "deals", "customer:v_1", {}),
        ("changed", "notes", "customer:c_1", {"deal": Change(old=[plan.entries[0].id], removed=True)}),
    ]
    _, plan = dry(
        runtime, "reassignCrmReference({slug: 'deals', fromReferenceType: 'customer', fromReferenceId: 'v_1'})"
    )
    assert [(one.kind, one.moved_to) for one in plan.entries] == [
        ("changed", Change(old="customer:v_1", new="customer:c_1"))
    ]


def test_what_changes_nothing_is_no_change(runtime: Runtime) -> None:
    runtime.run(DEALS + MADE, session=ADA)
    _, plan = dry(
        runtime, "setCrmField({slug: 'deals', fieldKey: 'amount', value: 10}); getCrmEntries({slug: 'notes'})" + DEALS
    )
    assert plan == Plan()
    assert plan.is_empty


def test_nothing_leaves_by_http(runtime: Runtime) -> None:
    """The script is told what it is told where a call fails."""
    result, plan = dry(runtime, "setVariable('got', http.post('https://example.com/hook', {a: 1}))")
    assert result.variables["got"] == {
        "status": 0,
        "headers": {},
        "body": "",
        "error": "not sent: this is a dry run",
    }
    assert plan == Plan(http=[PlannedHttpCall(method="POST", url="https://example.com/hook")])


def test_customer_found_by_email_is_not_made_again(runtime: Runtime) -> None:
    runtime.run(DEALS + MADE, session=ADA)
    result, plan = dry(
        runtime,
        "setCrmField({slug: 'deals', fieldKey: 'amount', value: 12})",
        Session(brand="acme", email="ADA@example.com"),
    )
    assert (result.customer_id, plan.customers) == ("c_1", [])
    assert [one.values for one in plan.entries] == [{"amount": Change(old=10, new=12)}]
