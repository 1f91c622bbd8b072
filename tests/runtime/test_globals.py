"""What a script finds in its scope, and what it does not."""

import json

import pytest

from bindings.registry import FUNCTIONS
from runtime import Runtime
from tests.runtime.conftest import ADA, ANONYMOUS, Run

CRM_NAMES = sorted(name for function in FUNCTIONS.values() for name in (function.name, function.other_name))
OWN_FUNCTIONS = ["setVariable", "getVariable", "getCustomer", "getUser", *CRM_NAMES]
OWN_VALUES = ["console", "customer", "is_customer", "CrmError"]
REMOVED = [
    "process", "require", "std", "os", "fs", "setTimeout", "setInterval", "setImmediate", "WebAssembly",
    "SharedArrayBuffer", "Atomics", "WeakRef", "FinalizationRegistry", "performance", "eval", "__host", "navigator",
]  # fmt: skip


@pytest.mark.parametrize("name", OWN_FUNCTIONS)
def test_a_host_function_looks_like_one_of_the_languages_own(run: Run, name: str) -> None:
    """Not enumerable, writable, configurable; its name, its length and its text as a native function's."""
    source = f"""
        const property = Object.getOwnPropertyDescriptor(globalThis, '{name}'), value = property.value;
        const text = /^function {name}\\(\\) \\{{\\s+\\[native code\\]\\s+\\}}$/;
        setVariable('flags', [property.enumerable, property.writable, property.configurable]);
        setVariable('looks', [value.name, typeof value.length, text.test(value.toString())]);
        let made = false;
        try {{ new value(); made = true; }} catch (error) {{ setVariable('error', error.name); }}
        setVariable('made', made);
    """
    assert run(source).variables == {
        "flags": [False, True, True],
        "looks": [name, "number", True],
        "error": "TypeError",
        "made": False,
    }


@pytest.mark.parametrize("name", [*OWN_FUNCTIONS, *OWN_VALUES])
@pytest.mark.parametrize("keyword", ["var", "let", "const", "function", "class"])
def test_a_script_may_declare_its_own_variable_of_any_name(run: Run, name: str, keyword: str) -> None:
    declarations = {"function": f"function {name}() {{}}", "class": f"class {name} {{}}"}
    declared = declarations.get(keyword, f"{keyword} {name} = 1;")
    tell = "console.log(" if name == "setVariable" else "globalThis.setVariable('type', "
    result = run(f"{declared} {tell} typeof {name});")
    assert result.error is None
    told = result.logs[0].text if name == "setVariable" else result.variables["type"]
    assert told == ("function" if keyword in declarations else "number")


def test_nothing_of_the_scope_is_enumerable(run: Run) -> None:
    assert run("setVariable('keys', Object.keys(globalThis));").variables == {"keys": []}


def test_what_is_not_promised_is_not_there(run: Run) -> None:
    found = run(f"setVariable('found', {json.dumps(REMOVED)}.filter((name) => name in globalThis));").variables
    assert found == {"found": []}


@pytest.mark.parametrize(
    "source",
    ["Function('return 1')", "new Function('return 1')", "(() => 1).constructor('return 1')",
     "(async () => 1).constructor('return 1')", "(function* () {}).constructor('yield 1')",
     "(async function* () {}).constructor('yield 1')"],
)  # fmt: skip
def test_code_cannot_be_made_from_strings(run: Run, source: str) -> None:
    error = run(source).error
    assert error is not None
    assert (error.name, error.line, error.column is not None) == ("EvalError", 1, True)
    assert error.message == "code cannot be made from strings here: Function and eval are turned off"


@pytest.mark.parametrize(
    ("name", "why"), [("eval", "the host has not turned it on"), ("arguments", "it is there in functions alone")]
)
def test_what_is_there_elsewhere_alone_is_told_so(run: Run, name: str, why: str) -> None:
    error = run(f"{name};").error
    assert error is not None
    assert f"{error.name}: {error.message}" == f"ReferenceError: {name} is not defined: {why}"


def test_a_host_can_let_code_be_made_from_strings() -> None:
    source = "setVariable('made', [eval('1 + 1'), Function('return 3')(), (() => 1).constructor('return 4')()]);"
    with Runtime.open("sqlite://", code_from_strings=True) as runtime:
        assert runtime.run(source, session=ADA).variables == {"made": [2, 3, 4]}


def test_the_customer_is_the_sessions(run: Run) -> None:
    """Its attributes beside id, e-mail and name; getUser has the latter two alone."""
    result = run("setVariable('seen', [customer, is_customer, getCustomer() === customer, getUser()]);")
    customer = {"plan": {"tiers": ["gold"]}, "id": "c_1", "email": "ada@example.com", "name": "Ada"}
    assert result.variables == {"seen": [customer, True, True, {"name": "Ada", "email": "ada@example.com"}]}
    assert result.customer_id == "c_1"


def test_nobody_is_null(run: Run) -> None:
    result = run("setVariable('seen', [customer, is_customer, getCustomer(), getUser()]);", ANONYMOUS)
    assert result.variables == {"seen": [None, False, None, {"name": None, "email": None}]}


@pytest.mark.parametrize(
    "change",
    ["customer.id = 'c_2'", "customer.extra = 1", "delete customer.id", "customer.plan.tiers.push('more')",
     "customer.plan.tiers[0] = 'more'", "getUser().name = 'x'", "Object.setPrototypeOf(customer, null)"],
)  # fmt: skip
def test_the_customer_is_frozen_to_its_depth(run: Run, change: str) -> None:
    error = run(f"'use strict'; {change};").error
    assert error is not None
    assert error.name == "TypeError"


def test_scripts_are_sloppy_as_on_any_page(run: Run) -> None:
    source = "undeclared = 1; with ({inner: 2}) { setVariable('sum', undeclared + inner + 010); }"
    assert run(source).variables == {"sum": 11}


def test_a_crm_error_is_an_error_with_a_code(run: Run) -> None:
    """Thrown by the host or made by the script, and the base of the script's own classes."""
    source = """
        const made = new CrmError('mine', 'forbidden');
        class Mine extends CrmError { }
        setVariable('made', [made instanceof CrmError, made instanceof Error, made.name, made.code, made.message]);
        setVariable('mine', [new Mine('x') instanceof Mine, new Mine('x') instanceof CrmError]);
        setVariable('text', [CrmError.name, /native code/.test(CrmError.toString()), made.constructor === CrmError]);
        try { setCrmField({ slug: 'notes', fieldKey: 'text', value: 1, entryId: 'none' }); }
        catch (error) { setVariable('caught', [error instanceof CrmError, error.name, error.code]); }
    """
    assert run(source).variables == {
        "made": [True, True, "CrmError", "forbidden", "mine"],
        "mine": [True, True],
        "text": ["CrmError", True, True],
        "caught": [True, "CrmError", "entry_not_found"],
    }


def test_promise_jobs_run_to_their_end(run: Run) -> None:
    source = """
        (async () => { for (let i = 0; i < 3; i++) { await null; setVariable('i', i); } })();
        Promise.resolve(1).then((one) => setVariable('then', one));
        queueMicrotask(() => setVariable('microtask', true));
    """
    assert run(source).variables == {"i": 2, "then": 1, "microtask": True}
