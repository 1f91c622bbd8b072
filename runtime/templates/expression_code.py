"""Expressions as JavaScript. What is wrong in one is noted, and its value is missing."""

import json

from bindings.nearest import hint, nearest
from runtime.templates.catalogue import CONTEXT, FILTERS, FUNCTION_NAMES, LAST_FILTERS, LOOP_PROPERTIES
from runtime.templates.code import NOTHING, PART_NAMES, Scope, Unit, js_string
from runtime.templates.syntax import (
    Broken,
    Call,
    Expression,
    Filter,
    Filtered,
    ListLiteral,
    Literal,
    Member,
    Name,
    ObjectLiteral,
    Operation,
)


def may_throw(expression: Expression) -> bool:
    """Whether it calls a function: nothing else in an expression can fail."""
    match expression:
        case Call():
            return True
        case Member(of, key):
            return may_throw(of) or may_throw(key)
        case Operation(_, operands) | ListLiteral(operands):
            return any(map(may_throw, operands))
        case ObjectLiteral(pairs):
            return any(may_throw(value) for _, value in pairs)
        case Filtered(of, filters):
            return may_throw(of) or any(may_throw(value) for one in filters for value in one.arguments)
    return False


def code_of_expression(expression: Expression, scope: Scope, unit: Unit) -> str:
    """The code of an expression; of one in which something is wrong, that of a missing value."""
    problems = len(unit.problems)
    code = _Expressions(scope, unit).code(expression)
    return code if len(unit.problems) == problems else NOTHING


class _Expressions:
    def __init__(self, scope: Scope, unit: Unit) -> None:
        self._scope = scope
        self._unit = unit

    def code(self, expression: Expression) -> str:
        match expression:
            case Literal(value):
                return js_string(value) if isinstance(value, str) else json.dumps(value)
            case Name(name, at):
                return self._name(name, at)
            case Member():
                return self._member(expression)
            case Broken():
                return NOTHING
        return self._of_several(expression)

    def _of_several(self, expression: Call | Operation | ListLiteral | ObjectLiteral | Filtered) -> str:
        match expression:
            case Call():
                return self._call(expression)
            case Operation(operator, operands):
                return _OPERATIONS[operator].format(*map(self.code, operands))
            case ListLiteral(items):
                return f"[{','.join(map(self.code, items))}]"
            case ObjectLiteral(pairs):
                return "{" + ",".join(f"[{js_string(key)}]:{self.code(value)}" for key, value in pairs) + "}"
            case Filtered(of, filters):
                code = self.code(of)
                for one in filters:
                    code = self._filter(code, one)
                return code

    def _problem(self, message: str, at: int) -> str:
        self._unit.problem(message, self._scope.source, at)
        return NOTHING

    def _name(self, name: str, at: int) -> str:
        scope = self._scope
        loop = next((one for one in reversed(scope.loops) if one.name == name), None)
        if loop is not None:
            return loop.item
        if name == "loop" and scope.loops:
            return f"{{{','.join(f'{key}:{self._of_loop(key)}' for key in LOOP_PROPERTIES)}}}"
        if name in scope.names:
            return scope.names[name]
        if name in CONTEXT:
            return f"x.{name}"
        return NOTHING if scope.is_open else self._unknown_name(name, at)

    def _unknown_name(self, name: str, at: int) -> str:
        if name == "loop":
            return self._problem("'loop' is there only inside of a @foreach", at)
        own = [*self._scope.names, *(loop.name for loop in self._scope.loops)]
        near = nearest(name, (*own, *CONTEXT))
        meant = f": what a script sets is var.{name[:40]}" if near is None else f", did you mean '{near}'?"
        return self._problem(f"unknown name '{name[:40]}'{meant}", at)

    def _of_loop(self, key: str) -> str:
        loop = self._scope.loops[-1]
        return {
            "index": f"({loop.place}+1)",
            "index0": loop.place,
            "first": f"({loop.place}===0)",
            "last": f"({loop.place}===({loop.items}.length-1))",
            "length": f"{loop.items}.length",
        }[key]

    def _member(self, member: Member) -> str:
        match member:
            case Member(Name("loop", at), Literal(str(key))) if self._scope.loops:
                if key in LOOP_PROPERTIES:
                    return self._of_loop(key)
                return self._problem(f"loop has no '{key[:40]}'{hint(key, LOOP_PROPERTIES, '')}", at)
        return f"g({self.code(member.of)},{self.code(member.key)})"

    def _call(self, call: Call) -> str:
        if call.name not in FUNCTION_NAMES:
            as_filter = f": filters are written behind a '|', as in {{{{ x | {call.name} }}}}"
            meant = as_filter if call.name in FILTERS else hint(call.name, FUNCTION_NAMES, "")
            return self._problem(f"unknown function '{call.name[:60]}'{meant}", call.at)
        arguments = ",".join(map(self.code, call.arguments))
        return f"{_OWN_FUNCTIONS.get(call.name, call.name)}({arguments})"

    def _filter(self, code: str, used: Filter) -> str:
        kind = FILTERS.get(used.name)
        if kind is None:
            return self._problem(f"unknown filter '{used.name[:40]}'{hint(used.name, tuple(FILTERS), '')}", used.at)
        if used.name in LAST_FILTERS:
            return self._problem(f"the filter {used.name} must be the last one of an output", used.at)
        if not kind.least <= len(used.arguments) <= kind.most:
            takes = kind.least if kind.least == kind.most else f"{kind.least} to {kind.most}"
            message = f"the filter {used.name} takes {takes} arguments (got {len(used.arguments)})"
            return self._problem(message, used.at)
        if used.name == "json":
            return f"j({code})"
        self._unit.parts.add(kind.part)
        return f"{PART_NAMES[kind.part]}.{used.name}({','.join([code, *map(self.code, used.arguments)])})"


_OWN_FUNCTIONS = {
    "getVariable": "x.getVariable",
    "setVariable": "x.setVariable",
    "session.get": "x.sessionGet",
    "dump": "x.dump",
}
"""Functions that a template has its own of; all others are the globals."""
_OPERATIONS = {
    "and": "(T(t={0})?{1}:t)",
    "or": "(T(t={0})?t:{1})",
    "??": "(({0})??({1}))",
    "?": "(T({0})?{1}:{2})",
    "not": "!T({0})",
    "==": "q({0},{1})",
    "!=": "!q({0},{1})",
    "===": "s({0},{1})",
    "!==": "!s({0},{1})",
    "<": "(k({0},{1})<0)",
    "<=": "(k({0},{1})<=0)",
    ">": "(k({0},{1})>0)",
    ">=": "(k({0},{1})>=0)",
    "+": "a({0},{1})",
    "-": 'm("-",{0},{1})',
    "*": 'm("*",{0},{1})',
    "/": 'm("/",{0},{1})',
    "%": 'm("%",{0},{1})',
    "negative": 'm("-",0,{0})',
}
