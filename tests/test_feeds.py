"""The Atom feeds: that readers can read them, that formulas are in them, that they cost a fixed number of queries."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from geeks import feeds
from geeks.models import Post
from tests import make

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def read(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def entries(feed):
    return feed.findall(f"{ATOM}entry")


def text(element, name):
    return element.findtext(f"{ATOM}{name}")


@pytest.fixture
def question(ada):
    return make.question(ada, title="Why is $a<b$ & not $b<a$ here?", tags=["sums", "c++"])


def addresses(question, ben):
    make.answer(question, ben)
    return [
        "/feeds",
        f"{question.category.get_absolute_url()}/feed",
        "/questions/tagged/sums/feed",
        "/questions/tagged/c++/feed",
        "/questions/tagged/c%2B%2B+sums/feed",
        f"/questions/{question.pk}/feed",
        f"/users/{question.author.pk}/feed",
        f"/users/{ben.pk}/feed",
    ]


def test_every_feed_has_what_atom_demands(client, question, ben, settings):
    for path in addresses(question, ben):
        feed = read(client, path)
        assert text(feed, "title"), path
        assert text(feed, "id").startswith(settings.SITE_URL), path
        links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
        assert links["self"].startswith(settings.SITE_URL), path
        assert links["alternate"].startswith(settings.SITE_URL), path
        assert datetime.fromisoformat(text(feed, "updated")).tzinfo, path
        assert text(feed.find(f"{ATOM}author"), "name"), path
        assert entries(feed), path
        for entry in entries(feed):
            assert text(entry, "id").startswith(settings.SITE_URL), path
            assert datetime.fromisoformat(text(entry, "updated")).tzinfo, path
            assert text(entry.find(f"{ATOM}author"), "name"), path
            assert entry.find(f"{ATOM}link").get("href").startswith(settings.SITE_URL), path
            assert entry.find(f"{ATOM}content").get("type") == "html", path


def test_the_addresses_in_a_feed_lead_to_pages(client, question, ben, settings):
    for path in addresses(question, ben):
        feed = read(client, path)
        found = [link.get("href") for link in feed.iter(f"{ATOM}link")] + [text(entry, "id") for entry in entries(feed)]
        for address in found:
            answer = client.get(address.removeprefix(settings.SITE_URL))
            assert answer.status_code in (200, 301, 302), address


def test_a_title_shows_its_formulas_typeset(client, question):
    (entry,) = entries(read(client, "/feeds"))
    title = next(element for element in entry if element.tag.endswith("}title"))
    assert title.get("type") == "html"
    assert title.text.count("<math") == 2
    assert "&amp; not" in title.text
    assert "$" not in BeautifulSoup(title.text, "html.parser").get_text()


def test_the_content_is_the_whole_post_with_its_formulas_once_as_mathml(client, ada):
    make.question(ada, body="The sum $\\sum_{k=1}^n k$ is known to **everybody**.")
    (entry,) = entries(read(client, "/feeds"))
    content = text(entry, "content")
    assert "<strong>everybody</strong>" in content
    assert content.count("<math") == 1
    assert "<svg" not in content
    assert "</svg>" not in content


def test_nested_drawings_go_whole_and_nothing_else_goes():
    html = '<p>a<svg x="1"><g/><svg><path d="M0"/></svg><use href="#a"/></svg>b<svg/>c</p></svg>d'
    assert feeds.without_drawings(html) == "<p>abc</p>d"


def test_pictures_and_links_of_ours_have_whole_addresses(client, ada, settings):
    make.question(
        ada, body="See [this](/help) and ![a picture](/media/uploads/ab/x.webp) and [that](https://a.example/)."
    )
    content = text(entries(read(client, "/feeds"))[0], "content")
    assert f'href="{settings.SITE_URL}/help"' in content
    assert f'src="{settings.SITE_URL}/media/' in content
    assert 'href="https://a.example/"' in content


def test_characters_that_xml_cannot_hold_are_left_out(client, ada):
    question = make.question(ada)
    Post.objects.filter(pk=question.pk).update(title="bad \x08 title \ufffe", body_html="<p>bad \x0b\x1f text</p>")
    (entry,) = entries(read(client, "/feeds"))
    assert text(entry, "title") == "bad  title "
    assert "bad  text" in text(entry, "content")


def test_a_post_of_nobody_has_an_author_all_the_same(client, question):
    question.author.delete()
    (entry,) = entries(read(client, "/feeds"))
    assert text(entry.find(f"{ATOM}author"), "name") == "Somebody"


def test_the_newest_come_first_and_articles_among_them(client, ada):
    now = timezone.now()
    make.question(ada, title="The question of yesterday", created=now - timedelta(days=1))
    make.article(ada, title="The article of this hour", created=now - timedelta(hours=1))
    make.question(ada, title="The question of last year", created=now - timedelta(days=300))
    titles = [text(entry, "title") for entry in entries(read(client, "/feeds"))]
    assert titles == ["The article of this hour", "The question of yesterday", "The question of last year"]


def test_a_feed_holds_only_what_it_is_about(client, ada, ben):
    web, data = make.category("web"), make.category("data-science")
    make.question(ada, title="A question about the web", category=web, tags=["html"])
    make.question(ben, title="A question about the data", category=data, tags=["sums", "html"])
    cases = {
        "/c/web/feed": {"A question about the web"},
        "/questions/tagged/sums/feed": {"A question about the data"},
        "/questions/tagged/html/feed": {"A question about the web", "A question about the data"},
        "/questions/tagged/html+sums/feed": {"A question about the data"},
        f"/users/{ada.pk}/feed": {"A question about the web"},
    }
    for path, titles in cases.items():
        assert {text(entry, "title") for entry in entries(read(client, path))} == titles, path


def test_a_questions_feed_holds_it_and_its_answers(client, question, ben):
    answer = make.answer(question, ben)
    feed = read(client, f"/questions/{question.pk}/feed")
    titles = [text(entry, "title") for entry in entries(feed)]
    assert titles[0] == f"Answer by ben: {titles[1]}"
    assert "<math" in titles[1]
    assert text(entries(feed)[0], "id").endswith(f"/a/{answer.pk}")


def test_an_entry_keeps_its_id_when_its_title_changes(client, question, ada):
    before = text(entries(read(client, "/feeds"))[0], "id")
    question.edit(ada, title="Another title, quite another", body=question.body)
    entry = entries(read(client, "/feeds"))[0]
    assert text(entry, "id") == before
    assert text(entry, "title") == "Another title, quite another"
    assert text(entry, "updated") > text(entry, "published")


def test_deleted_posts_are_in_no_feed(client, question, ben, mod):
    paths = addresses(question, ben)
    question.delete_by(mod)
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 404 or b"<entry>" not in answer.content, path


def test_a_feed_of_nothing_is_valid_and_does_not_change(client, db):
    first, second = client.get("/feeds"), client.get("/feeds")
    assert first.content == second.content
    assert first["ETag"] == second["ETag"]


@pytest.mark.parametrize(
    "path",
    [
        "/c/none/feed",
        "/questions/tagged/none/feed",
        "/questions/999/feed",
        "/questions/9223372036854775808/feed",
        "/users/999/feed",
        "/users/9999999999999999999/feed",
    ],
)
def test_a_feed_of_what_is_not_there_is_a_404(client, db, path):
    assert client.get(path).status_code == 404


def test_the_feed_of_an_answer_or_of_a_switched_off_account_is_a_404(client, question, ben):
    answer = make.answer(question, ben)
    assert client.get(f"/questions/{answer.pk}/feed").status_code == 404
    ben.is_active = False
    ben.save()
    assert client.get(f"/users/{ben.pk}/feed").status_code == 404


def test_what_has_not_changed_is_not_sent_again(client, question):
    first = client.get("/feeds")
    assert first["Last-Modified"]
    again = client.get("/feeds", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    later = client.get("/feeds", headers={"if-modified-since": first["Last-Modified"]})
    assert later.status_code == 304


def test_no_feed_starts_a_session(client, question, ben):
    for path in addresses(question, ben):
        assert not client.get(path).cookies, path


def test_a_feed_costs_the_same_queries_for_two_posts_and_for_ten(client, question, ben):
    paths = addresses(question, ben)

    def cost(path):
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    make.article(ben, tags=["sums", "c++"])
    few = {path: cost(path) for path in paths}
    for _ in range(8):
        make.answer(question, ben)
        make.answer(make.question(question.author, tags=["sums", "c++"]), ben)
        make.article(ben, tags=["sums", "c++"])
    assert {path: cost(path) for path in paths} == few


def test_a_feed_has_at_most_thirty_entries(client, ada, monkeypatch):
    monkeypatch.setattr(feeds, "SIZE", 3)
    for _ in range(5):
        make.question(ada)
    assert len(entries(read(client, "/feeds"))) == 3


def test_no_feed_holds_a_script(client, ada):
    make.question(
        ada, title="<script>alert(1)</script> in a title", body="<script>alert(1)</script> and a body of length"
    )
    body = client.get("/feeds").content.decode()
    assert "<script" not in body
    assert not re.search(r"&lt;script&gt;alert\(1\)&lt;/script&gt; and", body)
