"""Blocks of questions with all that hangs off them, as rows: the same seed, size and block make the same rows.

A block holds exactly two answers, three comments and six votes for each of its questions, unevenly spread, so that
every block knows its numbers without knowing the others. Numbers grow with time: tables and indexes grow at their ends.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from itertools import accumulate
from typing import Any

from geeks import policy
from geeks.dumps.synthetic.community import LAST
from geeks.dumps.synthetic.plan import ANSWERS, COMMENTS, POSTS, STRIDES, VOTES, Plan
from geeks.dumps.synthetic.texts import Texts, Written
from geeks.dumps.synthetic.words import VOCABULARY, Vocabulary
from geeks.models.hotness import hotness
from geeks.models.post import Kind
from geeks.models.slugs import slug_of
from geeks.models.tag import COPIED
from geeks.rendering import RENDER_VERSION

COLUMNS = {
    "post": (
        "id kind author_id parent_id category_id title title_html slug body body_html text excerpt excerpt_html "
        "render_version created last_activity last_active_by_id score answer_count comment_count view_count hotness "
        "answered accepted_answer_id"
    ),
    "revision": "id post_id number title body tags category_id comment editor_id created",
    "tagging": f"id post_id tag_id position kind {' '.join(COPIED)}",
    "comment": "id post_id author_id text html created",
    "vote": "id post_id user_id value created",
    "acceptance": "id question_id answer_id user_id created",
    "reputation": "id user_id actor_id post_id kind amount created",
}
# Where in the row of a post is what stands beside its tags, too.
BESIDE_TAGS = [COLUMNS["post"].split().index(name) for name in ("kind", *COPIED)]
# Of the questions, and how many of them have formulas.
CATEGORIES = {
    "web": (5, 0.10),
    "android": (3, 0.05),
    "data-science": (6, 0.60),
    "new-techniques": (3, 0.35),
    "linux-security": (2, 0.12),
}


@dataclass
class Rows:
    """What one block adds to the tables, and to the counters of people (by number) and tags (by id)."""

    tables: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    reputation: Counter[int] = field(default_factory=Counter)
    tags: Counter[int] = field(default_factory=Counter)


@dataclass
class Draft:
    """A post on its way to becoming a row; people by number."""

    author: int
    created: int
    weight: float
    written: Written
    question: Draft | None = None
    title: Written | None = None
    category: str = ""
    tags: Sequence[tuple[int, str]] = ()
    pk: int = 0
    votes: list[tuple[int, int, int]] = field(default_factory=list)  # person, value, when
    comments: int = 0
    answers: list[Draft] = field(default_factory=list)
    accepted: Draft | None = None

    @property
    def score(self) -> int:
        return sum(value for _, value, _ in self.votes)


class Maker:
    """Makes the blocks of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.community = plan, plan.community
        vocabulary = Vocabulary(plan.seed, min(VOCABULARY, 2_000 + 40 * plan.questions))
        self.texts = Texts(plan.seed, vocabulary, drawings_for(plan.questions))
        self.tag_weights = list(accumulate(1 / (rank + 4) for rank in range(len(plan.tags))))
        self.categories = [slug for slug in CATEGORIES if slug in plan.categories]
        self.category_weights = [CATEGORIES[slug][0] for slug in self.categories]

    def block(self, number: int) -> Rows:
        chance = random.Random(self.plan.seed * 1_000_003 + number)  # noqa: S311
        first = number * self.plan.block_size
        count = min(self.plan.block_size, self.plan.questions - first)
        questions = [self._question(chance, first + i) for i in range(count)]
        weights = [question.weight for question in questions]
        answered = chance.choices(range(count), weights, k=ANSWERS * count)
        answers = [self._answer(chance, questions[i], first + i) for i in sorted(answered)]
        posts = [*questions, *answers]
        self._vote(chance, posts, VOTES * count, first)
        for question in questions:
            self._accept(chance, question)
        posts.sort(key=lambda post: post.created)
        for pk, post in enumerate(posts, self.plan.first["post"] + first * POSTS):
            post.pk = pk
        return self._rows(chance, posts, first, count)

    # --- what happens -------------------------------------------------------------------------------------------
    def _question(self, chance: random.Random, number: int) -> Draft:
        there = self.community.there(number)
        category = chance.choices(self.categories, self.category_weights)[0]
        mathy = chance.random() < CATEGORIES[category][1]
        tags = chance.choices(self.plan.tags, cum_weights=self.tag_weights, k=chance.choice((1, 2, 2, 3, 3, 4, 5)))
        return Draft(
            author=self.community.somebody(chance, there, 0.25),
            created=self.community.asked(number + chance.random()),
            weight=chance.lognormvariate(0, 1.0),
            written=self.texts.body(chance, chance.choice((1, 1, 2, 3, 4)) if mathy else 0),
            title=self.texts.title(chance, mathy and chance.random() < 0.3),
            category=category,
            tags=tuple(dict.fromkeys(tags)),
        )

    def _answer(self, chance: random.Random, question: Draft, number: int) -> Draft:
        mathy = chance.random() < 0.8 * CATEGORIES[question.category][1]
        answer = Draft(
            author=self.community.somebody(chance, self.community.there(number), 0.75),
            created=min(LAST, question.created + 60 + int(chance.lognormvariate(9.5, 2.0))),
            weight=question.weight * chance.lognormvariate(0, 0.7),
            written=self.texts.body(chance, chance.choice((1, 1, 2, 2, 3)) if mathy else 0),
            question=question,
        )
        question.answers.append(answer)
        return answer

    def _vote(self, chance: random.Random, posts: Sequence[Draft], count: int, number: int) -> None:
        there = self.community.there(number)
        weights = [post.weight for post in posts]
        for i, votes in sorted(Counter(chance.choices(range(len(posts)), weights, k=count)).items()):
            post = posts[i]
            down = 0.6 if chance.random() < 0.07 else 0.05
            post.votes = [
                (person, -1 if chance.random() < down else 1, post.created + 300 + int(chance.lognormvariate(11, 3)))
                for person in sorted(self.community.several(chance, there, votes, post.author))
            ]

    def _accept(self, chance: random.Random, question: Draft) -> None:
        if question.answers and chance.random() < 0.55:
            question.accepted = max(question.answers, key=lambda answer: answer.score)

    # --- rows ---------------------------------------------------------------------------------------------------
    def _rows(self, chance: random.Random, posts: Sequence[Draft], first: int, count: int) -> Rows:
        rows = Rows()
        plan, tables = self.plan, rows.tables
        ids = {name: iter(range(plan.first[name] + first * n, 1 << 62)) for name, n in STRIDES.items()}
        self._comment(chance, posts, COMMENTS * count, first, rows, ids["comment"])
        for post in posts:
            row = self._post(chance, post)
            tables["post"].append(row)
            copies = [row[at] for at in BESIDE_TAGS]
            tables["revision"].append(self._revision(post, next(ids["revision"])))
            for position, (tag, _) in enumerate(post.tags):
                tables["tagging"].append((next(ids["tagging"]), post.pk, tag, position, *copies))
                rows.tags[tag] += 1
            for person, value, when in post.votes:
                tables["vote"].append((next(ids["vote"]), post.pk, self._person(person), value, stamp(when)))
            if post.accepted:
                row = post.pk, post.accepted.pk, self._person(post.author), stamp(post.accepted.created + 3600)
                tables["acceptance"].append((next(ids["acceptance"]), *row))
            for person, actor, kind, when in ledger(post):
                amount = policy.POINTS[kind]
                row = self._person(person), self._person(actor), post.pk, kind, amount, stamp(when)
                tables["reputation"].append((next(ids["reputation"]), *row))
                rows.reputation[person] += amount
        return rows

    def _person(self, number: int) -> int:
        return self.plan.first["user"] + number

    def _post(self, chance: random.Random, post: Draft) -> tuple[Any, ...]:
        question, written, title = post.question is None, post.written, post.title
        last = max([post, *post.answers], key=lambda one: one.created)
        answered = bool(post.accepted) or any(answer.score > 0 for answer in post.answers)
        views = int(post.weight**1.3 * 120 * chance.lognormvariate(0, 0.5)) + 12 * len(post.votes)
        return (
            post.pk,
            int(Kind.QUESTION if question else Kind.ANSWER),
            self._person(post.author),
            post.question.pk if post.question else None,
            self.plan.categories[post.category] if question else None,
            title.source if title else "",
            title.html if title else "",
            slug_of(title.source, "post") if title else "",
            *(written.source, written.html, written.text, written.excerpt, written.excerpt_html),
            RENDER_VERSION,
            stamp(post.created),
            stamp(last.created),
            self._person(last.author),
            post.score,
            len(post.answers),
            post.comments,
            views if question else 0,
            hotness(post.score, len(post.answers), datetime.fromtimestamp(post.created, UTC)),
            int(answered),
            post.accepted.pk if post.accepted else None,
        )

    def _revision(self, post: Draft, pk: int) -> tuple[Any, ...]:
        title = post.title.source if post.title else ""
        tags = " ".join(name for _, name in post.tags)
        category = self.plan.categories[post.category] if post.category else None
        row = pk, post.pk, 1, title, post.written.source, tags, category, ""
        return *row, self._person(post.author), stamp(post.created)

    def _comment(
        self, chance: random.Random, posts: Sequence[Draft], count: int, number: int, rows: Rows, ids: Iterable[int]
    ) -> None:
        there = self.community.there(number)
        weights = [post.weight for post in posts]
        for pk, post in zip(ids, chance.choices(posts, weights, k=count), strict=False):
            post.comments += 1
            author = self.community.somebody(chance, there, 0.6)
            remark = self.texts.comment(chance, chance.random() < 0.08)
            when = stamp(post.created + 120 + int(chance.lognormvariate(9, 2)))
            rows.tables["comment"].append((pk, post.pk, self._person(author), remark.source, remark.html, when))


def ledger(post: Draft) -> Iterable[tuple[int, int, str, int]]:
    """What a post brings whom in reputation: person, actor, kind, when."""
    name = "answer" if post.question else "question"
    for voter, value, when in post.votes:
        yield post.author, voter, f"{name}_voted_{'up' if value > 0 else 'down'}", when
        if value < 0 and post.question:
            yield voter, voter, "cast_down_on_answer", when
    asker = post.question
    if asker and asker.accepted is post and post.author != asker.author:
        yield post.author, asker.author, "answer_accepted", post.created + 3600
        yield asker.author, asker.author, "accepted_an_answer", post.created + 3600


def stamp(seconds: int) -> str:
    """A moment as both databases take it, in UTC."""
    day, second = divmod(min(seconds, LAST), 86_400)
    return _day(day) + _TIMES[second]


@lru_cache(maxsize=5_000)
def _day(number: int) -> str:
    return f"{datetime.fromtimestamp(number * 86_400, UTC):%Y-%m-%d} "


# Made once: a site has thirty times as many moments as questions.
_TIMES = [f"{hour:02}:{minute:02}:{second:02}" for hour in range(24) for minute in range(60) for second in range(60)]


def drawings_for(questions: int) -> int:
    """How many formulas are worth typesetting for a site of this size."""
    return min(1_500, 50 + questions // 20)
