"""Who a run is for."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from bindings.queue import BRAND_PATTERN


class Session(BaseModel):
    """What the host knows of the visitor. The brand decides whose data a run can see, and only the host sets it.

    ``attributes`` are shown to the script on ``customer``, ``values`` are what ``session.get`` gives: JSON both. With
    neither ``customer_id`` nor ``email`` the visitor is anonymous.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    brand: Annotated[str, Field(pattern=BRAND_PATTERN)]
    customer_id: Annotated[str, Field(min_length=1, max_length=512)] | None = None
    email: Annotated[str, Field(min_length=3, max_length=320)] | None = None
    name: Annotated[str, Field(max_length=512)] | None = None
    attributes: dict[str, Any] = Field(default_factory=dict)
    values: dict[str, Any] = Field(default_factory=dict)
