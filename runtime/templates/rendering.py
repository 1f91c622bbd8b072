"""A page's template, run behind its blocks: the job, the page that comes of it piece by piece, its failures.

The page can always be had: where the template cannot be run to its end, it is the page with no value in it.
"""

import json
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from bindings.context import RunContext, WarnPlace
from runtime.broker import Broker
from runtime.child.wire import TEMPLATE_JOB
from runtime.effects import customer_shown
from runtime.errors import FunnelscriptError
from runtime.foresight import NO_PLAN, Foresight
from runtime.frames import ProtocolViolation, decode, encode
from runtime.host_calls import HostCalls
from runtime.limits import Limits
from runtime.order import Order, common_job
from runtime.outcome import LimitReached, Outcome
from runtime.pages.blocks import without_composed_blocks
from runtime.record import RunError, TemplateRun, Usage
from runtime.sandbox.lease import Lease
from runtime.templates.code import MARK
from runtime.templates.compiler import Compiled

MAX_FAILURES = 100
_OWN_LIMITS = {
    "cpu_seconds": "template_cpu_seconds",
    "wall_seconds": "template_wall_seconds",
    "max_host_calls": "template_max_host_calls",
}
"""What bounds a template's run in place of a script's limit."""
_FAILURE = TypeAdapter(tuple[int, tuple[str, str, str | None]])


class RenderOutcome(Outcome):
    """The outcome of a template's run: what any run has, and a page."""

    def __init__(self, limits: Limits, template: Compiled) -> None:
        """``limits`` are those of the run; the template's own ones are among them."""
        super().__init__(template_limits(limits))
        self.failures: list[RunError] = []
        self._template = template
        self._text_sizes = [_size_bytes(text) for text in template.texts]
        self._page: list[str] = []
        self._page_bytes = 0

    @property
    def html(self) -> str:
        """The page as far as it came."""
        return "".join(self._page)

    def add_page_piece(self, text: str) -> None:
        """Take a piece: texts, and between marks the numbers of those that the host keeps."""
        for place, part in enumerate(text.split(MARK)):
            if place % 2 == 0:
                self._take(part, _size_bytes(part))
            elif part.isascii() and part.isdigit() and len(part) < 10 and int(part) < len(self._text_sizes):  # noqa: PLR2004
                self._take(self._template.texts[int(part)], self._text_sizes[int(part)])
            else:
                raise ProtocolViolation("not a text of the page")

    def add_failure(self, text: str) -> None:
        """Note an expression that failed."""
        try:
            place, (name, message, code) = _FAILURE.validate_python(decode(text))
            file, (line, column) = self._template.places[place] if place >= 0 else self._template.places[len(text)]
        except (ValidationError, IndexError) as error:
            raise ProtocolViolation("not a failure") from error
        if len(self.failures) < MAX_FAILURES:
            self.failures.append(RunError(name, message, "", file, line, column, code))

    def place_of(self, told: Any) -> WarnPlace | None:
        """A template's calls stand in expressions, which are told of by number."""
        if not isinstance(told, int):
            return super().place_of(told)
        if not 0 <= told < len(self._template.places):
            raise ProtocolViolation("not a place")
        file, (line, column) = self._template.places[told]
        return WarnPlace(file, line, column)

    def reach_limit(self, limit: str, detail: str = "") -> None:
        """As for any run, by the template's own limits."""
        super().reach_limit(_OWN_LIMITS.get(limit, limit), detail)

    def miss_worker(self, error: FunnelscriptError) -> None:
        """No worker could be had for the template."""
        self.crash(f"the template was not run: {error}")

    def _used(self) -> dict[str, float]:
        used = {_OWN_LIMITS.get(limit, limit): amount for limit, amount in super()._used().items()}
        return {**used, "page_bytes": self._page_bytes}

    def _take(self, text: str, size_bytes: int) -> None:
        self._page_bytes += size_bytes
        if self._page_bytes > self._limits.page_bytes:
            raise LimitReached("page_bytes")
        self._page.append(text)


def template_limits(limits: Limits) -> Limits:
    """The limits of a run with the template's own in the place of the script's."""
    return limits.model_copy(update={limit: getattr(limits, own) for limit, own in _OWN_LIMITS.items()})


class Rendering:
    """One page's template for one run; ``html`` is the page when it is over, and before it the page without values."""

    def __init__(self, template: Compiled, order: Order, foresight: Foresight) -> None:
        self.html = template.bare
        self._template = template
        self._order = order
        self._foresight = foresight

    def run(
        self,
        lease: Lease,
        context: RunContext,
        outcome: Outcome,
        calls: HostCalls,
        *,
        alone: bool,
    ) -> None:
        """Run the template behind the blocks whose outcome is given, and add its own to that.

        Where the blocks have answered already, no page is shown, and nothing is run. Raises what a lease does where
        the template is ``alone``; what came of blocks is never lost to that.
        """
        template, limits = self._template, self._order.limits
        errors = problems_of(template)
        rendered = RenderOutcome(limits, template)
        if template.is_dynamic and not _has_answer(outcome):
            if len(template.code.encode("utf-8", "replace")) > limits.source_bytes:
                rendered.reach_limit("source_bytes")
            else:
                try:
                    self._run_code(rendered, lease, context, outcome, calls)
                except FunnelscriptError as error:
                    if alone:
                        raise
                    rendered.miss_worker(error)
            errors += rendered.failures
            if rendered.status == "ok":
                self.html = without_composed_blocks(rendered.html)
        _merge(outcome, rendered, errors)

    def _run_code(
        self, rendered: RenderOutcome, lease: Lease, context: RunContext, outcome: Outcome, calls: HostCalls
    ) -> None:
        code = self._template.code
        directly = self._order.is_answered_directly
        plan = self._foresight.plan(context.brand, code) if directly else NO_PLAN
        broker = Broker(lease.worker, context, template_limits(self._order.limits), plan, calls, rendered)
        broker.run(self._job(context, outcome), kind=TEMPLATE_JOB)
        lease.note(reusable=broker.reusable)
        if rendered.status == "ok" and directly:
            self._foresight.learn(context.brand, code, plan, broker.trace, broker.guesses)

    def _job(self, context: RunContext, outcome: Outcome) -> str:
        order = self._order
        session = {**order.session.values, **outcome.session}
        job: dict[str, Any] = {
            **common_job(order),
            "template": self._template.code,
            "variables": outcome.variables,
            "brand": context.brand,
            "session": {key: value for key, value in session.items() if value is not None},
        }
        if order.request is not None:
            job["request"] = order.request.shown(context.warn)
        if outcome.session_customer is not None:
            job["customer"] = customer_shown(outcome.session_customer)
        try:
            return encode(job)
        except PydanticSerializationError:
            return json.dumps(job)


def problems_of(template: Compiled) -> list[RunError]:
    """What was found wrong with a template when it was compiled, as a record has it."""
    return [_error(problem.message, problem.file, *problem.place) for problem in template.problems]


def _error(message: str, file: str, line: int, column: int) -> RunError:
    return RunError("TemplateError", message, "", file, line, column, "template_error")


def _has_answer(outcome: Outcome) -> bool:
    return outcome.redirect is not None or (outcome.response is not None and outcome.response.body is not None)


def _merge(outcome: Outcome, rendered: RenderOutcome, errors: list[RunError]) -> None:
    """One record of both: the first thing that went wrong is its error, whichever of the two it is of."""
    outcome.variables |= rendered.variables
    outcome.logs += rendered.logs
    outcome.calls += rendered.calls
    ended_by = [rendered.error] if rendered.error is not None else []
    outcome.template = TemplateRun([*errors, *ended_by], rendered.usage)
    outcome.usage = _sum(outcome.usage, rendered.usage)
    if outcome.status == "ok" and outcome.template.errors:
        outcome.status = "error" if rendered.status == "ok" else rendered.status
        outcome.error = outcome.template.errors[-1 if ended_by else 0]


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(
        round(one.cpu_seconds + other.cpu_seconds, 6),
        round(one.wall_seconds + other.wall_seconds, 6),
        max(one.memory_bytes, other.memory_bytes),
        one.host_calls + other.host_calls,
    )


def _size_bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
