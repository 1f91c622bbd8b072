"""What went wrong, for the host's log."""


def causes_of(error: BaseException) -> str:
    """An error and what caused it, on one line: enough to act on. No traceback, whose locals are visitors' data."""
    chain = []
    cause: BaseException | None = error
    while cause is not None:
        chain.append(f"{type(cause).__name__}: {cause}")
        cause = cause.__cause__
    return " <- ".join(chain)
