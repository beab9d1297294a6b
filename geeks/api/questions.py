"""The methods about questions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from geeks.api import shapes
from geeks.api.errors import bad
from geeks.api.methods import reads
from geeks.api.narrowing import with_tags, within_category
from geeks.api.objects.posts import of_questions
from geeks.api.paging import dated, page_of
from geeks.api.parameters import Ids, QuestionsAsked, ids_of
from geeks.api.wrapper import demand_a_page, wrapped
from geeks.models import Bounty, Question
from geeks.models.paging import column_of

router = Router(tags=["questions"])

COLUMNS = {
    "activity": "last_activity",
    "creation": "created",
    "votes": "score",
    "hot": "hotness",
    "week": "hotness",
    "month": "hotness",
}
WITHIN = {"week": timedelta(days=7), "month": timedelta(days=30)}


@reads(router, "questions", shapes.Question)
def questions(request: HttpRequest, asked: Query[QuestionsAsked]) -> HttpResponse:
    """All questions.

    `tagged` asks for all of the tags it names.
    """
    return listed(request, asked, Question.objects.visible())


@reads(router, "questions/unanswered", shapes.Question)
def unanswered_questions(request: HttpRequest, asked: Query[QuestionsAsked]) -> HttpResponse:
    """Questions without an accepted answer and without one of a positive score."""
    return listed(request, asked, Question.objects.visible(), unanswered=True)


@reads(router, "questions/no-answers", shapes.Question)
def questions_without_answers(request: HttpRequest, asked: Query[QuestionsAsked]) -> HttpResponse:
    """Questions that nobody has answered."""
    return listed(request, asked, Question.objects.visible().filter(answer_count=0))


@reads(router, "questions/featured", shapes.Question)
def featured_questions(request: HttpRequest, asked: Query[QuestionsAsked]) -> HttpResponse:
    """Questions with an open bounty."""
    offered = Bounty.objects.filter(closed=None).values("post")
    return listed(request, asked, Question.objects.visible().filter(pk__in=offered))


@reads(router, "questions/{ids}", shapes.Question)
def questions_by_ids(request: HttpRequest, ids: Ids, asked: Query[QuestionsAsked]) -> HttpResponse:
    """The questions with these ids."""
    return listed(request, asked, Question.objects.visible().filter(pk__in=ids_of(ids)))


def listed(request: HttpRequest, asked: QuestionsAsked, rows: Any, unanswered: bool = False) -> HttpResponse:
    """A page of these questions."""
    demand_a_page(asked)
    if asked.sort in ("hot", "week", "month") and (asked.min is not None or asked.max is not None):
        raise bad(f"`min` and `max` bound nothing with sort={asked.sort}.")
    rows = dated(with_tags(within_category(rows, asked), asked), asked)
    if unanswered:
        rows = rows.unanswered()
    if asked.sort in WITHIN:
        rows = rows.filter(**{f"{column_of(rows, 'created')}__gte": timezone.now() - WITHIN[asked.sort]})
    page = page_of(request, asked, rows, COLUMNS[asked.sort])
    return wrapped(request, asked, shapes.Question, of_questions, page)
