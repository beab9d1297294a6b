"""Bodies that are broken, too large, or not what they say they are, to every address that takes one: never a fault."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from django.test import Client

from tests.hostile.addresses import all_addresses
from tests.hostile.values import EVERYTHING, some

pytestmark = pytest.mark.django_db

PART = b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nA title\r\n--x--\r\n'
FILE = PART.replace(b'name="title"', b'name="image"; filename="%s"\r\nContent-Type: image/png').replace(
    b"A title", b"x"
)
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
BODIES = {
    "no boundary": ("multipart/form-data", PART),
    "an empty boundary": ("multipart/form-data; boundary=", PART),
    "a boundary of letters beyond ASCII": ("multipart/form-data; boundary=\xff", PART),
    "a long boundary": ("multipart/form-data; boundary=" + "x" * 5_000, PART),
    "another boundary": ("multipart/form-data; boundary=y", PART),
    "cut in the head": (MULTIPART, PART[:30]),
    "cut in the text": (MULTIPART, PART[:60]),
    "no name": (MULTIPART, PART.replace(b'name="title"', b"")),
    "a name of broken bytes": (MULTIPART, PART.replace(b"title", b"\xff\xfe\x00")),
    "a text of broken bytes": (MULTIPART, PART.replace(b"A title", b"\xff\xfe\x00\xed\xa0\x80")),
    "broken base64": (MULTIPART, PART.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n", 1)),
    "a long head": (MULTIPART, PART.replace(b"\r\n\r\n", b"\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", 1)),
    "many parts": (MULTIPART, PART[:-5] * 1_200 + b"--x--\r\n"),
    "many files": (MULTIPART, (FILE % b"a.png")[:-5] * 150 + b"--x--\r\n"),
    "an unknown charset": (f"{MULTIPART}; charset=nonsense", PART),
    "a file with a path": (MULTIPART, FILE % b"../../etc/passwd"),
    "a file with a NUL": (MULTIPART, FILE % b"a\x00.png"),
    "a form in UTF-16": (f"{FORM}; charset=utf-16", "title=A title".encode("utf-16")),
    "a form of an unknown charset": (f"{FORM}; charset=nonsense", b"title=x"),
    "a form of broken bytes": (FORM, b"title=%ff%fe%00&\xff\xfe=\x00&body=%ed%a0%80&%=%zz"),
    "many fields": (FORM, "&".join(f"a{n}=1" for n in range(1_500)).encode()),
    "broken JSON": ("application/json", b'{"title": '),
    "deep JSON": ("application/json", b"[" * 100_000),
    "JSON": ("application/json", json.dumps({"title": ["x"], "body": None}).encode()),
    "nothing of a kind": ("", b"title=x"),
    "an odd kind": ("\x00/\xff; a=b; =; charset", b"title=x"),
    "plain text": ("text/plain", b"title=x"),
    "XML": ("application/xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    "20 MB of a form": (FORM, b"body=" + b"x" * 20_000_000),
    "20 MB of a text in parts": (MULTIPART, PART.replace(b"A title", b"x" * 20_000_000)),
    "20 MB of a file": (MULTIPART, (FILE % b"a.png").replace(b"\r\n\r\nx", b"\r\n\r\n" + b"x" * 20_000_000)),
    "20 MB of nothing": ("application/octet-stream", b"\0" * 20_000_000),
}
LARGE = [name for name in BODIES if name.startswith("20 MB")]
METHODS = ("POST", "PUT", "PATCH", "DELETE")


@pytest.mark.parametrize("name", BODIES)
def test_no_body_is_a_fault(site, name):
    kind, body = BODIES[name]
    turn = list(BODIES).index(name)
    addresses = [address for address in all_addresses() if not address.form.startswith("/admin/")]
    share = 2 if name in LARGE else 8
    for step, address in enumerate(some(addresses, turn, share if not (EVERYTHING and name in LARGE) else 40)):
        path = address.filled(address.good(site))
        for method in METHODS if EVERYTHING else ("POST", METHODS[step % 4]):
            site.attack(("member", "superuser")[step % 2], method, path, body, kind)


@pytest.mark.parametrize("name", BODIES)
def test_no_body_is_a_fault_where_the_token_against_forgery_is_looked_for(site, name):
    """That reads the form before any view does."""
    kind, body = BODIES[name]
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.cookies = site.browser("member").cookies
    for path in ("/questions/ask", "/uploads", "/accounts/login", "/admin/login/", "/preview"):
        response = browser.generic("POST", path, body, kind)
        assert response.status_code in (400, 403) or (path, response.status_code) == ("/preview", 200), path


@pytest.mark.parametrize("length", ["0", "5", "1000000"])
@pytest.mark.parametrize("kind", [FORM, MULTIPART, "application/json"])
def test_a_length_that_is_not_that_of_the_body_is_no_fault(site, length, kind):
    body = PART if kind == MULTIPART else b"title=A+title"
    for path in ("/questions/ask", "/uploads", "/api/2.3/questions/add", "/preview", "/accounts/login"):
        sent = {"CONTENT_LENGTH": length, "wsgi.input": BytesIO(body)}
        site.ask("member", "POST", path, body, kind, **sent)
