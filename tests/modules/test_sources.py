"""Where modules come from: a folder that nothing leads out of, the store of the brand, one behind the other."""

import os
from contextlib import closing
from pathlib import Path

import pytest

from runtime import Runtime, Session
from runtime.modules.source import FirstOf, FolderModules, GivenModules, StoreModules
from storage import Store, open_store
from storage.commands import Write
from storage.modules import PutModule

SCRIPT = "import { where } from 'm'; setVariable('where', where);"


def where(text: str) -> str:
    return f"export const where = '{text}';"


def put(store: Store, brand: str, code: str, source: str) -> None:
    store.apply(brand, Write(PutModule(code, source), 0, "m"))


@pytest.fixture
def folder(tmp_path: Path) -> FolderModules:
    """With modules, links, and files that are none."""
    inside = tmp_path / "modules"
    (inside / "shop").mkdir(parents=True)
    (tmp_path / "secret.js").write_text("secret")
    for name in ("a.js", "shop/prices.eu.js", "B.js", "_c.js", ".d.js", "text.txt"):
        (inside / name).write_text(name)
    (inside / "latin.js").write_bytes(b"// \xe9")
    (inside / "marked.js").write_bytes(b"\xef\xbb\xbfmarked")
    (inside / "out.js").symlink_to(tmp_path / "secret.js")
    (inside / "up").symlink_to(tmp_path)
    (inside / "within.js").symlink_to(inside / "a.js")
    (inside / "round.js").symlink_to(inside / "round.js")
    (inside / "dir.js").mkdir()
    os.mkfifo(inside / "pipe.js")
    return FolderModules(inside)


@pytest.mark.parametrize(
    ("code", "source"),
    [
        ("a", "a.js"), ("shop/prices.eu", "shop/prices.eu.js"), ("within", "a.js"), ("marked", "marked"),
        ("B", None), ("_c", None), (".d", None), ("text", None), ("latin", None), ("none", None), ("dir", None),
        ("pipe", None), ("out", None), ("up/secret", None), ("round", None), ("../secret", None), ("shop/../a", None),
        ("shop//prices.eu", None), ("/etc/passwd", None), ("a.js", None), ("a\0", None), ("a\n", None), ("", None),
        ("a/" * 100 + "a", None), ("é", None),
    ],
)  # fmt: skip
def test_a_folder_gives_what_is_in_it_and_no_more(folder: FolderModules, code: str, source: str | None) -> None:
    assert folder.get("acme", code) == source


def test_a_folder_knows_its_codes(folder: FolderModules) -> None:
    assert folder.codes("acme") == ["a", "latin", "marked", "shop/prices.eu", "within"]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError):
        FolderModules(tmp_path / "none")


def test_modules_of_the_store_are_the_default_and_the_brands_own() -> None:
    with Runtime.open("sqlite://") as runtime:
        put(runtime.store, "acme", "m", where("acme"))
        put(runtime.store, "other", "m", where("other"))
        ran = [runtime.run(SCRIPT, session=Session(brand=brand)) for brand in ("acme", "other", "nobody", "acme")]
    assert [result.variables.get("where") for result in ran] == ["acme", "other", None, "acme"]
    assert ran[2].error is not None
    assert ran[2].error.message == "no module 'm' (this brand has none) (script.js → m)"


def test_the_first_source_that_has_a_module_gives_it() -> None:
    with closing(open_store("sqlite://")) as store:
        put(store, "acme", "m", "store")
        put(store, "acme", "n", "store")
        modules = FirstOf([GivenModules({"m": "given"}), StoreModules(store)])
        assert [modules.get("acme", code) for code in ("m", "n", "o")] == ["given", "store", None]
        assert modules.codes("acme") == ["m", "n"]


def test_a_source_that_cannot_be_read_is_told_of() -> None:
    class Broken(GivenModules):
        def get(self, brand: str, code: str) -> str | None:
            raise OSError(f"{brand} {code}")

    with Runtime.open("sqlite://", modules=Broken({})) as runtime:
        result = runtime.run(SCRIPT, session=Session(brand="acme"))
    assert result.error is not None
    assert (result.error.code, result.error.message) == (
        "unavailable",
        "the module 'm' cannot be read now (script.js → m)",
    )
