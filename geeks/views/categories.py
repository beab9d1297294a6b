"""Categories: all of them, and the list of one."""

from __future__ import annotations

from django.core.cache import cache
from django.db.models import Count, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from geeks.jinja.responses import render
from geeks.models import Category, Question
from geeks.models.prepared import Prepared
from geeks.models.statement import untraced
from geeks.views.kept import shows
from geeks.views.lists import CATEGORIES, listed, listing
from geeks.views.questions import TABS, canonical

MANY = 20_000  # questions on a site
REMEMBERED_SECONDS = 600

OF_CATEGORY = listed(Question, lambda category: Question.objects.visible().filter(category=category))
OF_SLUG = Prepared(Category, lambda slug: Category.objects.filter(slug=slug)[:1], lasting=True)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    counts = question_counts()
    categories = [(category, counts.get(category.pk, 0)) for category in CATEGORIES().objects()]
    context = {"categories": categories, **canonical(request)}
    return shows(request, render(request, "categories/index.html", context))


def question_counts() -> dict[int, int]:
    """{category id: its visible questions}. On a large site up to ten minutes old: counting takes longer than a page
    may, and what is shown of such numbers changes slowly."""
    untraced()  # else they would be as old again on a page that is kept
    counts: dict[int, int] | None = cache.get("question-counts")
    if counts is None:
        # For each category along its own index; grouped, SQLite reads every question.
        own = Question.objects.visible().filter(category=OuterRef("pk")).order_by().values("category")
        rows = Category.objects.values_list("pk", Subquery(own.annotate(count=Count("pk")).values("count")))
        counts = {pk: count or 0 for pk, count in rows}
        if sum(counts.values()) >= MANY:
            cache.set("question-counts", counts, REMEMBERED_SECONDS)
    return counts


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    category = OF_SLUG(slug).first()
    if category is None:
        raise Http404("There is no such category.")
    tab, page = listing(request, OF_CATEGORY(category.pk), TABS)
    context = {
        "category": category,
        "page": page,
        "tab": tab,
        "categories": CATEGORIES().reads(),
        "description": category.description,
        "feed": reverse("category_feed", args=[category.slug]),
        **canonical(request),
    }
    return shows(request, render(request, "categories/show.html", context))
