"""Plain factories: people, categories and posts made through the models, with defaults that read like a story."""

from __future__ import annotations

import itertools
from typing import Any

from geeks import policy
from geeks.models import Answer, Article, Category, Comment, Post, Question, Reputation, User

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
