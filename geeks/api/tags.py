"""The methods about tags."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from geeks.api import shapes
from geeks.api.errors import bad
from geeks.api.methods import reads
from geeks.api.objects.tags import of_tags
from geeks.api.paging import Page, page_of, page_of_numbers
from geeks.api.parameters import IDS_MOST, Ordered, names_of
from geeks.api.wrapper import demand_a_page, wrapped
from geeks.models import Question, Tag, Tagging

router = Router(tags=["tags"])

COLUMNS = {"popular": "question_count", "name": "name"}
ACTIVE = 2_000  # questions looked at for the tags of the latest activity


class TagsAsked(Ordered):
    sort: Literal["popular", "activity", "name"] = "popular"
    inname: str = Field("", max_length=200, description="A part of the name")


@reads(router, "tags", shapes.Tag)
def tags(request: HttpRequest, asked: Query[TagsAsked]) -> HttpResponse:
    """All tags that a question carries.

    sort=activity lists the tags of the 2,000 questions that were active last.
    """
    # By name it would rather be found by the count, and then sorted: said so, it is walked along the names.
    carried = (
        Tag.objects.exclude(question_count=0) if asked.sort == "name" else Tag.objects.filter(question_count__gt=0)
    )
    return listed(request, asked, carried)


@reads(router, "tags/{tags}/info", shapes.Tag)
def tags_by_name(
    request: HttpRequest, tags: Annotated[str, Path(description="Tags, joined by `;`")], asked: Query[TagsAsked]
) -> HttpResponse:
    """The tags of these names."""
    names = names_of(tags, IDS_MOST + 1)
    if len(names) > IDS_MOST:
        raise bad(f"`tags` may be at most {IDS_MOST}.")
    return listed(request, asked, Tag.objects.filter(name__in=names))


def listed(request: HttpRequest, asked: TagsAsked, rows: Any) -> HttpResponse:
    """A page of these tags."""
    demand_a_page(asked)
    if asked.inname:
        rows = rows.filter(name__contains=asked.inname.replace("\x00", "").lower())
    page = by_activity(asked, rows) if asked.sort == "activity" else page_of(request, asked, rows, COLUMNS[asked.sort])
    return wrapped(request, asked, shapes.Tag, of_tags, page)


def by_activity(asked: TagsAsked, rows: Any) -> Page:
    if asked.min is not None or asked.max is not None:
        raise bad("`min` and `max` bound nothing with sort=activity.")
    active = Question.objects.visible().order_by("-last_activity", "-id").values("pk")[:ACTIVE]
    latest = Tagging.objects.filter(post__in=active, tag__in=rows).order_by().values("tag")
    found = latest.annotate(last=Max("post__last_activity")).values_list("tag", "last")
    ordered = sorted(found, key=lambda row: (row[1], row[0]), reverse=asked.order == "desc")
    return page_of_numbers(asked, [number for number, _ in ordered])
