"""Narrowing lists of posts down to a category and to tags."""

from __future__ import annotations

from typing import Any

from geeks.api.parameters import NAMES_MOST, PostsAsked, QuestionsAsked, names_of
from geeks.models import Category, Tag, Tagging

TAGS_MOST = 5  # of one post: nothing carries more


def category_named(asked: PostsAsked) -> str:
    """The slug of the category to stay within, "" for all. `site` may name one too, so that what was made for a site
    that moved into a category goes on; any other name is this whole site's."""
    if asked.category:
        return asked.category.replace("\x00", "").lower()
    site = asked.site.replace("\x00", "").lower()
    return site if site and Category.objects.filter(slug=site).exists() else ""


def category_of(asked: PostsAsked) -> tuple[bool, int | None]:
    """(whether to stay within a category, its id or None where there is none of that name), in one query."""
    slug = (asked.category or asked.site).replace("\x00", "").lower()
    number = Category.objects.filter(slug=slug).values_list("pk", flat=True).first() if slug else None
    return bool(asked.category) or number is not None, number


def within_category(rows: Any, asked: PostsAsked, column: str = "category") -> Any:
    narrowed, number = category_of(asked)
    if not narrowed:
        return rows
    return rows.filter(**{f"{column}_id": number}) if number is not None else rows.none()


def with_tags(rows: Any, asked: QuestionsAsked) -> Any:
    """Those with all of `tagged` and none of `nottagged`."""
    wanted, unwanted = names_of(asked.tagged), names_of(asked.nottagged, NAMES_MOST)
    if len(wanted) > TAGS_MOST:
        return rows.none()
    if wanted:
        tags = list(Tag.objects.filter(name__in=wanted))
        rows = rows.tagged(*tags) if len(tags) == len(wanted) else rows.none()
    if unwanted:
        rows = rows.exclude(pk__in=Tagging.objects.filter(tag__name__in=unwanted).values("post"))
    return rows
