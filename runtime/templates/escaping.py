"""Which escaping fits where an output stands, or why none does."""

import re
from typing import Literal

from runtime.templates.attribute_kinds import attribute_kind, is_on_a_fixed_site, refresh_address, zone
from runtime.templates.contexts import Context

Escaping = Literal[
    "text", "attribute", "start", "root", "path", "query", "urls", "css", "css_attribute", "code", "string", "nothing"
]
"""How a value is made harmless; ``nothing`` where it is not shown at all, as in a comment.

Of an address: ``start`` is all of it, ``root`` behind its first slash, ``path`` behind its site or scheme, ``query``
one part of it, ``urls`` one of several.
"""

_PROGRAM = re.compile(r"|module|(?:application|text)/(?:x-)?(?:java|ecma)script")
_DATA = re.compile(r"(?:application|text)/(?:[\w.-]*\+)?json")


class Refusal(Exception):
    """No value can stand here: why, as the end of a sentence, and what the author can do."""


def escaping_at(context: Context) -> Escaping:
    """The escaping of a value that stands here. Raises ``Refusal``."""
    match context.where:
        case "text" | "rcdata":
            _refuse_if(context.pending != "", "right behind a '<'")
            return "text"
        case "comment" | "declaration":
            return "nothing"
        case "value":
            return _in_value(context)
        case "style":
            _refuse_if(context.pending != "" or context.foreign_depth > 0, "in this place of a <style>")
            return "css"
        case "script":
            return _in_script(context)
        case "raw" | "cdata":
            raise Refusal(f"in <{context.element or '![CDATA['}>, where nothing can be escaped")
        case "before_value":
            raise Refusal(f'in {context.attribute} without quotes: write {context.attribute}="…"')
        case "tag_name":
            raise Refusal("in the name of a tag: choose by @if instead")
    raise Refusal("in a tag, outside of an attribute's value: choose by @if instead")


def _in_value(context: Context) -> Escaping:
    kind = attribute_kind(context.element, context.attribute)
    _refuse_if(not context.quote, f'in {context.attribute} without quotes: write {context.attribute}="…"')
    match kind:
        case "plain":
            return "attribute"
        case "style":
            return "css_attribute"
        case "urls":
            return "urls"
        case "url":
            return _in_address(context.written)
        case "refresh":
            return _in_meta(context)
        case "resource":
            where = f"in {context.attribute} of <{context.element}>"
            _refuse_if(
                not is_on_a_fixed_site(context.written),
                f"{where}, unless what stands before says from which site it comes, as in /files/{{{{ … }}}}",
            )
            return "query"
    raise Refusal(kind)


def _in_meta(context: Context) -> Escaping:
    """In the content of a ``<meta>``: mostly text, and an address in one that leads elsewhere."""
    address = refresh_address(context.written, is_refresh=context.is_refresh)
    where = 'in content of <meta http-equiv="refresh">'
    _refuse_if(context.is_refresh and address is None, f"{where}, unless the seconds stand before: 0; url={{{{ … }}}}")
    return "attribute" if address is None else _in_address(address)


def _in_address(written: str) -> Escaping:
    place = zone(written)
    _refuse_if(place == "opaque", "in an address that is code or data, or whose scheme is not known")
    return "query" if place == "open" or place == "opaque" else place  # noqa: PLR1714 - so that its type is known


def _in_script(context: Context) -> Escaping:
    script = context.script
    _refuse_if(context.foreign_depth > 0, "in a <script> inside of <svg> or <math>")
    is_program = _PROGRAM.fullmatch(context.script_type) is not None
    _refuse_if(
        not is_program and not _DATA.fullmatch(context.script_type),
        f"in a script of the type '{context.script_type}'",
    )
    if script.mode in {"line", "block"}:
        return "nothing"
    _refuse_if(context.has_html_comment, "in a script with '<!--' in it")
    _refuse_if(len(context.pending) > 1 or (context.pending != "" and script.mode != "code"), "right behind a '<'")
    why = script.refusal()
    if why is not None:
        raise Refusal(why)
    return "code" if script.mode == "code" else "string"


def _refuse_if(wrong: bool, why: str) -> None:
    if wrong:
        raise Refusal(why)
