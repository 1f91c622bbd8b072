"""A case file: cases of one script, each with what is there before, what comes, and what is to come of it.

These models are the one description of the form; ``docs/schemas/case.schema.json`` is made of them. Attributes that say
nothing have defaults that mean "nothing of it": what is not named in ``expect`` is not expected.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self, TypeAlias, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bindings.nearest import hint
from bindings.problems import printable
from bindings.times import iso_time
from bindings.values import MAX_SAFE_INTEGER
from runtime.limits import Limits
from runtime.record import Status
from storage.models import Json

ANY = "$any"
"""In the place of an expected value: whatever comes will do."""
DEFAULT_CLOCK_MS = 1_767_258_000_000
DEFAULT_CLOCK_TEXT = "2026-01-01T09:00:00Z"
DEFAULT_SEED = 1
NAME_PATTERN = r"^\$[a-zA-Z0-9][a-zA-Z0-9_-]{0,62}$"

T = TypeVar("T")


def _clock(value: Any) -> int:
    """A time in ISO 8601 as milliseconds since 1970 UTC; one without a zone is UTC."""
    try:
        time = datetime.fromisoformat(value)
        return round((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() * 1000)
    except (TypeError, ValueError, OverflowError):
        raise PydanticCustomError(
            "clock", "must be a time in ISO 8601, such as {example}", {"example": DEFAULT_CLOCK_TEXT}
        ) from None


def _line(value: Any, kinds: tuple[str, ...], plain: str | None) -> Any:
    """``{kind: text}``; a text alone where ``plain`` is the kind that it means. ``kinds``: the known ones."""
    if value == ANY:
        return value
    if isinstance(value, str) and plain is not None:
        return {plain: value}
    if not isinstance(value, dict) or len(value) != 1 or not isinstance(next(iter(value.values())), str):
        alone = ", or a string" if plain else ""
        raise PydanticCustomError("line", "must be an object of one key and its string{alone}", {"alone": alone})
    (kind,) = value
    if kinds and kind not in kinds:
        known = hint(kind, kinds, "")
        raise PydanticCustomError("line", "unknown level '{kind}'{known}", {"kind": printable(kind), "known": known})
    return value


LEVELS = ("log", "info", "warn", "error", "debug")

Clock: TypeAlias = Annotated[
    int,
    BeforeValidator(_clock),
    PlainSerializer(iso_time),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": [DEFAULT_CLOCK_TEXT]}),
]
LogText: TypeAlias = Annotated[
    dict[str, str] | str,
    BeforeValidator(lambda value: _line(value, LEVELS, "log")),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "description": "A line of console.log."},
                {
                    "type": "object",
                    "properties": {level: {"type": "string"} for level in LEVELS},
                    "additionalProperties": False,
                    "minProperties": 1,
                    "maxProperties": 1,
                },
            ]
        }
    ),
]
WarningText: TypeAlias = Annotated[
    dict[str, str] | str,
    BeforeValidator(lambda value: _line(value, (), None)),
    WithJsonSchema(
        {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1, "maxProperties": 1}
    ),
]
Reference: TypeAlias = Annotated[str, Field(pattern=r"^[a-zA-Z0-9_.-]+:.+$", examples=["customer:c_1", "order:12345"])]
StandIn: TypeAlias = Annotated[str, Field(pattern=NAME_PATTERN)]
Place: TypeAlias = Annotated[str, Field(pattern=r"^[^/]+/[^/]+$", examples=["sales/new"])]
OrAny: TypeAlias = Annotated[
    Annotated[T, Tag("<value>")] | Annotated[Literal["$any"], Tag("<any>")],
    Discriminator(lambda value: "<any>" if value == ANY else "<value>"),
]
Texts: TypeAlias = Annotated[
    Annotated[str, Tag("<text>")] | Annotated[list[str], Tag("<list>")],
    Discriminator(lambda value: "<list>" if isinstance(value, list) else "<text>"),
]
Values: TypeAlias = dict[str, Json]


class CaseModel(BaseModel):
    """What all parts of a case have in common: an unknown key is a mistake, and nothing is turned into another type."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class CaseSession(CaseModel):
    """Who the visitor is. Nobody, where nothing is said."""

    customer: Annotated[str | None, Field(min_length=1, max_length=512, description="The customer's id.")] = None
    email: Annotated[str | None, Field(min_length=3, max_length=320, description="The visitor's e-mail address.")] = (
        None
    )
    name: Annotated[str | None, Field(max_length=512, description="The visitor's name.")] = None
    attributes: Annotated[Values, Field(description="What else `customer` has.")] = Field(default_factory=dict)
    values: Annotated[Values, Field(description="What `session.get` gives.")] = Field(default_factory=dict)


class CaseRequest(CaseModel):
    """The request. What is not text in ``body`` is sent as JSON, or as a form where ``content-type`` says so."""

    method: Annotated[str, Field(pattern=r"^[A-Z]{1,16}$")] = "GET"
    path: str = "/"
    query: dict[str, Texts] = Field(default_factory=dict)
    body: Annotated[Json, Field(description="Text as it came, or a value that is sent as JSON or as a form.")] = None
    headers: dict[str, str] = Field(default_factory=dict)
    cookies: dict[str, str] = Field(default_factory=dict)
    ip: str | None = None
    ip6: str | None = None
    is_mobile: bool | None = None
    is_tablet: bool | None = None
    route_params: dict[str, str] = Field(default_factory=dict)


class CaseCustomer(CaseModel):
    """A customer whom the brand knows already."""

    id: Annotated[str, Field(min_length=1, max_length=512)]
    email: Annotated[str | None, Field(min_length=3, max_length=320)] = None
    name: Annotated[str | None, Field(max_length=512)] = None


class EntryBefore(CaseModel):
    """An entry that is there already. It belongs to the session's customer, unless it says to whom."""

    id: Annotated[StandIn | None, Field(description="What stands for its id, such as `$springfield`.")] = None
    reference: Annotated[Reference | None, Field(description="The record it is attached to, as TYPE:ID.")] = None
    title: str | None = None
    stage: Annotated[Place | None, Field(description="Where it stands, as PIPELINE/STAGE.")] = None
    values: Values = Field(default_factory=dict)
    relations: Annotated[
        dict[str, list[StandIn]], Field(description="The entries that it points to, by what stands for them.")
    ] = Field(default_factory=dict)


class Before(CaseModel):
    """What is there before the script runs, in the order in which it was made."""

    entities: Annotated[list[dict[str, Json]], Field(description="Entities, as `EnsureCrmEntity` takes them.")] = Field(
        default_factory=list
    )
    customers: list[CaseCustomer] = Field(default_factory=list)
    entries: Annotated[
        dict[str, list[EntryBefore]], Field(description="Entries by the slug of their entity, the oldest first.")
    ] = Field(default_factory=dict)


class ExpectedError(CaseModel):
    """What ended the run. Only what is named is compared; ``line`` and ``column`` are places in the author's file."""

    name: str | None = None
    message: str | None = None
    code: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None


class ExpectedResponse(CaseModel):
    """What the script answers. The body of a JSON answer is its value."""

    status: int = 200
    content_type: str | None = None
    body: Json = None


class ExpectedRedirect(CaseModel):
    """Where the visitor is sent."""

    url: str
    status: int = 302


class ExpectedCookie(CaseModel):
    """A cookie that is set, or with a ``value`` of null deleted."""

    value: str | None = None
    max_age_seconds: int | None = None
    path: str = "/"


class ExpectedCustomer(CaseModel):
    """Whom the script made the session's customer."""

    email: str
    id: str | None = None
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None


class ExpectedEntry(CaseModel):
    """An entry afterwards, whole: what is not named, it has not. ``id`` alone is not compared unless it is named."""

    id: Annotated[str | None, Field(description="Its stand-in, such as `$entry-1`.")] = None
    reference: Annotated[
        Reference | None, Field(description="Whose it is, as TYPE:ID; the customer's, where nothing is said.")
    ] = None
    title: str | None = None
    stage: Annotated[Place | None, Field(description="Where it stands, as PIPELINE/STAGE.")] = None
    values: OrAny[Values] = Field(default_factory=dict)
    relations: OrAny[dict[str, list[str]]] = Field(default_factory=dict)


class Expectation(CaseModel):
    """What comes of the run. `$any` in the place of a value is whatever comes.

    ``status`` is ``ok`` where nothing is said, or ``error`` where an error is expected. Entities that ``entries`` does
    not name keep the entries that were there before. ``customer``, ``deferred_writes`` and ``html`` are compared only
    where they are named.
    """

    status: Status | None = None
    error: ExpectedError | None = None
    variables: OrAny[Values] = Field(default_factory=dict)
    logs: OrAny[list[LogText]] = Field(default_factory=list)
    warnings: OrAny[list[WarningText]] = Field(default_factory=list)
    response: ExpectedResponse | None = None
    redirect: ExpectedRedirect | None = None
    headers: OrAny[dict[str, str]] = Field(default_factory=dict)
    cookies: dict[str, OrAny[ExpectedCookie]] = Field(default_factory=dict)
    session: OrAny[Values] = Field(default_factory=dict)
    session_customer: ExpectedCustomer | None = None
    entries: dict[str, OrAny[list[OrAny[ExpectedEntry]]]] = Field(default_factory=dict)
    customer: str | None = None
    deferred_writes: int | None = None
    html: Annotated[str | None, Field(description="The page that the visitor gets.")] = None


class Case(CaseModel):
    """One case. Nothing but its name has to be said."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    session: CaseSession = CaseSession()
    request: Annotated[CaseRequest | None, Field(description="The request, where the script runs for one.")] = None
    before: Before = Before()
    clock: Annotated[
        Clock, Field(description=f"The time it is, all through the run. Default: {DEFAULT_CLOCK_TEXT}.")
    ] = DEFAULT_CLOCK_MS
    seed: Annotated[
        int,
        Field(ge=-MAX_SAFE_INTEGER, le=MAX_SAFE_INTEGER, description="What `Math.random` starts from."),
    ] = DEFAULT_SEED
    strict: Annotated[bool, Field(description="Whether an unknown property of a call is an error.")] = True
    limits: Annotated[Limits, Field(description="Limits other than the usual ones.")] = Limits()
    modules: Annotated[
        str | None,
        Field(description="The folder of the modules, seen from the case file. Default: `modules`, where it is there."),
    ] = None
    templates: Annotated[
        str | None,
        Field(description="The folder of layouts and components, seen from the case file. Default: the page's own."),
    ] = None
    expect: Expectation = Expectation()

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        seen: set[str] = set()
        for slug, entries in self.before.entries.items():
            for index, entry in enumerate(entries):
                if entry.id is not None and entry.id in seen:
                    at = f".before.entries.{slug}[{index}].id"
                    raise PydanticCustomError("twice", "another entry is called so", {"path": at})
                seen.add(entry.id or "")
        return self


class CaseFile(CaseModel):
    """The cases of one script."""

    script: Annotated[
        str | None, Field(description="The script or page, seen from here. Default: the one that is called so.")
    ] = None
    cases: Annotated[list[Case], Field(min_length=1)]
