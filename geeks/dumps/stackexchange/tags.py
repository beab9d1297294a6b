"""Tags.xml: the tags, and, once the posts are here, the texts about them."""

from __future__ import annotations

import unicodedata
from typing import Any

from geeks.dumps.stackexchange import store
from geeks.dumps.stackexchange.ids import POST, TAG
from geeks.dumps.stackexchange.records import TagRow
from geeks.dumps.stackexchange.rows import Row
from geeks.dumps.stackexchange.step import Step
from geeks.models import Post, Tag
from geeks.rendering.source import clean_part


def clean_name(name: str) -> str:
    """A tag's name as it is written here. More is taken than people may make up: no post is to lose a tag."""
    normal = unicodedata.normalize("NFKC", clean_part(name)).strip().lower()
    return store.fit(Tag, "name", "-".join(normal.split()))


class Tags(Step[TagRow]):
    file = "Tags.xml"
    record = TagRow

    def take(self, records: list[TagRow], done: Any) -> int:
        named = {}
        for record in records:
            name = clean_name(record.TagName)
            if name:
                named.setdefault(name, record)
            else:
                self.skip("it has no name")
        doubles = len(records) - self.skipped.total() - len(named)
        for _ in range(doubles):
            self.skip("its name came before")
        if not self.into.dry:
            self._write(named)
        return len(named)

    def _write(self, named: dict[str, TagRow]) -> None:
        """New tags, and a note of all that the site had, also of those that are here already."""
        known = dict(Tag.objects.filter(name__in=named).values_list("name", "pk"))
        new = {name: record for name, record in named.items() if name not in known}
        ours = self.ids.give(TAG, [record.Id for record in new.values()])
        rows = [
            {
                "id": ours[record.Id],
                "name": name,
                "is_required": record.IsRequired,
                "is_moderator_only": record.IsModeratorOnly,
            }
            for name, record in new.items()
        ]
        store.insert(Tag, rows)
        self.ids.note(TAG, {named[name].Id: pk for name, pk in known.items()})


class TagTexts(Step[TagRow]):
    """The second reading: which posts are the excerpt and the wiki of a tag."""

    file = "Tags.xml"
    part = "texts"
    record = TagRow

    def counts(self) -> bool:
        return False

    def wanted(self, row: Row) -> bool:
        return "ExcerptPostId" in row or "WikiPostId" in row

    def take(self, records: list[TagRow], done: Any) -> int:
        if self.into.dry:
            return len(records)
        texts = [number for record in records for number in (record.ExcerptPostId, record.WikiPostId)]
        ours = self.ids.known(POST, texts)
        posts = Post.objects.in_bulk(ours.values(), field_name="pk")
        names = {clean_name(record.TagName): record for record in records}
        changed = []
        for tag in Tag.objects.filter(name__in=names):
            record = names[tag.name]
            excerpt = posts.get(ours.get(record.ExcerptPostId or 0, 0))
            wiki = posts.get(ours.get(record.WikiPostId or 0, 0))
            if excerpt and tag.excerpt_post_id is None:
                tag.excerpt_post = excerpt
                tag.excerpt = tag.excerpt or store.fit(Tag, "excerpt", " ".join(excerpt.text.split()))
            if wiki and tag.wiki_post_id is None:
                tag.wiki_post = wiki
            changed.append(tag)
        columns = ("id", "excerpt_post_id", "excerpt", "wiki_post_id")
        store.update(Tag, [{column: getattr(tag, column) for column in columns} for tag in changed])
        return len(records)
