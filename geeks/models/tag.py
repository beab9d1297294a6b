"""Tags: what a post is about, in the site's own short words. They belong to the whole site."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.db import models, transaction

from geeks import policy
from geeks.models.audit import Audit
from geeks.models.change import EVERYTHING, Change
from geeks.models.outbox import Outbox
from geeks.models.prepared import Prepared

# Letters and digits of any script, and what Stack Exchange's tags use: c++, c#, .net, node.js, k-means.
TAG_NAME = re.compile(r"[\w.+#-]+", re.UNICODE)
GOES = 20  # at holding what a merge concerns, while posts get the tag in between
PROBLEMS_SHOWN = 20  # names whose problems are told; more than a few are too many anyway


def clean_tag_names(names: Iterable[str] | str) -> list[str]:
    """Tag names as typed (a list, or a text with spaces or commas) -> clean names, in order, each once.

    Raises ValidationError with a sentence for each name that cannot be a tag, and for too few or too many.
    """
    if isinstance(names, str):
        names = re.split(r"[\s,;]+", names)
    # One name, one spelling: an accent may come as a character of its own, and "ﬁ" is "fi".
    cleaned = (unicodedata.normalize("NFKC", name).strip().strip("[]").lower() for name in names)
    wanted = list(dict.fromkeys(name for name in cleaned if name))
    problems = [problem for name in wanted[:PROBLEMS_SHOWN] if (problem := _problem(name))]
    if len(wanted) < policy.TAGS_MIN:
        problems.append("Add at least one tag, so that people who know the subject find the post.")
    if len(wanted) > policy.TAGS_MAX:
        problems.append(f"Use at most {policy.TAGS_MAX} tags; there are {len(wanted)} now.")
    if problems:
        raise ValidationError(problems)
    return wanted


def _problem(name: str) -> str:
    if len(name) > policy.TAG_LENGTH:
        return f"The tag “{name[:40]}” is too long: at most {policy.TAG_LENGTH} characters."
    if not TAG_NAME.fullmatch(name) or "_" in name or not any(letter.isalnum() for letter in name):
        return f"“{name}” cannot be a tag: use letters, digits and - + # . only."
    return ""


class TagQuerySet(models.QuerySet["Tag"]):
    def in_url(self, text: str) -> list[Tag]:
        """The tags of `/questions/tagged/<text>`, where `+` joins tags but may also be part of one (`c++`).

        Raises Tag.DoesNotExist when `text` cannot be read as known tags.
        """
        if "\x00" in text:  # which PostgreSQL takes in no text
            raise self.model.DoesNotExist(text)
        parts = text.lower().split("+")[:12]
        joined = {"+".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, len(parts) + 1)}
        known = {tag.name: tag for tag in self.filter(name__in=joined)}
        # reach[j]: the fewest tags that read parts[:j], so that a whole name wins over its pieces
        reach: dict[int, list[Tag]] = {0: []}
        for end in range(1, len(parts) + 1):
            ways = [
                [*reach[start], known[name]]
                for start in range(end)
                if start in reach and (name := "+".join(parts[start:end])) in known
            ]
            if ways:
                reach[end] = min(ways, key=len)
        if not reach.get(len(parts)):
            raise self.model.DoesNotExist(text)
        return list(dict.fromkeys(reach[len(parts)]))

    def named(self, names: Iterable[str], also: Iterable[int] = ()) -> list[Tag]:
        """The tags of these clean names, made where missing, in the order of the names. Until the transaction ends
        nobody removes or counts them, nor those with the numbers `also`.

        New names come before rows that are there, both in one order, so that no two transactions deadlock. Where one
        is missing, because it is new or was merged away just now, all are let go, and it begins anew.
        """
        names, also = list(names), list(also)
        missing: set[str] = set()
        while True:
            with transaction.atomic():
                # Two people may make the same tag at once.
                self.bulk_create([Tag(name=name) for name in sorted(missing)], ignore_conflicts=True)
                wanted = self.filter(models.Q(name__in=names) | models.Q(pk__in=also))
                held = {tag.name: tag for tag in wanted.order_by("pk").select_for_update(no_key=True)}
                if held.keys() >= set(names):
                    return [held[name] for name in names]
                transaction.set_rollback(True)
            missing |= set(names) - held.keys()


class Tag(models.Model):
    name = models.CharField(max_length=policy.TAG_LENGTH, unique=True)
    excerpt = models.CharField(max_length=500, blank=True, help_text="What the tag is for, in a sentence or two.")
    question_count = models.PositiveIntegerField(default=0)
    # Posts, so that they have revisions and authors as other texts have.
    excerpt_post = models.ForeignKey("geeks.Post", models.SET_NULL, null=True, blank=True, related_name="excerpt_of")
    wiki_post = models.ForeignKey("geeks.Post", models.SET_NULL, null=True, blank=True, related_name="wiki_of")
    is_required = models.BooleanField(default=False)
    is_moderator_only = models.BooleanField(default=False)

    objects = TagQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-question_count", "-id"], name="tag_popular")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            Change.objects.note(EVERYTHING)  # by hand in the admin: it may stand on any page

    def get_absolute_url(self) -> str:
        return f"/questions/tagged/{encoded(self.name)}"

    @transaction.atomic
    def merge_into(self, target: Tag, actor: Any) -> int:
        """Move every post of this tag to `target` and remove this tag; returns how many posts it had."""
        actor.demand("merge_tags")
        if target.pk == self.pk:
            raise ValidationError("A tag cannot be merged into itself.")
        post_ids = self._hold_for_merging(target)
        already = set(target.taggings.filter(post_id__in=post_ids).values_list("post_id", flat=True))
        moved = self.taggings.exclude(post_id__in=already)
        gained = moved.filter(post__kind=1, post__deleted_at=None).count()
        moved.update(tag=target)
        change_counts([target.pk], gained)
        name = self.name
        self.delete()
        answered = Tagging.objects.filter(post__in=post_ids, post__children__isnull=False)
        answers = answered.values_list("post__children", flat=True).distinct()
        Outbox.objects.announce([*post_ids, *answers])  # answers are found by the tags of their question
        Audit.objects.record(actor, "merge tags", merged=name, into=target.name, posts=len(post_ids))
        return len(post_ids)

    def _hold_for_merging(self, target: Tag) -> list[int]:
        """Keep others from changing the posts of this tag, and from giving and counting it or `target`, until the
        transaction ends; gives the numbers of the posts.

        Posts come before tags, as everybody holds them, both in one order. A post that got the tag between the two is
        not waited for, since whoever has it may wait for the tag: all are let go, and it begins anew.
        """
        posts: Any = Tagging._meta.get_field("post").related_model
        for _ in range(GOES):
            with transaction.atomic():
                tagged = posts.objects.filter(pk__in=self.taggings.order_by().values("post"))
                held = set(tagged.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
                if len(Tag.objects.filter(pk__in=(self.pk, target.pk)).order_by("pk").select_for_update()) < 2:
                    raise ValidationError("One of the two tags is not there any more: somebody has just removed it.")
                post_ids = list(self.taggings.values_list("post_id", flat=True))
                if held.issuperset(post_ids):
                    return post_ids
                transaction.set_rollback(True)
        raise ValidationError(f"Posts get the tag “{self}” faster than it can be merged. Try again in a while.")


def names_of(post_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """{post id: the names of its tags, in the author's order}; posts without tags are not in it. One small query."""
    found: dict[int, tuple[str, ...]] = {}
    for post_id, name in TAG_NAMES(tuple(post_ids)).rows():
        found[post_id] = (*found.get(post_id, ()), name)
    return found


# The columns that lists of posts are ordered by, and how names of indexes shorten them.
LISTED_BY = (("created", "new"), ("last_activity", "act"), ("score", "score"), ("hotness", "hot"))


class Tagging(models.Model):
    """One tag on one post; `position` keeps the author's order."""

    post = models.ForeignKey("geeks.Post", models.CASCADE, related_name="taggings")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings")
    position = models.PositiveSmallIntegerField(default=0)

    # Copies of the post's columns by which a tag's posts are listed. Nobody sets them: triggers of the database do,
    # when a tag is given and when the post changes (docs/decisions/tags-know-their-posts.md); `recount` proves them.
    kind = models.PositiveSmallIntegerField(null=True, editable=False, help_text="Of a deleted post: null.")
    created = models.DateTimeField(null=True, editable=False)
    last_activity = models.DateTimeField(null=True, editable=False)
    score = models.IntegerField(null=True, editable=False)
    hotness = models.FloatField(null=True, editable=False)
    answered = models.BooleanField(null=True, editable=False)

    class Meta:
        ordering = ("position", "id")
        indexes = [
            *(
                models.Index(
                    fields=["tag", "kind", f"-{column}", "-post"],
                    condition=models.Q(kind__isnull=False),
                    name=f"tagging_{short}",
                )
                for column, short in LISTED_BY
            ),
            models.Index(
                fields=["tag", "kind", "-created", "-post"],
                condition=models.Q(kind__isnull=False, answered=False),
                name="tagging_unans",
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["tag", "post"], name="tag_once_a_post")]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.post_id}"


# What a tagging copies from its post as it stands; `kind` it has of live posts only.
COPIED = (*(column for column, _ in LISTED_BY), "answered")


def _tag_names(post_ids: tuple[int, ...]) -> models.QuerySet[Any, Any]:
    """Each name is looked up by its key: for a join PostgreSQL reads all tags there are, up to some thousands."""
    name = models.Subquery(Tag.objects.filter(pk=models.OuterRef("tag")).values("name"))
    return (
        Tagging.objects.filter(post_id__in=post_ids).order_by("post_id", "position", "id").values_list("post_id", name)
    )


TAG_NAMES = Prepared(Tagging, _tag_names, lasting=True)


def change_counts(tag_ids: Iterable[int], by: int) -> None:
    """Add `by` to the number of questions of these tags; one order everywhere, so that no two transactions deadlock."""
    for tag_id in sorted(tag_ids):
        Tag.objects.filter(pk=tag_id).update(question_count=models.F("question_count") + by)


def encoded(name: str) -> str:
    """A tag name as it stands in a URL: `c++` and `c#` survive."""
    return quote(name, safe=".-")
