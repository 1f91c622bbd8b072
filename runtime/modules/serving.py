"""Answers a worker that asks for modules, within what one run may have of them.

What asks is not trusted: the brand is the run's, a code is looked for only if it can be one, and each module counts
once, whether it is there or not.
"""

import re
from typing import NamedTuple

import structlog

from bindings.nearest import hint
from bindings.problems import printable
from runtime.frames import encode
from runtime.limits import Limits
from runtime.modules.source import ModuleSource
from runtime.outcome import LimitReached, Outcome
from storage.errors import StorageError
from storage.modules import is_module_code

log = structlog.get_logger("funnelscript.modules")

NOT_THERE, UNAVAILABLE = "module_not_found", "unavailable"
MAX_SHOWN_CHARACTERS = 100


_WORDS = ("import", "export", "await")
_WHOLE_WORD = re.compile(r"(?<![\w$.])(import|export|await)(?![\w$])")


class Importer(NamedTuple):
    """What is to be known of a script that may import: its own size, and whether it can be a module at all."""

    source_bytes: int
    may_be_module: bool


NO_IMPORTER = Importer(0, may_be_module=False)


def importer(source: str) -> Importer:
    """Whether the parser has to look at a script: most need not, which costs about 3 µs for 1,000 characters."""
    may_be_module = any(word in source for word in _WORDS) and _WHOLE_WORD.search(source) is not None
    return Importer(len(source.encode("utf-8", "replace")), may_be_module)


class ServedModules:
    """One run's modules; the outcome keeps their sources as they were given."""

    def __init__(self, source: ModuleSource, brand: str, limits: Limits, outcome: Outcome) -> None:
        self._source = source
        self._brand = brand
        self._limits = limits
        self._outcome = outcome
        self._source_bytes = 0
        self._asked = 0

    def count(self, source_bytes: int) -> None:
        """Source that the run has, the script's first. Raises ``LimitReached``."""
        self._source_bytes += source_bytes
        if self._source_bytes > self._limits.source_bytes:
            raise LimitReached("source_bytes", "with its modules" if self._asked else "")

    def answer(self, code: str) -> str:
        """The source or what is wrong, as the worker takes it. Raises ``LimitReached``."""
        self._asked += 1
        if self._asked > self._limits.max_modules:
            raise LimitReached("max_modules")
        try:
            source = self._source.get(self._brand, code) if is_module_code(code) else None
            if source is None:
                return encode({"problem": self._not_there(code), "code": NOT_THERE})
        except (StorageError, OSError) as error:
            log.error("module_unavailable", brand=self._brand, code=code, cause=type(error).__name__)  # noqa: TRY400 - no data
            return encode({"problem": f"the module '{code}' cannot be read now", "code": UNAVAILABLE})
        data = source.encode("utf-8", "replace")
        self.count(len(data))
        source = data.decode("utf-8")  # half a character, which no frame can carry, is a question mark now
        self._outcome.modules[code] = source
        return encode({"source": source})

    def _not_there(self, code: str) -> str:
        shown = printable(code[:MAX_SHOWN_CHARACTERS])
        if code.startswith((".", "/")):
            return f"no module '{shown}': modules are named by their codes, not by paths"
        return f"no module '{shown}'{hint(code, tuple(self._source.codes(self._brand)), 'this brand has none')}"
