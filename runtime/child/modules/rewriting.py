"""A module's source as a text that the engine evaluates, with every line where it was and nearly every column.

What imports nothing that changes later gets its imports as constants, in the module's own scope: so shadowing, calls,
``typeof``, refused assignments and names declared twice are the engine's own doing. A binding that its exporter
assigns again is looked up at each use in the object of a ``with`` around the module; calls of it become ``(0,f)()``,
since that object would be their ``this``. Exports are functions that read the module's own variables.
"""

from typing import NamedTuple

from runtime.child.modules.problems import LINE_END
from runtime.child.modules.syntax import Edit, Syntax, calls_of

PREFIX_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$"


class Shift(NamedTuple):
    """From a column of a line on, the text stands so many characters further right than in the author's file."""

    line: int
    column: int
    characters: int


class Rewritten(NamedTuple):
    """A text whose first line is the rewriting's own, then the author's lines, then one more. Lines count from 1."""

    text: str
    lines: int
    shifts: list[Shift]


def rewrite(source: str, syntax: Syntax, live: frozenset[str] = frozenset()) -> Rewritten:
    """The module as an expression: a function of what it is given, that gives the module's body as a function.

    ``live`` are the local names of imports that may change. Given is an object with the constant imports by number, in
    the order of ``syntax.imports``, the live ones as ``w``, and room for the exports as ``x``.
    """
    prefix = _unused_prefix(source)
    edits = [Edit(edit.start, edit.end, edit.text.replace("{default}", f"{prefix}d={{")) for edit in syntax.edits]
    edits += [Edit(at, at + len("this"), f"{prefix}u") for at in syntax.this_places]
    if live:
        edits += _call_edits(source, live)
    body, shifts = _edited(source, sorted(edits))
    opening = f"with({prefix}f.w)return" if live else "return"
    head = _head(syntax, live, prefix)
    kind = "async" if syntax.awaits else ""
    text = f'({prefix}f)=>{{{opening}({{"<eval>":{kind}()=>{{{head}\n{body}\n}}}})["<eval>"]}}'
    return Rewritten(text, len(LINE_END.findall(body)) + 3, shifts)


def _head(syntax: Syntax, live: frozenset[str], prefix: str) -> str:
    """Declarations in front of a module's own, on their line."""
    constants = ",".join(f"{number}:{one.local}" for number, one in enumerate(syntax.imports) if one.local not in live)
    readers = ",".join(
        f"{number}:()=>{export.name or prefix + 'd.default'}" for number, export in enumerate(syntax.own_exports)
    )
    return "".join(
        [
            "'use strict';",
            f"const {prefix}u=void 0;" if syntax.this_places else "",
            f"const {{{constants}}}={prefix}f;" if constants else "",
            f"let {prefix}d;" if syntax.has_default else "",
            f"{prefix}f.x={{{readers}}};" if readers else "",
        ]
    )


def _unused_prefix(source: str) -> str:
    """A name's first three characters that stand nowhere in the source. ``this`` has as many as a name made of it."""
    for second in PREFIX_LETTERS:
        for third in PREFIX_LETTERS:
            if (prefix := f"${second}{third}") not in source:
                return prefix
    return "$$$"


def _call_edits(source: str, live: frozenset[str]) -> list[Edit]:
    edits = []
    for call in calls_of(source.encode("utf-8"), live):
        edits += [Edit(call.start, call.start, "(0,"), Edit(call.end, call.end, ")")]
        if call.before is not None:
            # A bracket would go on with what stands before, where only a line break ended that.
            edits.append(Edit(call.before, call.before, ";"))
    return edits


def _edited(source: str, edits: list[Edit]) -> tuple[str, list[Shift]]:
    """The source with its edits: what is taken out leaves blanks and its line breaks."""
    data = source.encode("utf-8")
    pieces: list[str] = []
    shifts: list[Shift] = []
    line, column, moved, at = 2, 1, 0, 0
    for edit in [*edits, Edit(len(data), len(data), "")]:
        kept, gone = data[at : edit.start].decode("utf-8"), data[edit.start : edit.end].decode("utf-8")
        put = edit.text + _blank(gone, len(edit.text))
        for piece in (kept, put):
            breaks = [end.end() for end in LINE_END.finditer(piece)]
            if breaks:
                line, column, moved = line + len(breaks), 1, 0
            column += len(piece) - (breaks[-1] if breaks else 0)
        extra = len(put) - len(gone)
        if extra:
            moved += extra
            shifts.append(Shift(line, column, moved))
        pieces += [kept, put]
        at = max(at, edit.end)
    return "".join(pieces), shifts


def _blank(gone: str, used: int) -> str:
    """As many blanks as there were characters, less those that are used; line breaks stay."""
    blanks = "".join(character if LINE_END.match(character) else " " for character in gone)
    return blanks[used:] if blanks[:used].isspace() and not LINE_END.search(blanks[:used]) else blanks
