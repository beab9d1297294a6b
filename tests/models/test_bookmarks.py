"""Bookmarks: kept once, dropped again, nobody else's, and bounded."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from geeks import policy
from geeks.models import Bookmark, Outbox
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("factory", [make.question, make.answer, make.article])
def test_any_post_can_be_kept_once_and_dropped(ada, factory):
    post = factory()
    first = post.bookmarks.keep(ada)
    assert post.bookmarks.keep(ada) == first
    assert list(ada.bookmarks.post_ids()) == [post.pk]
    post.bookmarks.drop(ada)
    assert not Bookmark.objects.exists()


def test_dropping_takes_only_ones_own_bookmark(ada, ben):
    post = make.question()
    post.bookmarks.keep(ada)
    post.bookmarks.keep(ben)
    post.bookmarks.drop(ben)
    assert list(Bookmark.objects.values_list("user", flat=True)) == [ada.pk]


def test_the_newest_bookmark_comes_first_and_only_ones_own(ada, ben):
    old, new, other = make.question(), make.question(), make.question()
    for post, person in ((old, ada), (new, ada), (other, ben)):
        post.bookmarks.keep(person)
    assert ada.bookmarks.post_ids() == [new.pk, old.pk]


def test_a_bookmark_changes_nothing_that_others_see(ada):
    post = make.question()
    before = post.last_activity, Outbox.objects.count()
    post.bookmarks.keep(ada)
    post.refresh_from_db()
    assert (post.last_activity, Outbox.objects.count()) == before


def test_there_is_room_for_so_many(ada, monkeypatch):
    monkeypatch.setattr(policy, "BOOKMARKS_MOST", 1)
    kept = make.question()
    kept.bookmarks.keep(ada)
    with pytest.raises(ValidationError, match="Remove one"):
        make.question().bookmarks.keep(ada)
    assert kept.bookmarks.keep(ada)


def test_a_switched_off_account_keeps_nothing(ada):
    ada.is_active = False
    with pytest.raises(PermissionDenied):
        make.question().bookmarks.keep(ada)
