"""The sitemap: an index of parts, each part the posts (or tags, categories, pages) of one range of ids.

A part of a million posts found by OFFSET would read all that come before it. Ranges of ids cost the same everywhere:
the index reads the largest id of each section, a part walks its own range, and the address of a part never comes to
mean other posts. What it costs: a range with few posts in it makes a short part.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.core.paginator import EmptyPage, PageNotAnInteger
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from geeks.models import Article, Category, Post, Question, Tag

IDS_A_PART = 10_000  # at most so many addresses a part, well under the format's 50,000


class IdRange:
    """One page of `RangePaginator`."""

    def __init__(self, rows: Any) -> None:
        self.object_list = rows


class RangePaginator:
    """What django.contrib.sitemaps asks of a paginator; page n holds the ids from (n - 1) * size + 1 to n * size."""

    def __init__(self, rows: Any, size: int = IDS_A_PART) -> None:
        self.rows, self.size = rows, size

    @property
    def num_pages(self) -> int:
        largest = self.rows.aggregate(largest=Max("pk"))["largest"] or 1
        return (largest - 1) // self.size + 1

    def page(self, number: int | str) -> IdRange:
        try:
            wanted = int(number)
        except ValueError:
            raise PageNotAnInteger("not a number") from None
        if not 1 <= wanted <= 10**9:
            raise EmptyPage("no such part")
        return IdRange(self.rows.filter(pk__gt=(wanted - 1) * self.size, pk__lte=wanted * self.size).order_by("pk"))


class Section(Sitemap):
    """Rows of one kind, in parts by id, under the address by which the world knows this site."""

    protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    @property
    def paginator(self) -> Any:
        return RangePaginator(self.items())

    def get_latest_lastmod(self) -> None:
        return None  # it would read every row to fill an optional field of the index


class PostSection(Section):
    def lastmod(self, item: Post) -> Any:
        return item.last_activity


class Questions(PostSection):
    def items(self) -> Any:
        return columns(Question.objects.visible())


class Articles(PostSection):
    def items(self) -> Any:
        return columns(Article.objects.visible())


class Tags(Section):
    def items(self) -> Any:
        return Tag.objects.filter(question_count__gt=0)


class Categories(Section):
    def items(self) -> Any:
        return Category.objects.all()


class Pages(Sitemap):
    """The few that are no rows."""

    protocol = Section.protocol
    get_domain = Section.get_domain

    def items(self) -> list[str]:
        return ["home", "questions", "categories", "tags", "articles", "users", "about", "help", "help_maths"]

    def location(self, item: str) -> str:
        return reverse(item)


SECTIONS = {"pages": Pages, "categories": Categories, "questions": Questions, "articles": Articles, "tags": Tags}


@require_safe
@cache_control(public=True, max_age=3600)
def index(request: HttpRequest) -> HttpResponse:
    return views.index(
        request, SECTIONS, template_name="machines/sitemap_index.xml", sitemap_url_name="sitemap_section"
    )


@require_safe
@cache_control(public=True, max_age=3600)
def section(request: HttpRequest, section: str) -> HttpResponse:
    return views.sitemap(request, SECTIONS, section=section, template_name="machines/sitemap.xml")


def columns(posts: Any) -> Any:
    return posts.only("id", "kind", "slug", "last_activity")
