"""The preview: by the very code that stores posts."""

import pytest

from geeks.models import Question
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "body",
    [
        make.BODY,
        "Some *text* with $x^2$,\r\n\r\n- a list\r\n- of two\r\n\r\n$$\\int_0^1 x\\,dx$$\r\n",
        "```python\nprint('$5')\n```\n\nand trailing space   \n\n",
        "A broken one: $\\frac{1$ with words.",
    ],
)
def test_the_preview_equals_what_is_stored(browser_of, ada, body):
    browser = browser_of(ada)
    preview = browser.post("/preview", {"markdown": body}).content.decode()
    browser.post("/questions/ask", make.question_form(body=body))
    assert preview == Question.objects.get().body_html


def test_strangers_may_preview_too(stranger):
    response = stranger.post("/preview", {"markdown": "**bold**"})
    assert response.content.decode() == "<p><strong>bold</strong></p>"


@pytest.mark.parametrize(
    ("text", "says"),
    [("x" * 30_001, "30,000 characters; it has 30,001"), ("$x$ " * 301, "301 formulas; at most 300")],
)
def test_what_would_be_refused_is_a_400_with_the_same_sentence(stranger, text, says):
    response = stranger.post("/preview", {"markdown": text})
    assert response.status_code == 400
    assert says in response.content.decode()
    assert response["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("given", [{}, {"markdown": ""}, {"markdown": "\x00"}, {"other": "x"}])
def test_nothing_previews_as_nothing(stranger, given):
    response = stranger.post("/preview", given)
    assert (response.status_code, response.content) == (200, b"")


def test_hostile_text_is_harmless(stranger):
    assert b"<script" not in stranger.post("/preview", {"markdown": "<script>alert(1)</script>"}).content


def test_too_many_previews_in_a_minute_are_told_to_wait(stranger, monkeypatch):
    monkeypatch.setattr("geeks.policy.PREVIEWS_A_MINUTE", 2)
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.0)
    codes = [stranger.post("/preview", {"markdown": "x"}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
