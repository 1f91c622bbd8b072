"""Other people's parsers, and what a backend block is to them."""

from collections.abc import Iterator

import html5lib
import lxml.html
from lxml import etree


def blocks_in_any_reading(page: str) -> Iterator[str]:
    """Every backend block that a parser finds, from wherever in the page it begins to read."""
    for start in [0, *(at for at, character in enumerate(page) if character == "<")]:
        for reader in (_read_by_html5lib, _read_by_libxml2):
            for scope in reader(page[start:]):
                if scope.strip().lower() == "backend":
                    yield f"{reader.__name__}: {page[start:]}"


def _read_by_html5lib(page: str) -> Iterator[str]:
    for element in html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False).iter():
        if isinstance(element.tag, str) and element.tag.rpartition("}")[2] == "script":
            yield element.get("scope", "")


def _read_by_libxml2(page: str) -> Iterator[str]:
    try:
        # In bytes, since the parser takes no text with U+0000 or half characters.
        tree = lxml.html.document_fromstring(
            page.encode("utf-8", "replace"), parser=lxml.html.HTMLParser(encoding="utf-8")
        )
    except (etree.ParserError, ValueError):
        return  # nothing but blanks and comments
    for element in tree.iter("script"):
        yield element.get("scope", "")
