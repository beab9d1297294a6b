"""robots.txt, the search description, and the two pages that watch over the process."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from geeks.views import machines

NAMES = "{http://a9.com/-/spec/opensearch/1.1/}"


def test_robots_are_kept_from_forms_and_shown_the_sitemap(client, settings):
    answer = client.get("/robots.txt")
    lines = answer.content.decode().splitlines()
    assert answer["Content-Type"].startswith("text/plain")
    assert lines[0] == "User-agent: *"
    assert "Disallow: /accounts/password" in lines
    assert "Disallow: /admin/" in lines
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in lines
    for path in ("/questions", "/c/web", "/users", "/feeds"):
        assert not [line for line in lines if line.startswith("Disallow: ") and path.startswith(line[10:])], path


def test_browsers_learn_how_to_search_here(client, settings):
    answer = client.get("/opensearch.xml")
    assert answer["Content-Type"].startswith("application/opensearchdescription+xml")
    document = ElementTree.fromstring(answer.content)
    assert document.tag == f"{NAMES}OpenSearchDescription"
    assert len(document.findtext(f"{NAMES}ShortName")) <= 16
    page = next(url for url in document.iter(f"{NAMES}Url") if url.get("type") == "text/html")
    assert page.get("template").endswith("/search?q={searchTerms}")


def test_a_name_with_markup_in_it_leaves_the_description_valid(client, monkeypatch):
    engine = machines.render.__globals__["loader"].get_template("machines/opensearch.xml").backend.env
    monkeypatch.setitem(engine.globals, "site_name", 'Maths & <Co> "quoted"')
    ElementTree.fromstring(client.get("/opensearch.xml").content)


@pytest.mark.django_db
def test_the_health_page_asks_nothing_of_the_database(client):
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert not queries.captured_queries
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_site_that_is_ready_says_so(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert {"database", "migrations"} <= set(answer.json())
    assert set(answer.json().values()) == {"ok"}


@pytest.mark.django_db
def test_a_missing_migration_is_named_with_the_remedy(client, monkeypatch):
    shipped = machines.shipped_migrations() | {("geeks", "9999_from_tomorrow")}
    monkeypatch.setattr(machines, "shipped_migrations", lambda: shipped)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "1 not applied: run manage.py migrate"


def test_a_database_that_is_down_makes_it_not_ready_and_tells_no_secret(client, monkeypatch):
    def down():
        raise DatabaseError("password=hunter2 host=db.internal")

    monkeypatch.setattr(machines.connection, "cursor", down)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "cannot be reached"
    assert b"hunter2" not in answer.content


@pytest.mark.django_db
def test_another_part_may_add_a_check(client, monkeypatch):
    monkeypatch.setitem(machines.CHECKS, "search", lambda: "400 posts behind")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["search"]) == (503, "400 posts behind")


def test_these_pages_are_only_read(client):
    for path in ("/robots.txt", "/opensearch.xml", "/healthz", "/readyz"):
        assert client.post(path).status_code == 405, path


def test_pages_without_an_icon_of_their_own_get_the_sites(client):
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert answer["Location"].endswith("favicon.svg")
