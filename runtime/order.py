"""What a run is asked for, beside its script, and the job that a worker gets of it."""

import json
from typing import Any, NamedTuple

from pydantic_core import PydanticSerializationError

from bindings.context import RunContext
from bindings.queue import WriteQueue
from runtime.frames import encode
from runtime.limits import Limits
from runtime.prelude import can_name_page_globals
from runtime.randomness import random_state
from runtime.request import Request
from runtime.script import Script
from runtime.session import Session
from storage.ids import IdSource
from storage.port import Store


class OwnData(NamedTuple):
    """Data of one run's own, in the place of its runtime's: a store, where ids of entries come from, and a queue."""

    store: Store
    new_id: IdSource
    queue: WriteQueue | None = None


class Order(NamedTuple):
    """For whom, for which request, and how a script runs; on which data, where it isn't the runtime's."""

    session: Session
    request: Request | None
    limits: Limits
    strict: bool
    now_ms: int | None
    seed: int | None
    data: OwnData | None = None


def job_text(script: Script, order: Order, context: RunContext, *, http: bool = False) -> str:
    """The job as the prelude takes it; ``http`` says whether the script finds the global of that name.

    What is wrong with the request is warned of in the context.
    """
    job: dict[str, Any] = {"source": script.source, "file": script.file, **common_job(order)}
    if can_name_page_globals(script.source):
        job["page_globals"] = True
    if http:
        job["http"] = True
    if script.parts is not None:
        job["parts"] = script.parts
    if order.request is not None:
        job["request"] = order.request.shown(context.warn)
    if order.session.values:
        job["session"] = order.session.values
    try:
        return encode(job)
    except PydanticSerializationError:
        # Half a character in the source, the session or the request; only as an escape can it be sent.
        return json.dumps(job)


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
