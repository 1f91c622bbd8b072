"""Another script on recorded runs: which effects would have been others."""

from runtime import Runtime
from runtime.differing import NOTHING, Difference
from runtime.tape.offline import CallPlace, MadeCall
from runtime.tape.what_if import EffectChange, ScriptVerdict, try_script
from tests.tape.conftest import Record

SCRIPT = """const kg = getCrmField({slug: 'notes', fieldKey: 'weight'});
setCrmField({slug: 'notes', fieldKey: 'weight', value: 182});
setHeader('x-seen', 'yes');
setVariable('known', kg !== null);
"""


def tried(offline: Runtime, record: Record, source: str) -> ScriptVerdict:
    return try_script(offline, record(SCRIPT), source, "new.js")


def test_script_with_the_same_effects_is_the_same(offline: Runtime, record: Record) -> None:
    """Whatever it reads, in whichever order and spelling, as long as the tape has it."""
    source = "GetCrmField({fieldKey: 'weight', slug: 'notes'});" + SCRIPT
    assert tried(offline, record, source) == ScriptVerdict("same", [], [])


def test_changed_new_and_missing_effects_are_told(offline: Runtime, record: Record) -> None:
    source = SCRIPT.replace("182", "183").replace("setHeader('x-seen', 'yes')", "cookie.set('a', 'b')")
    tape = record(SCRIPT)
    verdict = try_script(offline, tape, source, "new.js")
    write, cookie, header = verdict.changes
    assert write == EffectChange(
        tape.calls[1],
        MadeCall("setCrmField", {"slug": "notes", "fieldKey": "weight", "value": 183}, CallPlace("new.js", 2, 1)),
        [Difference(("value",), 182, 183)],
    )
    assert (cookie.then, cookie.now and cookie.now.name) == (None, "cookie.set")
    assert header == EffectChange(tape.calls[2], None, [])
    assert verdict.verdict == "changed"
    assert verdict.outcome[0] == Difference(("headers", "x-seen"), "yes", NOTHING)


def test_read_that_is_not_on_the_tape_cannot_be_answered(offline: Runtime, record: Record) -> None:
    verdict = tried(offline, record, "getCrmField({slug: 'notes', fieldKey: 'text'});" + SCRIPT)
    missing = MadeCall("getCrmField", {"slug": "notes", "fieldKey": "text"}, CallPlace("new.js", 1, 1))
    assert verdict == ScriptVerdict("unanswered", [], [], missing)


def test_write_is_answered_as_one_like_it_was(offline: Runtime, record: Record) -> None:
    source = SCRIPT + "setVariable('again', setCrmField({slug: 'notes', fieldKey: 'text', value: 'x'}).ok)"
    verdict = tried(offline, record, source)
    assert [(change.then, change.now and change.now.arguments["value"]) for change in verdict.changes] == [(None, "x")]
    assert verdict.outcome == [Difference(("variables", "again"), NOTHING, True)]
