"""Who a run is for."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from bindings.queue import BRAND_PATTERN

NO_NUL = r"^[^\x00]*$"
"""What PostgreSQL cannot keep is in no one's name, on any engine."""


class VisitorSession(BaseModel):
    """What a session holds of its visitor.

    ``attributes`` are shown to the script on ``customer``, ``values`` are what ``session.get`` gives: JSON both. With
    neither ``customer_id`` nor ``email`` the visitor is anonymous.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    customer_id: Annotated[str, Field(min_length=1, max_length=512, pattern=NO_NUL)] | None = None
    email: Annotated[str, Field(min_length=3, max_length=320, pattern=NO_NUL)] | None = None
    name: Annotated[str, Field(max_length=512, pattern=NO_NUL)] | None = None
    attributes: dict[str, Any] = Field(default_factory=dict)
    values: dict[str, Any] = Field(default_factory=dict)


class Session(VisitorSession):
    """What the host knows of the visitor. The brand decides whose data a run can see, and only the host sets it."""

    brand: Annotated[str, Field(pattern=BRAND_PATTERN)]
