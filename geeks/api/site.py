"""The methods about the site itself: which sites there are, its figures, filters and errors."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from geeks.api import answers, shapes
from geeks.api.errors import ERRORS, Refused, bad
from geeks.api.filters import created, filter_of, is_known
from geeks.api.methods import reads
from geeks.api.objects.base import address, favicon, text
from geeks.api.paging import page_of_numbers
from geeks.api.parameters import TEXT_MOST, Asked, Paged
from geeks.api.wrapper import wrapped, wrapped_items
from geeks.models import Badge, Category, Comment, Question, User, Vote, VoteTally
from geeks.models.vote_tally import DOWN, UP

router = Router(tags=["site"])

REMEMBERED_SECONDS = 300
DAY_MINUTES = 24 * 60


class SitesAsked(Paged):
    pagesize: int = Field(30, ge=1, le=1_000, description="1 to 1000")


class FilterAsked(Asked):
    include: str = Field("", max_length=TEXT_MOST, description="Fields such as question.body;.total")
    exclude: str = Field("", max_length=TEXT_MOST, description="Fields such as question.tags")
    base: str = Field("default", max_length=TEXT_MOST)
    unsafe: bool = Field(False, description="Not served: all filters here are safe")


@reads(router, "sites", shapes.Site)
def sites(request: HttpRequest, asked: Query[SitesAsked]) -> HttpResponse:
    """This site, and each of its categories under a name of its own.

    `site=` with the name of a category stays within it, so that what was made for a site that moved here goes on.
    """
    listed = all_sites()
    by_name = {site["api_site_parameter"]: site for site in listed}
    page = page_of_numbers(asked, list(by_name))

    def made(names: list[str], wanted: Any) -> list[dict[str, Any]]:
        fields = wanted.fields(shapes.Site)
        return [{field: by_name[name][field] for field in fields if field in by_name[name]} for name in names]

    return wrapped(request, asked, shapes.Site, made, page)


@reads(router, "info", shapes.Info)
def info(request: HttpRequest, asked: Query[Asked]) -> HttpResponse:
    """How much there is on this site. Counted anew every five minutes."""
    counts = cache.get_or_set("api:info", figures, REMEMBERED_SECONDS)
    return wrapped_items(request, asked, shapes.Info, [{**counts, "site": this_site()}])


@reads(router, "errors", shapes.ErrorObject)
def errors(request: HttpRequest, asked: Query[Paged]) -> HttpResponse:
    """What can go wrong, by ids and names."""
    known = [{"error_id": number, "error_name": name, "description": about} for number, (name, about) in ERRORS.items()]
    return wrapped_items(request, asked, shapes.ErrorObject, known)


@reads(router, "errors/{id}", shapes.ErrorObject)
def error_simulated(request: HttpRequest, id: int, asked: Query[Asked]) -> HttpResponse:
    """Answers with this error, for trying out how a program takes it."""
    if id not in ERRORS:
        raise bad("`id` is none of the ids that /errors lists.")
    raise Refused(id, f"Simulated: {ERRORS[id][1]}")


@reads(router, "filters/create", shapes.FilterObject)
def filter_created(request: HttpRequest, asked: Query[FilterAsked]) -> HttpResponse:
    """A filter of your own. It never expires."""
    if asked.unsafe:
        raise bad("`unsafe` filters are not served.")
    name = created(asked.base, split(asked.include), split(asked.exclude))
    return wrapped_items(request, asked, shapes.FilterObject, [described(name)])


@reads(router, "filters/{filters}", shapes.FilterObject)
def filters_described(request: HttpRequest, filters: str, asked: Query[Asked]) -> HttpResponse:
    """Which fields these filters let through. One that was not made here lets through what `withbody` does."""
    names = split(filters)
    if len(names) > 20:
        raise bad("`filters` may be at most 20.")
    return wrapped_items(request, asked, shapes.FilterObject, [described(name) for name in names])


def split(text: str) -> list[str]:
    return [part for part in text.split(";") if part]


def described(name: str) -> dict[str, Any]:
    kind = "safe" if is_known(name) else "invalid"
    return {"filter": name, "filter_type": kind, "included_fields": filter_of(name).included()}


def site_name() -> str:
    """The `api_site_parameter` of this site: its name in small letters and digits."""
    return re.sub(r"[\W_]+", "", settings.SITE_NAME.lower()) or "site"


def this_site() -> dict[str, Any]:
    return {
        "api_site_parameter": site_name(),
        "name": text(settings.SITE_NAME),
        "site_url": settings.SITE_URL,
        "audience": "people who think in formulas",
        "site_type": "main_site",
        "site_state": "normal",
        "markdown_extensions": ["MathJax", "Prettify"],
        "icon_url": favicon(),
        "logo_url": favicon(),
        "favicon_url": favicon(),
    }


def all_sites() -> list[dict[str, Any]]:
    one = this_site()
    categories = [
        {
            **one,
            "api_site_parameter": category.slug,
            "name": text(category.name),
            "site_url": address(category.get_absolute_url()),
            "audience": text(category.description) or one["audience"],
        }
        for category in Category.objects.all()
        if category.slug != one["api_site_parameter"]
    ]
    return [one, *categories]


def figures() -> dict[str, Any]:
    day_ago = timezone.now() - timedelta(days=1)
    brought = VoteTally.objects.filter(kind__in=(UP, DOWN)).aggregate(all=Sum("count"))["all"]
    asked, given = Question.objects.visible(), answers.visible()
    return {
        "total_questions": asked.count(),
        "total_unanswered": asked.unanswered().count(),
        "total_accepted": asked.filter(accepted_answer__isnull=False).count(),
        "total_answers": given.count(),
        "total_comments": Comment.objects.visible().count(),
        "total_votes": Vote.objects.count() + (brought or 0),
        "total_badges": Badge.objects.count(),
        "total_users": User.objects.filter(is_active=True).count(),
        "questions_per_minute": round(asked.filter(created__gte=day_ago).count() / DAY_MINUTES, 4),
        "answers_per_minute": round(given.filter(created__gte=day_ago).count() / DAY_MINUTES, 4),
        "badges_per_minute": 0.0,
        "new_active_users": User.objects.filter(is_active=True, date_joined__gte=day_ago).count(),
        "api_revision": "2.3",
    }
