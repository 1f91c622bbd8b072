"""Schema once more, in Python: what the rules of the page say, written to be read, not to be quick."""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

ABSENT: Any = object()
WRONG: Any = object()
DECIMAL = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*", re.IGNORECASE | re.ASCII)
WORDS = {
    "string": "a text",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "any": "plain data",
}


@dataclass
class Rule:
    """One rule, as a test builds it; ``checks`` are names of methods with their arguments, in order."""

    kind: str
    required: bool = False
    default: Any = ABSENT
    label: str | None = None
    strip: bool = False
    checks: list[tuple[str, Any]] = field(default_factory=list)
    items: "Rule | None" = None
    shape: "dict[str, Rule] | None" = None
    others: "Rule | None" = None

    def javascript(self) -> str:
        """The rule as an author writes it."""
        shape = ", ".join(f"[{json.dumps(key)}]: {rule.javascript()}" for key, rule in (self.shape or {}).items())
        parts = [f"Schema.{self.kind}({'' if self.shape is None else f'{{ {shape} }}'})"]
        parts += ["required()"] if self.required else []
        parts += [] if self.default is ABSENT else [f"default({json.dumps(self.default)})"]
        parts += [f"label({json.dumps(self.label)})"] if self.label else []
        parts += ["strip()"] if self.strip else []
        parts += [f"items({self.items.javascript()})"] if self.items else []
        parts += [f"pattern_values({self.others.javascript()})"] if self.others else []
        for name, argument in self.checks:
            arguments = ", ".join(map(json.dumps, argument)) if isinstance(argument, list) else argument
            parts.append(f"{name}({'' if arguments is None else arguments})")
        return ".".join(parts)


def validate(rule: Rule, data: Any) -> dict[str, Any]:
    """What ``rule.validate(data)`` gives."""
    errors: list[str] = []
    value = _examine(rule, data, "", errors)
    result = {"valid": not errors, "value": value, "errors": errors}
    return {key: one for key, one in result.items() if one is not ABSENT and not (key == "value" and rule.strip)}


def _examine(rule: Rule, data: Any, path: str, errors: list[str]) -> Any:
    name = rule.label or path or "the value"
    if data is ABSENT or data is None or data == "":
        if rule.default is not ABSENT:
            return rule.default
        if rule.required:
            errors.append(f"{name} is required")
            return None
        return ABSENT if data is ABSENT else data if rule.kind in {"string", "any"} else None
    before = len(errors)
    value = _read(rule, data, path, errors)
    if value is WRONG:
        errors.append(f"{name} must be {WORDS[rule.kind]}")
        return None
    problems = [problem for check in rule.checks if (problem := _problem(rule, check, value))]
    errors += [f"{name} {problem}" for problem in problems]
    return value if len(errors) == before or not problems else None


def _read(rule: Rule, data: Any, path: str, errors: list[str]) -> Any:
    match rule.kind:
        case "string":
            lower = any(name == "lowercase" for name, _ in rule.checks)
            return WRONG if not isinstance(data, str) else data.lower() if lower else data
        case "number":
            if isinstance(data, str) and re.fullmatch(
                r"\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*", data, re.IGNORECASE | re.ASCII
            ):
                data = float(data)
            return (
                data if isinstance(data, int | float) and not isinstance(data, bool) and math.isfinite(data) else WRONG
            )
        case "boolean":
            data = {"true": True, "1": True, "false": False, "0": False}.get(data) if isinstance(data, str) else data
            return data if isinstance(data, bool) else WRONG
        case "array":
            return _list(rule.items or Rule("any"), data, path, errors) if isinstance(data, list) else WRONG
        case "object":
            return _object(rule, data, path, errors) if isinstance(data, dict) else WRONG
        case _:
            return data


def _list(rule: Rule, data: list[Any], path: str, errors: list[str]) -> list[Any]:
    values = [_examine(rule, one, f"{path}[{index}]", errors) for index, one in enumerate(data)]
    return [] if rule.strip else values


def _object(rule: Rule, data: dict[str, Any], path: str, errors: list[str]) -> dict[str, Any]:
    shape = rule.shape or {}
    others = Rule("any") if rule.shape is None and rule.others is None else rule.others
    rules = [*shape.items(), *((key, others) for key in data if key not in shape and others is not None)]
    values: dict[str, Any] = {}
    for key, one in rules:
        value = _examine(one, data.get(key, ABSENT), _under(path, key), errors)
        if value is not ABSENT and not one.strip:
            values[key] = value
    return values


def _under(path: str, key: str) -> str:
    if not re.fullmatch(r"[A-Za-z_$][\w$]*", key, re.ASCII):
        return f"{path}[{json.dumps(key, ensure_ascii=False)}]"
    return f"{path}.{key}" if path else key


def _problem(rule: Rule, check: tuple[str, Any], value: Any) -> str | None:
    name, argument = check
    size = value if rule.kind == "number" else len(value) if hasattr(value, "__len__") else 0
    unit = {"string": " character", "array": " item"}.get(rule.kind, "")
    unit += "s" if unit and argument != 1 else ""
    verb = "have" if unit else "be"
    table: dict[str, Callable[[], tuple[bool, str]]] = {
        "min": lambda: (size >= argument, f"must {verb} at least {argument}{unit}"),
        "max": lambda: (size <= argument, f"must {verb} at most {argument}{unit}"),
        "email": lambda: (_is_email(value), "must be an e-mail address"),
        "url": lambda: (_is_url(value), "must be a web address (http:// or https://)"),
        "pattern": lambda: (re.search(argument[1:-1], value) is not None, f"must match {argument}"),
        "lowercase": lambda: (True, ""),
        "integer": lambda: (value == math.floor(value), "must be a whole number"),
        "positive": lambda: (value > 0, "must be greater than 0"),
        "negative": lambda: (value < 0, "must be less than 0"),
        "valid": lambda: (_is_one_of(value, argument), _one_of(argument)),
    }
    holds, words = table[name]()
    return None if holds else words


def _is_one_of(value: Any, allowed: list[Any]) -> bool:
    return any(isinstance(value, bool) == isinstance(one, bool) and value == one for one in allowed)


def _one_of(allowed: list[Any]) -> str:
    return f"must be {'' if len(allowed) == 1 else 'one of '}{', '.join(map(json.dumps, allowed))}"


def _is_email(text: str) -> bool:
    local, _, domain = text.rpartition("@")
    parts = domain.split(".")
    blank = any(character.isspace() for character in text)
    return (
        not blank and 1 <= len(local) <= 64 and "@" not in local and len(parts) > 1 and all(parts) and len(text) < 255
    )


def _is_url(text: str) -> bool:
    scheme, slashes, rest = text.partition("://")
    host = re.split(r"[/?#]", rest)[0]
    return (
        scheme.lower() in {"http", "https"}
        and bool(slashes and host)
        and not any(character.isspace() for character in rest)
        and "@" not in host
        and "\\" not in host
    )
