"""The methods about people."""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from geeks.api import answers, shapes
from geeks.api import questions as asked_questions
from geeks.api.methods import reads
from geeks.api.objects.people import of_users
from geeks.api.paging import dated, page_of
from geeks.api.parameters import Ids, Ordered, PostsAsked, QuestionsAsked, ids_of
from geeks.api.wrapper import demand_a_page, wrapped
from geeks.models import Question, User

router = Router(tags=["users"])

COLUMNS = {"reputation": "reputation", "creation": "date_joined", "name": "display_name", "modified": "date_joined"}

MODERATORS = 1_000  # at most, told of


class UsersAsked(Ordered):
    sort: Literal["reputation", "creation", "name", "modified"] = "reputation"
    inname: str = Field("", max_length=200, description="A part of the display name")


@reads(router, "users", shapes.User)
def users(request: HttpRequest, asked: Query[UsersAsked]) -> HttpResponse:
    """All people."""
    return listed(request, asked, User.objects.filter(is_active=True))


@reads(router, "users/moderators", shapes.User)
def moderators(request: HttpRequest, asked: Query[UsersAsked]) -> HttpResponse:
    """Those who look after the site."""
    found = User.objects.filter(Q(is_moderator=True) | Q(is_superuser=True)).order_by("-reputation", "-id")
    # Along their own index, in whatever order they are asked for.
    few = list(found.values_list("pk", flat=True)[:MODERATORS])
    return listed(request, asked, User.objects.filter(is_active=True, pk__in=few))


@reads(router, "users/{ids}", shapes.User)
def users_by_ids(request: HttpRequest, ids: Ids, asked: Query[UsersAsked]) -> HttpResponse:
    """The people with these ids."""
    return listed(request, asked, User.objects.filter(is_active=True, pk__in=ids_of(ids)))


@reads(router, "users/{ids}/questions", shapes.Question)
def questions_of_users(request: HttpRequest, ids: Ids, asked: Query[QuestionsAsked]) -> HttpResponse:
    """The questions of these people."""
    return asked_questions.listed(request, asked, Question.objects.visible().filter(author__in=ids_of(ids)))


@reads(router, "users/{ids}/answers", shapes.Answer)
def answers_of_users(request: HttpRequest, ids: Ids, asked: Query[PostsAsked]) -> HttpResponse:
    """The answers of these people."""
    return answers.listed(request, asked, answers.visible().filter(author__in=ids_of(ids)))


def listed(request: HttpRequest, asked: UsersAsked, rows: Any) -> HttpResponse:
    """A page of these people."""
    demand_a_page(asked)
    if asked.inname:
        rows = rows.filter(display_name__icontains=asked.inname.replace("\x00", ""))
    page = page_of(request, asked, dated(rows, asked, "date_joined"), COLUMNS[asked.sort])
    return wrapped(request, asked, shapes.User, of_users, page)
