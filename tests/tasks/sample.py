"""A made-up site whose every fact is known: what the tests of the search operators count in, without asking the search.

`make_site` writes posts through the models and gives, for each, the plain facts it was made from (`Fact`). The same
seed makes the same site. Words come from `FORMS`, where each word stands with its inflected forms.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from geeks.models import Answer, Article, Category, Closure, Post, PostEvent, Question, User
from tests import make

NOW = datetime(2026, 5, 31, 15, 30, tzinfo=UTC)
SEARCHER, OTHER = 12, 13  # the person who searches, and somebody else
THREAD = 1  # a question with answers, from whose page one searches
FORMS = {
    "gradient": ("gradient", "gradients", "Gradient"),
    "descent": ("descent", "descents"),
    "convergence": ("convergence",),
    "integral": ("integral", "integrals"),
    "variance": ("variance", "variances"),
    "encourage": ("encourage", "encouraged", "Encouragement"),
    "exchange": ("exchange", "exchanges", "Exchange"),
    "matlab": ("matlab", "MATLAB"),
    "phrase": ("phrase", "phrases"),
    "grade": ("grade", "grades"),
    "law": ("law", "laws"),
    "number": ("number", "numbers"),
    "lemma": ("lemma", "lemmas"),
}
PHRASES = ("gradient descent", "descent gradient", "law of large numbers", "a phrase", "large law")
TAGS = ("probability", "bayes", "statistics", "problems", "c++", "tag", "sums")
CATEGORIES = ("data-science", "web", "linux-security")
LINKS = (
    "https://www.example.org/docs/a?x=1#y", "http://example.org", "https://sub.example.org/docs",
    "https://en.wikipedia.org/wiki/Sum", "https://wikipedia.org/about", "https://other.net/example.org",
)  # fmt: skip
CODE = (
    "import numpy as np", "x = malloc(3)", "import os, numpy", "from numpy import array", "free(x)",
)  # fmt: skip
# What each formula is, for those who count.
FORMULAS = {
    r"a^2+b^2=c^2": {"pythagoras", "exactly"},
    r"c^{2} = b^2 + a^{2}": {"pythagoras", "exactly"},
    r"x^2+y^2=z^2": {"pythagoras", "letters"},
    r"n>1 \Rightarrow u^2+v^2=w^2": {"pythagoras", "within"},
    r"\frac{a}{b}": {"fraction"},
    r"\dfrac{n+1}{n}": {"over n"},
    r"\int e^{-x^2}dx": {"gauss", "integral"},
    r"\int e^{-t^2}\,dt": {"gauss"},
    r"\int x^3 dx": {"integral"},
    r"\sum 1/n^2": {"basel", "over n^2"},
    r"\sqrt{5+\alpha}": {"root", "alpha"},
    r"\alpha": {"alpha"},
    r"E=mc^2": {"energy"},
}
TRIVIAL = "We ask about it here, and hope that somebody knows."


@dataclass
class Fact:
    """What is true of one post. `title` and `body` are lists of words as written; `thread` is the question's id."""

    id: int
    kind: str
    thread: int
    title: list[str]
    body: list[str]
    code: str
    links: list[str]
    formulas: list[str]
    tags: list[str]
    category: str
    author: int
    created: datetime
    active: datetime
    score: int = 0
    views: int = 0
    answers: int = 0
    deleted: bool = False
    closed: str = ""
    locked: bool = False
    wiki: bool = False
    migrated: bool = False
    noticed: bool = False
    accepted: bool = False
    has_accepted: bool = False
    good_answer: bool = False
    kept: set[int] = field(default_factory=set)

    def has(self, word: str, where: str = "text") -> bool:
        """Whether a word of `FORMS` stands there in any form."""
        return self.holds(*(form.lower() for form in FORMS[word]), where=where)

    def begins(self, start: str, where: str = "text") -> bool:
        return any(word.startswith(start) for word in self.words(where))

    def beside(self, *words: str, where: str = "text") -> bool:
        """Whether these words, each perhaps in another form, follow each other in the title or in the body."""
        forms = [[form.lower() for form in FORMS.get(word, (word,))] for word in words]
        texts = [self.words(name) for name in (("title", "body") if where == "text" else (where,))]
        return any(
            all(text[at + step] in those for step, those in enumerate(forms))
            for text in texts
            for at in range(len(text) - len(words) + 1)
        )

    def holds(self, *forms: str, where: str = "text") -> bool:
        """Whether one of these words stands there just so."""
        return any(form in self.words(where) for form in forms)

    def words(self, where: str = "text") -> list[str]:
        text = {"title": self.title, "body": self.body, "text": [*self.title, *self.body]}[where]
        return [word.lower() for word in text]

    def shows(self, kind: str) -> bool:
        """Whether one of its formulas is of this kind."""
        return any(kind in FORMULAS[tex] for tex in self.formulas)

    def links_to(self, *beginnings: str) -> bool:
        plain = [link.split("://")[1].removeprefix("www.") for link in self.links]
        return any(link.startswith(beginnings) for link in plain)


def make_site(seed: int = 20260531, threads: int = 56) -> list[Fact]:
    """Some 150 posts in the database, and the facts of all that readers may find."""
    chance = random.Random(seed)
    people = [make.person(f"sample{n}", pk=n, is_moderator=n == 11) for n in (11, SEARCHER, OTHER, 14, 15)]
    facts: list[Fact] = []
    number = THREAD - 1
    for place in range(threads):
        number += 1
        facts.append(_titled(chance, number, people, "article" if place % 7 == 3 else "question"))
        head = facts[-1]
        for _ in range(0 if head.kind == "article" else 3 if place == 0 else chance.choice((0, 0, 1, 2, 4))):
            number += 1
            facts.append(_answer(chance, number, people, head))
    originals = [fact.id for fact in facts if fact.kind == "question"][:2]
    for fact in facts:
        if fact.kind == "question":
            _settle_thread(chance, fact, [one for one in facts if one.thread == fact.id and one is not fact], people)
    for fact in facts:
        _settle(chance, fact, people, originals)
    gone = {fact.id for fact in facts if fact.deleted}
    return [fact for fact in facts if not gone & {fact.id, fact.thread}]


def _titled(chance: random.Random, number: int, people: list[User], kind: str) -> Fact:
    fact = _fact(chance, number, kind, number, people)
    fact.title, fact.tags = _words(chance, 4), chance.sample(TAGS, chance.choice((1, 1, 2, 3)))
    fact.category = chance.choice(CATEGORIES)
    shelf: Category = make.category(fact.category)
    model = Question if kind == "question" else Article
    kinds = {"question": 1, "article": 9}
    post = model(pk=number, kind=kinds[kind], author_id=fact.author, category=shelf, created=fact.created)
    post.write(title=f"About {' '.join(fact.title)}", body=_markdown(fact), check=False)
    post.publish(fact.tags)
    return fact


def _answer(chance: random.Random, number: int, people: list[User], head: Fact) -> Fact:
    fact = _fact(chance, number, "answer", head.id, people)
    fact.tags, fact.category = head.tags, head.category
    answer = Answer(pk=number, kind=2, author_id=fact.author, parent_id=head.id, created=fact.created)
    answer.write(title=None, body=_markdown(fact), check=False)
    answer.publish()
    Post.objects.get(pk=head.id).refresh_standing(answers=1)
    head.answers += 1
    return fact


def _fact(chance: random.Random, number: int, kind: str, thread: int, people: list[User]) -> Fact:
    created = datetime(2024, 4, 3, 23, 59, 59, tzinfo=UTC) if number == THREAD else _moment(chance)
    return Fact(
        id=number,
        kind=kind,
        thread=thread,
        title=[],
        body=_words(chance, chance.choice((6, 9, 14))),
        code=chance.choice(CODE) if chance.random() < 0.3 else "",
        links=chance.sample(LINKS, 1 if chance.random() < 0.35 else 0),
        formulas=chance.sample(list(FORMULAS), chance.choice((0, 0, 1, 2))),
        tags=[],
        category="",
        author=chance.choice(people).pk,
        created=created,
        active=max(created, _moment(chance)),
    )


def _moment(chance: random.Random) -> datetime:
    """Somewhere in the last five years, more often lately, and often at the very edge of a day, month or year."""
    day = NOW - timedelta(days=int(1800 * chance.random() ** 3))
    lately = NOW - timedelta(days=chance.choice((0, 0, 1, 8, 35, 70)))
    edges = (day, day.replace(day=1), day.replace(month=1, day=1), day.replace(month=12, day=31), lately)
    hour, minute, second = chance.choice(((0, 0, 0), (23, 59, 59), (12, 30, 15)))
    return min(chance.choice(edges), NOW).replace(hour=hour, minute=minute, second=second)


def _words(chance: random.Random, count: int) -> list[str]:
    words: list[str] = []
    while len(words) < count:
        words += (
            chance.choice(PHRASES).split() if chance.random() < 0.3 else [chance.choice(FORMS[chance.choice([*FORMS])])]
        )
    return words


def _markdown(fact: Fact) -> str:
    parts = [f"{' '.join(fact.body)}.", TRIVIAL]
    parts += [f"Here is ${tex}$ too." for tex in fact.formulas]
    parts += [f"It stands [there]({link})." for link in fact.links]
    parts += [f"```\n{fact.code}\n```"] if fact.code else []
    return "\n\n".join(parts)


def _settle_thread(chance: random.Random, fact: Fact, answers: list[Fact], people: list[User]) -> None:
    """Votes on the answers, one of them accepted, one of them deleted."""
    question = Question.objects.get(pk=fact.id)
    moderator = people[0]
    for one in answers:
        post = Answer.objects.get(pk=one.id)
        voters = [person for person in people if person.pk != one.author]
        for person in chance.sample(voters, chance.choice((0, 0, 1, 3))):
            value = chance.choice((1, -1))
            post.votes.cast(person, value)
            one.score += value
    if answers and chance.random() < 0.4:
        best = chance.choice(answers)
        question.accept(Answer.objects.get(pk=best.id), moderator)
        best.accepted = fact.has_accepted = True
    if len(answers) > 1 and chance.random() < 0.3:
        worst = next(one for one in answers if not one.accepted)
        Answer.objects.get(pk=worst.id).delete_by(moderator)
        worst.deleted = True
        fact.answers -= 1
    fact.good_answer = any(one.score > 0 for one in answers if not one.deleted)


def _settle(chance: random.Random, fact: Fact, people: list[User], originals: list[int]) -> None:
    """States, numbers and bookmarks of one post; last the moment of its latest activity, which acts would move."""
    post = Post.objects.get(pk=fact.id)
    moderator = people[0]
    if fact.kind == "question" and fact.id not in originals and chance.random() < 0.3:
        fact.closed = chance.choice(("duplicate", "unclear", "reopened"))
        question = Question.objects.get(pk=fact.id)
        original = Question.objects.get(pk=originals[0])
        reason = "unclear" if fact.closed == "unclear" else "duplicate"
        question.close(moderator, reason, duplicate_of=original)
        if fact.closed == "reopened":
            question.reopen(moderator)
            fact.closed = ""
        assert Closure.objects.filter(post=post, ended=None).exists() == bool(fact.closed)
    if chance.random() < 0.15:
        post.lock(moderator)
        fact.locked = True
    fact.wiki, fact.migrated = chance.random() < 0.1, chance.random() < 0.1
    if fact.migrated:
        PostEvent.objects.create(post=post, kind=chance.choice((17, 35)), created=fact.created)
    notices = chance.choice(((), (), (33,), (33, 34), (33, 34, 33), (36,)))
    for step, kind in enumerate(notices):
        PostEvent.objects.create(post=post, kind=kind, created=fact.created + timedelta(days=step))
    fact.noticed = notices[-1:] == (33,)
    for person in chance.sample(people[1:3], chance.choice((0, 0, 0, 1, 2))):
        post.bookmarks.keep(person)
        fact.kept.add(person.pk)
    if fact.kind != "answer":
        fact.views = chance.choice((0, 1, 99, 100, 101, 150, 200, 201, 500, 70_000, 3_000_000_000))
        fact.score = chance.choice((-20, -3, -2, -1, 0, 0, 1, 2, 3, 4, 5, 6, 40))
        if fact.id != THREAD and chance.random() < 0.08:
            post.delete_by(moderator)
            fact.deleted = True
    columns = {"score": fact.score, "view_count": fact.views, "last_activity": fact.active}
    Post.objects.filter(pk=fact.id).update(**columns, wiki_at=fact.created if fact.wiki else None)
