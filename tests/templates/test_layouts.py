"""Layouts and components: what a page takes in, and how far."""

from pathlib import Path

import pytest

from runtime import FolderTemplates, Runtime, Session
from tests.templates.conftest import VISITOR, Render, Shelf


def put(shelf: Shelf, **texts: str) -> None:
    """Put templates of the visitor's brand there."""
    for code, text in texts.items():
        shelf.texts[VISITOR.brand, code] = text


def test_a_page_fills_the_blocks_of_its_layout(render: Render, shelf: Shelf) -> None:
    put(
        shelf,
        base="<title>@block('title')Home@endblock</title><main>@yield('main')</main>@block('foot')foot@endblock{{ n }}",
    )
    page = "@extends('base')\n@set(n = 7)\n@block('main')<p>{{ var.a }}</p>@endblock @block(\"title\")Log@endblock"
    assert render(page, {"a": "<"}) == "<title>Log</title><main><p>&lt;</p></main>foot7"


def test_a_layout_may_have_a_layout(render: Render, shelf: Shelf) -> None:
    put(
        shelf,
        outer="[@yield('a')|@yield('b')]",
        inner="@extends('outer')@block('a')inner a@endblock@block('b')(@yield('c'))@endblock",
    )
    assert render("@extends('inner')@block('a')page a@endblock@block('c')page c@endblock") == "[page a|(page c)]"


def test_a_component_finds_its_arguments_and_the_page_and_nothing_else(render: Render, shelf: Shelf) -> None:
    put(
        shelf,
        card='<b title="{{ title }}">{{ item.n }}{{ brand }}{{ var.a }}{{ outer }}{{ nix.nix }}{{ n }}'
        "@set(n = 1){{ n }}</b>",
    )
    loop = "@foreach(i in [{n: 1}, {n: 2}])@component('card', {title: '<', item: i})@endforeach"
    page = f"@set(outer = 1)@set(n = 5){loop}{{{{ n }}}}"
    cards = "".join(f'<b title="&lt;">{n}acme31</b>' for n in (1, 2))
    assert render(page, {"a": 3}) == cards + "5"


def test_a_component_stands_where_it_stands(render: Render, shelf: Shelf) -> None:
    """In an attribute's value its outputs are escaped for that; what it leaves open is an error."""
    put(shelf, link="/to/{{ x }}?a={{ x }}", half="<p title='")
    assert render("<a href=\"@component('link', {x: 'b c'})\">") == '<a href="/to/b%20c?a=b%20c">'
    assert render.problems("@component('half')") == [
        "1:1 a component must end where it begins (these end in text and the value of an attribute); it is left out"
    ]


def test_a_change_shows_at_once(render: Render, shelf: Shelf) -> None:
    for text in ("one", "two", "{{ 1 + 2 }}"):
        put(shelf, changing=text)
        assert render("@component('changing')") == text.replace("{{ 1 + 2 }}", "3")
    del shelf.texts["acme", "changing"]
    assert render.problems("@component('changing')") == ["1:1 @component: there is no template 'changing'"]


def test_a_brand_sees_its_own_templates(runtime: Runtime, shelf: Shelf) -> None:
    shelf.texts["other", "own"] = "other's"
    put(shelf, own="acme's")
    pages = [
        runtime.run_page("@component('own'){{ 1 }}", session=Session(brand=brand)).html
        for brand in ("acme", "other", "third")
    ]
    assert pages == ["acme's1", "other's1", "1"]


def test_errors_in_a_template_name_its_own_lines(render: Render, shelf: Shelf) -> None:
    put(shelf, faulty="<p>\n{{ var.a | uper }}{{ getCrmField() }}")
    record = render.page("\n\n@component('faulty')").record
    assert record.template is not None
    assert [(one.file, one.line, one.column) for one in record.template.errors] == [
        ("faulty", 2, 12),
        ("faulty", 2, 19),
    ]


def test_blocks_of_a_component_are_left_out_and_told(render: Render, shelf: Shelf) -> None:
    put(shelf, scripted="a<script scope=backend>setVariable('a', 1)</script>b")
    record, html = render.page("@component('scripted')")
    assert (html, record.variables) == ("ab", {})
    assert render.problems("@component('scripted')") == [
        "1:24 backend blocks run in pages only: those of a layout or component are left out"
    ]


WRONG = {
    "@component('nix')": ["1:1 @component: there is no template 'nix'"],
    "@component('../nix')": ["1:1 @component: there is no template '../nix'"],
    "@extends('nix')a": ["1:1 @extends: there is no template 'nix'"],
    "@component('ring')": ["1:1 @component: 'ring' contains itself: page.html → ring → ring2 → ring"],
    "@extends('loop1')": ["1:1 @extends: 'loop1' contains itself: page.html → loop1 → loop2 → loop1"],
    "@component('deep1')": [
        "1:1 @component: templates in templates, more than 8 deep: page.html → "
        + " → ".join(f"deep{n}" for n in range(1, 10))
    ],
    "@extends('plain') a {{ 1 }} @block('x')@endblock": [
        "1:18 a page with @extends shows only its blocks: what stands outside of them is left out"
    ],
    "a @extends('plain')": ["1:3 @extends must stand before all else, and once"],
    "@extends('plain')@extends('plain')": ["1:18 @extends must stand before all else, and once"],
    "@extends('selfish')@block('x')@yield('x')@endblock": ["1:31 the block 'x' contains itself"],
}


@pytest.mark.parametrize("template", WRONG)
def test_what_cannot_be_taken_in_is_named_with_its_chain(render: Render, shelf: Shelf, template: str) -> None:
    put(shelf, ring="@component('ring2')", ring2="@component('ring')", plain="p", selfish="@yield('x')")
    put(shelf, loop1="@extends('loop2')", loop2="@extends('loop1')")
    put(shelf, **{f"deep{n}": f"@component('deep{n + 1}')" for n in range(1, 12)})
    assert render.problems(template) == WRONG[template]


def test_a_page_takes_in_a_bounded_number_of_templates(render: Render, shelf: Shelf) -> None:
    put(shelf, **{f"many{n}": f"@component('many{n + 1}')" * 6 for n in range(1, 6)}, many6=".")
    record, html = render.page("@component('many1')")
    assert record.template is not None
    assert len(html) < 100
    assert record.template.errors[0].message.startswith("@component: the page takes in more than 100 templates")
    assert len(record.template.errors) <= 50


def test_comments_before_a_layout_are_no_text(render: Render, shelf: Shelf) -> None:
    put(shelf, quiet="p")
    assert render("<!-- the log -->\n{{-- x --}} @extends('quiet')\n<!-- b -->{{-- c --}}") == "p"
    assert render("<!----><!-- a --> <!--->-->@extends('quiet')") == "p"
    wrong = "@extends must stand before all else, and once"
    for text in ("a<!-- -->", "<!-- -->a", "<!--", "-->", "<!-->"):
        assert render.problems(text + "@extends('quiet')") == [f"1:{len(text) + 1} {wrong}"]


def test_a_folder_has_templates(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "card.html").write_text("\ufeffcard")
    (tmp_path / "parts" / "row.html").write_text("row")
    templates = FolderTemplates(tmp_path)
    assert [templates.get("any", code) for code in ("card", "parts/row", "nix")] == ["card", "row", None]


def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "out.html").write_text("secret")
    (folder / "link.html").symlink_to(tmp_path / "out.html")
    (folder / "up").symlink_to(tmp_path)
    (folder / "big.html").write_text("x" * (512 * 1024 + 1))
    (folder / "latin.html").write_bytes(b"\xff")
    (folder / "dir.html").mkdir()
    wrong = [
        "../out",
        "link",
        "up/out",
        "/etc/passwd",
        str(tmp_path / "out"),
        "a\0",
        "",
        ".",
        "in/../../out",
        "big",
        "latin",
        "dir",
    ]
    templates = FolderTemplates(folder)
    assert [code for code in wrong if templates.get("any", code) is not None] == []
