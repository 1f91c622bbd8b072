"""Lines by which GitHub's runner marks places in files. See its documentation of workflow commands."""

from runtime.replay.reporting import Result

_IN_MESSAGES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTIES = {**_IN_MESSAGES, ":": "%3A", ",": "%2C"}


def annotation(file: str, line: int | None, column: int | None, message: str, title: str | None = None) -> str:
    """One error at a place, as a line that ends in a line feed."""
    where = {"file": file, "line": line, "col": column, "title": title}
    named = ",".join(f"{name}={_escaped(str(one), _IN_PROPERTIES)}" for name, one in where.items() if one is not None)
    return f"::error {named}::{_escaped(message, _IN_MESSAGES)}\n"


def result_annotation(one: Result) -> str:
    """What is different in a case or a tape, or wrong with it, as such a line without its end."""
    return annotation(one.file, one.line, None, one.problem or one.difference or "", one.name).rstrip("\n")


def _escaped(text: str, escapes: dict[str, str]) -> str:
    return "".join(escapes.get(character, character) for character in text)
