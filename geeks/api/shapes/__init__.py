"""What comes back: Stack Exchange's object types, field by field, as the OpenAPI document describes them.

A field that has no value for an object is left out, as Stack Exchange does. `more()` marks the fields that the filter
`default` leaves out; `filters` reads that mark. Dates are Unix seconds, titles and names are HTML-escaped.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from geeks.api.shapes.base import NOT_DEFAULT, Shape, more
from geeks.api.shapes.people import BadgeCount, ShallowUser, User
from geeks.api.shapes.posts import (
    Answer,
    ClosedDetails,
    Comment,
    OriginalQuestion,
    Post,
    Question,
    Revision,
    SearchExcerpt,
    Tag,
)
from geeks.api.shapes.site import Error, ErrorObject, FilterObject, Info, Site, Styling

Item = TypeVar("Item")


class Wrapper(Shape, Generic[Item]):
    items: list[Item] | None = None
    has_more: bool | None = None
    quota_max: int | None = None
    quota_remaining: int | None = None
    backoff: int | None = None
    page: int | None = more()
    page_size: int | None = more()
    total: int | None = more()
    type: str | None = more()


# How filters and the wrapper's `type` name them.
TYPES: dict[str, type[Shape]] = {
    "question": Question,
    "answer": Answer,
    "post": Post,
    "comment": Comment,
    "user": User,
    "shallow_user": ShallowUser,
    "badge_count": BadgeCount,
    "closed_details": ClosedDetails,
    "original_question": OriginalQuestion,
    "revision": Revision,
    "tag": Tag,
    "search_excerpt": SearchExcerpt,
    "site": Site,
    "styling": Styling,
    "info": Info,
    "filter": FilterObject,
    "error": ErrorObject,
    "": Wrapper,
}

__all__ = [
    "NOT_DEFAULT",
    "TYPES",
    "Answer",
    "BadgeCount",
    "ClosedDetails",
    "Comment",
    "Error",
    "ErrorObject",
    "FilterObject",
    "Info",
    "OriginalQuestion",
    "Post",
    "Question",
    "Revision",
    "SearchExcerpt",
    "Shape",
    "ShallowUser",
    "Site",
    "Styling",
    "Tag",
    "User",
    "Wrapper",
]
