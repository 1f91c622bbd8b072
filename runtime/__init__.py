"""Runs scripts: ``Runtime`` is the way in. Names load when first used, so that the sandbox's child stays light."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runtime.errors import Busy, FunnelscriptError, RuntimeClosed, SandboxUnavailable
    from runtime.limits import Limits
    from runtime.record import HostCall, LogLine, RunError, RunResult, RunWarning, Usage
    from runtime.runtime import Runtime
    from runtime.sandbox.report import Sandbox, SandboxReport
    from runtime.session import Session

_HOMES = {
    "Busy": "errors",
    "FunnelscriptError": "errors",
    "HostCall": "record",
    "Limits": "limits",
    "LogLine": "record",
    "RunError": "record",
    "RunResult": "record",
    "RunWarning": "record",
    "Runtime": "runtime",
    "RuntimeClosed": "errors",
    "Sandbox": "sandbox.report",
    "SandboxReport": "sandbox.report",
    "SandboxUnavailable": "errors",
    "Session": "session",
    "Usage": "record",
}

__all__ = [
    "Busy",
    "FunnelscriptError",
    "HostCall",
    "Limits",
    "LogLine",
    "RunError",
    "RunResult",
    "RunWarning",
    "Runtime",
    "RuntimeClosed",
    "Sandbox",
    "SandboxReport",
    "SandboxUnavailable",
    "Session",
    "Usage",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name not in _HOMES:
        raise AttributeError(f"module 'runtime' has no attribute {name!r}")
    return getattr(import_module(f"runtime.{_HOMES[name]}"), name)
