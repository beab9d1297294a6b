"""The front page: what moves, in all categories."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from geeks.models import Category, Question
from geeks.views.kept import shows
from geeks.views.lists import listing
from geeks.views.questions import canonical
from geeks.views.structured_data import website

TABS = ("active", "newest", "hot", "unanswered")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    tab, page = listing(request, Question.objects.visible(), TABS)
    context = {
        "page": page,
        "tab": tab,
        "categories": Category.objects.all(),
        "json_ld": website(),
        **canonical(request),
    }
    return shows(request, render(request, "home/index.html", context))
