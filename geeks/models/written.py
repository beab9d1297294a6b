"""What is written into a post: its title, text and tags, rendered when they are stored, and each version a revision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone

from geeks import policy
from geeks.models.audit import Audit
from geeks.models.hotness import hotness
from geeks.models.imported_body import ImportedBody
from geeks.models.link_titles import titles_at
from geeks.models.old_addresses import led_home
from geeks.models.outbox import Outbox
from geeks.models.post_link import PostLink
from geeks.models.revision import Revision
from geeks.models.slugs import slug_of
from geeks.models.state import said, shows_nothing
from geeks.models.tag import Tag, Tagging, change_counts, clean_tag_names
from geeks.models.writes import insert
from geeks.rendering import RENDER_VERSION, Rendered, RenderRefused, render, render_html, render_title
from geeks.rendering.source import clean_part

# What writing a post sets.
WRITTEN = ("title", "title_html", "slug", "body", "body_html", "text", "excerpt", "excerpt_html", "render_version")


class Written(models.Model):
    """The part of `Post` that writes and edits; `self` is always a post."""

    class Meta:
        abstract = True

    def write(self, *, title: str | None, body: str, check: bool = True) -> None:
        """Set title and body and everything rendered from them. Raises ValidationError naming the field."""
        problems: dict[str, Any] = {}
        if title is not None:
            title = " ".join(clean_part(title).split())
            if check and (problem := _length_problem("title", title, policy.TITLE_MIN, policy.TITLE_MAX)):
                problems["title"] = problem
        body = body.replace("\r\n", "\n").replace("\x00", "").rstrip()
        if check and (problem := _length_problem("body", clean_part(body).strip(), policy.BODY_MIN, policy.BODY_MAX)):
            problems["body"] = problem
        if problems:
            raise ValidationError(problems)
        self.body = body
        if title is not None:
            self.title = title
        self.render()

    def write_with_tags(self, title: str, body: str, tags: Any, problems: dict[str, Any]) -> list[str]:
        """`write`, and the clean names of `tags`. Every problem, also those given, is raised at its field at once."""
        names: list[str] = []
        try:
            names = clean_tag_names(tags)
        except ValidationError as error:
            problems["tags"] = error.messages
        try:
            self.write(title=title, body=body)
        except ValidationError as error:
            problems.update(error.message_dict)
        if problems:
            raise ValidationError(problems)
        return names

    def render(self) -> None:
        """Renew what is stored of the rendered Markdown. Raises ValidationError naming the field."""
        try:
            rendered = render(self.body, titles_at)
        except RenderRefused as refusal:
            raise ValidationError({"body": str(refusal)}) from None
        self._show(rendered)

    def renew(self) -> None:
        """`render`, from what this post was made of: the HTML of its archive until it is edited here."""
        brought = ImportedBody.objects.filter(post=self).first() if self.source_id else None
        if brought is None:
            return self.render()
        self._show(render_html(brought.html, self.source.host))

    def _show(self, rendered: Rendered) -> None:
        """Store what was rendered; links to sites that were imported lead to what is here of them."""
        self.body_html = led_home(rendered.html) if self.source_id else rendered.html
        self.text = rendered.text
        self.excerpt, self.excerpt_html = rendered.excerpt, rendered.excerpt_html
        if self.title:
            try:
                self.title_html = render_title(self.title).html
            except RenderRefused as refusal:
                raise ValidationError({"title": str(refusal)}) from None
            self.slug = slug_of(self.title, "post")
        self.render_version = RENDER_VERSION

    def publish(self, names: list[str] | None = None, beside: Sequence[int] = ()) -> None:
        """Store a new post with its tags, first revision and outbox row, in the caller's transaction; posts `beside` it
        are announced with it."""
        self.last_activity, self.last_active_by = self.created, self.author
        self.hotness = hotness(0, 0, self.created)
        insert(self)
        if names is not None:
            self.set_tags(names)
        Revision.objects.take(self, self.author, names or [], "", self.created, number=1)
        PostLink.objects.follow(self)
        Outbox.objects.announce([self.pk, *beside])

    def set_tags(self, names: list[str]) -> None:
        """Give these tags, and no others, to a post that is held or new. All tags that it has or gets are held in one
        go: those that are merged meanwhile are waited for while nothing of them is stored yet."""
        before = set(self.taggings.values_list("tag_id", flat=True))
        tags = Tag.objects.named(names, also=before)
        after = {tag.pk for tag in tags}
        if before != after or before:
            self.taggings.all().delete()
        Tagging.objects.bulk_create(Tagging(post=self, tag=tag, position=i) for i, tag in enumerate(tags))
        if self.is_question and not self.deleted_at:
            change_counts(after - before, +1)
            change_counts(before - after, -1)

    def edit(
        self,
        editor: Any,
        *,
        body: str,
        title: str | None = None,
        tags: list[str] | str | None = None,
        category: Any = None,
        comment: str = "",
        revision: int | None = None,
    ) -> bool:
        """Change what is given and keep a revision; False when nothing changed. Refuses as `write` and `can` do, and
        raises EditConflict when the post has one after `revision`, which the editor saw."""
        self.demand_edit(editor)
        names = None
        if self.is_answer:
            title = category = None
            self.write(title=None, body=body)
        else:
            current = self._tag_names() if tags is None else tags
            names = self.write_with_tags(self.title if title is None else title, body, current, {})
            if Tag.objects.filter(name__in=names).count() < len(names):
                editor.demand("create_tags")
        given = {"title": title, "names": None if tags is None else names, "category": category, "revision": revision}
        return self._store_edit(editor, given, said(comment))

    @transaction.atomic
    def _store_edit(self, editor: Any, given: dict[str, Any], comment: str) -> bool:
        self.hold()
        self.demand_edit(editor)  # it may have been locked or deleted while the text was rendered
        title, body, category_id, shown = self._stored("title", "body", "category_id", "body_html")
        before = (title, body, self._tag_names(), category_id)
        # What was not given stays as it is by now: the row that this began with may be older.
        if given["title"] is None and self.title != title:
            self.title, self.title_html, self.slug = self._stored("title", "title_html", "slug")
        names = before[2] if given["names"] is None else given["names"]
        self.category_id = category_id if given["category"] is None else given["category"].pk
        if before == (self.title, self.body, names, self.category_id):
            return False
        if given["revision"] is not None:
            self.revisions.demand_unchanged(self, given["revision"], editor)
        self.edited, self.editor, self.editor_name = timezone.now(), editor, ""
        if not self.revisions.exists():  # it comes from an archive that is still being read
            self.revisions.keep_first(self, *before)
        self.licence = ""  # what is written here is under the site's own; earlier versions keep theirs
        # Only what was written: counters may have changed since this row was read.
        self.save(update_fields=[*WRITTEN, "category", "edited", "editor", "editor_name", "licence"])
        ImportedBody.objects.filter(post=self).delete()
        PostLink.objects.follow(self, shown)
        if names != before[2]:
            self.set_tags(names)
        self.revisions.take(self, editor, names, comment, self.edited)
        self.touch(editor, self.edited)
        if editor != self.author:
            Audit.objects.record(editor, "edit", post=self, comment_given=comment)
        # Answers are found by the tags and the category of their question, which is ordered by their activity.
        shared = (names, self.category_id) != before[2:]
        concerned = self.children.values_list("pk", flat=True) if shared else ()
        Outbox.objects.announce([*{self.pk, self.thread_id}, *concerned])
        return True

    def _tag_names(self) -> list[str]:
        return list(self.taggings.values_list("tag__name", flat=True))

    def _stored(self, *columns: str) -> tuple[Any, ...]:
        return type(self)._base_manager.values_list(*columns).get(pk=self.pk)

    def demand_edit(self, editor: Any) -> None:
        if self.deleted_at and not editor.moderates:
            raise PermissionDenied("This post is deleted; restore it before you edit it.")
        editor.demand("ask" if self.author_id == editor.pk and not self.locked_at else "edit", self)


def _length_problem(what: str, value: str, least: int, most: int) -> str:
    if shows_nothing(value):
        return f"Write a {what}."
    if len(value) < least:
        return f"Write a longer {what}: at least {least} characters; it has {len(value)}."
    if len(value) > most:
        return f"Shorten the {what} to {most:,} characters; it has {len(value):,}."
    return ""
