"""Filters: the table of the page that documents them is what is tested, and it has them all."""

import re
from pathlib import Path

import pytest

from runtime.templates.catalogue import CONTEXT, DIRECTIVES, FILTERS, FUNCTION_NAMES, LOOP_PROPERTIES
from tests.templates.conftest import Render

PAGE = (Path(__file__).parents[2] / "docs" / "templates.md").read_text()
_ROW = re.compile(
    r"""^\|[ ] (?P<names> (?:`[^`]+` (?:,[ ])? )* ) [ ]? \| (?: [^|] | \\\| )* \|
    [ ]` (?P<example> [^`]+ ) `[ ]\| [ ]? (?:` (?P<prints> [^`]* ) `[ ])? \|$""",
    re.MULTILINE | re.VERBOSE,
)
EXAMPLES = [(row["example"].replace("\\|", "|"), row["prints"] or "") for row in _ROW.finditer(PAGE)]


@pytest.mark.parametrize(("expression", "printed"), EXAMPLES, ids=[expression for expression, _ in EXAMPLES])
def test_a_filter_gives_what_its_page_says(render: Render, expression: str, printed: str) -> None:
    """The page cannot show that the blank behind a currency's code holds its line together."""
    assert render(f"<p>{{{{ {expression} }}}}</p>").replace("\u00a0", " ") == f"<p>{printed}</p>"


def test_every_filter_directive_and_name_is_documented() -> None:
    named = {name for row in _ROW.finditer(PAGE) for name in re.findall(r"`(\w+)", row["names"])}
    assert named == set(FILTERS)
    others = [*(f"`{name}" for name in CONTEXT), *(f"`loop.{name}`" for name in LOOP_PROPERTIES)]
    others += [f"@{name}" for name in DIRECTIVES] + [f"`{name}" for name in FUNCTION_NAMES if "rm" not in name]
    assert [name for name in others if name not in PAGE] == []


MORE = [
    ("'abc' | slice:0:-1", "ab"),
    ("'abc' | slice:-9", "abc"),
    ("null | slice:0:1", ""),
    ("'a' | replace:'':'x'", "a"),
    ("'aaa' | replace:'a':'$&'", "$&amp;$&amp;$&amp;"),
    ("'😀😀😀' | truncate:2", "😀…"),
    ("'abc' | truncate:0", ""),
    ("'abc' | truncate:2:'...'", ".."),
    ("'a <b>' | truncate:5 | raw", "a <b>"),
    ("'<scr<b>ipt>x<!-- > -->y<' | strip_tags", "ipt&gt;xy&lt;"),
    ("'a<b' | strip_tags", "a"),
    ("'<<a>script>x<<<!-- -->b>/script>y < <1' | strip_tags | raw", "xy < <1"),
    ("[] | first", ""),
    ("null | upper", ""),
    ("12 | upper", "12"),
    ("{a: 1, b: 2} | length", "2"),
    ("1e21 | number_format:2", "1e+21"),
    ("0.5 | number_format", "1"),
    ("-0.4 | number_format", "0"),
    ("999999.5 | number_format", "1,000,000"),
    ("1234 | number_format:1:'$1':'$2'", "1$2234$10"),
    ("'x' | number_format", ""),
    ("'x' | currency", ""),
    ("1.5 | round:-1", "2"),
    ("1e-7 | round:3", "0"),
    ("'' | yesno:'a':'b':'c'", "b"),
    ("'a' | join", "a"),
    ("[3, null, 1] | sort", "1, 3, "),
    ("[2, 1] | sort | reverse | first", "2"),
    ("['b', 'B', 'a'] | sort | join:''", "Bab"),
    ("'añ😀' | reverse", "😀ña"),
    ("1773565200000 | date:'c'", "2026-03-15T09:00:00.000Z"),
    ("'now' | date:'c'", "2026-03-15T09:00:00.000Z"),
    (
        "'2026-03-15' | date:'D jS M y H:i:s.v N w z t L U \\\\a\\\\t'",
        "Sun 15th Mar 26 00:00:00.000 7 0 73 31 0 1773532800 at",
    ),
    ("'2024-02-29 23:59+02:00' | date:'d.m.Y G:i A'", "29.02.2024 21:59 PM"),
    ("'2026-13-45' | date", ""),
    ("'2024-02-29' | date_add:-1:'year' | date", "2023-02-28"),
    ("'2026-01-15' | date_add:-13:'months' | date", "2024-12-15"),
    ("'2026-01-01' | date_add:1:'fortnight'", ""),
    ("'2026-01-01' | date_add:1e20:'year'", ""),
    ("'now' | date_add:-1:'year' | timeago", "1 year ago"),
    ("'now' | date_add:-40:'day' | timeago", "1 month ago"),
    ("'now' | date_add:-59:'second' | timeago", "just now"),
    ("'<i>\\r\\n\\r\"' | nl2br", "&lt;i&gt;<br><br>&#34;"),
    ("'</script>' | json", "&#34;&lt;/script&gt;&#34;"),
    ("var.nix | json", "null"),
    ("'a/b?c=d&e' | url_encode", "a%2Fb%3Fc%3Dd%26e"),
]


@pytest.mark.parametrize(("expression", "printed"), MORE, ids=[expression for expression, _ in MORE])
def test_a_filter_at_its_edges(render: Render, expression: str, printed: str) -> None:
    assert render(f"<p>{{{{ {expression} }}}}</p>") == f"<p>{printed}</p>"
