"""Plain factories: people, categories and posts made through the models, with defaults that read like a story."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

from geeks import policy
from geeks.models import Answer, Article, Category, Comment, Origin, Post, Question, Reputation, Source, User, VoteTally
from geeks.models.post import Kind
from geeks.models.reputation import IMPORTED

PRIVILEGES = dict(policy.PRIVILEGES)
_numbers = itertools.count(1)

BODY = "Why does the sum $\\sum_{k=1}^n k$ equal $\\frac{n(n+1)}2$ for every $n$?"
ANSWER = "Pair the first term with the last: every pair sums to $n+1$, and there are $n/2$ pairs."
PLAIN = "Why does this plain text without any formula suffice here?"


def person(username: str = "", **columns: Any) -> User:
    """Somebody with enough reputation to vote and comment; what was earned stands in the ledger, as on a site."""
    username = username or f"person{next(_numbers)}"
    password = columns.pop("password", "correct horse")
    columns.setdefault("reputation", 500)
    made = User.objects.create_user(username, password=password, **columns)
    if made.reputation > 1:
        Reputation.objects.create(user=made, kind="welcome", amount=made.reputation - 1)
    return made


def category(slug: str = "data-science", **columns: Any) -> Category:
    columns.setdefault("name", slug.replace("-", " ").title())
    return Category.objects.get_or_create(slug=slug, defaults=columns)[0]


def question(author: User | None = None, **given: Any) -> Question:
    number = next(_numbers)
    asked = Question.objects.ask(
        author or person(),
        given.pop("title", f"Why do sums pair up, part {number}?"),
        given.pop("body", BODY),
        given.pop("category", None) or category(),
        given.pop("tags", ["sums"]),
        given.pop("created", None),
    )
    if given:
        Question.objects.filter(pk=asked.pk).update(**given)
        asked.refresh_from_db()
    return asked


def answer(to: Question | None = None, author: User | None = None, body: str = ANSWER, **given: Any) -> Answer:
    return (to or question()).give_answer(author or person(), body, **given)


def article(author: User | None = None, **given: Any) -> Article:
    return Article.objects.write(
        author or person(),
        given.pop("title", f"Pairing sums, a short tutorial {next(_numbers)}"),
        given.pop("body", BODY),
        given.pop("category", None) or category(),
        given.pop("tags", ["sums"]),
        given.pop("created", None),
    )


def comment(post: Post | None = None, author: User | None = None, text: str = "Is $n$ even here?") -> Comment:
    return (post or question()).comments.write(author or person(), text)


def question_form(**given: str) -> dict[str, str]:
    """What the ask form sends."""
    return {
        "title": "Why do sums pair up so nicely?",
        "body": BODY,
        "category": category().slug,
        "tags": "sums induction",
        **given,
    }


def source(host: str = "sums.example.net", **columns: Any) -> Source:
    """A site whose archive was imported."""
    columns.setdefault("name", host.split(".")[0].title())
    columns.setdefault("category", category())
    return Source.objects.get_or_create(host=host, defaults=columns)[0]


def ghost(name: str = "", reputation: int = 1, **columns: Any) -> User:
    """An author whom an import brought."""
    name = name or f"ghost{next(_numbers)}"
    made = User(username=name, display_name=name, ghost=True, reputation=reputation, **columns)
    made.set_unusable_password()
    made.save()
    if reputation > 1:
        Reputation.objects.create(user=made, kind=IMPORTED, amount=reputation - 1)
    return made


def wiki(kind: int = Kind.TAG_WIKI, body: str = "What this tag is about, at some length.", **columns: Any) -> Post:
    """The text of a tag, as imports store it."""
    text = Post(kind=kind, body=body, **columns)
    text.render()
    text.publish()
    return text


def origin(row: Any, their_id: int, of: Source | None = None) -> Origin:
    """Notes that `row` (a post, person or comment) had the number `their_id` where it came from."""
    kinds = {User: Origin.Kind.USER, Comment: Origin.Kind.COMMENT}
    kind = kinds.get(type(row), Origin.Kind.POST)
    return Origin.objects.create(source=of or source(), kind=kind, their_id=their_id, our_id=row.pk)


def tally(post: Post, kind: int = 2, count: int = 1, day: date = date(2015, 3, 1)) -> VoteTally:
    """Votes without voters; the post's own score is left to whoever makes them."""
    return VoteTally.objects.create(post=post, kind=kind, count=count, day=day)
