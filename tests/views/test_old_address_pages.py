"""Old addresses of a site that was imported: under `/from/<host>/`, and under the old host itself."""

import pytest
from django.core.cache import cache

from geeks.models import Post
from tests import make

pytestmark = pytest.mark.django_db
OLD = "sums.example.net"


@pytest.fixture(autouse=True)
def hosts(settings):
    settings.ALLOWED_HOSTS = ["testserver", OLD, f"www.{OLD}", "second.example.org"]
    cache.clear()


@pytest.fixture
def question(ada, ben):
    asked = make.question(ada, body=make.PLAIN, tags=["c#"])
    answer = make.answer(asked, ben, "A plain answer without any formula in it.")
    Post.objects.update(source=make.source())
    make.origin(asked, 12)
    make.origin(answer, 34)
    make.origin(ada, 7)
    return asked


def ours(question, what: str) -> str:
    return {
        "question": question.get_absolute_url(),
        "answer": f"/a/{question.answers.get().pk}",
        "ada": f"/users/{question.author_id}",
        "tag": "/questions/tagged/c%23",
        "category": "/c/data-science",
    }[what]


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("/questions/12/why-not", "question"),
        ("/questions/12", "question"),
        ("/q/12/7", "question"),
        ("/a/34/7", "answer"),
        ("/questions/12/why-not/34", "answer"),
        ("/users/7/ada", "ada"),
        ("/questions/tagged/c%23", "tag"),
        ("", "category"),
    ],
)
def test_an_old_address_is_sent_to_what_is_here_for_good(stranger, question, path, what):
    here = stranger.get(f"/from/{OLD}{path}?noredirect=1")
    there = stranger.get(path or "/", headers={"host": OLD})
    assert (here.status_code, here["Location"]) == (301, ours(question, what))
    assert (there.status_code, there["Location"]) == (301, f"http://127.0.0.1:8000{ours(question, what)}")


@pytest.mark.parametrize("path", ["/questions/1/x", "/a/999999", "/users/8", "/questions/tagged/d", "/nothing/of/it"])
def test_what_is_not_here_is_a_page_that_says_so(stranger, question, path):
    """Also where a post of ours has that number."""
    make.question()
    for page in (stranger.get(f"/from/{OLD}{path}"), stranger.get(path, headers={"host": OLD})):
        assert page.status_code == 404
        assert "Sums" in page.content.decode()
        assert '<link rel="stylesheet" href="/static/' in page.content.decode()


def test_a_site_that_was_not_imported_has_no_old_addresses(stranger, question):
    page = stranger.get("/from/other.example.net/questions/12")
    assert page.status_code == 404
    assert "Nothing was imported from a site of this name" in page.content.decode()


@pytest.mark.parametrize("path", ["/questions", "/tags", "/search?q=a%20b&tab=newest", "/help"])
def test_pages_without_a_number_are_those_of_this_site(stranger, question, path):
    answer = stranger.get(path, headers={"host": OLD})
    assert (answer.status_code, answer["Location"]) == (301, f"http://127.0.0.1:8000{path}")


def test_the_old_host_takes_no_forms_and_serves_what_its_pages_need(stranger, question):
    assert stranger.post("/questions/12/answers", {"body": "x"}, headers={"host": OLD}).status_code == 404
    assert stranger.get("/healthz", headers={"host": f"www.{OLD}"}).status_code == 200
    assert stranger.get("/questions/12", headers={"host": f"www.{OLD}:8000"}).status_code == 301


def test_a_host_that_is_not_allowed_is_refused_though_it_is_a_source(stranger, question, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    assert stranger.get("/questions/12", headers={"host": OLD}).status_code == 400


def test_other_names_of_this_site_are_this_site(stranger, question):
    for host in ("testserver", "second.example.org"):
        assert stranger.get(question.get_absolute_url(), headers={"host": host}).status_code == 200


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example", "/%2Fevil.example/", "/%00", "/q/12%0d%0aX: y"])
def test_no_old_address_leads_to_a_third_site(stranger, question, path):
    for answer in (stranger.get(f"/from/{OLD}/{path}"), stranger.generic("GET", path, headers={"host": OLD})):
        location = answer.headers.get("Location", "")
        own = ("/", "http://127.0.0.1:8000/", "http://testserver/", f"http://{OLD}/")
        assert not location or location.startswith(own)
        assert not location.startswith(("//", "/\\"))
