"""Saved searches: what may be saved, and how their owners are told of what is new."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from geeks import policy
from geeks.models import Notification, SavedSearch
from tests import make

pytestmark = pytest.mark.django_db
save = SavedSearch.objects.save_for


def test_a_search_is_called_by_its_text_when_it_has_no_name(ada):
    search = save(ada, "  ", "  bayes   theorem ", "score")
    assert (search.name, search.text, search.tab) == ("bayes theorem", "bayes theorem", "score")
    assert search.get_absolute_url() == "/search?q=bayes+theorem&tab=score"


def test_a_long_name_is_never_cut_inside_a_formula(ada):
    search = save(ada, "", "the mean " * 8 + "$\\frac{a}{b}$ of it")
    assert search.name == ("the mean " * 8).strip() + "…"
    assert save(ada, "", "$" + "x+" * 60 + "x$").name == "Formula…"


@pytest.mark.parametrize("text", ["", "   ", "\x00", "x" * (policy.SEARCH_TEXT_MAX + 1)])
def test_nothing_and_too_much_cannot_be_saved(ada, text):
    with pytest.raises(ValidationError) as refused:
        save(ada, "mine", text)
    assert "q" in refused.value.message_dict


def test_the_same_search_is_saved_once_a_person(ada, ben):
    save(ada, "mine", "bayes")
    with pytest.raises(ValidationError, match="mine"):
        save(ada, "again", " bayes ")
    assert save(ben, "his", "bayes")


def test_there_is_room_for_so_many(ada, monkeypatch):
    monkeypatch.setattr(policy, "SAVED_SEARCHES_MOST", 1)
    save(ada, "", "bayes")
    with pytest.raises(ValidationError, match="Remove one"):
        save(ada, "", "gauss")


def test_an_unknown_order_is_relevance_and_an_account_that_is_off_saves_nothing(ada):
    assert save(ada, "", "bayes", "<script>").tab == "relevance"
    ada.is_active = False
    with pytest.raises(PermissionDenied):
        save(ada, "", "gauss")


def test_every_feed_has_a_secret_of_its_own(ada):
    first, second = save(ada, "", "bayes"), save(ada, "", "gauss")
    assert len(first.token) >= 20
    assert first.token != second.token
    assert first.token in first.feed_url


def test_the_owner_is_told_once_of_what_others_wrote(ada, ben):
    search = save(ada, "Bayes", "bayes")
    mine, theirs = make.question(ada), make.question(ben)
    twin = SavedSearch.objects.get(pk=search.pk)
    assert search.tell([theirs, mine])
    assert not twin.tell([theirs, mine]), "another worker found the same"
    notice = Notification.objects.get()
    assert (notice.user, notice.post_id, notice.count, notice.read) == (ada, theirs.pk, 1, None)
    assert notice.text == "1 new post matches your search “Bayes”"
    assert ada.notifications.unread().count() == 1


def test_an_unread_notice_grows_and_a_read_one_is_followed_by_another(ada, ben):
    search = save(ada, "Bayes", "bayes")
    search.tell([make.question(ben)])
    search.tell([make.question(ben), make.question(ben)])
    assert [notice.text for notice in ada.notifications.all()] == ["3 new posts match your search “Bayes”"]
    assert ada.notifications.mark_read() == 1
    search.tell([make.question(ben)])
    assert ada.notifications.count() == 2
    assert ada.notifications.unread().count() == 1


def test_ones_own_posts_are_passed_over_in_silence(ada):
    search = save(ada, "", "bayes")
    post = make.question(ada)
    assert not search.tell([post])
    assert not Notification.objects.exists()
    assert search.last_post_id == post.pk


def test_a_new_search_starts_at_the_newest_post(ada, ben):
    post = make.question(ben)
    assert save(ada, "", "bayes").last_post_id == post.pk
