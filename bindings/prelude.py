"""The script's side of the CRM functions: ``prelude.js`` with the registry's names in it."""

import json
from importlib.resources import files

from bindings.registry import BY_EITHER_NAME


def prelude_source() -> str:
    """A part of the runtime's prelude; it leans on that prelude's captured language and its ``send`` and ``encode``.

    Every function is there in both spellings; the host is called by the one that the script used.
    """
    names = [*BY_EITHER_NAME]
    text = files("bindings").joinpath("prelude.js").read_text(encoding="utf-8")
    return text.replace("CRM_FUNCTIONS", json.dumps(names))
