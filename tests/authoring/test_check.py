"""What is found in a script without running it: places, kinds and messages whole."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runtime import Runtime, Session
from runtime.authoring.check import check, check_file
from runtime.authoring.literals import UNKNOWN, literal
from runtime.authoring.syntax import Parsed, descendants
from runtime.known_names import CRM_FUNCTIONS, LANGUAGE, MEMBERS, OPTIONAL_GLOBALS, RUN_GLOBALS
from runtime.prelude import PAGE_GLOBALS
from runtime.script import Script
from storage import Store, open_store
from storage.models import Entity
from storage.queries import ListEntities
from tests.authoring.conftest import DEFINITIONS

SAMPLES = Path(__file__).parents[2] / "scripts_examples"

Cases = dict[str, list[str]]


def cases(name: str) -> Cases:
    """Scripts of a line (⏎ is a line feed), each with what is found in it, from a text file."""
    blocks = Path(__file__).with_name(name).read_text(encoding="utf-8").split("\n\n")
    parts = [block.strip("\n").split("\n  ") for block in blocks]
    return {source.replace("⏎", "\n"): found for source, *found in parts}


WITHOUT_A_STORE = cases("mistakes.txt")
IN_THE_SHOP = cases("mistakes_in_the_shop.txt")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The store of a brand ``demo`` that has three entities."""
    url = f"sqlite:///{tmp_path_factory.mktemp('shop')}/crm.db"
    with Runtime.open(url) as runtime:
        assert runtime.run(DEFINITIONS, session=Session(brand="demo")).status == "ok"
    return open_store(url)


def found(source: str, entities: Sequence[Entity] | None = None) -> list[str]:
    findings = check(Script(source, "script.js"), entities)
    return [f"{one.place.line}:{one.place.column} {one.code}: {one.message}" for one in findings]


@pytest.mark.parametrize("source", WITHOUT_A_STORE)
def test_mistakes_of_a_script_are_found_where_they_stand(source: str) -> None:
    assert found(source) == WITHOUT_A_STORE[source]


@pytest.mark.parametrize("source", IN_THE_SHOP)
def test_names_that_the_brand_lacks_are_found_where_they_stand(source: str, store: Store) -> None:
    assert found(source, store.query("demo", ListEntities())) == IN_THE_SHOP[source]
    assert found(source) == []


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.js")), ids=lambda path: path.name)
def test_samples_have_no_mistake(path: Path) -> None:
    assert check_file(path.read_text(), path.name, []) == [
        one for one in check_file(path.read_text(), path.name, []) if "propertys" in one.message
    ]


def test_places_in_a_page_are_the_page_s_own() -> None:
    page = "<p>\n<script scope='backend'>a();\nvar b;</script><i> é <script scope=backend>c(); b;</script>"
    assert [(*one.place, one.message) for one in check_file(page, "page.html")] == [
        (2, 25, "'a' is not defined"),
        (3, 44, "'c' is not defined"),
    ]


def test_what_only_looks_like_a_block_is_told_of() -> None:
    (finding,) = check_file("<!-- <script scope=backend>a()</script> -->", "page.html")
    assert (finding.place, finding.code) == ((1, 6), "block_dropped")


def test_known_names_are_those_of_a_run() -> None:
    """The lists that are kept by hand against what a sandbox really has."""
    script = f"""
        setVariable('globals', Object.getOwnPropertyNames(globalThis));
        for (const name of {sorted(set(MEMBERS) - {"http"})}) setVariable(name, Object.keys(globalThis[name]));
    """
    with Runtime.open("sqlite://") as runtime:
        variables = runtime.run(script, session=Session(brand="demo")).variables
    known = {*LANGUAGE, *RUN_GLOBALS, *CRM_FUNCTIONS, *PAGE_GLOBALS}
    assert set(variables.pop("globals")) - set(OPTIONAL_GLOBALS) == known - set(OPTIONAL_GLOBALS)
    assert {name: sorted(keys) for name, keys in variables.items()} == {
        name: sorted(keys) for name, keys in MEMBERS.items() if name != "http"
    }


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(JSON)
@example({"a": 'it\'s "x"', "b": ["\\", "\n"]})
def test_a_literal_reads_as_the_value_that_it_is(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=True)
    parsed = Parsed(Script(f"x = ({text});", "a.js"))
    (node,) = [one for one in descendants(parsed.root) if one.type == "parenthesized_expression"][:1]
    read = literal(parsed, node).value
    assert read == value or "\\u" in text


def test_what_a_run_has_to_make_is_not_known() -> None:
    parsed = Parsed(Script("x = ({ a: f(), b: `${1}`, c: 0x10, d: [...e], f });", "a.js"))
    (node,) = [one for one in descendants(parsed.root) if one.type == "object"][:1]
    assert literal(parsed, node).value == dict.fromkeys("abcdf", UNKNOWN)


@given(st.text() | st.text(alphabet="(){}[]'\"`$\\/.,:;=>ab 1\n"))
@example("setCrmField({" * 400)
@example("[" * 5_000)
@example("((((" * 5_000 + "setCrmField({a:" + "[" * 200)
def test_any_text_is_checked(text: str) -> None:
    """No finding is behind the end, and nothing is raised."""
    lines = text.split("\n")
    for one in check(Script(text, "script.js")):
        assert 1 <= one.place.line <= len(lines)
        assert one.message
