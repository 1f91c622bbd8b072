"""The names that a template can use: directives, filters, functions, and what the page gives."""

from types import MappingProxyType
from typing import NamedTuple

from bindings.registry import BY_EITHER_NAME

DIRECTIVES = (
    *("if", "elseif", "else", "endif", "foreach", "endforeach", "set", "component", "extends"),
    *("block", "endblock", "yield", "verbatim", "endverbatim"),
)
CSS_RULES = frozenset(
    [
        "charset",
        "container",
        "import",
        "keyframes",
        "layer",
        "media",
        "namespace",
        "page",
        "property",
        "scope",
        "supports",
        "apply",
        "tailwind",
        "include",
    ]
)
"""What follows an ``@`` in style sheets: left alone."""
CONTEXT = ("var", "customer", "is_customer", "request", "query", "brand")
"""What every template finds, beside the names that it gives itself."""
LOOP_PROPERTIES = ("index", "index0", "first", "last", "length")
FUNCTION_NAMES = (
    *BY_EITHER_NAME,
    *("getVariable", "setVariable", "getCustomer", "getUser", "session.get", "dump"),
)


class FilterKind(NamedTuple):
    """How many arguments a filter takes, at least and at most, and which part of the prelude has it."""

    least: int
    most: int
    part: str


_COUNTS = {
    "template_filters": {
        "default": (1, 1),
        "default_if_none": (1, 1),
        "upper": (0, 0),
        "lower": (0, 0),
        "capitalize": (0, 0),
        "title": (0, 0),
        "trim": (0, 0),
        "first": (0, 0),
        "last": (0, 0),
        "slice": (1, 2),
        "replace": (2, 2),
        "truncate": (1, 2),
        "truncatewords": (1, 2),
        "strip_tags": (0, 0),
        "url_encode": (0, 0),
        "length": (0, 0),
        "yesno": (0, 3),
        "join": (0, 1),
        "sort": (0, 1),
        "reverse": (0, 0),
        "unique": (0, 0),
    },
    "template_numbers": {
        "round": (0, 1),
        "floor": (0, 0),
        "ceil": (0, 0),
        "abs": (0, 0),
        "number_format": (0, 3),
        "currency": (0, 1),
    },
    "template_dates": {"date": (0, 1), "date_add": (1, 2), "timeago": (0, 0)},
    "template": {"nl2br": (0, 0), "raw": (0, 0), "json": (0, 0)},
}
FILTERS = MappingProxyType(
    {
        name: FilterKind(least, most, part)
        for part, filters in _COUNTS.items()
        for name, (least, most) in filters.items()
    }
)
LAST_FILTERS = frozenset({"nl2br", "raw"})
"""Filters that give markup: they come last, and only where text stands."""
