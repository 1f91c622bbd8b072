"""The reference page is what the registry says, and its examples run."""

from bindings.reference import ENTRY_KEYS, PAGE, page
from bindings.registry import FUNCTIONS
from runtime import Runtime, Session
from tests.bindings.crm import Crm

SETUP = """
EnsureCrmEntity({
  slug: 'weight-tracker',
  fields: [{ key: 'current_weight' }, { key: 'goal_weight' }, { key: 'weighin_history' }]
});
EnsureCrmEntity({ slug: 'cities', entityMode: 'data' });
EnsureCrmEntity({
  slug: 'properties',
  fields: [
    { key: 'address' },
    { key: 'price' },
    { key: 'city', type: 'reference', options: { target_entity: 'cities' } }
  ]
});
EnsureCrmEntity({ slug: 'leads', fields: [{ key: 'lead_score' }, { key: 'source' }] });
EnsureCrmEntity({
  slug: 'deals',
  fields: [{ key: 'initial_score' }, { key: 'lead_source' }],
  pipelines: [{ slug: 'onboarding', stages: [{ slug: 'welcome' }] }]
});
var cityId = CreateCrmEntry({ slug: 'cities' }).id;
CreateCrmEntry({ slug: 'leads', values: { lead_score: 7, source: 'ads' } });
CreateCrmEntry({ slug: 'deals' });
"""


def test_the_page_is_made_from_the_registry() -> None:
    """``python -m bindings.reference`` writes it."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_page_names_the_keys_of_an_entry(crm: Crm) -> None:
    crm.entity("homes")
    crm("CreateCrmEntry", {"slug": "homes"})
    [entry] = crm("getCrmEntries", {"slug": "homes"})
    assert list(ENTRY_KEYS) == list(entry)


def test_the_examples_run_in_strict_mode_and_warn_of_nothing() -> None:
    source = SETUP + "".join(function.example for function in FUNCTIONS.values())
    with Runtime.open("sqlite://") as runtime:
        result = runtime.run(source, session=Session(brand="acme", customer_id="c_1"), strict=True)
    assert (result.status, result.error, result.warnings) == ("ok", None, [])
