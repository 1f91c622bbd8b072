"""The script's side of the runtime, in JavaScript: a small core evaluated in each context, and parts loaded on demand.

It captures what it needs of the language before any user code, turns values into JSON and back, shows errors and
objects as a person would want to read them, and takes away what is not promised. It is not the security boundary: that
is the worker's process.

The engine compiles about 20 bytes of source a microsecond, for every run anew: hence the parts.
"""

import json
import re
from importlib.resources import files

from bindings.prelude import prelude_source
from runtime.request import Request
from runtime.templates.attribute_kinds import SCHEMES
from runtime.templates.code import MARK

PARTS = (
    *("unfit", "errors", "console", "clock", "places", "page", "schema", "http", "modules", "namespaces", "prompt"),
    *("template", "template_places", "template_filters", "template_numbers", "template_dates"),
)
PAGE_GLOBALS = ("request", "session", "cookie", "setHeader", "redirect", "response", "limits", "Schema")
"""What comes with the parts ``page`` and ``schema``, and is only there for a source that can name it."""
_WAYS_TO_NAME = (*PAGE_GLOBALS, "this", "globalThis", "\\")
"""A global is named in full, with an escape in its name, or as a property of the global object."""
SCRIPT_LINE = 1_000
"""A script's first line is this many lines into what the engine sees; every part of the prelude is shorter."""
REMOVED = (
    "performance",
    "SharedArrayBuffer",
    "Atomics",
    "WeakRef",
    "FinalizationRegistry",
    "WebAssembly",
    "navigator",
    "gc",
)


def core() -> str:
    """What is evaluated in every context; its value is the function that the worker calls with a job.

    A list of names in its place, before the job, has these parts compiled.
    """
    body = "\n".join(
        [
            _text("core"),
            prelude_source(),
            "return (job) => job === '' ? failure ?? shared.pending?.() ?? '{}'",
            ": job[0] === '[' ? prepare(parse(job)) : begin(parse(job));",
        ]
    )
    text = f"(function (host, globalThis) {{\n'use strict';\n{body}\n}})(__host, globalThis)"
    captured = sorted({name for part in [text, *parts().values()] for name in _captured(part)})
    lists = {"CAPTURED": captured, "REMOVED": REMOVED, "PAGE_GLOBALS": PAGE_GLOBALS}
    for name, value in lists.items():
        text = text.replace(name, json.dumps(value))
    return _compact(text)


def parts() -> dict[str, str]:
    """What the core loads by name when it needs it: each a function of what the core shares."""
    return {name: _compact(f"'use strict';\n{_text(name)}") for name in PARTS}


def can_name_page_globals(source: str) -> bool:
    """Whether a script can reach one of ``PAGE_GLOBALS``. Most small ones cannot: 0.5 µs here save them 20 µs."""
    return any(way in source for way in _WAYS_TO_NAME)


def _text(name: str) -> str:
    return files(__name__).joinpath(f"{name}.js").read_text(encoding="utf-8")


def _compact(text: str) -> str:
    """Without indentation, comment lines and empty lines."""
    text = text.replace("SCRIPT_LINE", str(SCRIPT_LINE)).replace("NO_REQUEST", _no_request())
    text = text.replace("URL_SCHEMES", json.dumps(SCHEMES)).replace("TEXT_MARK", MARK)
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _no_request() -> str:
    """What a script finds that runs for no request."""
    return json.dumps(Request().shown(lambda _code, _message: None))


def _captured(text: str) -> list[str]:
    """The names that a part takes from ``pristine``: 'JSON.parse', 'Map.prototype.@size' (a getter), 'Error'."""
    blocks = re.findall(r"const \{([^}]*)\} = pristine;", text)
    items = [item for block in blocks for item in block.split(",") if item.strip()]
    return [item.split(":")[0].strip().strip("'") for item in items]
