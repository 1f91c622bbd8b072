"""The one way into the bindings: a name and decoded JSON in, JSON out."""

from pydantic import ValidationError

from bindings.arguments.base import Arguments
from bindings.context import RunContext
from bindings.function import Function
from bindings.messages import malformed, not_an_object, tell_unknown
from bindings.names import Unknown, canonical
from bindings.refusals import script_error
from bindings.registry import BY_EITHER_NAME
from storage.errors import StorageError
from storage.models import Json


class UnknownFunction(KeyError):
    """No function answers to the name. A script cannot cause it: whoever sent the name broke the protocol."""


def call(name: str, arguments: Json, context: RunContext) -> Json:
    """Run one function for a run; either spelling of its name will do.

    ``arguments`` is whatever JSON came: nothing of it is trusted. Raises ``ScriptError`` for whatever the script is to
    be told, ``UnknownFunction`` for a name that is none. Costs 5-10 µs beside the store.
    """
    function = BY_EITHER_NAME.get(name)
    if function is None:
        raise UnknownFunction(name)
    checked = parse(function, arguments, context)
    try:
        return function.handler(checked, context)
    except StorageError as error:
        raise script_error(error, checked, context.brand) from error


def parse(function: Function, arguments: Json, context: RunContext) -> Arguments:
    """The arguments as the function's model. Raises ``ScriptError``; unknown properties are warned of."""
    model = function.arguments
    if not isinstance(arguments, dict):
        raise not_an_object(model, arguments)
    unknown = Unknown()
    named = canonical(arguments, function.spellings, unknown, function.name)
    if unknown.found:
        tell_unknown(model, unknown, context)
    try:
        return model.__pydantic_validator__.validate_python(named)  # type: ignore[no-any-return]  # it is the model
    except ValidationError as error:
        raise malformed(model, named, error) from None
