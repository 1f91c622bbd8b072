"""Contexts that a worker is born with: which job gets which, and what is compiled in them ahead."""

import json
from typing import Any

import pytest

from runtime import PageResult, Runtime, Session, prelude
from runtime.child.wire import SCRIPT_JOB, TEMPLATE_JOB
from runtime.child.worker import Link, Prelude
from runtime.sandbox.pool import PoolSettings

JOB: dict[str, Any] = {
    "file": "a.html",
    "customer": None,
    "seed": [1, 2, 3, 4],
    "log_limit": 65_536,
    "variables": {},
    "brand": "acme",
}
RENDERED = "({put}) => put('a')"


class Parts(dict[str, str]):
    """The prelude's parts; notes which are asked for."""

    def __init__(self) -> None:
        super().__init__(prelude.parts())
        self.asked: list[str] = []

    def __getitem__(self, name: str) -> str:
        self.asked.append(name)
        return super().__getitem__(name)


@pytest.fixture
def parts() -> Parts:
    """Those of the link."""
    return Parts()


@pytest.fixture
def link(parts: Parts) -> Link:
    """A link without a connection, as the zygote has it."""
    return Link(Prelude(prelude.core(), parts))


def test_context_for_a_template_has_its_part_compiled_before_the_job(link: Link, parts: Parts) -> None:
    link.make_ready(1, TEMPLATE_JOB)
    assert parts.asked == ["template"]
    job = json.dumps({**JOB, "template": RENDERED})
    assert link.context_for(TEMPLATE_JOB).run(job, 8 << 20, 512 << 10, 100) == "{}"
    assert parts.asked == ["template"]


def test_context_for_a_script_has_nothing_of_a_template_and_renders_one_all_the_same(link: Link, parts: Parts) -> None:
    link.make_ready(1)
    assert parts.asked == []
    job = json.dumps({**JOB, "template": RENDERED})
    assert link.context_for(TEMPLATE_JOB).run(job, 8 << 20, 512 << 10, 100) == "{}"
    assert parts.asked == ["template"]


def test_each_job_gets_a_context_of_its_kind_and_none_twice(link: Link) -> None:
    link.make_ready(2)
    link.make_ready(1, TEMPLATE_JOB)
    scripts = [ready.context for ready in link.ready[SCRIPT_JOB]]
    template = link.ready[TEMPLATE_JOB][0].context
    kinds = [SCRIPT_JOB, TEMPLATE_JOB, TEMPLATE_JOB]
    assert [link.context_for(kind) for kind in kinds] == [scripts[1], template, scripts[0]]
    assert link.ready == {SCRIPT_JOB: [], TEMPLATE_JOB: []}


def test_worker_that_has_used_up_its_contexts_makes_one(link: Link) -> None:
    link.stand_by(TEMPLATE_JOB)
    assert [len(ready) for ready in link.ready.values()] == [1, 0]


def test_no_render_finds_anything_of_another_or_of_a_script_in_the_same_worker() -> None:
    page = "<script scope=backend>globalThis.seen = 1; String.prototype.toUpperCase = () => 'no'</script>"
    page += "{{ getVariable('a') ?? 'nothing' }}{{ 'x' | upper }}{{ setVariable('a', 1) }}{{ getVariable('a') }}"
    pool = PoolSettings(max_workers=1, fresh_workers=1, max_runs_per_worker=7)
    with Runtime.open("sqlite://", pool=pool, allow_weaker_sandbox=True) as runtime:
        shown: list[PageResult] = [runtime.run_page(page, session=Session(brand="acme")) for _ in range(12)]
    assert [(one.record.status, one.html) for one in shown] == [("ok", "nothingX1")] * 12
