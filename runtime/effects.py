"""What a script does to its page, beside data: the answer to the visitor, cookies, the session.

Each is a call of the script's with an object of arguments, checked here and noted in the run's outcome; its budgets are
those of the run's limits. Who the visitor is comes from the run's context, and only ``session.setCustomer`` changes it.
"""

import contextlib
import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from pydantic_core import PydanticCustomError

from bindings.context import RunContext
from bindings.errors import ScriptRangeError, ScriptTypeError
from bindings.nearest import hint
from bindings.problems import describe
from bindings.values import MAX_SAFE_INTEGER, check_value
from runtime import answering
from runtime.outcome import Outcome
from runtime.record import Cookie, Redirect, Response, SessionCustomer
from storage.errors import StorageError
from storage.models import Json
from storage.queries import FindCustomer, Visitor

MAX_PERSON_CHARACTERS, MAX_EMAIL_CHARACTERS = 512, 320
_CUSTOMER_KEYS = ("email", "id", "name", "first_name", "last_name")
_COOKIE_OPTIONS = ("maxAge", "path")

Arguments: TypeAlias = dict[str, Json]
Effect: TypeAlias = Callable[[Arguments, Outcome, RunContext], Json]


def _set_header(arguments: Arguments, outcome: Outcome, _: RunContext) -> None:
    name = answering.header_name("setHeader", arguments.get("name"))
    value = answering.header_value("setHeader", arguments.get("value"))
    if name not in outcome.headers and len(outcome.headers) >= answering.MAX_HEADERS:
        raise ScriptRangeError(f"setHeader: at most {answering.MAX_HEADERS} headers")
    outcome.set_header(name, value)


def _set_cookie(arguments: Arguments, outcome: Outcome, context: RunContext) -> None:
    call = "cookie.set"
    options = _options(call, arguments, context)
    cookie = Cookie(
        answering.cookie_name(call, arguments.get("name")),
        answering.cookie_value(call, arguments.get("value")),
        answering.cookie_age(call, options.get("maxAge")),
        answering.cookie_path(call, options.get("path")),
    )
    _add_cookie(call, cookie, outcome)


def _delete_cookie(arguments: Arguments, outcome: Outcome, context: RunContext) -> None:
    call = "cookie.delete"
    path = answering.cookie_path(call, _options(call, arguments, context).get("path"))
    _add_cookie(call, Cookie(answering.cookie_name(call, arguments.get("name")), None, 0, path), outcome)


def _add_cookie(call: str, cookie: Cookie, outcome: Outcome) -> None:
    if len(outcome.cookies) >= answering.MAX_COOKIES and (cookie.name, cookie.path) not in outcome.cookies:
        raise ScriptRangeError(f"{call}: at most {answering.MAX_COOKIES} cookies")
    outcome.set_cookie(cookie)


def _redirect(arguments: Arguments, outcome: Outcome, _: RunContext) -> None:
    status = answering.redirect_status("redirect", arguments.get("status"))
    outcome.redirect = Redirect(answering.address("redirect", arguments.get("url")), status)


def _response_status(arguments: Arguments, outcome: Outcome, _: RunContext) -> None:
    outcome.response = Response(answering.status_code("response.status", arguments.get("status")))


def _response_json(arguments: Arguments, outcome: Outcome, _: RunContext) -> None:
    _answer("response.json", "application/json", arguments, outcome)


def _response_send(arguments: Arguments, outcome: Outcome, _: RunContext) -> None:
    _answer("response.send", "text/html", arguments, outcome)


def _answer(call: str, content_type: str, arguments: Arguments, outcome: Outcome) -> None:
    body = arguments.get("body")
    if not isinstance(body, str):
        got = "is missing" if body is None else f"must be a string; response.json sends values (got {describe(body)})"
        raise ScriptTypeError(f"{call}: 'html' {got}")
    outcome.answer(body, content_type)


def _session_set(arguments: Arguments, outcome: Outcome, _: RunContext) -> None:
    key = answering.session_key("session.set", arguments.get("key"))
    value = arguments.get("value")
    try:
        check_value(value)
    except PydanticCustomError as problem:
        raise _script_error("session.set", problem) from None
    outcome.set_session_value(key, value, len(json.dumps([key, value], ensure_ascii=False).encode()))


def _script_error(call: str, problem: PydanticCustomError) -> ScriptTypeError | ScriptRangeError:
    context: dict[str, str] = problem.context or {}
    kind = ScriptRangeError if problem.type == "script_range" else ScriptTypeError
    return kind(f"{call}: 'value{context['path']}' {context['problem']}")


def _set_customer(arguments: Arguments, outcome: Outcome, context: RunContext) -> Json:
    """The visitor is this person from now on: the customer of that e-mail, unless an id says who."""
    call = "session.setCustomer"
    customer = _customer(call, arguments, context)
    known = context.visitor
    if customer.id is None and known.email is not None and known.email.casefold() == customer.email.casefold():
        customer.id = known.id
    context.visitor = Visitor(customer.id, customer.email, customer.name)
    if customer.id is None:
        with contextlib.suppress(StorageError):
            stored = context.store.query(context.brand, FindCustomer(context.visitor))
            customer.id = None if stored is None else stored.id
            context.visitor = Visitor(customer.id, customer.email, customer.name)
    outcome.session_customer = customer
    return customer_shown(customer)


def customer_shown(customer: SessionCustomer) -> dict[str, Json]:
    """What a script finds of a customer whom a script has set."""
    names = {"first_name": customer.first_name, "last_name": customer.last_name}
    given = {key: value for key, value in names.items() if value is not None}
    return {"id": customer.id, "email": customer.email, "name": customer.name, **given}


def _customer(call: str, arguments: Arguments, context: RunContext) -> SessionCustomer:
    given = arguments.get("customer")
    if not isinstance(given, dict):
        got = "nothing" if given is None else describe(given)
        raise ScriptTypeError(f"{call}: takes one object, such as {{email: 'ada@example.com'}} (got {got})")
    _tell_unknown(call, given, _CUSTOMER_KEYS, context)
    email = _person(call, "email", given.get("email"), MAX_EMAIL_CHARACTERS)
    if email is None or not 0 < email.find("@") < len(email) - 1 or any(character.isspace() for character in email):
        got = "is missing" if email is None else f"must be an e-mail address (got {describe(email)})"
        raise ScriptTypeError(f"{call}: 'email' {got}")
    first, last, name, id_ = (_person(call, key, given.get(key)) for key in ("first_name", "last_name", "name", "id"))
    name = name or " ".join(filter(None, [first, last])) or None
    if name is not None and len(name) > MAX_PERSON_CHARACTERS:
        raise ScriptRangeError(
            f"{call}: 'first_name' and 'last_name' together have {len(name)} characters,"
            f" the limit is {MAX_PERSON_CHARACTERS}"
        )
    return SessionCustomer(email, id_, name, first, last)


def _person(call: str, key: str, value: Json, most: int = MAX_PERSON_CHARACTERS) -> str | None:
    if value is None or value == "":
        return None
    if key == "id" and isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_SAFE_INTEGER:
        value = str(value)
    if not isinstance(value, str):
        raise ScriptTypeError(f"{call}: '{key}' must be a string (got {describe(value)})")
    if "\0" in value:
        raise ScriptTypeError(f"{call}: '{key}' must not contain U+0000")
    if len(value) > most:
        raise ScriptRangeError(f"{call}: '{key}' has {len(value)} characters, the limit is {most}")
    return value


def _options(call: str, arguments: Arguments, context: RunContext) -> Arguments:
    options = arguments.get("options")
    if options is None:
        return {}
    if not isinstance(options, dict):
        raise ScriptTypeError(f"{call}: 'options' must be an object (got {describe(options)})")
    _tell_unknown(call, options, _COOKIE_OPTIONS, context)
    return options


def _tell_unknown(call: str, given: Arguments, known: tuple[str, ...], context: RunContext) -> None:
    for name in given:
        if name not in known:
            message = f"{call}: unknown property '{name[:40]}'{hint(name, known, '')}"
            if context.strict:
                raise ScriptTypeError(message)
            context.warn("unknown_property", message)
            if context.warnings_full:
                return


EFFECTS: Mapping[str, Effect] = MappingProxyType(
    {
        "setHeader": _set_header,
        "cookie.set": _set_cookie,
        "cookie.delete": _delete_cookie,
        "redirect": _redirect,
        "response.status": _response_status,
        "response.json": _response_json,
        "response.send": _response_send,
        "session.set": _session_set,
        "session.setCustomer": _set_customer,
    }
)
"""By the name under which a script calls it."""
ENDING = frozenset({"redirect", "response.json", "response.send"})
"""Those that end the run."""
