"""``crm.d.ts``: all that a script finds, for editors and for ``tsc --checkJs``."""

from collections.abc import Sequence
from importlib.resources import files

from bindings.typescript import declarations
from storage.models import Entity

_HEAD = "// Made by `funnelscript types`{}: what a backend script finds.\n\n"

JSCONFIG = """{
  "compilerOptions": {
    "checkJs": true,
    "noEmit": true,
    "strict": false,
    "moduleDetection": "force",
    "module": "ESNext",
    "moduleResolution": "bundler",
    "paths": { "*": ["./modules/*"] },
    "target": "ES2024",
    "lib": ["ES2024"],
    "types": []
  }
}
"""
"""For the folder of the scripts: each file has a scope of its own, and nothing of a browser or of Node is there.

What a script imports is looked up in ``modules`` beside it, as by cases.
"""


def editor_types(entities: Sequence[Entity] | None = None, *, brand: str | None = None) -> str:
    """The whole file. With a brand's ``entities``, their slugs, keys and stages are the only right ones."""
    head = _HEAD.format("" if brand is None else f" --store … --brand {brand}")
    return f"{head}{_globals()}\n{declarations(entities)}"


def _globals() -> str:
    return files(__package__).joinpath("globals.d.ts").read_text(encoding="utf-8")
