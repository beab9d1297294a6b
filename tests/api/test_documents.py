"""The OpenAPI document and the page made from it."""

import json
import re

import pytest
from bs4 import BeautifulSoup

from geeks.api.documents import document, groups
from geeks.api.objects import comments, excerpts, people, posts, revisions, tags
from geeks.api.shapes import Shape

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_document_is_openapi_3_1_and_anybody_s_scripts_may_read_it(stranger, slash):
    response = stranger.get(f"/api/openapi.json{slash}")
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    made = json.loads(response.content)
    assert made["openapi"].startswith("3.1")
    assert "/api/2.3/questions/{ids}" in made["paths"]
    assert made["servers"] == [{"url": "http://127.0.0.1:8000"}]


def test_no_operation_is_without_words(stranger):
    for path, verbs in document()["paths"].items():
        for operation in verbs.values():
            assert operation["summary"].strip(), path
            assert set(operation["responses"]) >= {200, 400}, path
    ids = [operation["operationId"] for verbs in document()["paths"].values() for operation in verbs.values()]
    assert len(ids) == len(set(ids))


def test_every_reference_leads_to_a_schema():
    text = json.dumps(document())
    for name in set(re.findall(r'"#/components/schemas/([^"]+)"', text)):
        assert name in document()["components"]["schemas"]


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_page_lists_every_method_with_parameters_and_fields(stranger, slash):
    response = stranger.get(f"/api/docs{slash}")
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    shown = {(one.select_one(".api-verb").text, one.select_one("code").text) for one in page.select(".api-method")}
    known = {(method["verb"], f"/{method['path']}") for methods in groups().values() for method in methods}
    assert shown == known
    advanced = page.select_one("#search_advanced")
    assert {"q", "tagged", "accepted", "pagesize"} <= {code.text for code in advanced.select("td code")}
    assert "question_id" in advanced.select_one(".api-fields").text
    assert not page.select("main script")


def test_the_page_needs_nobody_else(stranger):
    response = stranger.get("/api/docs")
    own = "http://127.0.0.1:8000"
    page = BeautifulSoup(response.content, "html.parser")
    loaded = [tag.get("src") or tag.get("href") for tag in page.select("script, link, img")]
    assert not [url for url in loaded if url.startswith(("http", "//")) and not url.startswith(own)]
    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]


def test_the_short_address_leads_to_the_page(stranger):
    assert stranger.get("/api").headers["Location"] == "/api/docs"


@pytest.mark.parametrize(
    "objects",
    [
        posts.Questions,
        posts.Answers,
        posts.AnyPosts,
        comments.Comments,
        people.Users,
        tags.Tags,
        revisions.Revisions,
        excerpts.Excerpts,
    ],
)
def test_every_field_has_something_that_makes_it(objects):
    shape: type[Shape] = objects.shape
    assert [name for name in shape.all_fields() if not hasattr(objects, name)] == []
