"""The ways through the pipeline: a post, a comment, a title, a snippet of a search result."""

from __future__ import annotations

import html as html_entities
from collections.abc import Callable

from geeks.rendering.filling import SECONDS, Filling
from geeks.rendering.images import tidied_images, without_foreign_images, without_images
from geeks.rendering.links import Titles, linked, mentions, no_titles, titled, unescaped_dollars
from geeks.rendering.markdown import comment_to_html, to_html
from geeks.rendering.maths import lift
from geeks.rendering.plain import cut, mentioning, plain_text, prose
from geeks.rendering.results import Rendered, RenderRefused
from geeks.rendering.sanitise import INLINE_TAGS, sanitised
from geeks.rendering.shelf import Shelf
from geeks.rendering.source import check_formulas, clean


def render(source: str, titles: Titles = no_titles) -> Rendered:
    """A post of at most 30,000 characters, whose bare links show their `titles`. Raises RenderRefused, which carries
    the escaped source."""
    shelf = Shelf()
    with _Refusals(source):
        html = to_html(clean(source), shelf)
        check_formulas(shelf.formulas)
        html = sanitised(tidied_images(titled(linked(sanitised(html), shelf), shelf, titles)))
        return filled(source, html, shelf, Filling.body)


def render_comment(source: str, seconds: float = SECONDS, titles: Titles = no_titles) -> Rendered:
    """A comment: emphasis, code, links, bare addresses and formulas in one paragraph; phrasing content."""
    shelf = Shelf()
    with _Refusals(source):
        html = comment_to_html(" ".join(clean(source).split()), shelf)
        check_formulas(shelf.formulas)
        html = titled(linked(sanitised(html), shelf), shelf, titles)
        html = sanitised(without_images(tidied_images(html)), INLINE_TAGS)
        return filled(source, html, shelf, Filling.phrase, seconds)


def render_title(source: str, seconds: float = SECONDS) -> Rendered:
    """A title: text and formulas, no Markdown; phrasing content."""
    shelf = Shelf()
    with _Refusals(source):
        text = lift(" ".join(clean(source).split()), shelf, code=False)
        check_formulas(shelf.formulas)
        html = html_entities.escape(unescaped_dollars(text), quote=False)
        return filled(source, html, shelf, Filling.phrase, seconds)


def filled(
    source: str, html: str, shelf: Shelf, fill: Callable[[Filling, str], str], seconds: float = SECONDS
) -> Rendered:
    """What is rendered of safe HTML whose formulas stand in. With no `seconds` they show their TeX for now."""
    html = shelf.keep_shown(html)
    filling = Filling(source, shelf, seconds)
    shown = without_foreign_images(html)
    text = plain_text(shown)
    excerpt = cut(prose(shown))
    return Rendered(
        html=fill(filling, html),
        text=filling.plain(text),
        excerpt=filling.inline_plain(excerpt),
        excerpt_html=filling.excerpt(excerpt),
        formulas=filling.formulas,
        mentions=mentions(mentioning(shown)) if "@" in shown else (),
        finished=seconds > 0 or not shelf.formulas,
    )


class _Refusals:
    """Lets a refusal carry the source it is about; a text nested beyond Python's stack is refused, not an error."""

    def __init__(self, source: str) -> None:
        self._source = source

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, RenderRefused):
            raise error.of(self._source) from None
        if isinstance(error, RecursionError):
            reason = "The text is nested too deeply. Please use fewer quotes, lists or brackets inside each other."
            raise RenderRefused(reason, self._source) from None
