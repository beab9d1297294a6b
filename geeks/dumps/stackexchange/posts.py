"""Posts.xml, read three times: what stands by itself, then the answers to it, then which of them were accepted.

A post keeps the HTML it came with, and is rendered from it, until somebody edits it here.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future
from typing import Any

from django.db.models import F

from geeks.dumps.stackexchange import renderers, store
from geeks.dumps.stackexchange.ids import POST, USER
from geeks.dumps.stackexchange.records import PostRow, licence
from geeks.dumps.stackexchange.rows import Row
from geeks.dumps.stackexchange.step import Step
from geeks.dumps.stackexchange.tags import clean_name
from geeks.models import Acceptance, Closure, ImportedBody, Post, Tag, Tagging, VoteTally
from geeks.models.post import Kind, hotness
from geeks.models.slugs import slug_of
from geeks.models.vote_tally import BEYOND
from geeks.rendering.source import clean_part

TITLED = (Kind.QUESTION, Kind.ARTICLE)
KINDS = frozenset(Kind.values)
UNKNOWN = {
    3: "an orphaned tag wiki",
    6: "a moderator's nomination",
    7: "a text of the help pages",
    8: "a text about a privilege",
}
ANSWER = str(Kind.ANSWER.value)


class Posts(Step[PostRow]):
    """Everything but answers."""

    file = "Posts.xml"
    record = PostRow

    def __init__(self, *given: Any, quick: bool = True) -> None:
        super().__init__(*given)
        self.quick = quick

    def wanted(self, row: Row) -> bool:
        return row.get("PostTypeId") != ANSWER

    def begin(self, records: list[PostRow]) -> Future[Any]:
        sources = [(self._title(record), record.Body) for record in records]
        return self.into.renderers.submit(renderers.posts, sources, self.source.host, self.quick)

    def take(self, records: list[PostRow], done: Any) -> int:
        rendered = dict(zip((record.Id for record in records), done or [], strict=False))
        good = self._usable(records)
        self.ids.note_questions(record.Id for record in good if record.PostTypeId == Kind.QUESTION)
        ours = self.ids.give(POST, [record.Id for record in good])
        if not self.into.dry:
            self._write(good, ours, rendered)
        return len(good)

    def _usable(self, records: list[PostRow]) -> list[PostRow]:
        good, known = [], self.ids.known(POST, (record.Id for record in records))
        for record in records:
            if record.Id in known:
                self.skip("its Id came before")
            elif record.PostTypeId not in KINDS:
                what = UNKNOWN.get(record.PostTypeId, f"PostTypeId {record.PostTypeId}")
                self.skip(f"{what} has no place here")
            elif record.CreationDate is None:
                self.skip("it has no CreationDate")
            elif record.PostTypeId in TITLED and not self._title(record):
                self.skip("it has no Title")
            elif self._fits(record):
                good.append(record)
        return good

    def _fits(self, record: PostRow) -> bool:
        """Whether what the post hangs on is here; skips it otherwise."""
        return True

    def _title(self, record: PostRow) -> str:
        return store.fit(Post, "title", clean_part(record.Title).replace("\n", " ").strip())

    def _write(self, records: list[PostRow], ours: dict[int, int], rendered: dict[int, dict[str, Any]]) -> None:
        people = self.ids.known(USER, (number for r in records for number in (r.OwnerUserId, r.LastEditorUserId)))
        posts = [self._columns(record, ours[record.Id], people, rendered[record.Id]) for record in records]
        store.insert(Post, posts)
        store.insert(ImportedBody, [{"post_id": ours[record.Id], "html": record.Body} for record in records])
        store.insert(VoteTally, [_beyond(post) for post in posts if post["score"]])
        store.insert(Closure, [_closure(post) for post in posts if post["closed_at"]])
        self._tag({ours[record.Id]: record for record in records if record.Tags})

    def _columns(
        self, record: PostRow, our_id: int, people: dict[int, int], rendered: dict[str, Any]
    ) -> dict[str, Any]:
        title = self._title(record) if record.PostTypeId != Kind.ANSWER else ""
        author, editor = people.get(record.OwnerUserId or 0), people.get(record.LastEditorUserId or 0)
        active = record.LastActivityDate or record.LastEditDate or record.CreationDate
        question = record.PostTypeId == Kind.QUESTION
        return {
            "id": our_id,
            "kind": record.PostTypeId,
            "author_id": author,
            "author_name": store.fit(Post, "author_name", clean_part(record.OwnerDisplayName)),
            "category_id": self.into.category.pk if record.PostTypeId in TITLED else None,
            "parent_id": None,
            "source_id": self.source.pk,
            "licence": store.fit(Post, "licence", licence(record.ContentLicense, record.CreationDate)),
            "title": title,
            "slug": slug_of(title, "post") if title else "",
            "body": record.Body.replace("\r\n", "\n").rstrip(),
            **rendered,
            "created": record.CreationDate,
            "edited": record.LastEditDate,
            "editor_id": editor,
            "editor_name": store.fit(Post, "editor_name", clean_part(record.LastEditorDisplayName)),
            "last_activity": active,
            "last_active_by_id": editor if active == record.LastEditDate else author,
            "score": record.Score,
            "view_count": max(0, record.ViewCount or 0),
            "favorite_count": None if record.FavoriteCount is None else max(0, record.FavoriteCount),
            "hotness": hotness(record.Score, 0, record.CreationDate),  # type: ignore[arg-type]
            "closed_at": record.ClosedDate if question else None,
            "wiki_at": record.CommunityOwnedDate,
        }

    def _tag(self, records: dict[int, PostRow]) -> None:
        names = {pk: dict.fromkeys(filter(None, map(clean_name, record.Tags))) for pk, record in records.items()}
        tags = {tag.name: tag.pk for tag in Tag.objects.named({name for some in names.values() for name in some})}
        rows = [
            {"post_id": pk, "tag_id": tags[name], "position": position}
            for pk, some in names.items()
            for position, name in enumerate(some)
        ]
        store.insert(Tagging, rows)
        asked = {pk for pk, record in records.items() if record.PostTypeId == Kind.QUESTION}
        counts = Counter(row["tag_id"] for row in rows if row["post_id"] in asked)
        for tag_id, count in sorted(counts.items()):
            Tag.objects.filter(pk=tag_id).update(question_count=F("question_count") + count)


def _beyond(post: dict[str, Any]) -> dict[str, Any]:
    """The score as it came; what Votes.xml explains of it is taken off later."""
    return {"post_id": post["id"], "kind": BEYOND, "day": post["created"].date(), "count": post["score"]}


def _closure(post: dict[str, Any]) -> dict[str, Any]:
    """Closed for a reason that only the history tells."""
    return {"post_id": post["id"], "created": post["closed_at"]}


class Answers(Posts):
    part = "answers"

    def wanted(self, row: Row) -> bool:
        return row.get("PostTypeId") == ANSWER

    def take(self, records: list[PostRow], done: Any) -> int:
        self.questions = self.ids.questions(record.ParentId for record in records)
        return super().take(records, done)

    def _title(self, record: PostRow) -> str:
        return ""

    def _fits(self, record: PostRow) -> bool:
        if record.ParentId in self.questions:
            return True
        self.skip("its question is not here")
        return False

    def _columns(self, record: PostRow, *given: Any) -> dict[str, Any]:
        return {**super()._columns(record, *given), "parent_id": self.questions[record.ParentId or 0]}

    def _write(self, records: list[PostRow], ours: dict[int, int], rendered: dict[int, dict[str, Any]]) -> None:
        super()._write(records, ours, rendered)
        answers = Post.objects.filter(pk__in=ours.values())
        self._count(list(answers.only("parent", "author", "editor", "score", "created", "edited")))

    def _count(self, answers: list[Post]) -> None:
        """What lists show of the questions: how many answers, whether a good one, who was there last."""
        new = Counter(answer.parent_id for answer in answers)
        good = {answer.parent_id for answer in answers if answer.score > 0}
        questions = Post.objects.in_bulk(new)
        for answer in answers:
            question = questions[answer.parent_id]
            if question.last_activity == answer.created:
                question.last_active_by_id = answer.author_id
            elif question.last_activity == answer.edited:
                question.last_active_by_id = answer.editor_id
        store.update(
            Post,
            [
                {
                    "id": question.pk,
                    "answer_count": question.answer_count + new[question.pk],
                    "answered": question.answered or question.pk in good,
                    "hotness": hotness(question.score, question.answer_count + new[question.pk], question.created),
                    "last_active_by_id": question.last_active_by_id,
                }
                for question in questions.values()
            ],
        )


class Accepted(Step[PostRow]):
    """Which answers their askers accepted; Votes.xml will say when."""

    file = "Posts.xml"
    part = "accepted answers"
    record = PostRow

    def counts(self) -> bool:
        return False

    def wanted(self, row: Row) -> bool:
        return "AcceptedAnswerId" in row

    def take(self, records: list[PostRow], done: Any) -> int:
        if self.into.dry:
            return len(records)
        ours = self.ids.known(POST, (number for r in records for number in (r.Id, r.AcceptedAnswerId)))
        pairs = {ours.get(record.Id): ours.get(record.AcceptedAnswerId or 0) for record in records}
        answers = Post.objects.filter(pk__in=[pk for pk in pairs.values() if pk], kind=Kind.ANSWER)
        found = [
            answer
            for answer in answers.select_related("parent").only("created", "parent__author", "parent__accepted_answer")
            if pairs.get(answer.parent_id) == answer.pk and answer.parent.accepted_answer_id is None
        ]
        self.notes["accepted answers that are not here"] += len(records) - len(found)
        rows = [
            {"question_id": a.parent_id, "answer_id": a.pk, "user_id": a.parent.author_id, "created": a.created}
            for a in found
        ]
        store.insert(Acceptance, rows)
        store.update(Post, [{"id": a.parent_id, "accepted_answer_id": a.pk, "answered": True} for a in found])
        return len(records)
