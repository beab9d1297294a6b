"""Versions of posts. What a version changed is told beside what was there before, as on Stack Exchange."""

from __future__ import annotations

from functools import cached_property, reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q

from geeks.api import shapes
from geeks.api.filters import Filter
from geeks.api.objects.base import Objects, in_order, text
from geeks.api.objects.people import beside, shallow
from geeks.api.parameters import seconds
from geeks.models import Kind, Revision

LICENCE = "CC BY-SA 4.0"
ROLLBACKS = frozenset({"7", "8", "9"})  # of title, body and tags, by Stack Exchange's PostHistoryTypeId


class Revisions(Objects):
    shape = shapes.Revision

    def revision_guid(self, revision: Revision) -> str:
        return revision.guid or str(UUID(int=revision.pk))

    def revision_number(self, revision: Revision) -> int:
        return revision.number

    def revision_type(self, revision: Revision) -> str:
        return "single_user"

    def post_id(self, revision: Revision) -> int:
        return int(revision.post_id)

    def post_type(self, revision: Revision) -> str:
        return str(Kind(revision.post.kind).label)

    def user(self, revision: Revision) -> dict[str, Any] | None:
        return shallow(revision.editor, self.wanted, revision.editor_name)

    def creation_date(self, revision: Revision) -> int | None:
        return seconds(revision.created)

    def comment(self, revision: Revision) -> str:
        return text(revision.comment)

    def title(self, revision: Revision) -> str | None:
        return text(revision.title) or None

    def tags(self, revision: Revision) -> list[str] | None:
        return revision.tags.split() or None

    def body(self, revision: Revision) -> str:
        return source(revision)

    def last_title(self, revision: Revision) -> str | None:
        before = self._before.get(revision.pk)
        return text(before.title) if before and before.title != revision.title else None

    def last_tags(self, revision: Revision) -> list[str] | None:
        before = self._before.get(revision.pk)
        return before.tags.split() if before and before.tags != revision.tags else None

    def last_body(self, revision: Revision) -> str | None:
        before = self._before.get(revision.pk)
        return source(before) if before and before.body != revision.body else None

    def is_rollback(self, revision: Revision) -> bool:
        return not ROLLBACKS.isdisjoint(revision.kinds.split())

    def set_community_wiki(self, revision: Revision) -> bool:
        return False

    def content_license(self, revision: Revision) -> str:
        return revision.licence or LICENCE

    @cached_property
    def _before(self) -> dict[int, Revision]:
        """The version before each, by the number of the later one."""
        # Of none there is nothing to ask. To begin with a Q that no row fulfils would have SQLite read all revisions.
        wanted = [Q(post=revision.post_id, number=revision.number - 1) for revision in self.rows]
        rows = _columns(self.wanted).filter(reduce(or_, wanted)) if wanted else ()
        found = {(one.post_id, one.number): one for one in rows}
        pairs = ((one.pk, found.get((one.post_id, one.number - 1))) for one in self.rows)
        return {number: before for number, before in pairs if before is not None}


def source(revision: Revision) -> str:
    """A version is kept as its source only; it is told as HTML that shows this source."""
    return f"<pre><code>{text(revision.body)}</code></pre>"


def of_revisions(ids: list[int], wanted: Filter) -> list[dict[str, Any]]:
    rows = _columns(wanted).select_related("post", "editor").filter(pk__in=ids)
    return Revisions(in_order(rows.only(*_names(wanted), "editor", "post__kind", *beside("editor")), ids), wanted).all()


def _columns(wanted: Filter) -> Any:
    return Revision.objects.only(*_names(wanted))


def _names(wanted: Filter) -> list[str]:
    names = ["post", "number", "title", "tags", "comment", "created", "editor_name", "guid", "kinds", "licence"]
    return [*names, "body"] if wanted.has("revision.body") or wanted.has("revision.last_body") else names
