"""What remains when all rows are stored: work over posts in the order of their numbers, a batch a transaction.

How far each pass has come is kept as a file's progress is, so all of this may be interrupted and goes on. Every pass
may also begin again without harm, as it does when a later run of the import has stored more.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from geeks.dumps.stackexchange import DumpError, store
from geeks.dumps.stackexchange.states import STATE_KINDS, settle
from geeks.models import (
    Closure,
    Comment,
    ImportedFile,
    Outbox,
    Post,
    PostEvent,
    PostLink,
    Revision,
    Source,
    Tagging,
    VoteTally,
)
from geeks.models.change import EVERYTHING, Change
from geeks.models.old_addresses import here
from geeks.models.vote_tally import BEYOND
from geeks.rendering.addresses import at_home, places

PREFIX = "finish: "
REPEATS = ("duplicate", "exact-duplicate", "")  # reasons of closures that an original may be found for


class Pass:
    """Over the rows of `find`, by id."""

    name: ClassVar[str] = ""
    size: ClassVar[int] = 1_000

    def __init__(self, source: Source) -> None:
        self.source = source

    def find(self) -> Any:
        """A queryset whose primary keys are the numbers to go over."""
        return Post.objects.filter(source=self.source)

    def work(self, ids: list[int]) -> None:
        raise NotImplementedError

    def run(self, report: Callable[[int], None]) -> None:
        named = {"source": self.source, "name": f"{PREFIX}{self.name}"}
        state = ImportedFile.objects.get_or_create(**named)[0]
        while not state.finished:
            with transaction.atomic():
                same = ImportedFile.objects.select_for_update().filter(pk=state.pk, last_id=state.last_id)
                if not same.exists():
                    raise DumpError(f"Another import of {self.source.host} is running.")
                rows = self.find().filter(pk__gt=state.last_id).order_by("pk").values_list("pk", flat=True)
                ids = list(rows[: self.size])
                if ids:
                    self.work(ids)
                    state.last_id = ids[-1]
                    Change.objects.note(EVERYTHING)
                state.rows += len(ids)
                state.finished = not ids
                state.save()
            report(len(ids))


class States(Pass):
    """Which posts are closed, locked and protected, since when, by whom and why."""

    name = "states"

    def find(self) -> Any:
        events = PostEvent.objects.filter(post=OuterRef("pk"), kind__in=STATE_KINDS)
        return super().find().filter(Exists(events))

    def work(self, ids: list[int]) -> None:
        settle(self.source, ids)


class Originals(Pass):
    """Which questions the duplicates repeat, where the history does not say but a link does."""

    name = "originals"

    def find(self) -> Any:
        unknown = Closure.objects.filter(post=OuterRef("pk"), ended=None, duplicate_of=None, reason__in=REPEATS)
        links = PostLink.objects.filter(post=OuterRef("pk"), kind=PostLink.Kind.DUPLICATE)
        return super().find().filter(Exists(unknown), Exists(links))

    def work(self, ids: list[int]) -> None:
        links = PostLink.objects.filter(post__among=ids, kind=PostLink.Kind.DUPLICATE).order_by("-created", "-pk")
        originals = dict(links.values_list("post", "related"))
        for closure in Closure.objects.filter(post__among=ids, duplicate_of=None, ended=None, reason__in=REPEATS):
            closure.duplicate_of_id = originals[closure.post_id]
            closure.reason = closure.reason or "duplicate"
            closure.save(update_fields=["duplicate_of", "reason"])


class FirstRevisions(Pass):
    """Posts without a history get their present text as the first revision, so that an edit can be undone."""

    name = "first revisions"

    def find(self) -> Any:
        return super().find().exclude(Exists(Revision.objects.filter(post=OuterRef("pk"))))

    def work(self, ids: list[int]) -> None:
        tags: dict[int, list[str]] = {}
        taggings = Tagging.objects.filter(post__among=ids).order_by("post", "position", "pk")
        for pk, name in taggings.values_list("post", "tag__name"):
            tags.setdefault(pk, []).append(name)
        columns = ("pk", "author_id", "author_name", "title", "body", "category_id", "created", "licence")
        posts = list(Post.objects.filter(pk__among=ids).values(*columns))
        for post in posts:
            pk = post["post_id"] = post.pop("pk")
            post |= {"number": 1, "tags": store.fit(Revision, "tags", " ".join(tags.get(pk, ())))}
            post |= {"editor_id": post.pop("author_id"), "editor_name": post.pop("author_name")}
        store.insert(Revision, posts)


class HomeLinks(Pass):
    """Links in imported posts to the sites that were imported lead to what is here of them, also further down."""

    name = "links in posts"
    model: ClassVar[Any] = Post
    column: ClassVar[str] = "body_html"

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.sources = list(Source.objects.all())

    def find(self) -> Any:
        """Also in the posts of other sites, which may link to this one."""
        return Post.objects.filter(self._linked(), source__isnull=False)

    def work(self, ids: list[int]) -> None:
        # Held, or an edit that is stored while they are turned would show its old text.
        rows = dict(self.model.objects.filter(pk__among=store.held(self.model, ids)).values_list("pk", self.column))
        turned = dict(rows)
        for source in self.sources:
            wanted = {place for html in turned.values() for place in places(html, source.host)}
            found = here(source, wanted) if wanted else {}
            if found:
                turned = {pk: at_home(html, source.host, found) for pk, html in turned.items()}
        store.update(self.model, [{"id": pk, self.column: html} for pk, html in turned.items() if html != rows[pk]])

    def _linked(self) -> Q:
        hosts = (Q(**{f"{self.column}__contains": f"://{source.host}/"}) for source in self.sources)
        return functools.reduce(Q.__or__, hosts)


class HomeLinksInComments(HomeLinks):
    name = "links in comments"
    model = Comment
    column = "html"

    def find(self) -> Any:
        return Comment.objects.filter(self._linked(), post__source__isnull=False)


class EmptyTallies(Pass):
    """Scores beyond the votes that the votes of the archive have explained by now."""

    name = "empty tallies"

    def find(self) -> Any:
        return VoteTally.objects.filter(post__source=self.source, kind=BEYOND, count=0)

    def work(self, ids: list[int]) -> None:
        VoteTally.objects.filter(pk__among=ids).delete()


class Announcements(Pass):
    """To the search index: everything, now that all is there."""

    name = "announcements"

    def work(self, ids: list[int]) -> None:
        now = timezone.now()
        store.insert(Outbox, [{"post_id": pk, "created": now} for pk in ids])


PASSES: Iterable[type[Pass]] = (
    *(States, Originals, FirstRevisions, HomeLinks, HomeLinksInComments, EmptyTallies, Announcements),
)


def begin_again(source: Source) -> None:
    """Let every pass start anew, for more rows are about to come."""
    ImportedFile.objects.filter(source=source, name__startswith=PREFIX).update(finished=False, last_id=0, rows=0)


def finish(source: Source, report: Callable[[int], None]) -> None:
    for one in PASSES:
        one(source).run(report)
