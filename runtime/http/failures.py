"""Why a call has no answer."""


class CallFailed(Exception):
    """``reason`` is for the script's author and tells nothing of the host's network; ``cause`` is for its log.

    ``refused`` says that the host's own rules stood against it.
    """

    def __init__(self, reason: str, *, cause: str | None = None, refused: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cause = cause or reason
        self.refused = refused
