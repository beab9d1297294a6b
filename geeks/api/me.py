"""The methods about oneself: the person of the access token."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from geeks.api import answers, questions, shapes, users
from geeks.api.identity import person_of
from geeks.api.methods import reads
from geeks.api.parameters import PostsAsked, QuestionsAsked
from geeks.api.users import UsersAsked
from geeks.models import Question, User

router = Router(tags=["yourself"])

Token = Field("", max_length=200, description="Or as `Authorization: Bearer …`")


class MeAsked(UsersAsked):
    access_token: str = Token


class MyQuestionsAsked(QuestionsAsked):
    access_token: str = Token


class MyPostsAsked(PostsAsked):
    access_token: str = Token


@reads(router, "me", shapes.User, token=True)
def me(request: HttpRequest, asked: Query[MeAsked]) -> HttpResponse:
    """The person of the access token."""
    return private(users.listed(request, asked, User.objects.filter(pk=person_of(request).pk)))


@reads(router, "me/questions", shapes.Question, token=True)
def my_questions(request: HttpRequest, asked: Query[MyQuestionsAsked]) -> HttpResponse:
    """One's own questions."""
    return private(questions.listed(request, asked, Question.objects.visible().filter(author=person_of(request))))


@reads(router, "me/answers", shapes.Answer, token=True)
def my_answers(request: HttpRequest, asked: Query[MyPostsAsked]) -> HttpResponse:
    """One's own answers."""
    return private(answers.listed(request, asked, answers.visible().filter(author=person_of(request))))


@reads(router, "me/favorites", shapes.Question, token=True)
def my_bookmarks(request: HttpRequest, asked: Query[MyQuestionsAsked]) -> HttpResponse:
    """The questions that one has bookmarked. Needs the scope private_info."""
    person = person_of(request, "private_info")
    return private(questions.listed(request, asked, Question.objects.visible().filter(bookmarks__user=person)))


def private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
