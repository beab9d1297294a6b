"""What holds for every call: versions, slashes, verbs, compression, scripts of other sites, cookies."""

import gzip
import json

import pytest
from django.test import Client

from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "/api/2.3/questions",
        "/api/2.3/questions/",
        "/api/2.2/questions",
        "/api/2.2/questions/",
        "/2.3/questions",
        "/2.2/questions/",
    ],
)
def test_both_versions_answer_with_and_without_a_slash_at_once(stranger, ada, path):
    question = make.question(ada)
    response = stranger.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert response.json()["items"][0]["question_id"] == question.pk


def test_ids_may_come_escaped(stranger, ada):
    first, second = make.question(ada), make.question(ada)
    assert len(stranger.get(f"/api/2.3/questions/{first.pk}%3B{second.pk}/").json()["items"]) == 2


@pytest.mark.parametrize(("accepted", "encoding"), [("gzip", "gzip"), ("gzip, deflate", "gzip"), ("br, gzip", "br")])
def test_every_answer_is_compressed_for_who_takes_it_however_short(stranger, accepted, encoding):
    for path in ("/api/2.3/questions", "/api/2.3/nothing"):
        response = stranger.get(path, headers={"Accept-Encoding": accepted})
        assert response.headers["Content-Encoding"] == encoding
    if encoding == "gzip":
        assert json.loads(gzip.decompress(response.content))["error_id"] == 404


def test_who_takes_no_compression_gets_none(stranger):
    assert "Content-Encoding" not in stranger.get("/api/2.3/questions").headers


def test_head_is_get_without_a_body(stranger, ada):
    make.question(ada)
    response = stranger.head("/api/2.3/questions")
    assert response.status_code == 200
    assert response.content == b""


@pytest.mark.parametrize("verb", ["post", "put", "delete", "patch"])
def test_a_method_that_reads_takes_no_other_verb(stranger, verb):
    response = getattr(stranger, verb)("/api/2.3/questions")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET"
    assert response.json()["error_name"] == "no_method"


def test_jsonp_is_refused(stranger):
    response = stranger.get("/api/2.3/questions", {"callback": "alert"})
    assert response.status_code == 400
    assert response.json()["error_name"] == "bad_parameter"
    assert "callback" in response.json()["error_message"]
    assert b"alert" not in response.content


def test_scripts_of_any_site_may_read(stranger):
    for path in ("/api/2.3/questions", "/api/2.3/nothing"):
        headers = stranger.get(path, headers={"Origin": "https://else.example"}).headers
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Access-Control-Allow-Credentials" not in headers
    asked = stranger.options("/api/2.3/questions", headers={"Access-Control-Request-Method": "GET"})
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "Access-Control-Allow-Origin" not in stranger.post("/api/2.3/questions").headers


def test_a_session_means_nothing(ada, browser_of, mod):
    question = make.question(ada)
    question.delete_by(mod)
    assert browser_of(mod).get(f"/api/2.3/questions/{question.pk}").json()["items"] == []
    response = browser_of(ada).get("/api/2.3/questions")
    assert "Cookie" not in response.headers.get("Vary", "")
    assert not response.cookies


def test_empty_parameters_are_none(stranger, ada):
    make.question(ada)
    empty = "page=&pagesize=&fromdate=&todate=&min=&max=&sort=&order=&tagged=&filter=&site=&key=&callback="
    assert len(stranger.get(f"/api/2.3/questions?{empty}").json()["items"]) == 1


def test_too_large_a_query_is_a_refusal_not_a_fault():
    response = Client().get("/api/2.3/search/advanced", {"q": "x" * 4_001})
    assert response.status_code == 400
    assert response.json()["error_name"] == "bad_parameter"
