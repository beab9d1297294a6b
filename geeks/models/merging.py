"""One person, two rows: an author whom an import brought, and the account of the person he is. Merging gives the
account all that names the ghost, in one transaction; the ghost is switched off and leads to the account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from geeks.models.audit import Audit
from geeks.models.change import EVERYTHING, Change
from geeks.models.origin import Origin
from geeks.models.outbox import Outbox
from geeks.models.post_tally import PostTally
from geeks.models.reputation import Reputation, hold_ledgers, refresh_reputation

AT_ONCE = 2_000  # announcements written in one statement
DECIDING = ("ghost", "merged_into", "is_active", "is_moderator", "is_superuser")
COUNTED = ("view_count", "up_votes", "down_votes")


@transaction.atomic
def merge(ghost: Any, account: Any, actor: Any) -> None:
    """Make `account` the author of all that `ghost` wrote. Raises ValidationError, PermissionDenied."""
    # Posts before ledgers and tallies, as everybody holds them, and in one order.
    list(ghost.posts.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    hold_ledgers(ghost.pk, account.pk)
    for person in (ghost, account):
        person.refresh_from_db(fields=[*DECIDING, "network_id", *COUNTED])
    _demand_merge(ghost, account, actor)
    _settle_between(ghost, account)
    _settle_between(account, ghost)
    _drop_doubles(ghost, account)
    written = ghost.posts.values_list("pk", flat=True)
    posts = list(written)
    for model, column in _naming(type(ghost)):
        model._base_manager.filter(**{column: ghost.pk}).update(**{column: account.pk})
    Origin.objects.filter(kind=Origin.Kind.USER, our_id=ghost.pk).update(our_id=account.pk)
    _retire(ghost, account)
    for start in range(0, len(posts), AT_ONCE):
        Outbox.objects.announce(posts[start : start + AT_ONCE])  # they are found by their author
    Change.objects.note(EVERYTHING)  # remarks, revisions and badges bear the name too
    Audit.objects.record(actor, "merge people", user=account, merged=str(ghost), number=ghost.pk, posts=len(posts))


def _demand_merge(ghost: Any, account: Any, actor: Any) -> None:
    actor.demand("merge_people")
    if not ghost.ghost:
        raise ValidationError("Only an author whom an import brought can be merged; this is somebody's account.")
    if ghost.merged_into_id:
        raise ValidationError("This author is merged into an account already.")
    if account.ghost or not account.is_active:
        raise ValidationError("Merge into an account that somebody can sign in with.")
    # Reputation opens privileges: nobody gives it to himself, or to one whose profile he may not change.
    if not actor.is_superuser and (account.pk == actor.pk or account.is_moderator or account.is_superuser):
        raise PermissionDenied("Only a superuser can merge an author into the account of a moderator, or into his own.")


def _settle_between(one: Any, other: Any) -> None:
    """Nobody votes for himself: what `one` did to posts of `other` earns nothing once they are one person."""
    for vote in one.votes.filter(post__author=other).select_related("post"):
        vote.post.votes.withdraw(one)
    Reputation.objects.filter(user=other, actor=one).delete()
    Reputation.objects.filter(user=one, kind="accepted_an_answer", post__author=other).delete()


def _drop_doubles(ghost: Any, account: Any) -> None:
    """Where both have what a person has once, the account's stays."""
    for vote in ghost.votes.filter(post__in=account.votes.values("post")).select_related("post"):
        vote.post.votes.withdraw(ghost)
    ghost.bookmarks.filter(post__in=account.bookmarks.values("post")).delete()


def _naming(people: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """(model, column) of every row of the site that can name a person, but for the audit, which never changes, and for
    the tallies of posts, which change with the posts."""
    for relation in people._meta.get_fields(include_hidden=True):
        if (relation.one_to_many or relation.one_to_one) and relation.auto_created:
            model = relation.related_model
            if model._meta.app_label == "geeks" and model not in (Audit, PostTally):
                yield model, relation.field.attname


def _retire(ghost: Any, account: Any) -> None:
    """Switch the ghost off and bring both reputations in line with the ledgers that they have now."""
    account.network_id = account.network_id or ghost.network_id
    for column in COUNTED:
        setattr(account, column, getattr(account, column) + getattr(ghost, column))
        setattr(ghost, column, 0)
    account.save(update_fields=["network_id", *COUNTED])
    ghost.is_active, ghost.merged_into = False, account
    ghost.save(update_fields=["is_active", "merged_into", *COUNTED])
    refresh_reputation(ghost)
    refresh_reputation(account)
