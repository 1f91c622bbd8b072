"""A page as a browser reads it: its elements and their attributes, and what stands in them."""

from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import html5lib


class Element(NamedTuple):
    """One element of a page, in document order."""

    name: str
    attributes: tuple[str, ...]


def tree(page: str, *, scripting: bool = False) -> ET.Element:
    """The page's root, as html5lib builds it."""
    root: ET.Element = html5lib.parse(page, namespaceHTMLElements=False, scripting=scripting)
    return root


def structure(page: str, *, scripting: bool = False) -> list[Element]:
    """The page's elements with the names of their attributes."""
    return [
        Element(str(one.tag) if isinstance(one.tag, str) else "comment", tuple(sorted(map(str, one.attrib))))
        for one in tree(page, scripting=scripting).iter()
    ]


def found(page: str, name: str, number: int = 0) -> dict[str, Any]:
    """An element's attributes, with its text as ``""``."""
    one = [*tree(page).iter(name)][number]
    return {**one.attrib, "": "".join(one.itertext())}
