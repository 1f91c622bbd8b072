"""``funnelscript render``: the page on standard output, all else beside it; and pages in the commands around it."""

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cli.conftest import Command

PAGE = """<script scope="backend">console.log('hi'); setVariable('name', customer ? customer.name : '<nobody>')</script>
<p>{{ var.name }}</p>
"""


def test_render_prints_the_page_and_nothing_else(command: Command, folder: Path) -> None:
    (folder / "a.html").write_text(PAGE)
    answer = command("render", "a.html", "--customer", "c_1", "--name", "Ada & Co")
    assert answer == (0, "\n<p>Ada &amp; Co</p>\n", "log    hi\n")
    assert command("render", "a.html").out == "\n<p>&lt;nobody&gt;</p>\n"


def test_render_takes_templates_from_the_pages_folder_or_another(command: Command, folder: Path) -> None:
    (folder / "pages").mkdir()
    (folder / "parts").mkdir()
    (folder / "pages" / "a.html").write_text("@component('card', {n: 1})")
    (folder / "pages" / "card.html").write_text("<b>{{ n }}</b>\n")
    (folder / "parts" / "card.html").write_text("<i>{{ n }}</i>\n")
    assert command("render", "pages/a.html") == (0, "<b>1</b>\n", "")
    assert command("render", "pages/a.html", "--templates", "parts") == (0, "<i>1</i>\n", "")
    assert command("render", "pages/a.html", "--templates", "nix") == (
        2,
        "",
        "funnelscript: --templates: no folder nix\n",
    )


def test_render_shows_what_is_wrong_with_its_place(command: Command, folder: Path) -> None:
    (folder / "a.html").write_text("<p>\n  {{ nix }}{{ getCrmField(1) }}</p>\n")
    answer = command("render", "a.html")
    assert (answer.status, answer.out) == (1, "<p>\n  </p>\n")
    assert answer.err == (
        "TemplateError (template_error): unknown name 'nix': what a script sets is var.nix\n"
        "  at a.html:2:6\n"
        "  2 |   {{ nix }}{{ getCrmField(1) }}</p>\n"
        "    |      ^\n"
        "TypeError: getCrmField: takes one object, such as {slug: 'weight-tracker'} (got a number)\n"
        "  at a.html:2:12\n"
        "  2 |   {{ nix }}{{ getCrmField(1) }}</p>\n"
        "    |            ^\n"
    )


def test_render_prints_page_and_record_as_json(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO("{{ 'é' | upper }}".encode())))
    answer = command("render", "-", "--json")
    shown = json.loads(answer.out)
    assert (answer.status, shown["html"], shown["record"]["status"]) == (0, "É", "ok")


def test_render_is_for_pages(command: Command, folder: Path) -> None:
    (folder / "a.js").write_text("1")
    assert command("render", "a.js") == (
        2, "", "funnelscript: a.js: not a page (.html, .htm); scripts are for 'funnelscript run'\n",
    )  # fmt: skip


def test_a_dry_run_of_a_page_stores_nothing_of_its_template_either(command: Command, folder: Path) -> None:
    setup = "EnsureCrmEntity({ slug: 'notes', fields: [{ key: 'text' }] })"
    (folder / "setup.js").write_text(setup)
    (folder / "a.html").write_text("{{ addCrmFieldValue({slug: 'notes', fieldKey: 'text', value: 'kept'}).ok }}")
    assert command("run", "setup.js", "--customer", "c_1").status == 0
    assert command("run", "a.html", "--customer", "c_1", "--dry-run").status == 0
    assert "kept" not in command("entries", "--reference", "customer:c_1").out
    assert command("run", "a.html", "--customer", "c_1").status == 0
    assert "kept" in command("entries", "--reference", "customer:c_1").out


def test_a_case_expects_the_rendered_page(command: Command, folder: Path) -> None:
    (folder / "a.html").write_text("@component('card', {n: query.n})")
    (folder / "card.html").write_text("<b>{{ n }}</b>")
    case = "cases:\n  - name: one\n    request: {query: {n: '<'}}\n    expect: {html: '<b>%s</b>'}\n"
    (folder / "a.case.yaml").write_text(case % "&lt;")
    assert command("replay", "a.html").status == 0
    (folder / "a.case.yaml").write_text(case % "1")
    assert command("replay", "a.html").status == 1
