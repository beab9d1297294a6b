"""The methods about questions that belong together: related, linked, similar to a title."""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import Count
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from geeks.api import quota, shapes
from geeks.api.errors import UNAVAILABLE, Refused, bad
from geeks.api.methods import reads
from geeks.api.narrowing import with_tags, within_category
from geeks.api.objects.posts import of_questions
from geeks.api.paging import dated, page_of, page_of_numbers
from geeks.api.parameters import Ids, QuestionsAsked, ids_of, names_of
from geeks.api.questions import COLUMNS
from geeks.api.wrapper import demand_a_page, wrapped
from geeks.models import PostLink, Question, Tagging
from geeks.search import SearchError
from geeks.tasks.searching import backend, related_ids

router = Router(tags=["questions"])

SIMILAR = 100
LINKED = 5_000
LOOKED_AT = 2_000  # characters of each of several questions


class RelatedAsked(QuestionsAsked):
    sort: Literal["activity", "creation", "votes", "rank"] = "activity"  # type: ignore[assignment]


class SimilarAsked(QuestionsAsked):
    sort: Literal["activity", "creation", "votes", "relevance"] = "activity"  # type: ignore[assignment]
    title: str = Field(max_length=300, description="What the question would be called")


@reads(router, "questions/{ids}/related", shapes.Question)
def related_questions(request: HttpRequest, ids: Ids, asked: Query[RelatedAsked]) -> HttpResponse:
    """Questions about the same thing as these."""
    beside = list(
        Question.objects.visible().filter(pk__in=ids_of(ids)).only(*["id", "title", "text", "edited", "render_version"])
    )
    found = related_ids(beside[0]) if len(beside) == 1 else related_to_all(beside)
    return listed(request, asked, found)


@reads(router, "questions/{ids}/linked", shapes.Question)
def linked_questions(request: HttpRequest, ids: Ids, asked: Query[RelatedAsked]) -> HttpResponse:
    """Questions that link to these, in their own text or in that of an answer.

    sort=rank puts those first that most of them link to.
    """
    links = PostLink.objects.filter(related__in=ids_of(ids), post__deleted_at=None).order_by()
    threads = links.values_list(Coalesce("post__parent", "post")).annotate(links=Count("pk"))
    ranked = sorted(threads, key=lambda row: (-row[1], -row[0]))
    return listed(request, asked, [number for number, _ in ranked[:LINKED]])


@reads(router, "similar", shapes.Question)
def similar_questions(request: HttpRequest, asked: Query[SimilarAsked]) -> HttpResponse:
    """Questions like one that somebody is about to ask under this title.

    Those with one of `tagged` come first with sort=relevance; none carries one of `nottagged`.
    """
    backoff = quota.searched(request)
    preferred = names_of(asked.tagged)
    found = similar(asked.title.replace("\x00", ""), "")
    if preferred:
        tagged = set(Tagging.objects.filter(post__in=found, tag__name__in=preferred).values_list("post", flat=True))
        found.sort(key=lambda number: number not in tagged)
        asked.tagged = None
    return listed(request, asked, found, backoff)


def related_to_all(questions: list[Any]) -> list[int]:
    """What is like several questions together, in one look at the index."""
    titles = " ".join(question.title for question in questions)
    own = [question.pk for question in questions]
    return similar(titles, " ".join(question.text[:LOOKED_AT] for question in questions), own) if questions else []


def similar(title: str, text: str, exclude: list[int] | None = None) -> list[int]:
    try:
        return [hit.id for hit in backend().similar(text, SIMILAR, title=title, exclude=exclude or [])]
    except SearchError:
        raise Refused(UNAVAILABLE, "Search is not ready: its index is being built. Try again in a minute.") from None


def listed(request: HttpRequest, asked: Any, ids: list[int], backoff: int | None = None) -> HttpResponse:
    """A page of these questions, by what `sort` says; `ids` are in the order of relevance."""
    demand_a_page(asked)
    rows = dated(with_tags(within_category(Question.objects.visible().filter(pk__in=ids), asked), asked), asked)
    if asked.sort not in COLUMNS:
        if asked.min is not None or asked.max is not None:
            raise bad(f"`min` and `max` bound nothing with sort={asked.sort}.")
        left = set(rows.values_list("pk", flat=True))
        page = page_of_numbers(asked, [number for number in ids if number in left])
    else:
        page = page_of(request, asked, rows, COLUMNS[asked.sort])
    return wrapped(request, asked, shapes.Question, of_questions, page, backoff)
