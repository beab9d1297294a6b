"""Questions, answers and posts of any kind."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, Sum

from geeks.api import shapes
from geeks.api.filters import Filter
from geeks.api.objects.base import Objects, address, body, in_order, text
from geeks.api.objects.comments import comments_of
from geeks.api.objects.people import beside, shallow
from geeks.api.parameters import seconds
from geeks.models import Bounty, Closure, Kind, Post, Tagging, Vote, VoteTally
from geeks.models.vote_tally import DOWN, UP

LICENCE = "CC BY-SA 4.0"
BOUNTY_LASTS = timedelta(days=7)
SHORT_ADDRESSES = {Kind.QUESTION: "q", Kind.ANSWER: "a", Kind.ARTICLE: "articles"}
# What objects are made of, but for the long texts: those only where a filter wants them.
COLUMNS = (
    *("id", "kind", "title", "slug", "score", "answer_count", "comment_count", "view_count", "created", "edited"),
    *("last_activity", "answered", "accepted_answer", "closed_at", "locked_at", "protected_at", "wiki_at"),
    *("author", "editor", "author_name", "editor_name", "licence", "favorite_count"),
    *("category__slug", "parent__title", "parent__slug", "parent__kind", "parent__accepted_answer"),
    "parent__category__slug",
)


class PostObjects(Objects):
    """What the three forms of a post share."""

    kind: str

    def owner(self, post: Post) -> dict[str, Any] | None:
        return self._person(post.author, post.author_name)

    def last_editor(self, post: Post) -> dict[str, Any] | None:
        return self._person(post.editor, post.editor_name) if post.edited else None

    def title(self, post: Post) -> str:
        return text(self._head(post).title)

    def tags(self, post: Post) -> list[str]:
        return self._tags.get(post.thread_id, [])

    def category(self, post: Post) -> str | None:
        head = self._head(post)
        return head.category.slug if head.category_id else None

    def score(self, post: Post) -> int:
        return post.score

    def creation_date(self, post: Post) -> int | None:
        return seconds(post.created)

    def last_activity_date(self, post: Post) -> int | None:
        return seconds(post.last_activity)

    def last_edit_date(self, post: Post) -> int | None:
        return seconds(post.edited)

    def locked_date(self, post: Post) -> int | None:
        return seconds(post.locked_at)

    def community_owned_date(self, post: Post) -> int | None:
        return seconds(post.wiki_at)

    def content_license(self, post: Post) -> str:
        return post.licence or LICENCE

    def link(self, post: Post) -> str:
        return address(post.get_absolute_url())

    def share_link(self, post: Post) -> str:
        return address(f"/{SHORT_ADDRESSES[post.kind]}/{post.pk}")

    def body(self, post: Post) -> str:
        return body(post.body_html)

    def body_markdown(self, post: Post) -> str:
        return text(post.body)

    def comments(self, post: Post) -> list[dict[str, Any]]:
        return self._comments.get(post.pk, [])

    def comment_count(self, post: Post) -> int:
        return post.comment_count

    def up_vote_count(self, post: Post) -> int:
        return self._votes.get(post.pk, (0, 0))[0]

    def down_vote_count(self, post: Post) -> int:
        return self._votes.get(post.pk, (0, 0))[1]

    def _head(self, post: Post) -> Post:
        """Where title, tags and category of a post stand: on an answer's question."""
        return post.parent if post.is_answer else post

    def _person(self, person: Any, name: str = "") -> dict[str, Any] | None:
        """Somebody who wrote much of a page is made once; of who has no account the name is left."""
        if person is None:
            return shallow(None, self.wanted, name)
        if person.pk not in self._people:
            self._people[person.pk] = shallow(person, self.wanted)
        return self._people[person.pk]

    @cached_property
    def _people(self) -> dict[int, dict[str, Any] | None]:
        return {}

    @cached_property
    def _tags(self) -> dict[int, list[str]]:
        found = defaultdict(list)
        taggings = Tagging.objects.filter(post__in={post.thread_id for post in self.rows}).order_by("position", "id")
        for post_id, name in taggings.values_list("post_id", "tag__name"):
            found[post_id].append(name)
        return found

    @cached_property
    def _comments(self) -> dict[int, list[dict[str, Any]]]:
        return comments_of([post.pk for post in self.rows], self.wanted)

    @cached_property
    def _votes(self) -> dict[int, tuple[int, int]]:
        """Votes up and down: those cast here, and those an archive counted."""
        ids = [post.pk for post in self.rows]
        cast = Vote.objects.filter(post__in=ids).order_by().values_list("post")
        here = {"up": Count("pk", filter=Q(value=1)), "down": Count("pk", filter=Q(value=-1))}
        brought = VoteTally.objects.filter(post__in=ids).order_by().values_list("post")
        there = {"up": Sum("count", filter=Q(kind=UP), default=0), "down": Sum("count", filter=Q(kind=DOWN), default=0)}
        found: dict[int, tuple[int, int]] = {}
        for post_id, up, down in (*cast.annotate(**here), *brought.annotate(**there)):
            before = found.get(post_id, (0, 0))
            found[post_id] = before[0] + up, before[1] + down
        return found


class Questions(PostObjects):
    shape = shapes.Question

    def question_id(self, post: Post) -> int:
        return int(post.pk)

    def is_answered(self, post: Post) -> bool:
        return post.answered

    def accepted_answer_id(self, post: Post) -> int | None:
        return post.accepted_answer_id

    def answer_count(self, post: Post) -> int:
        return post.answer_count

    def view_count(self, post: Post) -> int:
        return post.view_count

    def bounty_amount(self, post: Post) -> int | None:
        return self._bounties[post.pk].amount if post.pk in self._bounties else None

    def bounty_closes_date(self, post: Post) -> int | None:
        if post.pk not in self._bounties:
            return None
        end = self._bounties[post.pk].started + BOUNTY_LASTS
        return seconds(datetime(end.year, end.month, end.day, tzinfo=UTC))

    def protected_date(self, post: Post) -> int | None:
        return seconds(post.protected_at)

    def favorite_count(self, post: Post) -> int | None:
        return post.favorite_count

    def closed_date(self, post: Post) -> int | None:
        return seconds(post.closed_at)

    def closed_reason(self, post: Post) -> str | None:
        closure = self._closures.get(post.pk) if post.closed_at else None
        return closure.reason_name if closure else None

    def closed_details(self, post: Post) -> dict[str, Any] | None:
        closure = self._closures.get(post.pk) if post.closed_at else None
        if closure is None:
            return None
        original = closure.duplicate_of
        shown = original is not None and original.deleted_at is None
        originals = [{"question_id": original.pk, "title": text(original.title)}] if shown else []
        return {
            "reason": closure.reason_name,
            "description": text(closure.note),
            "on_hold": False,
            "by_users": [made] if closure.user and (made := self._person(closure.user)) else [],
            "original_questions": originals,
        }

    def answers(self, post: Post) -> list[dict[str, Any]]:
        return self._answers.get(post.pk, [])

    @cached_property
    def _bounties(self) -> dict[int, Bounty]:
        """The open bounties."""
        rows = Bounty.objects.filter(post__in=[post.pk for post in self.rows], closed=None)
        return {bounty.post_id: bounty for bounty in rows}

    @cached_property
    def _closures(self) -> dict[int, Closure]:
        closed = [post.pk for post in self.rows if post.closed_at]
        rows = Closure.objects.filter(post__in=closed, ended=None).select_related("user", "duplicate_of")
        originals = (f"duplicate_of__{column}" for column in ("title", "deleted_at"))
        rows = rows.only("post", "reason", "note", *originals, *beside("user"))
        return {closure.post_id: closure for closure in rows}

    @cached_property
    def _answers(self) -> dict[int, list[dict[str, Any]]]:
        """The answers of all questions of the page, the best first."""
        rows = Post.objects.visible().filter(parent__in=[post.pk for post in self.rows], kind=Kind.ANSWER)
        answers = list(columns(rows, self.wanted, "answer").order_by("-score", "-id"))
        made = Answers(answers, self.wanted).all()
        found = defaultdict(list)
        for answer, one in zip(answers, made, strict=True):
            found[answer.parent_id].append(one)
        return found


class Answers(PostObjects):
    shape = shapes.Answer

    def answer_id(self, post: Post) -> int:
        return int(post.pk)

    def question_id(self, post: Post) -> int | None:
        return post.parent_id

    def is_accepted(self, post: Post) -> bool:
        return bool(post.parent.accepted_answer_id == post.pk)

    def awarded_bounty_amount(self, post: Post) -> int | None:
        return self._won.get(post.pk)

    @cached_property
    def _won(self) -> dict[int, int]:
        rows = Bounty.objects.filter(answer__in=[post.pk for post in self.rows], awarded__isnull=False).order_by()
        return dict(rows.values_list("answer").annotate(Sum("awarded")))


class AnyPosts(PostObjects):
    shape = shapes.Post

    def post_id(self, post: Post) -> int:
        return int(post.pk)

    def post_type(self, post: Post) -> str:
        return str(Kind(post.kind).label)


def columns(rows: Any, wanted: Filter, name: str) -> Any:
    """`rows` with the columns and neighbours that objects of the type `name` are made of."""
    long = [
        column for column, field in (("body_html", "body"), ("body", "body_markdown")) if wanted.has(f"{name}.{field}")
    ]
    related = ("author", "editor", "category", "parent", "parent__category")
    return rows.select_related(*related).only(*COLUMNS, *long, *beside("author", "editor"))


def of_questions(ids: list[int], wanted: Filter) -> list[dict[str, Any]]:
    return _made(Questions, "question", ids, wanted)


def of_answers(ids: list[int], wanted: Filter) -> list[dict[str, Any]]:
    return _made(Answers, "answer", ids, wanted)


def of_posts(ids: list[int], wanted: Filter) -> list[dict[str, Any]]:
    return _made(AnyPosts, "post", ids, wanted)


def _made(objects: type[PostObjects], name: str, ids: list[int], wanted: Filter) -> list[dict[str, Any]]:
    rows = columns(Post.objects.visible().filter(pk__in=ids), wanted, name)
    return objects(in_order(rows, ids), wanted).all()
