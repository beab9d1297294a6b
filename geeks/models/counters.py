"""Every stored counter beside the rows it counts: what `recount` proves and repairs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import Count, F, Q, Sum

from geeks.models.acceptance import Acceptance
from geeks.models.change import EVERYTHING, Change
from geeks.models.comment import Comment
from geeks.models.hotness import hotness
from geeks.models.post import Kind, Post
from geeks.models.post_tally import PostTally
from geeks.models.reputation import Reputation
from geeks.models.state import Closure, Deletion, Lock, Protection
from geeks.models.tag import COPIED, Tag, Tagging
from geeks.models.user import User
from geeks.models.vote import Vote
from geeks.models.vote_tally import VoteTally

BATCH = 500
Truth = dict[int, dict[str, Any]]  # the key of a row -> what its columns should hold
STATES = (("deleted_at", Deletion), ("locked_at", Lock), ("closed_at", Closure), ("protected_at", Protection))


@dataclass(frozen=True)
class Difference:
    row: models.Model
    column: str
    stored: Any
    true: Any

    def __str__(self) -> str:
        return f"{type(self.row).__name__.lower()} {self.row.pk}: {self.column} is {self.stored}, should be {self.true}"

    def repair(self) -> None:
        """Set it right, unless somebody's act has changed it since it was read."""
        as_read = type(self.row)._base_manager.filter(pk=self.row.pk, **{self.column: self.stored})
        with transaction.atomic():
            if as_read.update(**{self.column: self.true}):
                Change.objects.note(EVERYTHING)


def differences(report: Callable[[int], None] = lambda done: None) -> Iterator[Difference]:
    """All there are; `report` hears how many posts are proved."""
    yield from post_differences(report)
    yield from tag_differences()
    yield from tagging_differences()
    yield from user_differences()
    yield from tally_differences()


def post_differences(report: Callable[[int], None] = lambda done: None) -> Iterator[Difference]:
    return _differences(Post.objects.defer("body", "body_html", "text"), _true_of_posts, report)


def tag_differences() -> Iterator[Difference]:
    return _differences(Tag.objects.all(), _true_of_tags)


def tagging_differences() -> Iterator[Difference]:
    return _differences(Tagging.objects.all(), _true_of_taggings)


def user_differences() -> Iterator[Difference]:
    return _differences(User.objects.only("id", "reputation"), _true_of_people)


def tally_differences() -> Iterator[Difference]:
    """What the tallies of people's posts have wrong. One that is missing is made, with nothing in it, to be held and
    to be repaired."""
    last = 0
    while people := list(User.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        last = people[-1]
        stored = dict(_tallies(PostTally.objects.filter(author__in=people), F("count")))
        true = dict(_tallies(Post.objects.visible().filter(author__in=people), Count("pk")))
        for author, kind in sorted(stored.keys() | true.keys()):
            if stored.get((author, kind), 0) != true.get((author, kind), 0):
                yield from _tally_found_when_held(author, kind)


def _tallies(rows: models.QuerySet[Any], number: Any) -> Iterator[tuple[tuple[int, int], int]]:
    for author, kind, n in rows.order_by().values_list("author", "kind").annotate(n=number):
        yield (author, kind), n


@transaction.atomic
def _tally_found_when_held(author: int, kind: int) -> list[Difference]:
    """Held, nobody's post of this kind comes or goes."""
    PostTally.objects.get_or_create(author_id=author, kind=kind)
    row = PostTally.objects.select_for_update(no_key=True).get(author=author, kind=kind)
    return list(_compare(row, {"count": Post.objects.visible().filter(author=author, kind=kind).count()}))


def _differences(
    rows: models.QuerySet[Any],
    true_of: Callable[[list[Any]], Truth],
    report: Callable[[int], None] = lambda done: None,
) -> Iterator[Difference]:
    """Row by row what differs. The site is open: what was done between two statements looks like a difference, so a
    row that seems to differ is held and asked again. One at a time, for votes hold an answer before its question."""
    last = done = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        true = true_of(batch)
        for row in batch:
            if any(_compare(row, true[row.pk])):
                yield from _found_when_held(rows, row.pk, true_of)
        last, done = batch[-1].pk, done + len(batch)
        report(done)


@transaction.atomic
def _found_when_held(rows: models.QuerySet[Any], pk: int, true_of: Callable[[list[Any]], Truth]) -> list[Difference]:
    held = list(rows.select_for_update(no_key=True).filter(pk=pk))
    true = true_of(held)
    return [found for row in held for found in _compare(row, true[row.pk])]


def _true_of_posts(posts: list[Post]) -> Truth:
    truth = _true_of([post.pk for post in posts])
    return {post.pk: {**truth[post.pk], "hotness": _hotness(post, truth[post.pk])} for post in posts}


def _true_of_tags(tags: list[Tag]) -> Truth:
    live = Q(taggings__post__kind=Kind.QUESTION, taggings__post__deleted_at=None)
    rows = Tag.objects.filter(pk__in=[tag.pk for tag in tags]).annotate(true=Count("taggings", filter=live))
    counts = dict(rows.values_list("pk", "true"))
    return {tag.pk: {"question_count": counts.get(tag.pk, 0)} for tag in tags}


def _true_of_taggings(taggings: list[Tagging]) -> Truth:
    """What each has of its post, as it stands in the post."""
    columns = ("pk", "kind", "deleted_at", *COPIED)
    posts = Post.objects.filter(pk__in={one.post_id for one in taggings}).values(*columns)
    true = {
        post["pk"]: {"kind": None if post["deleted_at"] else post["kind"], **{name: post[name] for name in COPIED}}
        for post in posts
    }
    return {one.pk: true.get(one.post_id, {}) for one in taggings}


def _true_of_people(people: list[User]) -> Truth:
    rows = Reputation.objects.filter(user__in=[user.pk for user in people]).values("user").annotate(n=Sum("amount"))
    sums = _by(rows, "user")
    return {user.pk: {"reputation": max(1, 1 + sums.get(user.pk, 0))} for user in people}


def _hotness(post: Post, true: dict[str, Any]) -> float:
    return hotness(true.get("score", post.score), true["answer_count"], post.created)


def _true_of(ids: list[int]) -> Truth:
    answers = Post.objects.filter(parent__in=ids, deleted_at=None)
    counts = _by(answers.values("parent").annotate(n=Count("pk")), "parent")
    # By the votes themselves: the score of an answer may be one of the differences.
    good = _with_good_answers(answers)
    scores = _scores(ids)
    comments = _by(Comment.objects.filter(post__in=ids, deleted_at=None).values("post").annotate(n=Count("pk")), "post")
    accepted = dict(
        Acceptance.objects.filter(question__in=ids, answer__deleted_at=None).values_list("question", "answer")
    )
    states = {
        column: dict(model.objects.filter(post__in=ids, ended=None).values_list("post", "created"))
        for column, model in STATES
    }
    return {
        pk: {
            "score": scores.get(pk, 0),
            "answer_count": counts.get(pk, 0),
            "comment_count": comments.get(pk, 0),
            "accepted_answer_id": accepted.get(pk),
            "answered": pk in accepted or pk in good,
            **{column: rows.get(pk) for column, rows in states.items()},
        }
        for pk in ids
    }


def _with_good_answers(answers: models.QuerySet[Post]) -> set[int]:
    """The questions that have one of `answers` with a positive score."""
    question_of = dict(answers.values_list("pk", "parent"))
    good = {answer for answer, score in _scores(answers.values("pk")).items() if score > 0}
    return {question for answer, question in question_of.items() if answer in good}


def _scores(ids: Any) -> dict[int, int]:
    """What each post has from the votes cast here and from the tallies of archives."""
    cast = _by(Vote.objects.filter(post__in=ids).values("post").annotate(n=Sum("value")), "post")
    brought = VoteTally.objects.scores(ids)
    return {pk: cast.get(pk, 0) + brought.get(pk, 0) for pk in cast.keys() | brought.keys()}


def _by(rows: Iterable[dict[str, Any]], key: str) -> dict[int, int]:
    return {row[key]: row["n"] for row in rows}


def _compare(row: models.Model, true: dict[str, Any]) -> Iterator[Difference]:
    for column, value in true.items():
        if getattr(row, column) != value:
            yield Difference(row, column, getattr(row, column), value)
