"""Events of the host go to standard error, so that standard output holds a command's answer and nothing else."""

import logging
import os
import sys
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from runtime.settings import LogFormat, LogLevel


def configure(level: "LogLevel" = "warning", format: "LogFormat" = "text") -> None:  # noqa: A002 - the setting's name
    """Set structlog up for this process: events of ``level`` and above, with UTC times.

    What an exception says comes with what caused it, on one line; the traceback too where ``level`` is "debug".
    Events are named by a stable word and carry ids (``run_id``, ``brand``, ``script``) as fields. Scripts' own
    ``console`` lines are part of the run's record and never pass here.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *_renderers(format, with_traceback=level == "debug"),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=_StandardError(),
        cache_logger_on_first_use=False,
    )


class _StandardError:
    """Makes loggers on whatever standard error is when an event comes, not when this was set up."""

    def __call__(self, *_: object) -> structlog.PrintLogger:
        return structlog.PrintLogger(sys.stderr)


def _renderers(
    format: "LogFormat",  # noqa: A002 - as above
    *,
    with_traceback: bool,
) -> list[structlog.typing.Processor]:
    processors = structlog.processors
    exception = processors.format_exc_info if with_traceback else processors.ExceptionRenderer(_causes)
    if format == "json":
        return [exception, processors.JSONRenderer()]
    colors = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    return [exception, structlog.dev.ConsoleRenderer(colors=colors)]


def _causes(exc_info: structlog.typing.ExcInfo) -> str:
    from bindings.causes import causes_of  # commands that nothing goes wrong in load none of the bindings

    return causes_of(exc_info[1])
