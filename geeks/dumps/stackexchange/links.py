"""PostLinks.xml: which posts name each other, and which questions repeat others."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from geeks.dumps.stackexchange import store
from geeks.dumps.stackexchange.ids import POST
from geeks.dumps.stackexchange.records import LinkRow
from geeks.dumps.stackexchange.step import Into, Step
from geeks.models import PostLink


class Links(Step[LinkRow]):
    file = "PostLinks.xml"
    record = LinkRow

    def __init__(self, into: Into) -> None:
        super().__init__(into)
        self.given: set[tuple[int, int, int]] = set()  # of a dry run, which cannot ask the database

    def take(self, records: list[LinkRow], done: Any) -> int:
        posts = self.ids.known(POST, (number for r in records for number in (r.PostId, r.RelatedPostId)))
        ours = {(posts.get(r.PostId or 0), posts.get(r.RelatedPostId or 0), r.LinkTypeId) for r in records}
        known = self.given
        if not self.into.dry:
            stored = PostLink.objects.filter(post__among={post for post, _, _ in ours if post})
            known = set(stored.values_list("post", "related", "kind"))
        rows = []
        for record in records:
            link = (posts.get(record.PostId or 0), posts.get(record.RelatedPostId or 0), record.LinkTypeId)
            if link[0] is None or link[1] is None:
                self.skip("one of its posts is not here")
            elif record.LinkTypeId not in PostLink.Kind.values:
                self.skip(f"LinkTypeId {record.LinkTypeId} has no place here")
            elif link in known:
                self.skip("the same link came before")
            else:
                known.add(link)  # type: ignore[arg-type]
                created = record.CreationDate or timezone.now()
                rows.append({"post_id": link[0], "related_id": link[1], "kind": link[2], "created": created})
        if not self.into.dry:
            store.insert(PostLink, rows)
        return len(rows)
