"""What all methods that write share: their parameters, what they may write to, and the site's refusals as errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from pydantic import Field

from geeks.api.errors import WRITE_FAILED, Refused, bad
from geeks.api.identity import person_of
from geeks.api.paging import Page
from geeks.api.parameters import Asked
from geeks.api.shapes import Shape
from geeks.api.wrapper import wrapped
from geeks.models import Comment, Post
from geeks.models.paging import LARGEST

SENT = 100_000  # characters; the models have limits of their own, with sentences


class Written(Asked):
    """Every method that writes takes these, as a form."""

    access_token: str = Field("", max_length=200, description="Or as `Authorization: Bearer …`")
    preview: bool = Field(False, description="Not served: /preview shows how a text will look")


class Texted(Written):
    body: str = Field(max_length=SENT, description="Markdown, with formulas in $…$")


def writer(request: HttpRequest, asked: Written) -> Any:
    """The person who writes. Raises Refused."""
    person = person_of(request, "write_access")
    if asked.preview:
        raise bad("`preview` is not served: nothing was written.")
    return person


def tried(act: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What the model's method gives; what it refuses is an error with its very sentences."""
    try:
        return act(*args, **kwargs)
    except PermissionDenied as refusal:
        raise Refused(WRITE_FAILED, str(refusal)) from None
    except ValidationError as problem:
        raise Refused(WRITE_FAILED, " ".join(problem.messages)) from None


def post_for(person: Any, kind: type[Any], number: int) -> Any:
    """The post of this kind (a model) that `person` may see; Refused where there is none."""
    posts = kind.objects.visible_to(person).select_related("author", "category", "parent", "parent__author")
    post = posts.filter(pk=number).first() if 0 < number <= LARGEST else None
    hidden = post is not None and post.is_answer and post.parent.deleted_at and not person.can("see_deleted")
    if post is None or hidden:
        raise bad(f"`id` names no {_word(kind)} that is there.")
    return post


def comment_for(person: Any, number: int) -> Comment:
    rows = Comment.objects.visible().select_related("post", "author", "post__parent")
    comment = rows.filter(pk=number).first() if 0 < number <= LARGEST else None
    if comment is None:
        raise bad("`id` names no comment that is there.")
    post_for(person, Post, comment.post_id)
    return comment


def shown(
    request: HttpRequest, asked: Written, shape: type[Shape], make: Callable[..., Any], *ids: int
) -> HttpResponse:
    """The answer to what was written: the objects as they are now."""
    answer = wrapped(request, asked, shape, make, Page(list(ids), False, lambda: len(ids)))
    answer["Cache-Control"] = "no-store"
    return answer


def _word(kind: type[Any]) -> str:
    return str(kind._meta.verbose_name)
