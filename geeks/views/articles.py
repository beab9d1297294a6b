"""Articles and tutorials: the list, the page of one, writing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from geeks.forms.posts import PostForm
from geeks.jinja.responses import render
from geeks.models import Article, Post
from geeks.models.view_tally import tally
from geeks.views.access import moved, post_for, signed_in
from geeks.views.credits import credits_of
from geeks.views.kept import shows
from geeks.views.lists import CATEGORIES, listed, listing
from geeks.views.questions import canonical
from geeks.views.structured_data import article_page
from geeks.views.threads import around, keys_of, states

ARTICLES = listed(Article, lambda: Article.objects.visible())


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    tab, page = listing(request, ARTICLES(), ("newest", "active", "score", "hot"))
    context = {"page": page, "tab": tab, "categories": CATEGORIES().reads(), **canonical(request)}
    return shows(request, render(request, "articles/index.html", context))


@require_safe
def show(request: HttpRequest, article_id: int, slug: str = "") -> HttpResponse:
    article = post_for(request, article_id)
    if not article.is_article:
        raise Http404("There is no article with that number.")
    if slug != article.slug:
        return moved(request, article.get_absolute_url())
    tally.add(article.pk)
    return page_of_article(request, article)


def page_of_article(request: HttpRequest, article: Post, *, draft: Any = None, status: int = 200) -> HttpResponse:
    beside = around(request, (article.pk,))
    context = {
        "article": article,
        "comments": beside.comments.get(article.pk, ()),
        "vote": beside.votes.get(article.pk, 0),
        "kept": article.pk in beside.kept,
        "credit": credits_of([article]).get(article.pk),
        "comment_draft": draft,
        "canonical": settings.SITE_URL + article.get_absolute_url(),
        "description": article.excerpt,
        "json_ld": article_page(article),
        **states(article),
    }
    page = render(request, "articles/show.html", context, status=status)
    people = [(article.pk, article.author_id, article.editor_id)]
    return shows(request, page, keys_of(people, beside, context), viewed=article.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        form = PostForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            words = given["title"], given["body"], given["category"], given["tags"]
            written = form.try_to(Article.objects.write, request.user, *words, form=form.key)
            if written:
                return HttpResponseRedirect(written.get_absolute_url())
    else:
        form = PostForm(initial={"category": request.GET.get("category", "")})
    return render(request, "articles/new.html", {"form": form}, status=form.status)
