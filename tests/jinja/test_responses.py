"""Answers whose bytes are put together when somebody asks for them."""

from __future__ import annotations

import gzip
import re

import brotli
import pytest

from geeks.jinja.responses import PageResponse
from geeks.rendering.parts import Block, Woven
from tests import make

pytestmark = pytest.mark.django_db


def page():
    return Woven([b"<html>", Block(b"a list"), b"</html>"])


def test_the_content_is_the_page():
    response = PageResponse(page())
    assert response.headers["Content-Length"] == "19"
    assert response.content == b"<html>a list</html>"
    assert b"".join(PageResponse(page())) == response.content
    assert PageResponse(page(), status=409).status_code == 409


def test_other_content_takes_its_place():
    response = PageResponse(page())
    response.content = b"other"
    assert response.woven is None
    assert "Content-Length" not in response.headers
    assert response.content == b"other"


@pytest.mark.parametrize("path", ["/", "/questions", "/c/data-science", "/questions/tagged/sums", "/search?q=odd"])
def test_a_page_is_the_same_in_every_encoding(client, path):
    for who in (make.person("ada"), None):
        make.question(make.person(f"author{who}"), tags=["sums"])
        if who:
            client.force_login(who)
        else:
            client.logout()
        plain = without_tokens(client.get(path, headers={"Accept-Encoding": "identity"}).content)
        for accepted in ("gzip, deflate, br, zstd", "gzip", "br"):
            answer = client.get(path, headers={"Accept-Encoding": accepted})
            assert answer.headers["Content-Length"] == str(len(answer.content))
            unpack = {"gzip": gzip.decompress, "br": brotli.decompress}[answer.headers["Content-Encoding"]]
            assert without_tokens(unpack(answer.content)) == plain


def without_tokens(content):
    return re.sub(rb'value="[\w-]{20,}"', b"", content)
