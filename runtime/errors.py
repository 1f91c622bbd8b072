"""What the runtime itself can fail with; a script's own failure is in its record, never an exception.

FunnelscriptError
├── Busy                 no worker came free in time: try again later
├── SandboxUnavailable   the sandbox cannot start, or is weaker than was asked for
├── RuntimeClosed        the runtime was closed
└── TokenRefused         a bearer token that opens nothing
"""


class FunnelscriptError(Exception):
    """Base of all. ``code`` is stable."""

    code = "runtime_error"


class Busy(FunnelscriptError):
    """All workers are taken and as many runs wait as may: answer 503 and try again later."""

    code = "busy"


class SandboxUnavailable(FunnelscriptError):
    """The sandbox cannot start, or this host lacks a layer of it: see ``funnelscript doctor``."""

    code = "sandbox_unavailable"


class RuntimeClosed(FunnelscriptError):
    """The runtime was closed, or belongs to another process: open one after forking."""

    code = "runtime_closed"


class TokenRefused(FunnelscriptError):
    """The token is malformed, unknown, revoked or another's: which of these is told to nobody. Answer 401."""

    code = "token_refused"

    def __init__(self) -> None:
        super().__init__("the token is not valid")
