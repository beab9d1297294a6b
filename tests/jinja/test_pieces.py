"""Posts of threads are laid out once for all readers who may do the same: what each of them sees is what he would see
if nothing were remembered."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from geeks.jinja.fragments import fragments
from geeks.models import User
from geeks.rendering.parts import Part
from geeks.views import pieces
from tests import make

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty():
    fragments.clear()


@pytest.fixture
def thread(ada, ben):
    question = make.question(ada, tags=["sums"])
    question.given = make.answer(question, ben)
    make.comment(question, ben)
    make.comment(question.given, ada)
    return question


@pytest.fixture
def readers(ada, ben, mod):
    """Of every kind: who asked, who answered, a moderator, others of more and less reputation, a stranger."""
    people = [ada, ben, mod, make.person("new", reputation=1), make.person("old", reputation=5_000)]
    browsers = [Client() for _ in people]
    for browser, person in zip(browsers, people, strict=True):
        browser.force_login(person, backend=BACKEND)
    return [*browsers, Client()]


def nothing(thread, ada, ben, mod):
    """As it stands."""


def accept(thread, ada, ben, mod):
    thread.accept(thread.given, ada)


def vote(thread, ada, ben, mod):
    thread.votes.cast(ben, 1)
    thread.given.votes.cast(ada, -1)


def keep(thread, ada, ben, mod):
    thread.bookmarks.keep(ben)


def rename(thread, ada, ben, mod):
    thread.edit(ada, title="Another name for the same question?", body=thread.body, tags="series")


def edit_the_answer(thread, ada, ben, mod):
    thread.given.edit(mod, body="Something else that is long enough, and *true*.")


def lock(thread, ada, ben, mod):
    thread.lock(mod, "It is a fight.")


def close(thread, ada, ben, mod):
    thread.close(mod, "unclear")


def delete_the_answer(thread, ada, ben, mod):
    thread.given.delete_by(mod)


def comment(thread, ada, ben, mod):
    for person in (ada, ben, mod):
        make.comment(thread.given, person)


def become_a_moderator(thread, ada, ben, mod):
    User.objects.filter(pk=ada.pk).update(is_moderator=True)


def lose_a_moderator(thread, ada, ben, mod):
    User.objects.filter(pk=mod.pk).update(is_moderator=False, reputation=1)


def give_away(thread, ada, ben, mod):
    type(thread).objects.filter(pk=thread.pk).update(author=ben)


@pytest.mark.parametrize(
    "act",
    [
        nothing, accept, vote, keep, rename, edit_the_answer, lock, close, delete_the_answer, comment,
        become_a_moderator, lose_a_moderator, give_away,
    ],
)  # fmt: skip
def test_everybody_sees_what_is_so_now(thread, readers, ada, ben, mod, act):
    for reader in readers:
        page(reader, thread)  # now there is something to remember for everybody
    act(thread, ada, ben, mod)
    thread.refresh_from_db()
    remembered = [page(reader, thread) for reader in readers]
    for reader, shown in zip(readers, remembered, strict=True):
        fragments.clear()
        assert shown == page(reader, thread)


def test_those_who_may_do_the_same_share_a_piece(thread, monkeypatch):
    made = []

    class Noted(Part):
        def __init__(self, html):
            made.append(html)
            super().__init__(html)

    monkeypatch.setattr("geeks.jinja.fragments.Part", Noted)
    for name in ("emmy", "carl", "leonhard"):
        reader = Client()
        reader.force_login(make.person(name, reputation=200), backend=BACKEND)
        page(reader, thread)
    assert sum("<article" in html for html in made) == 2  # the question and its answer


def test_a_thread_with_a_notice_is_remembered_too(thread, mod, monkeypatch):
    thread.close(mod, "too-broad")
    stranger = Client()
    page(stranger, thread)
    monkeypatch.setattr("geeks.jinja.fragments.Part", lambda html: pytest.fail("laid out again"))
    assert "[closed]" in page(stranger, thread)


def test_what_makes_a_difference_is_named(settings):
    """Every privilege that a template asks about is part of the reader's key."""
    names = ("parts/_post.html", "parts/_comments.html", "parts/_close.html", "questions/_pieces.html")
    texts = "".join((settings.BASE_DIR / "templates" / name).read_text("utf-8") for name in names)
    asked = set(re.findall(r'\.can\("(\w+)"', texts))
    assert asked == set(pieces.OFFERED)


def test_a_refused_comment_stands_where_it_was_typed_and_is_not_remembered(thread, readers):
    new = readers[3]
    refused = new.post(f"/posts/{thread.given.pk}/comments", {"text": "Why?"})
    assert refused.status_code in (400, 403)
    assert "Why?" in refused.content.decode()
    assert "Why?" not in page(new, thread)


def test_each_form_has_a_token_of_its_own(thread, readers):
    shown = readers[4].get(thread.get_absolute_url()).content.decode()
    tokens = re.findall(r'name="token" value="([\w-]+)"', shown)
    assert len(tokens) == len(set(tokens)) == 3  # two for comments, one for an answer
    assert len(set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', shown))) == 1
    again = readers[4].get(thread.get_absolute_url()).content.decode()
    assert set(tokens).isdisjoint(re.findall(r'name="token" value="([\w-]+)"', again))


def page(reader, thread):
    shown = reader.get(thread.get_absolute_url()).content.decode()
    assert "\0" not in shown
    return re.sub(r'name="(token|csrfmiddlewaretoken)" value="[\w-]+"', r'name="\1"', shown)
