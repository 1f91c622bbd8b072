"""Brand modules in the store: put, found, listed, removed, on every engine."""

import re
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import Store
from storage.modules import (
    MAX_CODE_CHARACTERS,
    MODULE_CODE,
    FindModule,
    ListModules,
    ModuleListed,
    ModulePut,
    ModuleRemoved,
    PutModule,
    RemoveModule,
    is_module_code,
)
from tests.properties import SHARING
from tests.storage.shop import Shop

SOURCE = "export const é = 1\n"
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_BRANDS = count()


def test_a_module_is_found_by_its_code(shop: Shop) -> None:
    assert shop.ask(FindModule("shop/prices")) is None
    assert shop.do(PutModule("shop/prices", SOURCE)) == ModulePut("shop/prices", 20)
    assert shop.ask(FindModule("shop/prices")) == SOURCE


def test_a_module_takes_the_place_of_one_of_the_same_code(shop: Shop) -> None:
    """With the time of the last change."""
    shop.do(PutModule("a", SOURCE))
    shop.do(PutModule("b", ""))
    shop.now_ms += 5
    shop.do(PutModule("a", "1"))
    assert shop.ask(FindModule("a")) == "1"
    assert shop.ask(ListModules()) == [ModuleListed("a", 1, 1_000_005), ModuleListed("b", 0, 1_000_000)]


def test_modules_are_listed_by_code(shop: Shop) -> None:
    """In the order of bytes, whatever the order of putting."""
    codes = ["z", "a.b", "a/b", "a-b", "10", "9", "a_b"]
    for code in codes:
        shop.do(PutModule(code, ""))
    assert [one.code for one in shop.ask(ListModules())] == sorted(codes)


def test_a_removed_module_is_gone(shop: Shop) -> None:
    shop.do(PutModule("a", SOURCE))
    assert shop.do(RemoveModule("a")) == ModuleRemoved(removed=True)
    assert shop.do(RemoveModule("a")) == ModuleRemoved(removed=False)
    assert (shop.ask(FindModule("a")), shop.ask(ListModules())) == (None, [])


@pytest.mark.parametrize(
    "code",
    ["", "A", "a/", "/a", "a//b", "../a", "a/..", ".a", "a b", "é", "a\n", "a\0", "a" * (MAX_CODE_CHARACTERS + 1)],
)
def test_what_cannot_be_a_code_is_refused_and_not_found(shop: Shop, code: str) -> None:
    """Whatever the engine makes of such a text."""
    with pytest.raises(ValueError, match=f"^no module can have the code {re.escape(repr(code))}$"):
        shop.do(PutModule(code, SOURCE))
    assert shop.ask(FindModule(code)) is None
    assert shop.do(RemoveModule(code)) == ModuleRemoved(removed=False)


@given(st.from_regex(MODULE_CODE, fullmatch=True), ANY_TEXT)
@settings(SHARING, max_examples=30)
def test_any_source_reads_back_as_it_was(shared_store: Store, code: str, source: str) -> None:
    """U+0000 too, which no text of PostgreSQL holds."""
    shop = Shop(shared_store, f"brand{next(_BRANDS)}")
    code = code[:MAX_CODE_CHARACTERS]
    if not is_module_code(code):
        return
    shop.do(PutModule(code, source))
    assert shop.ask(FindModule(code)) == source
    assert [one.size_bytes for one in shop.ask(ListModules())] == [len(source.encode())]
