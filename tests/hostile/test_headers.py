"""Nasty headers on one page of each kind: never a fault, and no name or address from a header leads off the site."""

from __future__ import annotations

import pytest

from tests.hostile.site import ROLES, Site
from tests.hostile.values import EVERYTHING, some

pytestmark = pytest.mark.django_db

LONG = "x" * 100_000
TEXTS = [
    "",
    " ",
    "\x00",
    "\u00ff\u00fe",
    "%00",
    "'",
    '"',
    "*",
    ",,,",
    ";;;",
    "=",
    "q=",
    "a;q=x",
    "{{7*7}}",
    LONG,
    "\u00e9",
    "-1",
]
HEADERS = {
    "Host": ["evil.example", "testserver:99999", "testserver:x", "[::1", "a b", "testserver@evil.example", ".", LONG],
    "X-Forwarded-Host": ["evil.example", "evil.example, testserver"],
    "X-Forwarded-For": ["evil", "1.2.3.4, evil", "::ffff:1.2.3.4", "256.1.1.1", "1.2.3.4:80", "[::1]:80", "," * 5_000],
    "X-Forwarded-Proto": ["https", "javascript", "https,http"],
    "X-Forwarded-Port": ["443", "x"],
    "X-HTTP-Method-Override": ["DELETE"],
    "X-Original-URL": ["/admin/"],
    "Forwarded": ["for=evil;host=evil.example;proto=https"],
    "Accept": ["application/json", "application/json;q=x", "text/html;q=0", "*/*;q=0", "a" * 5_000],
    "Accept-Language": ["xx", "de-AT-1996", "../../etc", "zh-" + "a" * 5_000, "en;q=9999999999", "*;q=0", "\u00e9"],
    "Accept-Encoding": ["gzip;q=0", "br;q=x", "gzip;q=0.5, br;q=", "*", "gzip," * 5_000, "deflate, \x00"],
    "If-None-Match": ["*", '"', '"a', 'W/"', "W/", '""', ",", '"a",' * 5_000, "\x00"],
    "If-Match": ["*", '"', '"a"'],
    "If-Modified-Since": ["yesterday", "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 99 Jan 9999 99:99:99 GMT", "9" * 5_000],
    "If-Unmodified-Since": ["yesterday", "Mon, 01 Jan 0001 00:00:00 GMT"],
    "Range": ["bytes=0-", "bytes=-1", "bytes=9-1", "bytes=0-0,1-1,2-2", "bytes=99999999999999999999-", "lines=1-2"],
    "If-Range": ['"a"', "yesterday"],
    "Cookie": [
        *("sessionid=", "sessionid=\x00", "sessionid=../../x", "sessionid=" + "a" * 10_000, "=;=;="),
        *("csrftoken=short", "csrftoken=" + "a" * 10_000, "csrftoken=\u00e9", "messages=x", "messages=[[broken"),
        *(";" * 5_000, "; ".join(f"a{n}=1" for n in range(2_000)), '"', "a", "$Version=1"),
        *("sessionid=a; sessionid=b", "messages=" + "W" * 9_000, r'sessionid="\000 is a NUL where cookies are quoted"'),
    ],
    "Authorization": ["Bearer", "Bearer ", "bearer \x00", "Bearer " + LONG, "Basic !!!", "Basic \u00ff", "Bearer a b"],
    "X-CSRFToken": ["short", "a" * 10_000, "\u00e9"],
    "Referer": ["", "x", "https://evil.example/", "http://testserver@evil.example/", "http://[", "http://a/" + LONG],
    "Origin": ["null", "https://evil.example", "http://[", "x", "http://testserver:x"],
    "HX-Request": ["true", "x"],
    "HX-Current-URL": ["http://[", "\x00"],
    "User-Agent": ["", "\x00", LONG],
    "Content-Length": ["-1", "x", "", "0", "99999999999999999999", "1e3", "1,2"],
    "Transfer-Encoding": ["chunked", "x"],
    "Upgrade": ["websocket"],
    "Expect": ["100-continue"],
}  # fmt: skip
PAGES = (
    *("/", "/questions", "/search?q=sums", "/questions/ask", "/accounts/login", "/users", "/feeds", "/sitemap.xml"),
    *("/admin/", "/admin/geeks/question/", "/api/2.3/questions", "/healthz", "/uploads", "/favicon.ico", "/robots.txt"),
    *("/nowhere", "/questions/", "//evil.example/", "/preview", "/from/sums.example.net/questions/77"),
)  # fmt: skip
LATIN = "iso-8859-1"


def header(name: str, value: str) -> dict[str, str]:
    """As the server puts it into the environment: its bytes as Latin letters."""
    name = name.upper().replace("-", "_")
    name = name if name == "CONTENT_LENGTH" else f"HTTP_{name}"
    return {name: value.encode("utf-8").decode(LATIN)}


def own_pages(site: Site) -> list[str]:
    question = site.good["question_id"]
    return [*PAGES, f"/questions/{question}/{site.good['slug']}", f"/media/{site.good['name']}"]


@pytest.mark.parametrize("name", HEADERS)
def test_no_value_of_a_header_is_a_fault(site, name):
    for turn, page in enumerate(own_pages(site)):
        for step, value in enumerate(some([*HEADERS[name], *TEXTS], turn, 1)):
            for method in ("GET", "HEAD", "POST") if EVERYTHING else ("GET",):
                site.attack(ROLES[(turn + step) % 4], method, page, **header(name, value))


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host", "Forwarded", "Referer", "Origin"])
def test_no_name_from_a_header_stands_in_a_page_or_leads_anywhere(site, name):
    for page in own_pages(site):
        for value in HEADERS[name]:
            for method in ("GET", "POST"):
                response = site.ask("member", method, page, **header(name, value))
                shown = b"".join(response.streaming_content) if response.streaming else response.content
                assert b"evil.example" not in shown or page == "//evil.example/", (page, name, value)


@pytest.mark.parametrize("trusted", [1, 2])
def test_no_header_of_a_proxy_is_a_fault_behind_one(site, settings, trusted):
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = trusted
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    sent = "login=ada&password=wrong"
    for name in ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded"):
        for value in [*HEADERS[name], *TEXTS]:
            for page in ("/api/2.3/questions", "/search/suggestions?q=sums"):
                site.attack("stranger", "GET", page, **header(name, value))
            site.attack(
                "stranger", "POST", "/accounts/login", sent, "application/x-www-form-urlencoded", **header(name, value)
            )
