"""What ``POST /v1/runs`` takes and gives: models from which the checks and the OpenAPI document come."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model, model_validator
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo

from bindings.queue import BRAND_PATTERN
from runtime.frames import ProtocolViolation, decode
from runtime.limits import Limits
from runtime.record import RunResult
from runtime.request import Request
from runtime.service.refusals import Refused, details_of
from runtime.session import Session, VisitorSession

ONE_SOURCE: JsonDict = {"oneOf": [{"required": ["script"]}, {"required": ["page"]}]}
"""Of script and page there is exactly one."""


class RunOrder(BaseModel):
    """A run to be done: a ``script`` or a ``page``, for a visitor and their request.

    ``brand`` may be left out; where it is given it has to be the token's. ``filename`` stands in errors. ``limits``
    can only be lower than the host's. ``strict`` makes an error of a CRM call's unknown property.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, json_schema_extra=ONE_SOURCE)

    brand: Annotated[str, Field(pattern=BRAND_PATTERN)] | None = None
    script: str = ""
    page: str = ""
    filename: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")] | None = None
    session: VisitorSession = Field(default_factory=VisitorSession)
    request: Request = Field(default_factory=Request)
    limits: Limits = Field(default_factory=Limits)
    strict: bool = False

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if len({"script", "page"} & self.model_fields_set) != 1:
            raise ValueError("give 'script' or 'page', one of them")
        return self

    @property
    def is_page(self) -> bool:
        """Whether it is a page that runs."""
        return "page" in self.model_fields_set

    def session_of(self, brand: str) -> Session:
        """The visitor's session at the token's brand, which is the only one that counts. Raises ``Refused``."""
        if self.brand not in (None, brand):
            raise Refused("wrong_brand", "the token is of another brand than the body names")
        return Session(brand=brand, **dict(self.session))


class PageRun(RunResult):
    """The record of a page's run, and ``html``: what the visitor gets where the script gave no answer of its own."""

    html: str


def order_model(limits: Limits) -> type[RunOrder]:
    """The model of orders to a host of these limits: no order can ask for more."""
    lower: dict[str, Any] = {name: _lower(field, getattr(limits, name)) for name, field in Limits.model_fields.items()}
    bounded = create_model("Limits", __base__=Limits, __doc__=Limits.__doc__, **lower)
    return create_model("RunOrder", __base__=RunOrder, __doc__=RunOrder.__doc__, limits=(bounded, bounded()))


def _lower(field: FieldInfo, most: float) -> tuple[Any, float]:
    """The type and default of a limit that is at most the host's."""
    reading = [BeforeValidator(_whole)] if field.annotation is int else []
    return Annotated[field.annotation, *field.metadata, Field(le=most), *reading], most


def _whole(number: object) -> object:
    """``2.0`` is a whole number in JSON."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


def read_order(model: type[RunOrder], body: bytes) -> RunOrder:
    """An order from a body. Raises ``Refused``: ``bad_json``, ``invalid``."""
    try:
        decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Refused("bad_json", "the body is not UTF-8") from error
    except ProtocolViolation as error:
        raise Refused("bad_json", f"the body is not strict JSON: {_why(error.__cause__)}") from error
    try:
        return model.model_validate_json(body, strict=True)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        if problems[0]["type"] == "json_invalid":
            raise Refused("bad_json", f"the body is not strict JSON: {problems[0]['msg']}") from error
        raise Refused("invalid", "the body is not a run's order", details=details_of(problems)) from error


def _why(cause: BaseException | None) -> str:
    """What the parser says, where that holds nothing of the body."""
    match cause:
        case RecursionError():
            return "nested too deeply"
        case UnicodeEncodeError():
            return "a lone surrogate"
        case None:
            return "a lone surrogate"
        case _:
            return str(cause)[:200]
