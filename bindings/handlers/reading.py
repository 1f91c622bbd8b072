"""What reads of many have in common."""

from bindings.arguments.types import MAX_LIMIT
from bindings.context import RunContext


def warn_cut_off(function: str, things: str, limit: int, context: RunContext) -> None:
    """Warn that there is more than the limit let through."""
    more = "page with 'offset'" if limit == MAX_LIMIT else f"raise 'limit' (at most {MAX_LIMIT}) or page with 'offset'"
    context.warn("read_cut_off", f"{function}: there are more {things} than the limit of {limit}; {more}")
