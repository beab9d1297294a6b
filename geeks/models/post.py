"""The one table of posts. Questions, answers and articles are proxies of it, so that votes, comments, revisions and
everything else that hangs off a post have one thing to point at.

A post keeps its Markdown source and, rendered when written, its safe HTML, plain text and excerpt.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property

from geeks import policy
from geeks.models.change import Change, post_key
from geeks.models.hotness import hotness
from geeks.models.moderated import Moderated
from geeks.models.paging import BESIDE_THE_TAG, column_of
from geeks.models.tag import COPIED, LISTED_BY, Tag, Tagging, names_of
from geeks.models.written import Written


class Kind(models.IntegerChoices):
    """Stack Exchange's own PostTypeId."""

    QUESTION = 1, "question"
    ANSWER = 2, "answer"
    TAG_EXCERPT = 4, "tag excerpt"
    TAG_WIKI = 5, "tag wiki"
    ARTICLE = 9, "article"


WIKIS = (Kind.TAG_EXCERPT, Kind.TAG_WIKI)


# What lists show of a post that is long: read when its row is laid out anew, for `list_stamp` says whether it changed.
LONG_IN_ROWS = ("title_html", "excerpt_html")
# What a row of a list shows of a post, of people and of its category.
SHOWN_IN_ROWS = (
    *("id", "kind", "slug", "list_stamp", "created", "last_activity", "closed_at", "deleted_at", *LONG_IN_ROWS),
    *("score", "answer_count", "view_count", "hotness", "accepted_answer", "author", "author_name", "last_active_by"),
    *(f"{person}__{name}" for person in ("author", "last_active_by") for name in ("display_name", "reputation")),
    *("category__name", "category__slug"),
)


def rarest_first(tags: Iterable[Tag]) -> tuple[int, ...]:
    """Their numbers, in the order in which `with_tags` takes them."""
    return tuple(tag.pk for tag in sorted(tags, key=lambda tag: (tag.question_count, tag.pk)))


def sight_of(user: Any) -> tuple[str] | tuple[str, int]:
    """("visible",), ("all",), or for somebody who sees deleted posts of his own: ("own", id)."""
    if user is None or not user.is_authenticated:
        return ("visible",)
    return ("all",) if user.can("see_deleted") else ("own", user.pk)


class PostQuerySet(models.QuerySet["Post"]):
    def visible(self) -> PostQuerySet:
        return self.filter(deleted_at=None)

    def visible_to(self, user: Any) -> PostQuerySet:
        """What `user` (None or anonymous: a stranger) may see: deleted posts are for their author and for those who
        have earned `see_deleted`, as moderators have."""
        return self.in_sight(*sight_of(user))

    def in_sight(self, sight: str, person: int = 0) -> PostQuerySet:
        """What somebody with this `sight_of` may see."""
        if sight == "own":
            return self.filter(Q(deleted_at=None) | Q(author=person))
        return self if sight == "all" else self.visible()

    def without_wikis(self) -> PostQuerySet:
        """What people read as posts: the texts about tags stand on the pages of tags only."""
        return self.filter(kind__in=(Kind.QUESTION, Kind.ANSWER, Kind.ARTICLE))

    def titled(self) -> PostQuerySet:
        """Posts that stand in lists by themselves: questions and articles."""
        return self.filter(kind__in=(Kind.QUESTION, Kind.ARTICLE))

    def unanswered(self) -> PostQuerySet:
        """As on Stack Exchange: no accepted answer and none with a positive score."""
        return self.filter(**{column_of(self, "answered"): False})

    def tagged(self, *tags: Tag) -> PostQuerySet:
        """Live questions (or articles) that carry all of `tags`."""
        return self.with_tags(*rarest_first(tags))

    def with_tags(self, first: int, *others: int) -> PostQuerySet:
        """Live posts of the model's own kind with all these tags, found by the first, which should be the rarest.
        Orders and bounds of lists go by the copies beside it (`column_of`): a page reads one index, as far as it goes.
        """
        posts = self.filter(taggings__tag=first, taggings__kind=self.model.OWN_KIND)
        posts = posts.alias(**{f"{BESIDE_THE_TAG}{name}": F(f"taggings__{name}") for name in COPIED})
        posts = posts.alias(**{f"{BESIDE_THE_TAG}id": F("taggings__post")})
        for tag in others:
            # Asked of the entry in the index: the row of a post that lacks the tag is not read.
            posts = posts.filter(Exists(Tagging.objects.filter(tag=tag, post=OuterRef(f"{BESIDE_THE_TAG}id"))))
        return posts

    def for_lists(self) -> PostQuerySet:
        """The columns and neighbours that a list row shows, in a fixed number of queries."""
        return self.for_rows().prefetch_related("tags")

    def for_rows(self, long: bool = True) -> PostQuerySet:
        """`for_lists` without the tags: one query, and exactly what a row shows or is ordered by, but for what is
        `long` where that is not wanted."""
        columns = (name for name in SHOWN_IN_ROWS if long or name not in LONG_IN_ROWS)
        return self.select_related("author", "category", "last_active_by").only(*columns)


class Post(Written, Moderated):
    OWN_KIND: ClassVar[Kind]  # of a proxy: the one kind that it is for

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
    # Another one whenever the title or excerpt of lists is another: set by triggers of the database, and nobody else
    # (docs/decisions/rows-without-their-texts.md). Null: they are as the post came with them.
    list_stamp = models.BigIntegerField(null=True, blank=True, editable=False)

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
                for column, short in LISTED_BY
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
            models.Index(
                fields=["author", "kind", "-score", "-id"], condition=Q(deleted_at=None), name="post_best_of_author"
            ),
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

    @cached_property
    def tag_names(self) -> tuple[str, ...]:
        """In the author's order. Lists read those of all their posts at once, and set them."""
        read = getattr(self, "_prefetched_objects_cache", {}).get("tags")
        return names_of([self.pk]).get(self.pk, ()) if read is None else tuple(tag.name for tag in read)

    # --- its standing ---------------------------------------------------------------------------------------------
    def touch(self, user: Any, when: datetime) -> None:
        """Note activity on this post and on the thread it belongs to."""
        Post.objects.filter(pk__in={self.pk, self.thread_id}).update(last_activity=when, last_active_by=user)
        Change.objects.note(post_key(self.thread_id))
        self.last_activity, self.last_active_by = when, user

    def refresh_standing(self, answers: int = 0) -> None:
        """Renew what lists show of this question, after `answers` came (or, negative, went) or votes changed. It is
        held first, and after its answer: what others did to it meanwhile counts, and nobody waits for ever."""
        row = Post.objects.filter(pk=self.pk)
        if answers:
            row.update(answer_count=F("answer_count") + answers)
        now = row.select_for_update(no_key=True).only("score", "answer_count", "created", "accepted_answer").get()
        good = Post.objects.filter(parent_id=self.pk, deleted_at=None, score__gt=0)
        row.update(
            answered=now.accepted_answer_id is not None or good.exists(),
            hotness=hotness(now.score, now.answer_count, now.created),
        )
