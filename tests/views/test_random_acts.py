"""Many acts in an order of chance: after each of them, what a stranger is given is what is made anew."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.handlers.base import BaseHandler
from django.db import transaction
from django.db.models import F
from django.test import Client

from geeks.jinja.fragments import fragments
from geeks.models import Answer, Change, Comment, Post, PostLink, Question, lasting
from geeks.models.post import Kind
from tests import make

pytestmark = pytest.mark.django_db
SEEDS = range(3)
ACTS, LOOKED_AT = 25, 8  # in one walk; pages after each act
TAGS = ("variance", "moments", "variance moments")


class Walk:
    """A small site and what may happen on it. Every act is done through the models, as pages and admin do it; one that
    is refused changes nothing."""

    def __init__(self, thread, ada, ben, mod, chance: random.Random) -> None:
        self.chance, self.mod, self.count = chance, mod, 0
        self.thread, self.home, self.elsewhere = thread, thread.category, make.category("elsewhere")
        newcomers = [make.person(f"p{number}", reputation=chance.choice([1, 500, 25_000])) for number in range(3)]
        self.people = [ada, ben, mod, *newcomers]
        self.questions = [thread.pk, *(self.ask().pk for _ in range(4))]
        self.article = make.article(ben, category=self.home)
        for related in self.questions[1:3]:
            PostLink.objects.create(post=thread, related_id=related, kind=PostLink.Kind.LINKED)

    def word(self) -> str:
        self.count += 1
        return f"word{self.count}"

    def somebody(self):
        return type(self.mod).objects.get(pk=self.chance.choice(self.people).pk)

    def ask(self):
        where = self.chance.choice([self.home, self.elsewhere])
        return make.question(
            self.chance.choice(self.people), title=f"A quite new {self.word()}?", tags="variance", category=where
        )

    def question(self):
        return Question.objects.get(pk=self.chance.choice(self.questions))

    def post(self):
        models = {Kind.QUESTION: Question, Kind.ANSWER: Answer}
        number, kind = self.chance.choice(list(Post.objects.filter(kind__in=models).values_list("pk", "kind")))
        return models[kind].objects.get(pk=number)

    def comment(self):
        return self.chance.choice(list(Comment.objects.all()))

    def rewrite(self) -> None:
        question = self.question()
        body = f"Another text with {self.word()} and enough words, $x^2$."
        question.edit(self.mod, title=f"Why {self.word()}, really?", body=body, tags=self.chance.choice(TAGS))

    def accept(self) -> None:
        answer = self.chance.choice(list(Answer.objects.all()))
        question = Question.objects.get(pk=answer.parent_id)
        question.accept(answer, question.author)

    def count_anew(self) -> None:
        """As an import or `recount` does; -1 and -2 have the same hash in Python."""
        post = self.post()
        Post.objects.filter(pk=post.pk).update(score=self.chance.choice([-2, -1, 0]))
        Change.objects.note(f"p{post.pk}", f"p{post.parent_id or post.pk}")

    def views(self) -> None:
        Post.objects.filter(pk=self.thread.pk).update(view_count=F("view_count"))
        Change.objects.note("p999999")

    def rename_category(self) -> None:
        self.home.description = self.word()
        self.home.save()

    def acts(self) -> list[Callable[[], object]]:
        mod, word = self.mod, self.word
        return [
            lambda: self.post().votes.cast(self.somebody(), self.chance.choice([1, -1, 0])),
            lambda: self.question().give_answer(self.somebody(), f"An answer with enough words in it: {word()}."),
            lambda: self.post().comments.write(self.somebody(), f"A remark, {word()} and $x$"),
            lambda: self.comment().edit(mod, f"Better {word()}"),
            lambda: self.comment().delete_by(mod),
            self.rewrite,
            self.accept,
            lambda: self.question().close(mod, "unclear", "What is asked?"),
            lambda: self.question().reopen(mod),
            lambda: self.question().lock(mod, "disputed"),
            lambda: self.question().unlock(mod),
            lambda: self.post().delete_by(mod, "spam"),
            lambda: self.post().restore_by(mod),
            lambda: self.question().move(mod, self.chance.choice([self.home, self.elsewhere])),
            lambda: self.somebody().describe(display_name=f"Name {word()}"),
            self.ask,
            self.count_anew,
            self.views,
            self.rename_category,
        ]

    def act(self) -> None:
        try:
            with transaction.atomic():
                self.chance.choice(self.acts())()
        except (PermissionDenied, ValidationError, IndexError):
            pass  # refused, or nothing there to do it to

    def addresses(self) -> list[str]:
        tabs = [f"/questions?tab={tab}" for tab in ("newest", "score", "unanswered", "hot", "active")]
        lists = ["/", *tabs, "/questions/tagged/variance", "/tags", "/users", "/c", "/articles"]
        own = [question.get_absolute_url() for question in Question.objects.filter(pk__in=self.questions)]
        people = [f"{person.get_absolute_url()}{tab}" for person in self.people[:2] for tab in ("", "?tab=answers")]
        places = (self.home, self.elsewhere, self.article)
        return [*lists, *own, f"{own[0]}?sort=oldest", *people, *(place.get_absolute_url() for place in places)]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_kept_is_what_is_made_anew(keeping, settings, monkeypatch, thread, ada, ben, mod, seed):
    chance = random.Random(seed)
    walk = Walk(thread, ada, ben, mod, chance)
    settings.PAGE_CACHE_MB = 0
    anew = Client()
    anew.get("/")  # a client's first request builds its middleware
    settings.PAGE_CACHE_MB = 8
    reader, makes = Client(), []
    get = BaseHandler._get_response
    monkeypatch.setattr(BaseHandler, "_get_response", lambda self, request: makes.append(self) or get(self, request))
    asked = 0
    for step in range(ACTS):
        for address in chance.sample(walk.addresses(), LOOKED_AT):
            reader.get(address)
        walk.act()
        if chance.random() < 0.3:
            chance.choice([lasting.forget, fragments.clear])()
        for address in chance.sample(walk.addresses(), LOOKED_AT):
            kept, made = reader.get(address), anew.get(address)
            assert (kept.status_code, kept.content) == (made.status_code, made.content), f"{address} after act {step}"
        asked += 2 * LOOKED_AT
    assert ACTS < makes.count(reader.handler) < 0.9 * asked  # pages were given again, and others were not
