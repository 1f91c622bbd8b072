"""Which file is at a path, and that no path leads out of the folder."""

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.service.site.files import Found, Moved, SiteFiles


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with secrets beside and inside it."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.html").write_text("secret")
    (outside / "style.css").write_text("secret")
    folder = outside / "site"
    for name in (
        *("index.html", "about.html", "weight/checkin.html", "weight/index.html", "weight/[day].html", "é b.html"),
        *("shop/[item]/index.html", "shop/[item]/reviews.html", "shop/hats/index.html", "assets/app.js", "style.css"),
        *(".env.html", ".git/config.txt", "_layout.html", "notes.md", "script.py", "weight.html", "a.b.html"),
        *("dot..html", "blank .html"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (folder / "out.html").symlink_to(outside / "secret.html")
    (folder / "out").symlink_to(outside)
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "in.html").symlink_to(folder / "about.html")
    return folder


def at(folder: Path, path: str) -> str | None:
    """The name of the file at a path, or where it went."""
    found = SiteFiles(folder).find(path.encode())
    return found.name if isinstance(found, Found) else f"-> {found.path}" if isinstance(found, Moved) else None


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "index.html"),
        ("/about", "about.html"),
        ("/weight", "weight.html"),
        ("/weight/checkin", "weight/checkin.html"),
        ("/weight/monday", "weight/[day].html"),
        ("/weight/%6donday", "weight/[day].html"),
        ("/%C3%A9%20b", "é b.html"),
        ("/shop/hats", "shop/hats/index.html"),
        ("/shop/hats/reviews", "shop/[item]/reviews.html"),
        ("/shop/shoes", "shop/[item]/index.html"),
        ("/shop/shoes/reviews", "shop/[item]/reviews.html"),
        ("/assets/app.js", "assets/app.js"),
        ("/style.css", "style.css"),
        ("/a.b", "a.b.html"),
        ("/in", "in.html"),
        ("/index", "-> /"),
        ("/index.html", "-> /"),
        ("/about.html", "-> /about"),
        ("/about/", "-> /about"),
        ("/weight/index.html", "-> /weight"),
        ("/%C3%A9%20b.html", "-> /%C3%A9%20b"),
        ("/shop/hats/", "-> /shop/hats"),
    ],
)
def test_a_page_is_at_its_name(folder: Path, path: str, name: str) -> None:
    assert at(folder, path) == name


def test_parts_of_a_path_are_told_by_name(folder: Path) -> None:
    found = SiteFiles(folder).find(b"/shop/red%20shoes/reviews")
    assert isinstance(found, Found)
    assert found.params == {"item": "red shoes"}


@pytest.mark.parametrize(
    "path",
    [
        *("", "about", "//about", "/about//", "//evil.example/", "/weight//checkin", "/\\about"),
        *("/../secret", "/site/../../secret", "/weight/../../secret", "/..", "/.", "/./about", "/weight/.."),
        *(
            "/%2e%2e/secret",
            "/%2E%2E%2Fsecret",
            "/..%2fsecret",
            "/..%5csecret",
            "/%252e%252e/secret",
            "/%c0%ae%c0%ae/secret",
        ),
        *(
            "/..%00/secret",
            "/about%00",
            "/about%00.css",
            "/about.html%00",
            "/about%0a",
            "/about%2f",
            "/%2fabout",
            "/%ff",
        ),
        *("/etc/passwd", "/%2fetc/passwd", "/file:///etc/passwd", "/C:/secret", "/~root/x", "http://a/about"),
        *("/out", "/out.html", "/out/secret", "/out/style.css", "/loop", "/loop/a"),
        *("/.env", "/.env.html", "/.git/config.txt", "/_layout", "/_layout.html", "/notes.md", "/script.py", "/script"),
        *(
            "/weight/%5Bday%5D",
            "/weight/[day]",
            "/shop/[item]",
            "/about.",
            "/about%20",
            "/dot.",
            "/blank%20",
            "/ABOUT",
            "/style.css/",
            "/about/x",
        ),
        "/" + "a/" * 2_000,
        "/" + "a" * 5_000,
    ],
)
def test_nothing_else_is_anywhere(folder: Path, path: str) -> None:
    assert at(folder, path) is None


@given(
    parts=st.lists(
        st.sampled_from(
            ["..", ".", "%2e", "%2F", "/", "\\", "%5c", "out", "secret", "style.css", "weight", "%00", "~", "é", ""]
        )
        | st.text(max_size=3).map(lambda text: quote(text, errors="replace")),
        max_size=8,
    )
)
def test_no_path_leads_out(folder: Path, parts: list[str]) -> None:
    """Whatever it is made of, and however it is encoded: what is found is below the folder, all links followed."""
    found = SiteFiles(folder).find(("/" + "/".join(parts)).encode())
    if isinstance(found, Found):
        assert found.file.resolve().is_relative_to(folder.resolve())
        assert found.file.read_text() != "secret"
    if isinstance(found, Moved):
        assert found.path.startswith("/")
        assert not found.path.startswith("//")


def test_near_names_are_pages_of_the_site(folder: Path) -> None:
    files = SiteFiles(folder)
    assert files.near(b"/weight/chekin")[0] == "/weight/checkin"
    assert {"/secret", "/out/secret", "/.env", "/_layout"} & {*files.paths()} == set()
    assert files.near(b"/%ff") == []
