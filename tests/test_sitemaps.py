"""The sitemap: every public page once, in parts by id that cost the same everywhere."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geeks import sitemaps
from geeks.models import Category, Tag
from tests import make

pytestmark = pytest.mark.django_db
NAMES = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert answer["Content-Type"] == "application/xml"
    return [element.text for element in ElementTree.fromstring(answer.content).iter(f"{NAMES}loc")]


def everything(client):
    found = []
    for part in addresses(client, "/sitemap.xml"):
        found += addresses(client, "/" + part.split("/", 3)[3])
    return found


@pytest.fixture(autouse=True)
def ids_from_one(db):
    """PostgreSQL goes on counting from test to test; the parts of a sitemap are made by number."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ALTER SEQUENCE geeks_post_id_seq RESTART")


@pytest.fixture
def few_ids(monkeypatch):
    monkeypatch.setattr(sitemaps.RangePaginator.__init__, "__defaults__", (4,))


def test_every_public_page_stands_in_it_once(client, settings, ada, mod):
    questions = [make.question(ada, tags=["sums", "c++"]) for _ in range(3)]
    article = make.article(ada)
    gone = make.question(ada)
    gone.delete_by(mod)
    found = everything(client)
    assert len(found) == len(set(found))
    things = [*questions, article, *Category.objects.all(), *Tag.objects.filter(question_count__gt=0)]
    for thing in things:
        assert settings.SITE_URL + thing.get_absolute_url() in found, thing
    assert settings.SITE_URL + gone.get_absolute_url() not in found
    assert f"{settings.SITE_URL}/" in found
    assert f"{settings.SITE_URL}/help/maths" in found


def test_the_pages_in_it_open(client, settings, ada):
    make.question(ada, title="What is $x<y$ & what is not?", tags=["c++"])
    for address in everything(client):
        assert client.get(address.removeprefix(settings.SITE_URL)).status_code == 200, address


def test_many_posts_stand_in_several_parts_none_missing_and_none_twice(client, settings, ada, few_ids):
    posts = [make.question(ada) for _ in range(9)]
    parts = [address for address in addresses(client, "/sitemap.xml") if "questions" in address]
    assert len(parts) == (posts[-1].pk - 1) // 4 + 1
    found = [address for address in everything(client) if "/questions/" in address and "tagged" not in address]
    assert sorted(found) == sorted(settings.SITE_URL + post.get_absolute_url() for post in posts)


def test_a_part_says_when_each_of_its_posts_last_changed(client, ada):
    question = make.question(ada)
    text = client.get("/sitemap-questions.xml").content.decode()
    assert f"<lastmod>{question.last_activity:%Y-%m-%dT%H:%M:%SZ}</lastmod>" in text


def test_no_part_reads_by_offset_or_counts(client, ada, few_ids):
    for _ in range(6):
        make.question(ada)
    with CaptureQueriesContext(connection) as queries:
        everything(client)
    assert queries.captured_queries
    for query in queries.captured_queries:
        assert "OFFSET" not in query["sql"]
        assert "COUNT(" not in query["sql"]


def test_the_index_costs_the_same_queries_for_one_post_and_for_ten(client, ada, few_ids):
    def cost(path):
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    make.question(ada)
    few = cost("/sitemap.xml"), cost("/sitemap-questions.xml")
    for _ in range(9):
        make.question(ada)
    assert (cost("/sitemap.xml"), cost("/sitemap-questions.xml")) == few


def test_an_empty_site_has_one(client, db):
    assert everything(client)


@pytest.mark.parametrize(
    "path",
    [
        "/sitemap-nothing.xml",
        "/sitemap-questions.xml?p=0",
        "/sitemap-questions.xml?p=-1",
        "/sitemap-questions.xml?p=x",
        "/sitemap-questions.xml?p=%00",
        "/sitemap-questions.xml?p=99999999999999999999999",
        "/sitemap-questions.xml?p=" + "9" * 5000,
    ],
)
def test_a_part_that_is_not_there_is_a_404(client, db, path):
    assert client.get(path).status_code == 404
