"""The methods about answers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from geeks.api import shapes
from geeks.api.methods import reads
from geeks.api.narrowing import within_category
from geeks.api.objects.posts import of_answers
from geeks.api.paging import dated, page_of
from geeks.api.parameters import Ids, PostsAsked, QuestionsAsked, ids_of
from geeks.api.questions import listed as listed_questions
from geeks.api.wrapper import demand_a_page, wrapped
from geeks.models import Answer, Question

router = Router(tags=["answers"])

COLUMNS = {"activity": "last_activity", "creation": "created", "votes": "score"}


def visible() -> Any:
    """Answers that everybody may see: a deleted question takes its answers along."""
    return Answer.objects.visible().filter(parent__deleted_at=None)


@reads(router, "answers", shapes.Answer)
def answers(request: HttpRequest, asked: Query[PostsAsked]) -> HttpResponse:
    """All answers."""
    return listed(request, asked, visible())


@reads(router, "answers/{ids}", shapes.Answer)
def answers_by_ids(request: HttpRequest, ids: Ids, asked: Query[PostsAsked]) -> HttpResponse:
    """The answers with these ids."""
    return listed(request, asked, visible().filter(pk__in=ids_of(ids)))


@reads(router, "answers/{ids}/questions", shapes.Question)
def questions_of_answers(request: HttpRequest, ids: Ids, asked: Query[QuestionsAsked]) -> HttpResponse:
    """The questions that these answers belong to."""
    parents = visible().filter(pk__in=ids_of(ids)).values("parent")
    return listed_questions(request, asked, Question.objects.visible().filter(pk__in=parents))


@reads(router, "questions/{ids}/answers", shapes.Answer)
def answers_to_questions(request: HttpRequest, ids: Ids, asked: Query[PostsAsked]) -> HttpResponse:
    """The answers to these questions."""
    return listed(request, asked, visible().filter(parent__in=ids_of(ids)))


def listed(request: HttpRequest, asked: PostsAsked, rows: Any) -> HttpResponse:
    """A page of these answers."""
    demand_a_page(asked)
    rows = within_category(dated(rows, asked), asked, "parent__category")
    page = page_of(request, asked, rows, COLUMNS[asked.sort])
    return wrapped(request, asked, shapes.Answer, of_answers, page)
