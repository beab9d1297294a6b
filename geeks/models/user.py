"""People: who they are, what they may do. Every permission is asked of `User.can` or `User.demand`."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from geeks import policy
from geeks.models.change import Change, person_key
from geeks.models.merging import merge
from geeks.models.prepared import Prepared
from geeks.models.slugs import slug_of
from geeks.rendering import RenderRefused, render, render_html
from geeks.rendering.source import clean_part

# Columns that no page shows; a sign-in writes them.
UNSEEN = frozenset({"password", "last_login", "last_seen", "email"})

# What a lock takes from everybody but moderators.
LOCKED = {"vote_up", "vote_down", "comment", "comment_own", "edit", "answer", "delete"}
# What nobody does to the text of a tag. (`ask` is how an author edits his own post.)
NOT_OF_TAGS = {"ask", *LOCKED} - {"delete"}


# All that stands of a person under a post or beside a comment.
CARD = frozenset({"id", "display_name", "reputation", "is_moderator"})


def unread_of(*people: str) -> list[str]:
    """What `defer` leaves in the database of people read beside posts and comments: all but their cards. Less to read,
    and what is made of it stays as it is when they sign in. `people` are the relations, such as "author"."""
    columns = [field.name for field in User._meta.concrete_fields if field.name not in CARD]
    return [f"{person}__{column}" for person in people for column in columns]


class PeopleManager(UserManager["User"]):
    """Django's own manager. A signed-in person's every page asks it for one person by id, so that query is prepared."""

    def get(self, *args: Any, **kwargs: Any) -> User:
        # Not of a related set, another database, or the people that a migration knows.
        own = type(self) is PeopleManager and self.model is User and self._db is None
        if own and not args and kwargs.keys() == {"pk"} and _is_id(kwargs["pk"]):
            if (found := BY_ID(kwargs["pk"]).first()) is None:
                raise self.model.DoesNotExist("User matching query does not exist.")
            return found
        return super().get(*args, **kwargs)


def address(pk: int, display_name: str) -> str:
    """The path of a person's page."""
    return f"/users/{pk}/{slug_of(display_name, 'user')}"


def _is_id(pk: Any) -> bool:
    return type(pk) is int and 0 < pk < 2**63


class Card(NamedTuple):
    """What stands under a post of its author: plain values, so that what is made of them can be remembered."""

    id: int
    display_name: str
    reputation: int
    is_moderator: bool

    def get_absolute_url(self) -> str:
        return address(self.id, self.display_name)


class User(AbstractUser):
    first_name = last_name = None  # people go by a display name here
    email = models.EmailField("e-mail address", blank=True)
    display_name = models.CharField(max_length=policy.DISPLAY_NAME_MAX, blank=True)
    about = models.TextField(blank=True)
    about_html = models.TextField(blank=True, editable=False)
    location = models.CharField(max_length=100, blank=True)
    website = models.URLField(blank=True)
    reputation = models.IntegerField(default=1)
    is_moderator = models.BooleanField(default=False)
    last_seen = models.DateTimeField(default=timezone.now)
    # An author whom an import brought: nobody can sign in as one, and no mail is sent to one.
    ghost = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="merged", db_index=False, editable=False
    )
    network_id = models.BigIntegerField(null=True, blank=True, help_text="Stack Exchange's AccountId.")
    image_url = models.CharField(max_length=300, blank=True, help_text="Of the archive; no browser ever asks for it.")
    view_count = models.PositiveIntegerField(default=0, help_text="As the archive says, as the two below.")
    up_votes = models.PositiveIntegerField(default=0)
    down_votes = models.PositiveIntegerField(default=0)

    objects = PeopleManager()

    class Meta:
        indexes = [
            models.Index(fields=["-reputation", "-id"], name="user_reputation"),
            models.Index(fields=["-date_joined", "-id"], name="user_newest"),
            models.Index(fields=["display_name", "id"], name="user_name"),
            models.Index(
                fields=["-reputation", "-id"],
                condition=Q(is_moderator=True) | Q(is_superuser=True),
                name="user_moderates",
            ),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="user_merged_into"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(reputation__gte=1), name="reputation_is_at_least_one"),
            models.UniqueConstraint(models.functions.Lower("email"), condition=~Q(email=""), name="email_once"),
            models.CheckConstraint(
                condition=Q(ghost=False) | Q(email="", is_superuser=False, is_staff=False, is_moderator=False),
                name="a_ghost_has_neither_mail_nor_power",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.display_name:
            self.display_name = self.username[: policy.DISPLAY_NAME_MAX]
        if self.is_moderator and not self.is_staff:
            self.is_staff = True  # the admin is where moderators work
        with transaction.atomic():
            super().save(*args, **kwargs)
            if not UNSEEN.issuperset(kwargs.get("update_fields") or ("all",)):
                Change.objects.note(person_key(self.pk))

    def clean(self) -> None:
        super().clean()
        if self.ghost and (self.email or self.is_moderator or self.is_superuser):
            raise ValidationError("Nobody signs in as an imported author. Merge it into an account instead.")

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @property
    def slug(self) -> str:
        return slug_of(self.display_name, "user")

    def get_absolute_url(self) -> str:
        return address(self.pk, self.display_name)

    @property
    def card(self) -> Card:
        return Card(self.pk, self.display_name, self.reputation, self.is_moderator)

    @property
    def moderates(self) -> bool:
        return self.is_active and (self.is_moderator or self.is_superuser)

    def can(self, privilege: str, post: Any = None) -> bool:
        """May this person do `privilege` (a key of policy.PRIVILEGES), on `post` where one is meant?"""
        return not self._refusal(privilege, post)

    def demand(self, privilege: str, post: Any = None) -> None:
        """Raise PermissionDenied with a sentence for the reader unless `can`."""
        if refusal := self._refusal(privilege, post):
            raise PermissionDenied(refusal)

    def _refusal(self, privilege: str, post: Any) -> str:
        doing, needed = policy.DOING[privilege], policy.PRIVILEGES[privilege]
        if not self.is_active:
            return f"This account is switched off, so it cannot {doing}."
        if post is not None and post.is_wiki and privilege in NOT_OF_TAGS:
            return f"This is the text of a tag, so you cannot {doing} here."
        if self.moderates:
            return ""
        if post is not None and post.locked_at and privilege in LOCKED:
            return "This post is locked: only a moderator can change, answer, vote or comment."
        if needed is None:
            return f"Only a moderator can {doing}."
        if self.reputation < needed:
            return f"You need {needed} reputation to {doing}; you have {self.reputation}."
        return ""

    def describe(self, *, display_name: str, about: str = "", location: str = "", website: str = "") -> None:
        """Change what the profile says of this person. Raises ValidationError naming the field."""
        self.display_name, self.about = " ".join(clean_part(display_name).split()), about.strip()
        self.location, self.website = " ".join(clean_part(location).split()), website.strip()
        if not self.display_name or not any(letter.isalnum() for letter in self.display_name):
            raise ValidationError({"display_name": "Choose a name with at least one letter or digit."})
        if len(self.about) > policy.ABOUT_MAX:
            raise ValidationError(
                {"about": f"Keep it under {policy.ABOUT_MAX:,} characters; it has {len(self.about):,}."}
            )
        try:
            self.render_about()
        except RenderRefused as refusal:
            raise ValidationError({"about": str(refusal)}) from None
        self.full_clean(exclude=["password"])
        # Only these: reputation may have changed since this row was read.
        self.save(update_fields=["display_name", "about", "about_html", "location", "website"])

    def render_about(self) -> None:
        """Renew what is stored of the rendered text about this person: Markdown, or the HTML that an archive has of a
        ghost. Raises RenderRefused."""
        rendered = render_html if self.ghost else render
        self.about_html = rendered(self.about).html if self.about else ""

    def absorb(self, ghost: User, actor: User) -> None:
        """This account is the ghost's: all the ghost wrote and earned is its own from now on. See `merging`."""
        merge(ghost, self, actor)


BY_ID = Prepared(User, lambda pk: User.objects.filter(pk=pk)[:1])
