"""The front page: what moves, in all categories."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from geeks.jinja.responses import render
from geeks.views.kept import shows
from geeks.views.lists import CATEGORIES, QUESTIONS, listing
from geeks.views.questions import canonical
from geeks.views.structured_data import website

TABS = ("active", "newest", "hot", "unanswered")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    tab, page = listing(request, QUESTIONS(), TABS)
    context = {
        "page": page,
        "tab": tab,
        "categories": CATEGORIES().reads(),
        "json_ld": website(),
        **canonical(request),
    }
    return shows(request, render(request, "home/index.html", context))
