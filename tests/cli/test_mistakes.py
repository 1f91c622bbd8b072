"""What a person can get wrong: one line on standard error, an exit status, nothing on standard output."""

from pathlib import Path

import pytest

from runtime.known_names import AWAIT_NOT_HERE
from storage.opening import ALLOWED_URLS
from tests.cli.conftest import Command


@pytest.fixture(autouse=True)
def _files(folder: Path) -> None:
    (folder / "script.js").write_text("setVariable('ran', true)")
    (folder / "latin.js").write_bytes(b"// one\nvar s = 'caf\xe9';\n")
    (folder / "folder").mkdir()
    (folder / "notes.db").write_text("no database " * 100)


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (["run"], 2, "Missing argument 'FILE|-'. (see funnelscript run --help)"),
        (["run", "none.js"], 2, "none.js: no such file or directory"),
        (["run", "scrip.js"], 2, "scrip.js: no such file or directory; did you mean script.js?"),
        (["run", "folder"], 2, "folder: is a directory"),
        (["run", "latin.js"], 2, "latin.js: not UTF-8 text (byte 0xe9 in line 2)"),
        (["run", "/dev/zero"], 2, "/dev/zero: larger than 16,777,216 bytes, which is no script"),
        (["run", "\x1b[2J"], 2, "\\x1b[2J: no such file or directory"),
        (
            ["run", "script.js", "--now", "soon"],
            2,
            "--now: not a time in ISO 8601 such as 2026-03-15T09:00:00Z (got 'soon')",
        ),
        (["run", "script.js", "--memory", "0"], 2, "--memory: Input should be greater than or equal to 262144 (got 0)"),
        (["run", "script.js", "--cpu", "inf"], 2, "--cpu: Input should be a finite number (got inf)"),
        (["run", "script.js", "--wall", "-1"], 2, "--wall: Input should be greater than 0 (got -1.0)"),
        (
            ["run", "script.js", "--brand", "A B"],
            2,
            "--brand: String should match pattern '^[a-z0-9][a-z0-9_-]{0,62}$' (got 'A B')",
        ),
        (["run", "script.js", "--customer", ""], 2, "--customer: String should have at least 1 character (got '')"),
        (
            ["run", "script.js", "--store", "mongo://ada:secret@db"],
            2,
            f"--store: no store has the URL 'mongo://ada:***@db'; allowed: {ALLOWED_URLS}",
        ),
        (
            ["run", "script.js", "--store", "crm.db"],
            2,
            f"--store: no store has the URL 'crm.db' (did you mean 'sqlite:///crm.db'?); allowed: {ALLOWED_URLS}",
        ),
        (
            ["run", "script.js", "--store", "sqlite:///none/crm.db"],
            4,
            "the store sqlite:///none/crm.db cannot be opened: unable to open database file",
        ),
        (
            ["run", "script.js", "--store", "postgresql://ada@/crm?host=/none"],
            4,
            (
                "the store postgresql://ada@/crm?host=/none cannot be opened: connection is bad: connection to server"
                ' on socket "/none/.s.PGSQL.5432" failed: No such file or directory Is the server running locally and'
                " accepting connections on that socket?"
            ),
        ),
        (
            ["run", "script.js", "--store", "sqlite:///notes.db"],
            4,
            "the store sqlite:///notes.db cannot be opened: file is not a database",
        ),
        (
            ["run", "script.js", "--feed", "7"],
            2,
            "No such option: --feed (Possible options: --queue, --seed) (see funnelscript run --help)",
        ),
        (["runn"], 2, "No such command 'runn'. Did you mean 'run', 'runs'? (see funnelscript --help)"),
        (["entries", "--reference", "c_1"], 2, "--reference: must be TYPE:ID, such as customer:c_1 (got 'c_1')"),
        (["entries", "--slug", "deals"], 2, "--slug: no entity 'deals' (brand 'demo' has no entities)"),
        (
            ["entries", "--limit", "0"],
            2,
            "Invalid value for '--limit': Input should be greater than or equal to 1 (see funnelscript entries --help)",
        ),
        (["entries", "--brand", "A"], 2, "--brand: String should match pattern '^[a-z0-9][a-z0-9_-]{0,62}$' (got 'A')"),
    ],
)
def test_mistake_is_one_line_on_standard_error(command: Command, arguments: list[str], status: int, line: str) -> None:
    assert command(*arguments) == (status, "", f"funnelscript: {line}\n")


def test_wrong_setting_is_a_mistake_too(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNNELSCRIPT_LOG_FORMAT", "xml")
    assert command("run", "script.js") == (
        2,
        "",
        "funnelscript: FUNNELSCRIPT_LOG_FORMAT: Input should be 'text' or 'json' (got 'xml')\n",
    )


def test_without_a_command_the_help_is_shown(command: Command) -> None:
    answer = command()
    assert (answer.status, answer.err) == (2, "")
    assert "Usage: funnelscript [OPTIONS] COMMAND [ARGS]..." in answer.out


@pytest.mark.parametrize("group", ["dead-letters", "migrate", "modules", "queue", "runs", "tokens"])
def test_a_group_without_a_command_shows_its_help_and_nothing_else(command: Command, group: str) -> None:
    answer = command(group)
    assert (answer.status, answer.err) == (2, "")
    assert f"Usage: funnelscript {group} [OPTIONS] COMMAND [ARGS]..." in answer.out


READING = [
    ["entries"],
    ["export"],
    ["modules", "list"],
    ["modules", "show", "units"],
    ["modules", "remove", "units"],
    ["runs", "list"],
    ["runs", "show"],
    ["runs", "forget", "--keep", "0"],
    ["tokens", "list"],
    ["tokens", "revoke", "t_1"],
    ["types"],
    ["check", "script.js"],
    ["apply", "crm.yaml", "--dry-run"],
]


@pytest.mark.parametrize("arguments", READING, ids=lambda arguments: " ".join(arguments[:2]))
def test_a_store_that_is_only_read_is_not_made(command: Command, folder: Path, arguments: list[str]) -> None:
    (folder / "crm.yaml").write_text("entities: [{slug: deals}]")
    here = sorted(folder.iterdir())
    assert command(*arguments, "--store", "sqlite:///none.db") == (
        4,
        "",
        "funnelscript: the store sqlite:///none.db cannot be opened: there is no such file\n",
    )
    command(*arguments)
    assert sorted(folder.iterdir()) == here


DEALS = """\
EnsureCrmEntity({
  slug: 'deals',
  fields: [{ key: 'size' }],
  pipelines: [{ slug: 'sales', stages: [{ slug: 'new' }, { slug: 'won' }] }]
});
"""


@pytest.mark.parametrize(
    ("script", "options", "said"),
    [
        (
            "var slug = 'deals';\nsetCrmFeild({ slug: slug });\n",
            [],
            (
                "ReferenceError: setCrmFeild is not defined, did you mean 'setCrmField'?\n"
                "  at s.js:2:1\n"
                "  2 | setCrmFeild({ slug: slug });\n"
                "    | ^\n"
            ),
        ),
        (
            "setVariabel('a', 1);",
            [],
            (
                "ReferenceError: setVariabel is not defined, did you mean 'setVariable'?\n"
                "  at s.js:1:1\n"
                "  1 | setVariabel('a', 1);\n"
                "    | ^\n"
            ),
        ),
        (
            "nothing();",
            [],
            "ReferenceError: nothing is not defined\n  at s.js:1:1\n  1 | nothing();\n    | ^\n",
        ),
        (
            "setTimeout(function () {}, 10);",
            [],
            (
                "ReferenceError: setTimeout is not defined: there are no timers\n"
                "  at s.js:1:1\n"
                "  1 | setTimeout(function () {}, 10);\n"
                "    | ^\n"
            ),
        ),
        (
            DEALS + "setCrmField({ slug: 'deals', feildKey: 'size', value: 1 });\n",
            ["--strict"],
            (
                "TypeError: setCrmField: unknown property 'feildKey', did you mean 'fieldKey'?\n"
                "  at s.js:6:1\n"
                "  6 | setCrmField({ slug: 'deals', feildKey: 'size', value: 1 });\n"
                "    | ^\n"
            ),
        ),
        (
            DEALS + "getCrmEntries({ slug: 'dael' });\n",
            [],
            (
                "TypeError: getCrmEntries: no entity 'dael', did you mean 'deals'?\n"
                "  at s.js:6:1\n"
                "  6 | getCrmEntries({ slug: 'dael' });\n"
                "    | ^\n"
            ),
        ),
        (
            DEALS + "moveCrmToStage({ slug: 'deals', stageSlug: 'wno' });\n",
            ["--customer", "c_1"],
            (
                "Warnings\n"
                "  stage_not_found  moveCrmToStage: no stage 'wno' in 'deals', did you mean 'won'?  at s.js:6:1\n"
            ),
        ),
        (
            DEALS + "addCrmFieldValue({ slug: 'deals', fieldKey: 'sise', value: 1 });\n",
            ["--customer", "c_1"],
            (
                "Warnings\n"
                "  undefined_field  'deals' does not define the field 'sise', did you mean 'size'?  at s.js:6:1\n"
            ),
        ),
        (
            DEALS + "setCrmField({ slug: 'deals', fieldKey: 'size', value: 1 });\n",
            [],
            (
                "CrmError (no_customer): setCrmField: the session has no customer; name the record with"
                " 'referenceType' and 'referenceId'\n"
                "  at s.js:6:1\n"
                "  6 | setCrmField({ slug: 'deals', fieldKey: 'size', value: 1 });\n"
                "    | ^\n"
            ),
        ),
        (
            DEALS + "getCrmEntries({ slug: 'deals', limit: 'ten' });\n",
            [],
            (
                "TypeError: getCrmEntries: 'limit' must be a whole number from 1 to 200 (got string \"ten\")\n"
                "  at s.js:6:1\n"
                "  6 | getCrmEntries({ slug: 'deals', limit: 'ten' });\n"
                "    | ^\n"
            ),
        ),
        (
            "if (customer) {\n  console.log('hi');\n",
            [],
            (
                "SyntaxError: the script ends too early: a bracket, brace or quote is not closed\n"
                "  at s.js:3:1\n"
                "  3 |\n"
                "    | ^\n"
            ),
        ),
        (
            "var sizes = [1, 2;\n",
            [],
            "SyntaxError: Unexpected token ';'\n  at s.js:1:18\n  1 | var sizes = [1, 2;\n    |                  ^\n",
        ),
        (
            "function all() {\n  const deals = await getCrmEntries({ slug: 'deals' });\n}\n",
            [],
            (
                f"SyntaxError: {AWAIT_NOT_HERE}\n"
                "  at s.js:2:23\n"
                "  2 |   const deals = await getCrmEntries({ slug: 'deals' });\n"
                "    |                       ^\n"
            ),
        ),
        (
            "await null;\nfunction all() { await null; }\n",
            [],
            (
                f"SyntaxError: {AWAIT_NOT_HERE}\n"
                "  at s.js:2:18\n"
                "  2 | function all() { await null; }\n"
                "    |                  ^\n"
            ),
        ),
        (
            "const deals = getCrmEntries({ slug: deals });\n",
            [],
            (
                "ReferenceError: deals is not initialized: it is used before its own declaration is done\n"
                "  at s.js:1:37\n"
                "  1 | const deals = getCrmEntries({ slug: deals });\n"
                "    |                                     ^\n"
            ),
        ),
        (
            "fetch('https://example.com');\n",
            [],
            (
                "ReferenceError: fetch is not defined: use http.get or http.post, but the host has not turned it on\n"
                "  at s.js:1:1\n"
                "  1 | fetch('https://example.com');\n"
                "    | ^\n"
            ),
        ),
        (
            "fetch('https://example.com');\n",
            ["--http"],
            (
                "ReferenceError: fetch is not defined: use http.get or http.post\n"
                "  at s.js:1:1\n"
                "  1 | fetch('https://example.com');\n"
                "    | ^\n"
            ),
        ),
        (
            "console.lgo('hi');\n",
            [],
            (
                "TypeError: console.lgo is not a function; console has log, info, warn, error, debug\n"
                "  at s.js:1:9\n"
                "  1 | console.lgo('hi');\n"
                "    |         ^\n"
            ),
        ),
        (
            "setVariable('mood', request.body.mood);\n",
            [],
            (
                "TypeError: cannot read property 'mood' of null: request.body is null\n"
                "  at s.js:1:21\n"
                "  1 | setVariable('mood', request.body.mood);\n"
                "    |                     ^\n"
            ),
        ),
        (
            "for (;;) {}\n",
            ["--cpu", "0.2"],
            (
                "Warnings\n  limit_near  100 % of cpu_seconds (0.2) is used\n\n"
                "LimitError (cpu_seconds): the script used more than 0.2 s of CPU time\n"
            ),
        ),
    ],
    ids=[
        "function",
        "variable function",
        "nothing near",
        "timer",
        "property",
        "slug",
        "stage",
        "field",
        "customer",
        "type",
        "brace",
        "bracket",
        "await",
        "await in a function",
        "before its declaration",
        "no fetch and no http",
        "no fetch",
        "member",
        "body",
        "loop",
    ],
)
def test_mistake_in_a_script_is_told_whole(
    command: Command, folder: Path, script: str, options: list[str], said: str
) -> None:
    """The place, what came, what is allowed, and the nearest right name."""
    (folder / "s.js").write_text(script)
    answer = command("run", "s.js", *options)
    told = answer.out.partition("\n\n")[2].rpartition("\n\n")[0].partition("\n\nEntries of")[0]
    assert told + "\n" == said
