"""How stored, safe HTML comes onto a page of the admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html

from geeks.rendering.glyphs import once
from geeks.rendering.images import without_foreign_images
from geeks.rendering.sanitise import safe


def shown(html: str) -> str:
    """HTML that rendering made, in the type that Django's lists know to be safe; no image of another site is loaded."""
    return format_html("{}", safe(without_foreign_images(html)))


def title_of(row: Any) -> str:
    """What a row is called, with its formulas typeset where it has a title."""
    html = getattr(row, "title_html", "")
    return shown(html) if html else str(row)


def outlines_once(response: HttpResponse) -> HttpResponse:
    """The page with one outline of each glyph, however many titles and excerpts bring it."""
    if isinstance(response, TemplateResponse):
        response.add_post_render_callback(_keep_one)
    return response


def _keep_one(response: TemplateResponse) -> None:
    response.content = once(response.content.decode())
