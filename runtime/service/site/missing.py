"""The page for a path at which there is none."""

from starlette.responses import Response as HttpResponse

from runtime.service.markup import Markup, document, page, tag

_MAX_PATH_CHARACTERS = 200


def missing_page(path: str, near: list[str]) -> HttpResponse:
    """Says what was asked for and, to an author, which pages have names like it."""
    shown = path if len(path) <= _MAX_PATH_CHARACTERS else path[:_MAX_PATH_CHARACTERS] + "…"
    body = [tag("h1", "There is no page here"), tag("p", tag("code", shown), " leads nowhere.")]
    if near:
        links: list[Markup] = [tag("li", _link(one)) for one in near]
        body += [tag("p", "Did you mean"), tag("ul", *links)]
    return page(document("Not found", *body), 404)


def _link(path: str) -> Markup:
    """A link, but for a path with a ``[name]`` in it: that leads nowhere by itself."""
    return tag("code", path) if "[" in path else tag("a", path, href=path)
