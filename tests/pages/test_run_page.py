"""A page that runs: its blocks are one script, and errors name the place in the page."""

import pytest

from runtime import Limits, RunError, Runtime, RunWarning
from runtime.known_names import AWAIT_NOT_HERE
from tests.pages.conftest import VISITOR

LOOP = "<p><script scope=backend>setVariable('before', 1); {}</script></p>"


def test_blocks_run_as_one_script_in_one_scope_in_order(runtime: Runtime) -> None:
    """A `let` of one block is there in the next, and a block ends where it ends, also without a semicolon."""
    page = (
        "<title>a</title><script scope=backend>let order = ['first']\norder.push(1)</script>\n"
        "<script>let order = 'the browser\\'s'</script>"
        "<script scope=backend>(() => order.push('second'))()\nsetVariable('order', order)</script>"
    )
    record, html = runtime.run_page(page, session=VISITOR)
    assert (record.status, record.variables) == ("ok", {"order": ["first", 1, "second"]})
    assert html == "<title>a</title>\n<script>let order = 'the browser\\'s'</script>"


def test_a_page_without_a_block_needs_no_run(runtime: Runtime) -> None:
    record, html = runtime.run_page("<p>a</p>", session=VISITOR)
    assert (record.status, record.usage.wall_seconds, html) == ("ok", 0.0, "<p>a</p>")


@pytest.mark.parametrize(
    ("page", "message", "line", "column"),
    [
        ("<p>é𝄞\n <script scope=backend>'é𝄞'; null.x</script>", "cannot read property 'x' of null", 2, 30),
        ("\r\n\r\n<script scope=backend>\r\n  null.x</script>", "cannot read property 'x' of null", 4, 3),
        (
            "<script scope=backend>1</script>\n<b><script scope=backend>\nfunction f() { null.x } f()</script>",
            "cannot read property 'x' of null",
            3,
            16,
        ),
        (
            (
                "<script scope=backend>1</script><script scope=backend>\n2</script><i><script"
                " scope=backend>null.x</script>"
            ),
            "cannot read property 'x' of null",
            2,
            36,
        ),
        (
            "<script scope=backend>1</script>\n<b>é<script scope=backend>() => await 1</script>",
            AWAIT_NOT_HERE,
            2,
            39,
        ),
        (
            "<script scope=backend>1</script>\n<script scope=backend>\n\n  () => await 1</script>",
            AWAIT_NOT_HERE,
            4,
            15,
        ),
        ("<p>\n<script scope=backend>var b = = 2</script>", "unexpected token in expression: '='", 2, 31),
        (
            (
                "<script scope=backend>1</script>\n <script scope=backend>var a = {</script>\n<script"
                " scope=backend>2</script>"
            ),
            "invalid property name",
            2,
            33,
        ),
        (
            "<script scope=backend>let a</script>\n<script scope=backend>let a</script>",
            "invalid redefinition of lexical identifier",
            2,
            28,
        ),
        (
            "<script scope=backend>1</script>\n<script scope=backend>JSON.parse('{')</script>",
            "Expected property name or '}' in JSON at position 1 (line 1 column 2)",
            2,
            28,
        ),
    ],
)
def test_an_error_names_its_place_in_the_page(
    runtime: Runtime, page: str, message: str, line: int, column: int
) -> None:
    """Lines and columns of the page, also for what is no JavaScript in a block that others follow."""
    error = runtime.run_page(page, session=VISITOR, filename="checkin.html").record.error
    assert error is not None
    assert (error.message, error.file, error.line, error.column) == (message, "checkin.html", line, column)


def test_stacks_have_the_pages_lines(runtime: Runtime) -> None:
    page = "<script scope=backend>function f() { null.x }</script>\n\n<p><script scope=backend>f()</script>"
    error = runtime.run_page(page, session=VISITOR).record.error
    assert isinstance(error, RunError)
    assert error.stack == "    at f (page.html:1:38)\n    at page.html:3:26\n"


def test_what_only_looks_like_a_block_is_warned_of(runtime: Runtime) -> None:
    """Each of them, though they are told of in the same words."""
    source = "<p>\n<!-- <script scope=backend>throw 1</script> -->\n<!-- <script scope=backend>1</script> -->"
    record, html = runtime.run_page(source, session=VISITOR)
    assert (record.status, html) == ("ok", "<p>\n<!--  -->\n<!--  -->")
    message = "what looks like a backend block stands in a comment; it was not run"
    assert record.warnings == [
        RunWarning("block_dropped", message, "page.html", 2, 6),
        RunWarning("block_dropped", message, "page.html", 3, 6),
    ]


def test_a_warning_of_a_call_has_its_place_in_the_page(runtime: Runtime) -> None:
    page = "<p>\n<script scope=backend>1;\n  getCrmField({ slug: 'notes', fieldKey: 'text', typo: 1 })</script>"
    assert runtime.run_page(page, session=VISITOR).record.warnings == [
        RunWarning("unknown_property", "getCrmField: unknown property 'typo'", "page.html", 3, 3)
    ]


def test_an_error_names_what_it_is_about_in_whichever_block_it_stands(runtime: Runtime) -> None:
    page = "<script scope=backend>var a = {}; a.b = {};</script><p>\n<script scope=backend>1; a.b.c.d</script>"
    error = runtime.run_page(page, session=VISITOR).record.error
    assert error is not None
    assert (error.message, error.line, error.column) == (
        "cannot read property 'd' of undefined: a.b.c is undefined",
        2,
        26,
    )


@pytest.mark.parametrize(
    ("end", "limits", "status"),
    [
        ("throw new Error('x')", {}, "error"),
        ("let let", {}, "error"),
        ("for (;;);", {"cpu_seconds": 0.1}, "time_limit"),
        ("for (let a = [];;) a.push(new Array(9999).fill(1))", {}, "memory_limit"),
        ("for (;;) try { getCrmEntries({ slug: 'nothing' }) } catch {}", {"max_host_calls": 5}, "limit"),
        ("setVariable('x', 'x'.repeat(3e5))", {}, "limit"),
    ],
)
def test_the_page_comes_back_whole_whatever_becomes_of_the_run(
    runtime: Runtime, end: str, limits: dict[str, float], status: str
) -> None:
    page = LOOP.replace("{}", end)
    record, html = runtime.run_page(page, session=VISITOR, limits=Limits(**limits))
    assert (record.status, html) == (status, "<p></p>")
    assert record.variables == ({} if "let let" in end else {"before": 1})
    assert runtime.run_page(LOOP.replace("{}", ""), session=VISITOR).record.status == "ok"


def test_blocks_together_are_bounded(runtime: Runtime) -> None:
    page = f"<p><script scope=backend>{'1;' * 100}</script>" * 2
    record, html = runtime.run_page(page, session=VISITOR, limits=Limits(source_bytes=300))
    assert record.error is not None
    assert (record.status, record.error.code, html) == ("limit", "source_bytes", "<p><p>")
