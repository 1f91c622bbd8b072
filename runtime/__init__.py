"""Runs scripts: ``Runtime`` is the way in. Names load when first used, so that the sandbox's child stays light."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runtime.errors import Busy, FunnelscriptError, RuntimeClosed, SandboxUnavailable
    from runtime.http.fetching import Fetcher, HttpAnswer
    from runtime.http.settings import HttpSettings
    from runtime.limits import Limits
    from runtime.pages.blocks import without_blocks
    from runtime.record import (
        Cookie,
        HostCall,
        LogLine,
        PageResult,
        Redirect,
        Response,
        RunError,
        RunResult,
        RunWarning,
        SessionCustomer,
        TemplateRun,
        Usage,
    )
    from runtime.recording import Recording
    from runtime.request import Request
    from runtime.runtime import Runtime
    from runtime.sandbox.report import Sandbox, SandboxReport
    from runtime.session import Session
    from runtime.tape.model import Tape, TapeOptions
    from runtime.templates.source import FolderTemplates, TemplateSource

_HOMES = {
    "Busy": "errors",
    "Cookie": "record",
    "Fetcher": "http.fetching",
    "FolderTemplates": "templates.source",
    "FunnelscriptError": "errors",
    "HostCall": "record",
    "HttpAnswer": "http.fetching",
    "HttpSettings": "http.settings",
    "Limits": "limits",
    "LogLine": "record",
    "PageResult": "record",
    "Recording": "recording",
    "Redirect": "record",
    "Request": "request",
    "Response": "record",
    "RunError": "record",
    "RunResult": "record",
    "RunWarning": "record",
    "Runtime": "runtime",
    "RuntimeClosed": "errors",
    "Sandbox": "sandbox.report",
    "SandboxReport": "sandbox.report",
    "SandboxUnavailable": "errors",
    "Session": "session",
    "SessionCustomer": "record",
    "Tape": "tape.model",
    "TapeOptions": "tape.model",
    "TemplateRun": "record",
    "TemplateSource": "templates.source",
    "Usage": "record",
    "without_blocks": "pages.blocks",
}

__all__ = [
    "Busy",
    "Cookie",
    "Fetcher",
    "FolderTemplates",
    "FunnelscriptError",
    "HostCall",
    "HttpAnswer",
    "HttpSettings",
    "Limits",
    "LogLine",
    "PageResult",
    "Recording",
    "Redirect",
    "Request",
    "Response",
    "RunError",
    "RunResult",
    "RunWarning",
    "Runtime",
    "RuntimeClosed",
    "Sandbox",
    "SandboxReport",
    "SandboxUnavailable",
    "Session",
    "SessionCustomer",
    "Tape",
    "TapeOptions",
    "TemplateRun",
    "TemplateSource",
    "Usage",
    "without_blocks",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module: ``storage.lazy_names`` does it for the others, the child must not load it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'runtime' has no attribute {name!r}")
    return getattr(import_module(f"runtime.{_HOMES[name]}"), name)
