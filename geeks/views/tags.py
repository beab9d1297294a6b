"""Tags: all of them, and the questions of one or several."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from geeks.jinja.responses import render
from geeks.models import Question, Tag
from geeks.models.post import rarest_first
from geeks.views.credits import credits_of
from geeks.views.kept import shows
from geeks.views.lists import listed, listing, page_of
from geeks.views.questions import TABS, canonical

TAGS_A_PAGE = 48

TAGGED = listed(Question, lambda *tags: Question.objects.visible().with_tags(*tags))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    tab = request.GET.get("tab", "")
    tab = tab if tab in ("popular", "name", "new") else "popular"
    order = {"popular": ("-question_count", "-id"), "name": ("name",), "new": ("-id",)}[tab]
    wanted = request.GET.get("q", "").strip().lower().replace("\x00", "")[:35]
    tags = Tag.objects.filter(name__startswith=wanted) if wanted else Tag.objects.all()
    page = page_of(request, tags, order, size=TAGS_A_PAGE)
    context = {"page": page, "tab": tab, "filter": wanted, **canonical(request)}
    return shows(request, render(request, "tags/index.html", context))


@require_safe
def show(request: HttpRequest, names: str) -> HttpResponse:
    try:
        tags = Tag.objects.in_url(names)
    except Tag.DoesNotExist:
        raise Http404("There is no such tag.") from None
    tab, page = listing(request, TAGGED(*rarest_first(tags)), TABS)
    tag = tags[0] if len(tags) == 1 else None
    wiki = tag.wiki_post if tag and tag.wiki_post_id and not tag.wiki_post.deleted_at else None
    context = {
        "tags": tags,
        "tag": tag,
        "wiki": wiki,
        "credit": credits_of([wiki]).get(wiki.pk) if wiki else None,
        "page": page,
        "tab": tab,
        "feed": reverse("tag_feed", args=[tag.name]) if tag else "",
        **canonical(request),
    }
    return shows(request, render(request, "tags/show.html", context))
