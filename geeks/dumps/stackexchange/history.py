"""PostHistory.xml: every version of a post as a revision, with the Markdown its author wrote, and what else happened.

Rows of one act share a GUID and make one revision, which holds the whole post as it stood then, as ours do.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max

from geeks.dumps.stackexchange import store
from geeks.dumps.stackexchange.ids import POST, USER
from geeks.dumps.stackexchange.records import HistoryRow, licence, tag_names
from geeks.dumps.stackexchange.step import Step
from geeks.dumps.stackexchange.tags import clean_name
from geeks.models import ImportedBody, Post, PostEvent, Revision

TITLES, BODIES, TAGS = (1, 4, 7), (2, 5, 8), (3, 6, 9)
EDITS = (*TITLES, *BODIES, *TAGS)
MOST_KIND = 32_767
ASIDE = 1_000_000_000  # no post has as many revisions


@dataclass
class Version:
    """A revision in the making. `pk` is set when the batch before has stored its beginning."""

    post_id: int
    number: int
    guid: str
    title: str = ""
    body: str = ""
    tags: str = ""
    pk: int | None = None
    kinds: list[str] = field(default_factory=list)
    comment: str = ""
    first: HistoryRow | None = None

    def add(self, row: HistoryRow) -> None:
        self.first = self.first or row
        self.kinds.append(str(row.PostHistoryTypeId))
        self.comment = self.comment or row.Comment
        if row.PostHistoryTypeId in TITLES:
            self.title = row.Text
        elif row.PostHistoryTypeId in BODIES:
            self.body = row.Text
        else:
            self.tags = " ".join(filter(None, map(clean_name, tag_names(row.Text))))


class History(Step[HistoryRow]):
    file = "PostHistory.xml"
    record = HistoryRow

    def take(self, records: list[HistoryRow], done: Any) -> int:
        posts = self.ids.known(POST, (record.PostId for record in records))
        good = []
        for record in records:
            if record.PostId not in posts:
                self.skip("its post is not here")
            elif record.CreationDate is None or not 0 < record.PostHistoryTypeId <= MOST_KIND:
                self.skip("it has no date or type")
            else:
                good.append(record)
        if not self.into.dry:
            people = self.ids.known(USER, (record.UserId for record in good))
            edits = [record for record in good if record.PostHistoryTypeId in EDITS]
            self._revise(edits, posts, people)
            events = [record for record in good if record.PostHistoryTypeId not in EDITS]
            store.insert(PostEvent, [self._event(record, posts, people) for record in events])
        return len(good)

    def _event(self, record: HistoryRow, posts: dict[int, int], people: dict[int, int]) -> dict[str, Any]:
        return {
            "post_id": posts[record.PostId or 0],
            "kind": record.PostHistoryTypeId,
            "guid": store.fit(PostEvent, "guid", record.RevisionGUID),
            "created": record.CreationDate,
            "user_id": people.get(record.UserId or 0),
            "user_name": store.fit(PostEvent, "user_name", record.UserDisplayName),
            "comment": record.Comment,
            "text": record.Text,
            "licence": store.fit(PostEvent, "licence", record.ContentLicense),
        }

    def _revise(self, records: list[HistoryRow], posts: dict[int, int], people: dict[int, int]) -> None:
        touched = {posts[record.PostId or 0] for record in records}
        latest = self._latest(touched)
        versions: dict[int, Version] = {}
        for record in records:
            post_id, guid = posts[record.PostId or 0], store.fit(Revision, "guid", record.RevisionGUID)
            last = latest.get(post_id)
            if last is None or not guid or last.guid != guid:
                last = latest[post_id] = _after(last, post_id, guid)
            versions[id(last)] = last
            last.add(record)
        kinds = dict(Post.objects.filter(pk__among=touched).values_list("pk", "category"))
        new = [version for version in versions.values() if version.pk is None]
        _behind(new)
        store.insert(Revision, [self._columns(version, people, kinds[version.post_id]) for version in new])
        store.update(Revision, [_grown(version) for version in versions.values() if version.pk is not None])
        self._bodies(latest)

    def _latest(self, post_ids: set[int]) -> dict[int, Version]:
        """The last revision of each of these posts that came with the archive, from which the next one goes on."""
        came = Revision.objects.filter(post__among=post_ids).exclude(kinds="")
        last = came.values("post").annotate(last=Max("pk")).values("last")
        return {
            row.post_id: Version(
                row.post_id,
                row.number,
                row.guid,
                row.title,
                row.body,
                row.tags,
                row.pk,
                row.kinds.split(),
                row.comment,
            )
            for row in Revision.objects.filter(pk__in=last)
        }

    def _columns(self, version: Version, people: dict[int, int], category_id: int | None) -> dict[str, Any]:
        first = version.first
        if first is None:
            raise AssertionError("a revision without a row")
        return {
            "post_id": version.post_id,
            "number": version.number,
            "title": store.fit(Revision, "title", version.title),
            "body": version.body,
            "tags": store.fit(Revision, "tags", version.tags),
            "category_id": category_id,
            "comment": store.fit(Revision, "comment", version.comment),
            "editor_id": people.get(first.UserId or 0),
            "editor_name": store.fit(Revision, "editor_name", first.UserDisplayName),
            "created": first.CreationDate,
            "guid": version.guid,
            "kinds": store.fit(Revision, "kinds", " ".join(version.kinds)),
            "licence": store.fit(Revision, "licence", licence(first.ContentLicense, first.CreationDate)),
        }

    def _bodies(self, latest: dict[int, Version]) -> None:
        """The Markdown of the last version is what is edited next; not where somebody edited the post here already."""
        written = {pk: version.body for pk, version in latest.items() if version.body}
        store.held(Post, written)
        still = ImportedBody.objects.filter(post__among=written).values_list("post", flat=True)
        store.update(Post, [{"id": pk, "body": written[pk].replace("\r\n", "\n").rstrip()} for pk in still])


def _after(last: Version | None, post_id: int, guid: str) -> Version:
    if last is None:
        return Version(post_id, 1, guid)
    return Version(post_id, last.number + 1, guid, last.title, last.body, last.tags)


def _behind(new: list[Version]) -> None:
    """Give what was written here meanwhile the numbers behind these versions of the archive."""
    more = Counter(version.post_id for version in new)
    here = Revision.objects.filter(post__among=set(more), kinds="").values_list("pk", "post", "number")
    moved = [(pk, number + more[post]) for pk, post, number in here]
    # No two may have one number, not for a moment either.
    store.update(Revision, [{"id": pk, "number": number + ASIDE} for pk, number in moved])
    store.update(Revision, [{"id": pk, "number": number} for pk, number in moved])


def _grown(version: Version) -> dict[str, Any]:
    return {
        "id": version.pk,
        "title": store.fit(Revision, "title", version.title),
        "body": version.body,
        "tags": store.fit(Revision, "tags", version.tags),
        "comment": store.fit(Revision, "comment", version.comment),
        "kinds": store.fit(Revision, "kinds", " ".join(version.kinds)),
    }
