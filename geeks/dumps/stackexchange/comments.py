"""Comments.xml: their text is Stack Exchange's little Markdown, as ours is."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future
from typing import Any

from geeks.dumps.stackexchange import renderers, store
from geeks.dumps.stackexchange.ids import COMMENT, POST, USER
from geeks.dumps.stackexchange.records import CommentRow, licence
from geeks.dumps.stackexchange.step import Step
from geeks.models import Comment, Post


class Comments(Step[CommentRow]):
    file = "Comments.xml"
    record = CommentRow

    def begin(self, records: list[CommentRow]) -> Future[Any]:
        return self.into.renderers.submit(renderers.comments, [record.Text for record in records])

    def take(self, records: list[CommentRow], done: Any) -> int:
        posts = self.ids.known(POST, (record.PostId for record in records))
        html = dict(zip((record.Id for record in records), done or [], strict=False))
        good = []
        for record in records:
            if record.PostId not in posts:
                self.skip("its post is not here")
            elif record.CreationDate is None or not record.Text.strip():
                self.skip("it has no text or date")
            else:
                good.append(record)
        ours = self.ids.give(COMMENT, [record.Id for record in good])
        if not self.into.dry:
            self._write(good, ours, posts, html)
        return len(good)

    def _write(
        self, records: list[CommentRow], ours: dict[int, int], posts: dict[int, int], html: dict[int, str]
    ) -> None:
        people = self.ids.known(USER, (record.UserId for record in records))
        rows = [
            {
                "id": ours[record.Id],
                "post_id": posts[record.PostId or 0],
                "author_id": people.get(record.UserId or 0),
                "author_name": store.fit(Comment, "author_name", record.UserDisplayName),
                "text": record.Text,
                "html": html[record.Id],
                "created": record.CreationDate,
                "score": max(0, record.Score),
                "licence": store.fit(Comment, "licence", licence(record.ContentLicense, record.CreationDate)),
            }
            for record in records
        ]
        store.insert(Comment, rows)
        store.add(Post, "comment_count", Counter(row["post_id"] for row in rows))
