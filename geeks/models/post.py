"""The one table of posts. Questions, answers and articles are proxies of it, so that votes, comments, revisions and
everything else that hangs off a post have one thing to point at.

A post keeps its Markdown source and, rendered when written, its safe HTML, plain text and excerpt.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from geeks import policy
from geeks.models.audit import Audit
from geeks.models.change import Change, post_key
from geeks.models.imported_body import ImportedBody
from geeks.models.moderated import Moderated
from geeks.models.old_addresses import led_home
from geeks.models.outbox import Outbox
from geeks.models.post_link import PostLink
from geeks.models.slugs import slug_of
from geeks.models.state import said, shows_nothing
from geeks.models.tag import Tag, Tagging, change_counts, clean_tag_names
from geeks.models.user import unread_of
from geeks.rendering import RENDER_VERSION, Rendered, RenderRefused, render, render_html, render_title
from geeks.rendering.source import clean_part

# What writing a post sets.
WRITTEN = ("title", "title_html", "slug", "body", "body_html", "text", "excerpt", "excerpt_html", "render_version")


class Kind(models.IntegerChoices):
    """Stack Exchange's own PostTypeId."""

    QUESTION = 1, "question"
    ANSWER = 2, "answer"
    TAG_EXCERPT = 4, "tag excerpt"
    TAG_WIKI = 5, "tag wiki"
    ARTICLE = 9, "article"


WIKIS = (Kind.TAG_EXCERPT, Kind.TAG_WIKI)


class PostQuerySet(models.QuerySet["Post"]):
    def visible(self) -> PostQuerySet:
        return self.filter(deleted_at=None)

    def visible_to(self, user: Any) -> PostQuerySet:
        """What `user` (None or anonymous: a stranger) may see: deleted posts are for their author and for those who
        have earned `see_deleted`, as moderators have."""
        if user is None or not user.is_authenticated:
            return self.visible()
        return self if user.can("see_deleted") else self.filter(Q(deleted_at=None) | Q(author=user))

    def without_wikis(self) -> PostQuerySet:
        """What people read as posts: the texts about tags stand on the pages of tags only."""
        return self.filter(kind__in=(Kind.QUESTION, Kind.ANSWER, Kind.ARTICLE))

    def titled(self) -> PostQuerySet:
        """Posts that stand in lists by themselves: questions and articles."""
        return self.filter(kind__in=(Kind.QUESTION, Kind.ARTICLE))

    def unanswered(self) -> PostQuerySet:
        """As on Stack Exchange: no accepted answer and none with a positive score."""
        return self.filter(answered=False)

    def tagged(self, *tags: Tag) -> PostQuerySet:
        """Posts that carry all of `tags`."""
        posts = self
        for tag in tags:
            posts = posts.filter(pk__in=Tagging.objects.filter(tag=tag).values("post"))
        return posts

    def for_lists(self) -> PostQuerySet:
        """The columns and neighbours that a list row shows, in a fixed number of queries."""
        return (
            self.select_related("author", "category", "last_active_by")
            .defer("body", "body_html", "text", *unread_of("author", "last_active_by"))
            .prefetch_related("tags")
        )


class Post(Moderated):
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="posts", db_index=False
    )
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children", db_index=False)
    category = models.ForeignKey("geeks.Category", models.PROTECT, null=True, blank=True, related_name="posts")
    tags = models.ManyToManyField(Tag, through=Tagging, related_name="posts")

    # Where it was imported from, on what terms, and whom it names where there is no account.
    source = models.ForeignKey(
        "geeks.Source", models.SET_NULL, null=True, blank=True, related_name="posts", db_index=False
    )
    licence = models.CharField(max_length=16, blank=True, help_text="Empty: the site's own.")
    author_name = models.CharField(max_length=policy.DISPLAY_NAME_MAX, blank=True)
    editor_name = models.CharField(max_length=policy.DISPLAY_NAME_MAX, blank=True)

    title = models.CharField(max_length=policy.TITLE_KEPT, blank=True)
    title_html = models.TextField(blank=True, editable=False)
    slug = models.SlugField(max_length=90, blank=True, editable=False, allow_unicode=True, db_index=False)
    body = models.TextField()
    body_html = models.TextField(blank=True, editable=False)
    text = models.TextField(blank=True, editable=False)
    excerpt = models.TextField(blank=True, editable=False)
    excerpt_html = models.TextField(blank=True, editable=False)
    render_version = models.CharField(max_length=32, blank=True, editable=False)

    created = models.DateTimeField(default=timezone.now)
    edited = models.DateTimeField(null=True, blank=True)
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    last_activity = models.DateTimeField(default=timezone.now)
    last_active_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    # Stored counters, changed in the transaction of their cause; `manage.py recount` proves them.
    score = models.IntegerField(default=0)
    answer_count = models.PositiveIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0)
    view_count = models.PositiveBigIntegerField(default=0)
    favorite_count = models.PositiveIntegerField(null=True, blank=True, help_text="As the archive says.")
    hotness = models.FloatField(default=0)
    answered = models.BooleanField(default=False)
    accepted_answer = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    # When the open row of this state was made: what lists need to know without reading the row.
    closed_at = models.DateTimeField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    protected_at = models.DateTimeField(null=True, blank=True)
    wiki_at = models.DateTimeField(null=True, blank=True, help_text="Community wiki since.")

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="post_has_the_shape_of_its_kind",
                condition=Q(kind=Kind.ANSWER, parent__isnull=False, category=None, title="")
                | Q(kind__in=WIKIS, parent=None, category=None)
                | (Q(kind__in=(Kind.QUESTION, Kind.ARTICLE), parent=None, category__isnull=False) & ~Q(title="")),
            ),
            models.CheckConstraint(
                name="only_questions_are_closed", condition=Q(closed_at=None) | Q(kind=Kind.QUESTION)
            ),
        ]
        indexes = [
            *(
                models.Index(
                    fields=[*prefix, f"-{column}", "-id"],
                    condition=Q(deleted_at=None),
                    name=f"post_{name}_{short}",
                )
                for prefix, name in ((("kind",), "kind"), (("category", "kind"), "cat"))
                for column, short in (
                    ("created", "new"),
                    ("last_activity", "act"),
                    ("score", "score"),
                    ("hotness", "hot"),
                )
            ),
            models.Index(
                fields=["kind", "-created", "-id"],
                condition=Q(deleted_at=None, answered=False),
                name="post_kind_unans",
            ),
            models.Index(
                fields=["category", "kind", "-created", "-id"],
                condition=Q(deleted_at=None, answered=False),
                name="post_cat_unans",
            ),
            models.Index(fields=["-last_activity", "-id"], condition=Q(deleted_at=None), name="post_active"),
            models.Index(fields=["parent", "-score", "-id"], name="post_answers"),
            models.Index(fields=["author", "kind", "-created", "-id"], name="post_by_author"),
            # For whoever goes, or is merged into another: what names him is found without reading all posts.
            *(
                models.Index(fields=[column], condition=Q(**{f"{column}__isnull": False}), name=f"post_by_{short}")
                for column, short in (("editor", "editor"), ("last_active_by", "last_active"))
            ),
            models.Index(fields=["kind", "-id"], name="post_admin"),
            models.Index(
                fields=["kind", "-deleted_at", "-id"], condition=Q(deleted_at__isnull=False), name="post_deleted"
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.get_kind_display()} {self.pk}"

    # --- what it is ---------------------------------------------------------------------------------------------
    @property
    def is_question(self) -> bool:
        return self.kind == Kind.QUESTION

    @property
    def is_answer(self) -> bool:
        return self.kind == Kind.ANSWER

    @property
    def is_article(self) -> bool:
        return self.kind == Kind.ARTICLE

    @property
    def is_wiki(self) -> bool:
        """A text about a tag."""
        return self.kind in WIKIS

    def get_absolute_url(self) -> str:
        if self.is_answer:
            return f"/a/{self.pk}"
        if self.is_wiki:
            return f"/posts/{self.pk}/revisions"
        return f"/{'questions' if self.is_question else 'articles'}/{self.pk}/{self.slug}"

    @property
    def signed(self) -> str:
        """The author's name: of the account, else as the archive has it; "" where nobody is named."""
        return self.author.display_name if self.author else self.author_name

    @property
    def thread_id(self) -> int:
        """The question an answer belongs to; else the post itself."""
        return self.parent_id if self.is_answer else self.pk

    # --- writing ------------------------------------------------------------------------------------------------
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
            rendered = render(self.body)
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

    @transaction.atomic
    def publish(self, names: list[str] | None = None) -> None:
        """Store a new post with its tags, first revision and outbox row."""
        self.last_activity, self.last_active_by = self.created, self.author
        self.hotness = hotness(0, 0, self.created)
        self.save(force_insert=True)
        if names is not None:
            self.set_tags(names)
        self.revisions.take(self, self.author, names or [], "", self.created)
        PostLink.objects.follow(self)
        Outbox.objects.announce([self.pk])

    def set_tags(self, names: list[str]) -> None:
        before = set(self.taggings.values_list("tag_id", flat=True))
        tags = Tag.objects.named(names)
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
    ) -> bool:
        """Change what is given and keep a revision; False when nothing changed. Refuses as `write` and `can` do."""
        self.demand_edit(editor)
        names = current = list(self.taggings.values_list("tag__name", flat=True))
        before = (self.title, self.body, current, self.category_id)
        if self.is_answer:
            self.write(title=None, body=body)
        else:
            names = self.write_with_tags(
                self.title if title is None else title, body, current if tags is None else tags, {}
            )
            self.category = category or self.category
        if before == (self.title, self.body, names, self.category_id):
            return False
        if Tag.objects.filter(name__in=names).count() < len(names):
            editor.demand("create_tags")
        self._store_edit(editor, names, before, said(comment))
        return True

    @transaction.atomic
    def _store_edit(self, editor: Any, names: list[str], before: tuple[Any, ...], comment: str) -> None:
        self.hold()
        self.demand_edit(editor)  # it may have been locked or deleted while the text was rendered
        self.edited, self.editor, self.editor_name = timezone.now(), editor, ""
        shown = Post.objects.values_list("body_html", flat=True).get(pk=self.pk)
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
        # Answers are found by the tags and the category of their question.
        shared = (names, self.category_id) != before[2:]
        Outbox.objects.announce([self.pk, *(self.children.values_list("pk", flat=True) if shared else ())])

    def demand_edit(self, editor: Any) -> None:
        if self.deleted_at and not editor.moderates:
            raise PermissionDenied("This post is deleted; restore it before you edit it.")
        editor.demand("ask" if self.author_id == editor.pk and not self.locked_at else "edit", self)

    def touch(self, user: Any, when: datetime) -> None:
        """Note activity on this post and on the thread it belongs to."""
        Post.objects.filter(pk__in={self.pk, self.thread_id}).update(last_activity=when, last_active_by=user)
        Change.objects.note(post_key(self.thread_id))
        self.last_activity, self.last_active_by = when, user

    def refresh_standing(self, answers: int = 0) -> None:
        """Renew what lists show of this question, after `answers` came (or, negative, went) or votes changed."""
        row = Post.objects.filter(pk=self.pk)
        if answers:
            row.update(answer_count=F("answer_count") + answers)
        now = row.only("score", "answer_count", "created", "accepted_answer").get()
        good = Post.objects.filter(parent_id=self.pk, deleted_at=None, score__gt=0)
        row.update(
            answered=now.accepted_answer_id is not None or good.exists(),
            hotness=hotness(now.score, now.answer_count, now.created),
        )


def hotness(score: int, answers: int, created: datetime) -> float:
    """A number that never needs renewing for age: ten times the votes are worth 12.5 hours (after Reddit's formula)."""
    weight = score + answers / 2
    sign = (weight > 0) - (weight < 0)
    return round(sign * math.log10(max(abs(weight), 1)) + created.timestamp() / 45_000, 7)


def _length_problem(what: str, value: str, least: int, most: int) -> str:
    if shows_nothing(value):
        return f"Write a {what}."
    if len(value) < least:
        return f"Write a longer {what}: at least {least} characters; it has {len(value)}."
    if len(value) > most:
        return f"Shorten the {what} to {most:,} characters; it has {len(value):,}."
    return ""
