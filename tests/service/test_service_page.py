"""docs/service.md: its commands, done from top to bottom against the server that it starts, print what it shows."""

import re
from pathlib import Path

from runtime.service.refusals import CODES
from tests.markdown import blocks, matches, run
from tests.service.process import served

PAGE = Path(__file__).parent.parent.parent / "docs" / "service.md"
START = "funnelscript serve "


def test_following_the_page_gives_what_it_shows(tmp_path: Path) -> None:
    """The server is the one that the page's own command starts, on another port."""
    parts = blocks(PAGE)
    for block in parts:
        if name := re.match(r"<!-- (\S+\.html)\b", block.code):
            (tmp_path / name[1]).parent.mkdir(exist_ok=True)
            (tmp_path / name[1]).write_text(block.code)
    (start,) = (block.code.removeprefix(START).split() for block in parts if block.code.startswith(START))
    with served(tmp_path, *start) as server:
        for block in parts:
            if block.language == "sh" and not block.code.startswith(START):
                code = block.code.replace("localhost:8000", f"127.0.0.1:{server.port}")
                printed = run(["bash", "-euo", "pipefail", "-c", code], tmp_path)
                assert block.shows is None or matches(printed.strip(), block.shows.strip()), printed


def test_every_code_stands_on_the_page_as_it_is() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (.*) \|$", PAGE.read_text(), re.MULTILINE)
    said = {code: (int(status), meaning) for code, status, meaning in rows}
    assert said == {code: tuple(one) for code, one in CODES.items()}
