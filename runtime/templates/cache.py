"""Compiled templates, kept by content: what a page's code depends on is looked at again before it is used again."""

import threading
from collections import OrderedDict

from runtime.pages.blocks import Page
from runtime.templates.compiler import Compiled, compile_page
from runtime.templates.parser import has_template
from runtime.templates.source import NoTemplates, TemplateSource
from runtime.templates.syntax import Source

MAX_KEPT_PAGES, MAX_KEPT_CHARACTERS = 512, 16_000_000

_Key = tuple[str, str, str]


class Templates:
    """The compiled templates of one runtime. Safe for many threads.

    A page is known by its brand, its file's name and its whole text; a layout or component that it takes in is asked
    for again, and compared. The ones used last are kept, up to 512 and 16 million characters.
    """

    def __init__(self, source: TemplateSource | None) -> None:
        self._source = source or NoTemplates()
        self._lock = threading.Lock()
        self._kept: OrderedDict[_Key, Compiled] = OrderedDict()
        self._characters = 0

    def compiled(
        self, brand: str, file: str, html: str, page: Page, source: TemplateSource | None = None
    ) -> Compiled | None:
        """The template of a page and of its text without blocks; None where it has none. About 1 µs a kept page.

        ``source`` has the layouts and components of this page, where they are not the runtime's. Raises what it raises.
        """
        get = (source or self._source).get
        if not has_template(page.html):
            return None
        key = (brand, file, html)
        with self._lock:
            known = self._kept.get(key)
            if known is not None:
                self._kept.move_to_end(key)
        if known is not None and all(get(brand, code) == text for code, text in known.loaded.items()):
            return known
        compiled = compile_page(Source(file, page.html, html, page.spans), lambda code: get(brand, code))
        self._keep(key, compiled)
        return compiled

    def _keep(self, key: _Key, compiled: Compiled) -> None:
        with self._lock:
            self._forget(key)
            self._kept[key] = compiled
            self._characters += _size(key, compiled)
            while len(self._kept) > MAX_KEPT_PAGES or self._characters > MAX_KEPT_CHARACTERS:
                self._forget(next(iter(self._kept)))

    def _forget(self, key: _Key) -> None:
        known = self._kept.pop(key, None)
        if known is not None:
            self._characters -= _size(key, known)


def _size(key: _Key, compiled: Compiled) -> int:
    """About how many characters are kept with a page."""
    loaded = sum(len(text or "") for text in compiled.loaded.values())
    return len(key[2]) + len(compiled.code) + len(compiled.bare) + sum(map(len, compiled.texts)) + loaded
