"""One page: its backend blocks as one script, then its template; the record, and the page that came of both."""

from bindings.context import RunContext, WarnPlace
from runtime.order import Order
from runtime.outcome import Outcome
from runtime.pages.blocks import Page, take_apart
from runtime.record import PageResult
from runtime.running import Runs, record_of
from runtime.script import script_of_blocks
from runtime.templates.cache import Templates
from runtime.templates.rendering import Rendering


def run_page(runs: Runs, templates: Templates, html: str, filename: str, order: Order) -> PageResult:
    """Run a page. One in which nothing is to be done takes no worker."""
    context = runs.context(order)
    page = take_apart(html)
    for (line, column), why in page.dropped:
        place = WarnPlace(filename, line, column)
        context.warn("block_dropped", f"what looks like a backend block {why}; it was not run", place)
    rendering = _rendering(runs, templates, html, filename, page, order, context)
    if not page.blocks and rendering is None:
        return PageResult(record_of(Outcome(order.limits), context, []), page.html)
    script = script_of_blocks(page.blocks, filename) if page.blocks else None
    record = runs.run(script, order, context, rendering)
    return PageResult(record, page.html if rendering is None else rendering.html)


def _rendering(
    runs: Runs, templates: Templates, html: str, filename: str, page: Page, order: Order, context: RunContext
) -> Rendering | None:
    """The page's template, where it has one that is to be run."""
    own = None if order.data is None else order.data.templates
    template = templates.compiled(context.brand, filename, html, page, own)
    return None if template is None or order.is_replay else Rendering(template, order, runs.foresight)
