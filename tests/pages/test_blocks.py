"""Which blocks of a page run, what becomes of the others, and that the rest of the page stays as it is."""

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from runtime.pages.blocks import take_apart, without_blocks
from tests.pages.readers import blocks_in_any_reading

BLOCK = '<script scope="backend">run()</script>'


def taken_apart(page: str) -> tuple[str, list[str], list[tuple[int, int, str]]]:
    """The rest, what runs, and what was dropped."""
    apart = take_apart(page)
    return apart.html, [block.source for block in apart.blocks], [(*one.place, one.why) for one in apart.dropped]


@pytest.mark.parametrize(
    ("page", "rest"),
    [
        (f"<p>a</p>{BLOCK}\n<p>b</p>", "<p>a</p>\n<p>b</p>"),
        ("<SCRIPT SCOPE=BackEnd>run()</SCRIPT >", ""),
        ("<script defer scope='backend' id=x>run()</script>", ""),
        ("<script\nscope\n=\n'backend'\n>run()</script\n>", ""),
        ("<script/scope=backend>run()</script/ x='>'>!", "!"),
        ("<script scope=' backend\t'>run()</script>", ""),
        ("<script scope=&#98;ackend>run()</script>", ""),
        ("<script title='>' scope=backend>run()</script>", ""),
        ("<p title='<'>" + BLOCK, "<p title='<'>"),
        ("<svg><title/></svg>" + BLOCK, "<svg><title/></svg>"),
        ("<svg><![CDATA[<p>]]></svg>" + BLOCK, "<svg><![CDATA[<p>]]></svg>"),
        ("<!-->" + BLOCK, "<!-->"),
        ("<!--a--!>" + BLOCK, "<!--a--!>"),
        ("<title>a</title>" + BLOCK, "<title>a</title>"),
        ("<script>'<!--<script>'</script>'--></script>" + BLOCK, "<script>'<!--<script>'</script>'--></script>"),
        ("<noscript>" + BLOCK + "</noscript>", "<noscript></noscript>"),
        ("<template>" + BLOCK + "</template>", "<template></template>"),
        ("1 < 2 </> <? x ?> <!DOCTYPE html>" + BLOCK, "1 < 2 </> <? x ?> <!DOCTYPE html>"),
    ],
)
def test_a_block_by_the_standard_runs_and_is_gone(page: str, rest: str) -> None:
    """However its tag is written, and whatever stands before it."""
    assert taken_apart(page) == (rest, ["run()"], [])


def test_a_block_ends_where_the_standard_says() -> None:
    """An end tag inside of `<!-- <script>` only leads back to the comment."""
    source = "a; <!-- <script> b; </script> c; --> '</scripts>'; d"
    assert taken_apart(f"<script scope=backend>{source}</script>e") == ("e", [source], [])


@pytest.mark.parametrize(
    ("page", "rest", "why"),
    [
        (f"<!-- {BLOCK} -->", "<!--  -->", "stands in a comment"),
        (f"<textarea>{BLOCK}</textarea>", "<textarea></textarea>", "stands in <textarea>"),
        (f"<title>{BLOCK}</title>", "<title></title>", "stands in <title>"),
        (f"<style>{BLOCK}</style>", "<style></style>", "stands in <style>"),
        (f"<iframe>{BLOCK}</iframe>", "<iframe></iframe>", "stands in <iframe>"),
        (f"<plaintext>{BLOCK}</plaintext>", "<plaintext></plaintext>", "stands in <plaintext>"),
        (f"<p title='{BLOCK}'>", "<p title=''>", "stands in the attribute 'title'"),
        (f"<iframe srcdoc='{BLOCK}'></iframe>", "<iframe srcdoc=''></iframe>", "stands in the attribute 'srcdoc'"),
        ("<!-- <script scope=backend> -->a", "<!-- -->a", "stands in a comment"),
        (
            "<script>x = '<script scope=backend>'</script>a",
            "<script>x = '</script>a",
            "stands in <script>",
        ),
        ("<svg><![CDATA[<script scope=backend>]]></svg>", "<svg><![CDATA[]]></svg>", "stands in a comment"),
        ("<script scope=backend>run()", "", "has no end: all that follows is dropped with it"),
        ("<script scope=backend>run()</script", "", "has no end: all that follows is dropped with it"),
        ("<script/scope=backend/>run()</script>a", "a", "is not written as one"),
        ("<script scope=backend", "", "is not written as one"),
        ("<script scope='backend>run()</script>a<p class='b'>", "a<p class='b'>", "is not written as one"),
        ("<script scope=x scope=backend>run()</script>a", "a", "is not written as one"),
        ("<script<script scope=backend>run()</script>a", "a", "is not written as one"),
    ],
)
def test_what_only_looks_like_a_block_is_gone_without_being_run(page: str, rest: str, why: str) -> None:
    start = re.search(r"<script(?:[ /]+|<script )scope", page)
    assert start
    assert taken_apart(page) == (rest, [], [(1, start.start() + 1, why)])


@pytest.mark.parametrize(
    "page",
    [
        "<scr<script scope=backend></script>ipt scope=backend>run()</script>",
        "<scr" * 40 + BLOCK + "ipt scope=backend>x</script>" * 40,
        "<script scop<!--" + BLOCK + "e=backend>run()</script>",
        "<scr<!--<script scope=backend>-->ipt scope=backend>run()</script>",
    ],
)
def test_what_the_removal_puts_together_is_gone_too(page: str) -> None:
    assert list(blocks_in_any_reading(without_blocks(page))) == []


@pytest.mark.parametrize(
    "page",
    [
        "",
        "plain",
        "<script>run()</script>",
        "<script scope=frontend>run()</script>",
        "<script data-scope=backend>run()</script>",
        "<script scope=backend-ish>run()</script>",
        "<script scope>run()</script>",
        "<div scope=backend>run()</div>",
        "<script-x scope=backend>run()</script-x>",
        "<\u017fcript scope=backend>",
        "</script scope=backend>",
        "&lt;script scope=backend&gt;",
        "<script title=\"scope='backend'\"></script>",
        "\ufeff<p>\r\n\0\ud800",
    ],
)
def test_a_page_without_a_block_comes_out_as_it_is(page: str) -> None:
    assert taken_apart(page) == (page, [], [])


def test_blocks_run_in_order_from_where_they_stand() -> None:
    page = f"<p>é𝄞</p>{BLOCK}\r\n\u2028 {BLOCK}\n"
    assert [block.place for block in take_apart(page).blocks] == [(1, 34), (3, 26)]


PIECES = st.sampled_from(
    [
        *"<>/='\" \n\t\f\r\0\x0b-!?&;a",
        *["<script", "</script", "<script ", "</script>", "scope", "scope=backend", ' scope="backend">', "=backend"],
        *["backend", "BACKEND", "<!--", "-->", "--!>", "<![CDATA[", "]]>", "<!doctype", "<svg>", "</svg>", "<math>"],
        *["<textarea>", "</textarea>", "<title>", "</title>", "<style>", "</style>", "<plaintext>", "<noscript>"],
        *["<iframe srcdoc='", '<p title="', "&#98;ackend", "&quot;", "<script>", "<scr", "ipt", "s", "/>", "\u017f"],
        *[BLOCK, "<script scope='backend'>", "<script scope=backend", "<template>", "<select>", "<body>", "<table>"],
    ]
)
PAGES = st.lists(PIECES | st.text(max_size=3), max_size=14).map("".join)


@settings(max_examples=300)
@given(page=PAGES)
@example(page="<script scope=backend/></script>")
@example(page="<script scope=backend<p>x</script>")
def test_whatever_the_page_no_parser_finds_a_block_in_it_afterwards(page: str) -> None:
    """From wherever in the page it begins to read."""
    assert list(blocks_in_any_reading(without_blocks(page))) == []


@settings(max_examples=300)
@given(page=PAGES.map(lambda page: page.replace("cope", "kope").replace("COPE", "KOPE")))
def test_whatever_the_page_without_a_block_it_comes_out_as_it_is(page: str) -> None:
    assert taken_apart(page) == (page, [], [])


@settings(max_examples=100)
@given(
    before=st.text(st.characters(exclude_characters="<", exclude_categories=["Cs"]), max_size=20),
    sources=st.lists(st.text(st.characters(exclude_characters="<-", exclude_categories=["Cs"]), max_size=20)),
    after=st.text(st.characters(exclude_characters="<", exclude_categories=["Cs"]), max_size=20),
)
def test_the_rest_of_a_page_stays_as_it_is(before: str, sources: list[str], after: str) -> None:
    """Byte for byte, between blocks too."""
    page = before + after.join(f"<script scope=backend>{source}</script>" for source in sources) + before
    assert taken_apart(page) == (before + after * max(0, len(sources) - 1) + before, sources, [])


@pytest.mark.parametrize(
    "page",
    [
        "<script " * 60_000,
        "<script/a=" * 50_000,
        "<script a='" * 50_000 + "scope=backend",
        "<!--" * 100_000 + BLOCK,
        "<scr" * 50_000 + BLOCK * 1_000 + "ipt scope=backend>" * 50_000,
        "<script scope=backend>" * 20_000,
        "<title>" * 60_000,
        "<svg><![CDATA[" * 30_000,
        "&" * 300_000 + BLOCK,
        "<script scope='" + "&" * 300_000 + "'>",
        "<script>" + "<!--<script>" * 40_000,
        '<script scope="backend x">' + "</script" * 60_000,
    ],
    ids=lambda page: page[:20],
)
def test_a_page_made_to_take_long_is_done_in_time(page: str) -> None:
    """Half a million characters take a second or so where the work grew with their square it would be hours."""
    start_seconds = time.process_time()
    without_blocks(page)
    assert time.process_time() - start_seconds < 60
