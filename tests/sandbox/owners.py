"""Runs with owner tokens: each writes its owner's traces wherever it can, and says all that it sees of others'."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from runtime import RunResult, Runtime, Session

SETUP = "EnsureCrmEntity({slug: 'notes', entityMode: 'data', fields: [{key: 'owner'}, {key: 'times'}]});"
CHECK = """
const mine = %s;
const before = globalThis.trace === undefined && Array.prototype.trace === undefined && getVariable('trace') === null;
globalThis.trace = Array.prototype.trace = mine;
setVariable('trace', mine);
const owners = getCrmFieldValues({ slug: 'notes', fieldKey: 'owner', allReferences: true, limit: 200 });
setCrmField({ slug: 'notes', fieldKey: 'owner', value: mine.brand });
const times = Number(getCrmField({ slug: 'notes', fieldKey: 'times' }) || 0) + 1;
setCrmField({ slug: 'notes', fieldKey: 'times', value: times });
console.log(mine.token);
setVariable('seen', {
  before, times, token: mine.token, customer: customer.id, email: getUser().email, owners: [...new Set(owners)],
  after: getCrmField({ slug: 'notes', fieldKey: 'owner' }),
});
"""


@dataclass(frozen=True)
class Owner:
    """Who a run is for; the token is its own alone."""

    brand: str
    customer_id: str
    token: str

    @property
    def session(self) -> Session:
        """What the host says of the visitor."""
        email = f"{self.customer_id}@{self.brand}.example"
        return Session(brand=self.brand, customer_id=self.customer_id, email=email)


def check_run(runtime: Runtime, owner: Owner) -> RunResult:
    """One run that writes its owner's traces everywhere it can and says what it sees; all must be its own."""
    mine = json.dumps({"brand": owner.brand, "token": owner.token})
    result = runtime.run(CHECK % mine, session=owner.session)
    assert (result.status, result.error) == ("ok", None)
    seen = result.variables["seen"]
    assert seen.pop("times") >= 1
    assert seen.pop("owners") in ([], [owner.brand])
    assert seen == {
        "before": True,
        "token": owner.token,
        "customer": owner.customer_id,
        "email": f"{owner.customer_id}@{owner.brand}.example",
        "after": owner.brand,
    }
    assert [line.text for line in result.logs] == [owner.token]
    assert result.customer_id == owner.customer_id
    return result


def set_up(runtime: Runtime, brands: Iterable[str]) -> None:
    """The entity that the runs use, in each brand."""
    for brand in brands:
        assert runtime.run(SETUP, session=Session(brand=brand)).status == "ok"
