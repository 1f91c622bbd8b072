"""Scripts made by chance, from a number: calls of every kind, values, variables, lines, errors, time and chance."""

import json
from random import Random
from typing import Any

ENTITIES = """
EnsureCrmEntity({slug: 'notes', entityMode: 'data', fields: [{key: 'text'}, {key: 'n', type: 'number'}]});
EnsureCrmEntity({slug: 'deals', fields: [{key: 'amount', type: 'number'},
  {key: 'notes', type: 'multi_reference', options: {target_entity: 'notes'}}], pipelines: [{slug: 'sales',
  name: 'Sales', stages: [{slug: 'new', name: 'New'}, {slug: 'won', name: 'Won', status: 'won'}]}]});
"""
SLUGS = ("notes",) * 4 + ("deals",) * 5 + ("dealz",)
KEYS = ("text", "n", "amount", "other", "text", "n", "naïve.key")
TEXTS = ("", "Ada", "ünï cödé 🌍", "a\\b\"c'd\n", "0", "ada@example.com")
STATEMENTS = 8


def script(seed: int) -> str:
    """The script of a number: the same one each time."""
    random = Random(seed)
    lines = [_statement(random, index) for index in range(random.randint(1, STATEMENTS))]
    return ENTITIES * (random.random() < 0.9) + "\n".join(lines) + "\n"


def _value(random: Random, depth: int = 0) -> Any:
    kind = random.randrange(8 if depth < 2 else 6)
    match kind:
        case 0:
            return None
        case 1:
            return random.random() < 0.5
        case 2:
            return random.choice([0, -0.0, 1, -7, 1.5, 1e21, 2**53 - 1, 1e-7])
        case 3 | 4 | 5:
            return random.choice(TEXTS)
        case 6:
            return [_value(random, depth + 1) for _ in range(random.randrange(3))]
    return {random.choice(KEYS): _value(random, depth + 1) for _ in range(random.randrange(3))}


def _statement(random: Random, index: int) -> str:
    made = random.choice(_MAKERS)(random)
    guard = random.randrange(3)
    if guard == 0:
        return f"try {{ {made} }} catch (e) {{ console.warn('{index}', e.name, e.code, e.message); }}"
    if guard == 1:
        return f"[1].forEach(() => {{ {made} }});"
    return made


def _call(name: str, random: Random, arguments: dict[str, Any]) -> str:
    arguments = {"slug": random.choice(SLUGS), **arguments}
    if random.random() < 0.2:
        arguments |= random.choice(
            [{"referenceType": "order", "referenceId": str(random.randrange(3))}, {"entryId": "none"}, {"typo": 1}]
        )
    if random.random() < 0.1 and name[:3] != "get":
        arguments["async"] = True
    return f"setVariable('{name}', {name}({json.dumps(arguments)}));"


def _write(random: Random) -> str:
    name = random.choice(["setCrmField", "addCrmFieldValue"])
    return _call(name, random, {"fieldKey": random.choice(KEYS), "value": _value(random)})


def _write_many(random: Random) -> str:
    fields = [{"fieldKey": key, "value": _value(random)} for key in random.sample(KEYS, random.randint(0, 3))]
    return _call("setCrmFields", random, {"fields": fields})


def _create(random: Random) -> str:
    return _call("CreateCrmEntry", random, {"title": random.choice(TEXTS), "values": {"text": _value(random)}})


def _read(random: Random) -> str:
    name = random.choice(["getCrmField", "getCrmFieldValues", "GetCrmField"])
    return _call(name, random, {"fieldKey": random.choice(KEYS)})


def _list(random: Random) -> str:
    return _call("getCrmEntries", random, random.choice([{}, {"limit": 1}, {"allReferences": True}]))


def _move(random: Random) -> str:
    return _call("moveCrmToStage", random, {"stageSlug": random.choice(["new", "won", "lost"])})


def _relate(random: Random) -> str:
    target = random.choice(["CreateCrmEntry({slug: 'notes', values: {text: 'x'}}).id", "'none'"])
    return f"SetCrmRelation({{slug: 'deals', relationKey: 'notes', targetEntryId: {target}}});"


def _page(random: Random) -> str:
    return random.choice(
        [
            "setHeader('x-seen', '1');",
            "cookie.set('seen', 'yes', {maxAge: 60});",
            "session.set('step', {n: 1});",
            "session.setCustomer({email: 'bob@example.com', name: 'Bob'}); setVariable('who', getCustomer());",
            "setVariable('left', limits.left().host_calls > 0); setVariable('memory', limits.left().memory_bytes);",
            "response.status(404);",
        ]
    )


def _chance(_: Random) -> str:
    return (
        "setVariable('chance', [Math.random(), Date.now(), new Date().toISOString()]); console.log({r: Math.random()});"
    )


def _clear(random: Random) -> str:
    return _call("clearCrmEntries", random, {})


def _end(random: Random) -> str:
    return random.choice(
        [
            "throw new TypeError('enough');",
            "null.x;",
            "redirect('/thanks');",
            "response.json({ok: true, customer});",
            "(async () => { setVariable('late', await Promise.resolve(1)); undefinedName; })();",
            "console.error(new CrmError('mine', 'own'));",
            "setVariable('big', 'x'.repeat(300000));",
        ]
    )


_MAKERS = (
    *(_write, _write, _write_many, _create, _read, _read, _list, _move, _relate, _page, _page, _chance, _clear),
    _end,
)
