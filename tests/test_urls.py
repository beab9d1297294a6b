"""The map: every name resolves, every URL has one form, and no redirect leaves the site."""

import re

import pytest
from django.urls import get_resolver, reverse

from tests import make

pytestmark = pytest.mark.django_db

# Names that other parts rely on; the arguments are those a page would give.
NAMES = {
    "home": (), "search": (), "categories": (), "category": ("web",), "category_feed": ("web",), "questions": (),
    "question_ask": (), "tagged": ("c++",), "tag_feed": ("c++",), "question": (1,), "question_answers": (1,),
    "question_closure": (1,), "question_feed": (1,), "question_named": (1, "slug"), "answer_acceptance": (1,),
    "short_question": (1,), "short_answer": (1,), "post_edit": (1,), "post_votes": (1,), "post_comments": (1,),
    "post_deletion": (1,), "post_lock": (1,), "post_revisions": (1,), "comment_deletion": (1,), "preview": (),
    "articles": (), "article_new": (), "article": (1,), "article_named": (1, "slug"), "tags": (), "users": (),
    "user": (1,), "user_edit": (1,), "user_feed": (1,), "uploads": (), "feeds": (), "sitemap": (), "robots": (),
    "opensearch": (), "healthz": (), "readyz": (), "about": (), "help": (), "help_maths": (),
    "account_login": (), "account_logout": (), "account_signup": (), "account_reset_password": (),
}  # fmt: skip
PROMISED = [
    "/", "/c", "/questions", "/tags", "/articles", "/search", "/users", "/about", "/help", "/feeds", "/sitemap.xml",
    "/robots.txt", "/opensearch.xml", "/healthz", "/readyz", "/accounts/login", "/accounts/signup",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_leads_to_an_address_without_a_slash_at_its_end(name):
    url = reverse(name, args=NAMES[name])
    assert url.startswith("/")
    assert url == "/" or not url.endswith("/")


def test_no_address_of_ours_ends_with_a_slash():
    patterns = [str(pattern.pattern) for pattern in get_resolver().url_patterns]
    assert [pattern for pattern in patterns if re.search(r"/\$?$", pattern)] == ["admin/"]


@pytest.mark.parametrize("url", PROMISED)
def test_a_promised_page_is_there(stranger, url):
    make.question()
    assert stranger.get(url).status_code == 200


@pytest.mark.parametrize("url", [url for url in PROMISED if url != "/"])
def test_the_other_form_redirects_for_good(stranger, url):
    response = stranger.get(f"{url}/?tab=x&q=a%20b")
    assert response.status_code == 301
    assert response["Location"] == f"http://testserver{url}?tab=x&q=a%20b"


@pytest.mark.parametrize("path", ["/questions/tagged/c%23", "/questions/tagged/c++", "/c/a%3Fb", "/c/100%25"])
def test_the_other_form_keeps_what_is_escaped_in_the_path(stranger, path):
    assert stranger.get(f"{path}/")["Location"] == f"http://testserver{path}"


@pytest.mark.parametrize(
    "path",
    [
        *("//evil.example/", "///evil.example/", "//evil.example", "/\\evil.example/", "/%5Cevil.example/"),
        *("/%2Fevil.example/", "//evil.example/%2F..", "/http://evil.example/", "//", "///"),
    ],
)
def test_no_redirect_leaves_the_site(stranger, path):
    response = stranger.generic("GET", path)
    location = response.headers.get("Location", "")
    assert response.status_code in (301, 302, 404, 400, 200)
    assert not location or location.startswith("http://testserver/") or re.match(r"/(?![/\\])", location)
    assert not re.match(r"http://testserver/*[/\\]{2}", location)


@pytest.mark.parametrize("url", ["/questions/ask", "/posts/1/votes"])
def test_a_post_to_the_other_form_is_not_redirected(stranger, url):
    assert stranger.post(f"{url}/").status_code == 404


def test_the_admin_keeps_its_slash(stranger):
    assert stranger.get("/admin").status_code == 301
    assert stranger.get("/admin")["Location"].endswith("/admin/")
    assert stranger.get("/admin/").status_code == 302


@pytest.mark.parametrize("path", ["/nowhere", "/questions/x", "/%00", "/%FF", "/questions/1e9", "/a" * 2000])
def test_an_address_that_names_nothing_is_a_404_page(stranger, path):
    response = stranger.get(path, follow=True)
    assert response.status_code == 404


@pytest.mark.parametrize("url", PROMISED)
def test_every_answer_carries_the_headers_of_safety(stranger, url):
    response = stranger.get(url)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"]


@pytest.mark.parametrize("url", [url for url in PROMISED if not re.search(r"\\.|healthz|readyz|feeds", url)])
def test_no_page_needs_anything_inline_or_foreign(stranger, url):
    make.answer()
    page = stranger.get(url).content.decode()
    assert not re.search(r"<[^>]+\sstyle=", page)
    assert not re.search(r"<[^>]+\son\w+=", page)
    assert not re.search(r"<style\b", page)
    for script in re.findall(r"<script\b[^>]*>", page):
        assert "src=" in script or 'type="application/' in script
    for source in re.findall(r'\bsrc="([^"]*)"', page):
        assert re.match(r"/(?!/)", source)
