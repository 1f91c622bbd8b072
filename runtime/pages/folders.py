"""How files of scripts and pages end, and which scripts of a folder are run by the host."""

from collections.abc import Sequence
from pathlib import Path

SCRIPT_ENDING = ".js"
PAGE_ENDINGS = (".html", ".htm")
SCRIPT_ENDINGS = (SCRIPT_ENDING, *PAGE_ENDINGS)


def without_browsers_scripts(paths: Sequence[Path]) -> list[Path]:
    """Scripts and pages without what pages load in browsers: the scripts in, and below, a folder that has pages."""
    sites = {path.parent for path in paths if path.suffix != SCRIPT_ENDING}
    return [path for path in paths if path.suffix != SCRIPT_ENDING or not sites.intersection(path.parents)]
