"""What a run is asked for, beside its script, and the job that a worker gets of it."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, TypeAlias

from pydantic_core import PydanticSerializationError

from bindings.context import RunContext
from bindings.queue import WriteQueue
from runtime.frames import encode
from runtime.host_calls import HostCalls
from runtime.limits import Limits
from runtime.modules.source import ModuleSource
from runtime.outcome import Outcome
from runtime.prelude import can_name_page_globals
from runtime.randomness import random_state
from runtime.request import Request
from runtime.script import Script
from runtime.session import Session
from runtime.templates.source import TemplateSource
from storage.ids import IdSource
from storage.port import Store

Between: TypeAlias = Callable[[HostCalls, RunContext], HostCalls]
"""Makes what stands between a run's script and what else would answer it."""


class Recorder(Protocol):
    """Puts a run on tape."""

    def listen(self, calls: HostCalls, context: RunContext) -> HostCalls:
        """What stands between the script and what answers it."""

    def note_end(self, outcome: Outcome, context: RunContext) -> None:
        """The script has ended; what else the run does is not its own."""


class OwnData(NamedTuple):
    """Data of one run's own, in the place of its runtime's: a store, where ids of entries come from, and a queue.

    ``between`` may answer the script in their place. With ``places`` it is told where in the script each call stands.
    ``http`` says whether the script finds the global of that name; None: as others of the runtime do.
    ``modules`` are what the script may import, the runtime's where they are None.
    ``templates`` are those of its page, the runtime's where they are None.
    With ``prompt`` there is no script but what ``between`` answers to the call ``prompt``: line by line, each asked for
    with what came of the last one, until null.
    """

    store: Store
    new_id: IdSource
    queue: WriteQueue | None = None
    between: Between | None = None
    places: bool = False
    http: bool | None = None
    modules: ModuleSource | None = None
    templates: TemplateSource | None = None
    prompt: bool = False


class Order(NamedTuple):
    """For whom, for which request, and how a script runs; on which data, where it isn't the runtime's.

    ``recorder`` puts the run on tape.
    """

    session: Session
    request: Request | None
    limits: Limits
    strict: bool
    now_ms: int | None
    seed: int | None
    data: OwnData | None = None
    recorder: Recorder | None = None

    @property
    def is_replay(self) -> bool:
        """Whether a script is done again alone, without the template of its page."""
        return self.data is not None and self.data.places

    @property
    def is_answered_directly(self) -> bool:
        """Whether nothing stands between the script and its data, so that reads may be done before it asks."""
        return self.recorder is None and (self.data is None or self.data.between is None)

    def through(self, calls: HostCalls, context: RunContext) -> HostCalls:
        """What answers the script, given what would if nothing stood between."""
        if self.data is not None and self.data.between is not None:
            calls = self.data.between(calls, context)
        return calls if self.recorder is None else self.recorder.listen(calls, context)


def job_text(
    script: Script, order: Order, context: RunContext, *, http: bool = False, code_from_strings: bool = False
) -> str:
    """The job as the prelude takes it; ``http`` says whether the script finds the global of that name.

    ``code_from_strings`` gives it ``eval`` and ``Function``.
    What is wrong with the request is warned of in the context.
    """
    job: dict[str, Any] = {"source": script.source, "file": script.file, **common_job(order)}
    # What the script imports may name them, too.
    if can_name_page_globals(script.source) or "import" in script.source:
        job["page_globals"] = True
    own = order.data
    if http:
        job["http"] = True
    if script.parts is not None:
        job["parts"] = script.parts
    if own is not None and own.places:
        job["places"] = True
    if own is not None and own.prompt:
        job["prompt"] = job["page_globals"] = True
    if code_from_strings:
        job["code_from_strings"] = True
    if order.request is not None:
        job["request"] = order.request.shown(context.warn)
    if order.session.values:
        job["session"] = order.session.values
    try:
        return encode(job)
    except PydanticSerializationError:
        # Half a character in the source, the session or the request; only as an escape can it be sent.
        return json.dumps(job)


def finds_http(order: Order, is_on: bool) -> bool:
    """Whether a run finds ``http``, given whether the runtime's runs do: one on data of its own may not."""
    return is_on if order.data is None or order.data.http is None else order.data.http


def common_job(order: Order) -> dict[str, Any]:
    """What every job has in it, whatever is run."""
    job = {
        "customer": _customer(order.session),
        "seed": random_state(order.seed),
        "log_limit": order.limits.log_bytes,
    }
    return job if order.now_ms is None else {**job, "now": order.now_ms}


def _customer(session: Session) -> dict[str, Any] | None:
    if session.customer_id is None and session.email is None:
        return None
    return {**session.attributes, "id": session.customer_id, "email": session.email, "name": session.name}
