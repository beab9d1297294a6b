"""Categories: all of them, and the list of one."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from geeks.models import Category, Kind, Question
from geeks.models.prepared import Prepared
from geeks.views.kept import shows
from geeks.views.lists import CATEGORIES, listed, listing
from geeks.views.questions import TABS, canonical

OF_CATEGORY = listed(Question, lambda category: Question.objects.visible().filter(category=category))
OF_SLUG = Prepared(Category, lambda slug: Category.objects.filter(slug=slug)[:1])


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    questions = Count("posts", filter=Q(posts__kind=Kind.QUESTION, posts__deleted_at=None))
    categories = Category.objects.annotate(question_count=questions)
    context = {"categories": categories, **canonical(request)}
    return shows(request, render(request, "categories/index.html", context))


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
        "categories": CATEGORIES().objects(),
        "description": category.description,
        "feed": reverse("category_feed", args=[category.slug]),
        **canonical(request),
    }
    return shows(request, render(request, "categories/show.html", context))
