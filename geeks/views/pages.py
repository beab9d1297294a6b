"""Pages that stand by themselves: about, help, how to write mathematics."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from geeks import rendering
from geeks.jinja.responses import render
from geeks.views.kept import shows
from geeks.views.questions import canonical


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return shows(request, render(request, "pages/about.html", canonical(request)))


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return shows(request, render(request, "pages/help.html", canonical(request)))


@require_safe
def help_maths(request: HttpRequest) -> HttpResponse:
    """The template holds the sources of the examples; what they become is asked of the code that stores posts."""
    return shows(request, render(request, "pages/help_maths.html", {"render": example, **canonical(request)}))


@lru_cache(maxsize=200)
def example(source: str) -> str:
    """The sources are the template's own and few, so each is rendered once in the life of a process."""
    return rendering.render(source).html
