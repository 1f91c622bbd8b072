"""How the panel writes what runs have: values, times, states. Everything that a script wrote is text here."""

import json
import time
from collections.abc import Mapping
from typing import Any

from runtime.service.markup import Markup, Part, document, tag

MAX_VALUE_CHARACTERS = 4_000
_SHORT_CHARACTERS = 60


def frame(title: str, *body: Part) -> Markup:
    """A page of the panel."""
    head: list[Part] = [
        tag("link", rel="stylesheet", href="/_debug/assets/panel.css"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("script", src="/_debug/assets/panel.js", defer=True),
    ]
    return document(f"{title} · funnelscript", *body, head=head)


def section(title: str, *parts: Part) -> Markup:
    """A part of a page under its heading."""
    return tag("section", tag("h2", title), *parts)


def state(status: str) -> Markup:
    """A run's status, in one word and a colour."""
    return tag("span", status.replace("_", " "), class_=f"state {'good' if status == 'ok' else 'bad'}")


def pairs(values: Mapping[str, Any]) -> Markup:
    """Names beside values, as JSON."""
    return tag("dl", *[tag("div", tag("dt", shown(name)), tag("dd", value(one))) for name, one in values.items()])


def value(one: Any) -> Markup:
    """A value as JSON: on one line where it is short, cut where it is very long."""
    text = json.dumps(one, ensure_ascii=False)
    if len(text) > _SHORT_CHARACTERS and isinstance(one, dict | list):
        text = json.dumps(one, ensure_ascii=False, indent=2)
    return tag("pre", shown(text))


def shown(text: str) -> str:
    """A text that is not longer than a person reads; what is no character to be seen is an escape."""
    cut = text[:MAX_VALUE_CHARACTERS]
    seen = "".join(one if one.isprintable() or one in "\n\t" else f"\\u{ord(one):04x}" for one in cut)
    return seen if len(text) <= MAX_VALUE_CHARACTERS else f"{seen}… ({len(text):,} characters in all)"


def duration(seconds: float) -> str:
    """Milliseconds below a second."""
    return f"{seconds * 1000:,.1f} ms" if seconds < 1 else f"{seconds:,.2f} s"


def moment(seconds: float) -> Markup:
    """The time of a day, in UTC, as scripts see it."""
    at = time.gmtime(seconds)
    return tag("time", time.strftime("%H:%M:%S", at), datetime=time.strftime("%Y-%m-%dT%H:%M:%SZ", at))


def counted(count: int, noun: str) -> str:
    """So many of a thing."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
