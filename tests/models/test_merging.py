"""An author whom an import brought is merged into the account of the person he is."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from geeks.models import (
    Audit,
    Badge,
    Bookmark,
    Bounty,
    Closure,
    Origin,
    Outbox,
    Post,
    PostEvent,
    Reputation,
    User,
    Vote,
    merging,
)
from geeks.models.counters import differences
from tests import make
from tests.plans import problems_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ghost(db):
    return make.ghost("Ada of old", reputation=300, network_id=77, up_votes=5)


def written_by(ghost) -> Post:
    """A question and an answer of the ghost's, as an import would leave them."""
    question = make.question(make.person(reputation=2), body=make.PLAIN)
    answer = make.answer(question, make.person(), "A plain answer without any formula in it.")
    Post.objects.filter(pk__in=(question.pk, answer.pk)).update(author=ghost, editor=ghost, last_active_by=ghost)
    question.revisions.update(editor=ghost)
    return Post.objects.get(pk=answer.pk)


def test_all_that_names_the_ghost_names_the_account(ghost, ada, ben, mod):
    answer = written_by(ghost)
    question = answer.parent
    comment = make.comment(question, ben)
    type(comment).objects.filter(pk=comment.pk).update(author=ghost)
    closure = Closure.objects.create(post=question, user=ghost, reason="unclear", ended=timezone.now(), ended_by=ghost)
    badge = Badge.objects.create(user=ghost, name="Teacher", rank=3, date=timezone.now())
    bounty = Bounty.objects.create(post=question, user=ghost, amount=50, started="2015-03-01")
    event = PostEvent.objects.create(post=question, kind=16, created=timezone.now(), user=ghost)
    bookmark = Bookmark.objects.create(post=question, user=ghost)
    origin = make.origin(ghost, 12)
    ada.absorb(ghost, mod)
    for row, *columns in (
        (answer, "author", "editor"),
        (question, "author", "last_active_by"),
        (comment, "author"),
        (closure, "user", "ended_by"),
        (badge, "user"),
        (bounty, "user"),
        (event, "user"),
        (bookmark, "user"),
        (question.revisions.get(), "editor"),
    ):
        row.refresh_from_db()
        assert {getattr(row, column) for column in columns} == {ada}, row
    origin.refresh_from_db()
    assert origin.our_id == ada.pk
    assert set(Origin.objects.of(Origin.Kind.USER, [ada.pk, ghost.pk])) == {ada.pk}


def test_what_was_earned_is_earned_by_the_account(ghost, ada, mod):
    ada.absorb(ghost, mod)
    ada.refresh_from_db()
    ghost.refresh_from_db()
    assert (ada.reputation, ghost.reputation) == (500 + 299, 1)
    assert (ada.network_id, ada.up_votes) == (77, 5)
    assert list(differences()) == []


def test_the_ghost_is_switched_off_and_leads_to_the_account(ghost, ada, mod, client):
    ada.absorb(ghost, mod)
    ghost.refresh_from_db()
    assert (ghost.is_active, ghost.merged_into) == (False, ada)
    answer = client.get(ghost.get_absolute_url())
    assert (answer.status_code, answer["Location"]) == (301, ada.get_absolute_url())


def test_merging_leaves_an_audit_row_and_tells_the_index(ghost, ada, mod):
    answer = written_by(ghost)
    last = Outbox.objects.latest("pk").pk
    ada.absorb(ghost, mod)
    row = Audit.objects.get(action="merge people")
    assert (row.actor, row.user, row.detail) == (mod, ada, {"merged": "Ada of old", "number": ghost.pk, "posts": 2})
    announced = set(Outbox.objects.filter(pk__gt=last).values_list("post_id", flat=True))
    assert announced == {answer.pk, answer.parent_id}


def test_nobody_has_voted_for_himself_afterwards(ghost, ada, ben, mod):
    answer = written_by(ghost)
    answer.votes.cast(ada, -1)
    answer.votes.cast(ben, 1)
    answer.parent.votes.cast(ada, 1)
    ada.absorb(ghost, mod)
    assert list(Vote.objects.values_list("user", flat=True)) == [ben.pk]
    assert Post.objects.get(pk=answer.pk).score == 1
    assert not Reputation.objects.filter(user=ada, actor=ada).exists()
    assert User.objects.get(pk=ada.pk).reputation == 500 + 299 + 10
    assert list(differences()) == []


def test_an_answer_one_has_accepted_oneself_earns_nothing(ghost, ada, mod):
    question = make.question(ada, body=make.PLAIN)
    answer = make.answer(question, make.person(), "A plain answer without any formula in it.")
    Post.objects.filter(pk=answer.pk).update(author=ghost)
    question.accept(Post.objects.get(pk=answer.pk), ada)
    ada.absorb(ghost, mod)
    assert User.objects.get(pk=ada.pk).reputation == 500 + 299
    assert question.acceptance.answer_id == answer.pk
    assert list(differences()) == []


def test_what_both_kept_is_kept_once(ghost, ada, mod):
    question = make.question()
    for person in (ghost, ada):
        Bookmark.objects.create(post=question, user=person)
    ada.absorb(ghost, mod)
    assert list(Bookmark.objects.values_list("user", flat=True)) == [ada.pk]


def test_two_ghosts_of_one_person_are_merged_one_after_the_other(ghost, ada, mod):
    ada.absorb(ghost, mod)
    ada.absorb(make.ghost(reputation=11), mod)
    assert User.objects.get(pk=ada.pk).reputation == 500 + 299 + 10


# --- who may, and what cannot be --------------------------------------------------------------------------------------


def refuses(error, account, ghost, actor) -> str:
    with pytest.raises(error) as refusal, transaction.atomic():
        account.absorb(ghost, actor)
    assert not Audit.objects.exists()
    return str(refusal.value)


def test_only_moderators_merge(ghost, ada, ben):
    assert "moderator" in refuses(PermissionDenied, ada, ghost, ben)
    assert "moderator" in refuses(PermissionDenied, ada, ghost, ada)


def test_an_account_is_never_merged_away(ada, ben, mod):
    assert "somebody's account" in refuses(ValidationError, ada, ben, mod)


def test_a_ghost_is_merged_into_an_account_that_is_in_use(ghost, ada, mod):
    for account in (make.ghost(), make.person(is_active=False), ghost):
        refuses(ValidationError, account, ghost, mod)


def test_a_ghost_is_merged_once(ghost, ada, ben, mod):
    ada.absorb(ghost, mod)
    with pytest.raises(ValidationError):
        ben.absorb(ghost, mod)


def test_moderators_give_reputation_neither_to_themselves_nor_to_each_other(ghost, mod):
    for account in (mod, make.person(is_moderator=True), make.person(is_superuser=True)):
        assert "superuser" in refuses(PermissionDenied, account, ghost, mod)


def test_a_superuser_may_merge_into_anybody(ghost, mod):
    mod.absorb(ghost, make.person(is_superuser=True))
    assert User.objects.get(pk=mod.pk).reputation == 500 + 299


def test_all_that_names_a_person_is_found_along_an_index():
    """Merging, and deleting an account, ask for it column by column; the tables may have millions of rows."""
    columns = list(merging._naming(User))
    assert {(Post, "author_id"), (Post, "editor_id"), (Post, "last_active_by_id")} <= set(columns)
    named = [model._base_manager.filter(**{column: 5}).query.sql_with_params() for model, column in columns]
    assert problems_of(named, sorts=True) == []


def test_a_refusal_in_the_middle_leaves_nothing_changed(ghost, ada, mod, monkeypatch):
    answer = written_by(ghost)
    monkeypatch.setattr("geeks.models.merging.refresh_reputation", None)
    with pytest.raises(TypeError):
        ada.absorb(ghost, mod)
    assert Post.objects.get(pk=answer.pk).author == ghost
    assert User.objects.get(pk=ghost.pk).is_active
