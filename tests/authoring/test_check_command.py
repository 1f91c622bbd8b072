"""``funnelscript check``: what a person, a program and GitHub get."""

import json
from pathlib import Path

from tests.cli.conftest import Command

SCRIPT = "setCrmFeild({});\nsetCrmField({ slug: 'dealz', fieldKey: 'deal_value', value: 1 });\n"
IN_WORDS = """\
wrong.js:1:1  'setCrmFeild' is not defined, did you mean 'setCrmField'?
  1 | setCrmFeild({});
    | ^
wrong.js:2:21  setCrmField: no entity 'dealz', did you mean 'deals'?
  2 | setCrmField({ slug: 'dealz', fieldKey: 'deal_value', value: 1 });
    |                     ^
2 mistakes in 1 file
"""


def test_mistakes_are_shown_in_their_lines(command: Command, folder: Path, shop: str) -> None:
    (folder / "wrong.js").write_text(SCRIPT)
    assert command("check", "wrong.js", "--store", shop) == (1, IN_WORDS, "")


def test_without_a_store_any_slug_is_right(command: Command, folder: Path) -> None:
    (folder / "right.js").write_text(SCRIPT.split("\n", 1)[1])
    assert command("check", "right.js") == (0, "no mistakes in 1 file\n", "")


def test_folders_are_looked_through(command: Command, folder: Path) -> None:
    (folder / "site" / "a").mkdir(parents=True)
    (folder / "site" / "a" / "page.html").write_text("<script scope=backend>nowhere();</script>")
    (folder / "site" / "fine.js").write_text("1;")
    answer = command("check", "site", "--format", "json")
    assert (answer.status, answer.err) == (1, "")
    assert json.loads(answer.out) == [
        {
            "file": "site/a/page.html",
            "line": 1,
            "column": 23,
            "code": "unknown_name",
            "message": "'nowhere' is not defined",
        }
    ]


def test_github_gets_a_line_for_each_mistake(command: Command, folder: Path) -> None:
    (folder / "a,b.js").write_text("x(50);")
    assert command("check", "a,b.js", "--format", "github") == (
        1,
        "::error file=a%2Cb.js,line=1,col=1::'x' is not defined\n",
        "",
    )


def test_what_cannot_be_checked_is_said(command: Command, folder: Path) -> None:
    (folder / "empty").mkdir()
    assert command("check", "missing.js") == (2, "", "funnelscript: missing.js: no such file or directory\n")
    assert command("check", "empty") == (
        2,
        "",
        "funnelscript: empty: no scripts or pages in this folder (.js, .html, .htm)\n",
    )
