"""Wherever a post is shown, an image from another site is a link to it; what is stored keeps the image."""

from __future__ import annotations

import pytest

from geeks.models import Question
from tests import make

pytestmark = pytest.mark.django_db

BODY = "Look at ![a cat](https://e.org/cat.png) and ![a dog](/media/dog.png) here."
STORED = '<img alt="a cat" src="https://e.org/cat.png" loading="lazy">'
SHOWN = '<a rel="nofollow ugc noopener" class="image-link" href="https://e.org/cat.png">a cat</a>'
OWN = '<img alt="a dog" src="/media/dog.png" loading="lazy">'


@pytest.fixture
def question(ada):
    return make.question(ada, body=BODY)


def test_the_image_is_stored(question):
    assert STORED in question.body_html


def test_a_page_shows_a_link(question, stranger):
    page = stranger.get(question.get_absolute_url()).content.decode()
    assert SHOWN in page
    assert OWN in page
    assert STORED not in page


def test_the_preview_equals_what_the_page_shows(ada, browser_of):
    browser = browser_of(ada)
    preview = browser.post("/preview", {"markdown": BODY}).content.decode()
    browser.post("/questions/ask", make.question_form(body=BODY))
    page = browser.get(Question.objects.get().get_absolute_url()).content.decode()
    assert SHOWN in preview
    assert f'<div class="post-body">{preview}</div>' in page


def test_a_feed_links(question, client):
    feed = client.get("/feeds").content.decode()
    assert '&lt;img alt="a dog"' in feed
    assert "image-link" in feed
    assert '&lt;img alt="a cat"' not in feed


def test_the_admin_shows_a_link(question, mod, browser_of):
    page = browser_of(mod).get(f"/admin/geeks/question/{question.pk}/change/").content.decode()
    assert SHOWN in page
    assert STORED not in page
