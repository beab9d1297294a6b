"""Posts.xml, read twice: what stands by itself, then the answers to it.

A post keeps the HTML it came with, and is rendered from it, until somebody edits it here.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future
from typing import Any

from geeks.dumps.stackexchange import renderers, store
from geeks.dumps.stackexchange.ids import POST, USER
from geeks.dumps.stackexchange.records import PostRow, licence
from geeks.dumps.stackexchange.rows import Row
from geeks.dumps.stackexchange.step import Step
from geeks.dumps.stackexchange.tags import clean_name
from geeks.models import Acceptance, Closure, ImportedBody, Post, Tag, Tagging, VoteTally
from geeks.models.hotness import hotness
from geeks.models.post import Kind
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
MOST_AT_ONCE = 1_000  # accepted answers looked up in one query


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

    def _write(
        self, records: list[PostRow], ours: dict[int, int], rendered: dict[int, dict[str, Any]]
    ) -> list[dict[str, Any]]:
        people = self.ids.known(USER, (number for r in records for number in (r.OwnerUserId, r.LastEditorUserId)))
        posts = [self._columns(record, ours[record.Id], people, rendered[record.Id]) for record in records]
        store.insert(Post, posts)
        store.insert(ImportedBody, [{"post_id": ours[record.Id], "html": record.Body} for record in records])
        store.insert(VoteTally, [_beyond(post) for post in posts if post["score"]])
        store.insert(Closure, [_closure(post) for post in posts if post["closed_at"]])
        self._tag({ours[record.Id]: record for record in records if record.Tags})
        return posts

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
            "author_name": store.fit(Post, "author_name", record.OwnerDisplayName),
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
            "editor_name": store.fit(Post, "editor_name", record.LastEditorDisplayName),
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
        store.add(Tag, "question_count", counts)


def _beyond(post: dict[str, Any]) -> dict[str, Any]:
    """The score as it came; what Votes.xml explains of it is taken off later."""
    return {"post_id": post["id"], "kind": BEYOND, "day": post["created"].date(), "count": post["score"]}


def _closure(post: dict[str, Any]) -> dict[str, Any]:
    """Closed for a reason that only the history tells."""
    return {"post_id": post["id"], "created": post["closed_at"]}


class Answers(Posts):
    """The second reading, when all questions are here, and which answers were accepted. (Votes.xml says when.)"""

    part = "answers"

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.wanting: dict[int, int] = {}  # accepted answer -> question, their numbers, until both are here
        self.noticed: list[int] = []  # those of `wanting` whose answer may be here already

    def wanted(self, row: Row) -> bool:
        return row.get("PostTypeId") == ANSWER

    def pass_by(self, row: Row) -> None:
        accepted, question = row.get("AcceptedAnswerId", ""), row.get("Id", "")
        if not self.into.dry and accepted.isdecimal() and question.isdecimal() and len(accepted) < 11:
            self.wanting[int(accepted)] = int(question)
            self.noticed.append(int(accepted))

    def take(self, records: list[PostRow], done: Any) -> int:
        self.questions = self.ids.questions(record.ParentId for record in records)
        written = super().take(records, done)
        self._accept([record.Id for record in records if record.Id in self.wanting])
        self.close()
        return written

    def close(self) -> None:
        while self.noticed:
            self._accept(self.noticed[:MOST_AT_ONCE])
            del self.noticed[:MOST_AT_ONCE]

    def _accept(self, answers: list[int]) -> None:
        """Accept those of `answers` that are here and belong to the question that wants them."""
        pairs = {number: self.wanting[number] for number in answers if number in self.wanting}
        ours = self.ids.known(POST, {*pairs, *pairs.values()}) if pairs else {}
        wanted = {ours[answer]: ours.get(question) for answer, question in pairs.items() if answer in ours}
        columns = ("pk", "parent", "created", "parent__author", "parent__accepted_answer")
        store.held(Post, (question for question in wanted.values() if question))
        rows, found = [], Post.objects.filter(pk__among=wanted, kind=Kind.ANSWER).values_list(*columns)
        for pk, question, created, asker, before in found:
            if question == wanted[pk] and before is None:
                rows.append({"question_id": question, "answer_id": pk, "user_id": asker, "created": created})
        store.insert(Acceptance, rows)
        standing = (
            {"id": row["question_id"], "accepted_answer_id": row["answer_id"], "answered": True} for row in rows
        )
        store.update(Post, list(standing))
        for answer in pairs:
            if answer in ours:
                del self.wanting[answer]

    def _title(self, record: PostRow) -> str:
        return ""

    def _fits(self, record: PostRow) -> bool:
        if record.ParentId in self.questions:
            return True
        self.skip("its question is not here")
        return False

    def _columns(self, record: PostRow, *given: Any) -> dict[str, Any]:
        return {**super()._columns(record, *given), "parent_id": self.questions[record.ParentId or 0]}

    def _write(self, *given: Any) -> list[dict[str, Any]]:
        answers = super()._write(*given)
        self._count(answers)
        return answers

    def _count(self, answers: list[dict[str, Any]]) -> None:
        """What lists show of the questions: how many answers, whether a good one, who was there last."""
        columns = ("pk", "score", "answer_count", "answered", "created", "last_activity", "last_active_by")
        ids = store.held(Post, (answer["parent_id"] for answer in answers))
        found = Post.objects.filter(pk__among=ids).values(*columns)
        questions = {question["pk"]: question for question in found}
        for answer in answers:
            question = questions[answer["parent_id"]]
            question["answer_count"] += 1
            question["answered"] |= answer["score"] > 0
            if question["last_activity"] == answer["created"]:
                question["last_active_by"] = answer["author_id"]
            elif question["last_activity"] == answer["edited"]:
                question["last_active_by"] = answer["editor_id"]
        store.update(
            Post,
            [
                {
                    "id": question["pk"],
                    "answer_count": question["answer_count"],
                    "answered": question["answered"],
                    "hotness": hotness(question["score"], question["answer_count"], question["created"]),
                    "last_active_by_id": question["last_active_by"],
                }
                for question in questions.values()
            ],
        )
