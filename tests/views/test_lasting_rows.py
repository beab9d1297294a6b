"""Pages of signed-in people share what was read for others, and are never older than the database all the same."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests import make
from tests.views.acts import ACTS, pages_of


def shown(answer):
    """The page but for what is another each time."""
    return re.sub(r'name="(token|csrfmiddlewaretoken)" value="[\w-]+"', "", answer.content.decode())


@pytest.mark.parametrize("act", ACTS, ids=[act.__name__ for act in ACTS])
def test_what_was_done_is_seen_at_the_next_request(keeping, settings, thread, ada, ben, mod, act, browser_of):
    """By one who may see deleted posts as well as by one who may not."""
    readers = [browser_of(mod), browser_of(ben)]
    pages = pages_of(thread, ben)
    for address in pages.values():
        for reader in readers:
            reader.get(address)
    act(thread, ada, ben, mod)
    settings.PAGE_CACHE_MB = 0
    for reader, person in zip(readers, (mod, ben), strict=True):
        fresh = browser_of(person)
        for name, address in pages.items():
            lasting, made = reader.get(address), fresh.get(address)
            assert (lasting.status_code, lasting.get("Location")) == (made.status_code, made.get("Location")), name
            assert shown(lasting) == shown(made), name


def test_what_one_has_read_is_not_asked_for_another(keeping, thread, browser_of, django_assert_num_queries):
    first, second = browser_of(make.person("dora")), browser_of(make.person("carla"))
    for address in ("/questions", thread.get_absolute_url()):
        first.get(address)
    with django_assert_num_queries(4):  # session, person, notices, and whether the site has changed
        second.get("/questions")
    with django_assert_num_queries(5):  # what this reader has done with the posts, too
        second.get(thread.get_absolute_url())


def test_nobody_gets_the_rows_of_one_who_may_see_more(keeping, thread, mod, browser_of):
    thread.answers_made[0].delete_by(mod, "wrong")
    stranger, member, moderator = Client(), browser_of(make.person("carla")), browser_of(mod)
    page = thread.get_absolute_url()
    mark = f'id="answer-{thread.answers_made[0].pk}"'
    assert mark in moderator.get(page).content.decode()
    for browser in (member, stranger, member):
        assert mark not in browser.get(page).content.decode()
    assert mark in moderator.get(page).content.decode()


def test_the_author_of_a_deleted_answer_sees_it_and_others_do_not(keeping, thread, ben, browser_of):
    thread.answers_made[0].delete_by(ben)
    mark = f'id="answer-{thread.answers_made[0].pk}"'
    for _ in range(2):
        assert mark in browser_of(ben).get(thread.get_absolute_url()).content.decode()
        assert mark not in browser_of(make.person()).get(thread.get_absolute_url()).content.decode()


def test_ones_own_act_is_seen_in_the_page_that_answers_it(keeping, thread, browser_of):
    """A refused form shows the page again within the request that sent it."""
    browser = browser_of(make.person("carla"))
    browser.get(thread.get_absolute_url())
    thread.comments.write(thread.author, "A remark made meanwhile")
    refused = browser.post(f"/questions/{thread.pk}/answers", {"body": "short"})
    assert refused.status_code == 400
    assert "A remark made meanwhile" in refused.content.decode()
