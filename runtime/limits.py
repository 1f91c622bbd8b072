"""How much one run may use."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt

from runtime.usual_limits import CPU_SECONDS, MEMORY_BYTES, WALL_SECONDS

KIB = 1024
MIB = 1024 * KIB
TIB = 1024 * 1024 * MIB

Bytes = Annotated[int, Field(gt=0, le=TIB)]
HeapBytes = Annotated[int, Field(ge=256 * KIB, le=TIB)]
"""With less, a run has no room for more than its own globals."""
StackBytes = Annotated[int, Field(ge=64 * KIB, le=TIB)]
"""With less, the engine cannot always tell that its stack is full, and ends its process."""


class Limits(BaseModel):
    """Bounds of one run. Time, calls and sizes end the run and cannot be caught by it.

    ``memory_bytes`` and ``stack_bytes`` bound the script's heap and stack: passing them is an error of the language,
    that a script may catch without getting any more. ``response_bytes`` counts body, headers and cookies together.
    ``template_…`` bound a page's template, which runs behind its scripts, in place of the limit named without it;
    ``page_bytes`` is how long it may make the page. All others hold for each of the two.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    memory_bytes: HeapBytes = MEMORY_BYTES
    stack_bytes: StackBytes = 512 * KIB
    cpu_seconds: PositiveFloat = CPU_SECONDS
    wall_seconds: PositiveFloat = WALL_SECONDS
    source_bytes: PositiveInt = 512 * KIB
    max_host_calls: PositiveInt = 1_000
    variables_bytes: PositiveInt = 256 * KIB
    response_bytes: PositiveInt = 1 * MIB
    session_bytes: PositiveInt = 64 * KIB
    message_bytes: PositiveInt = 1 * MIB
    log_bytes: PositiveInt = 64 * KIB
    max_promise_jobs: PositiveInt = 100_000
    template_cpu_seconds: PositiveFloat = 5.0
    template_wall_seconds: PositiveFloat = 10.0
    template_max_host_calls: PositiveInt = 200
    page_bytes: PositiveInt = 2 * MIB
    max_modules: PositiveInt = 10
    max_module_depth: Annotated[int, Field(gt=0, le=100)] = 3
