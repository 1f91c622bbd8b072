"""Files that others may name: in the folder and nowhere else, whole or not at all."""

from pathlib import Path

import pytest

from runtime.folders import is_file_below, prefix_of, read_up_to


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a file in it, and links to what lies within and beside."""
    folder, beside = tmp_path / "site", tmp_path / "site-2"
    for one in (folder, beside):
        one.mkdir()
        (one / "page.html").write_text("abc")
    (folder / "within").symlink_to(folder / "page.html")
    (folder / "beside").symlink_to(beside / "page.html")
    (folder / "up").symlink_to(tmp_path)
    (folder / "nowhere").symlink_to(folder / "missing")
    (folder / "circle").symlink_to(folder / "circle")
    return folder


@pytest.mark.parametrize(
    ("name", "is_below"),
    [
        ("page.html", True),
        ("within", True),
        ("up/site/page.html", True),
        ("beside", False),
        ("up/site-2/page.html", False),
        ("../site-2/page.html", False),
        ("nowhere", False),
        ("circle", False),
        ("missing", False),
        ("up", False),
        (".", False),
    ],
)
def test_a_file_is_below_a_folder_where_all_its_links_lead_there(folder: Path, name: str, is_below: bool) -> None:
    assert is_file_below(folder / name, prefix_of(folder)) is is_below


def test_a_folder_that_is_a_link_is_the_one_that_it_leads_to(folder: Path) -> None:
    (folder.parent / "link").symlink_to(folder)
    assert prefix_of(folder.parent / "link") == f"{folder.resolve()}/"
    assert is_file_below(folder.parent / "link" / "page.html", prefix_of(folder.parent / "link"))


@pytest.mark.parametrize(("max_bytes", "data"), [(4, b"abc"), (3, b"abc"), (2, None)])
def test_a_file_is_read_whole_or_not_at_all(folder: Path, max_bytes: int, data: bytes | None) -> None:
    assert read_up_to(folder / "page.html", max_bytes) == data
