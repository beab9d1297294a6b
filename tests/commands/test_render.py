"""`manage.py render`: by the very code that stores posts, line by line with --jsonl."""

import json
import os
import select
import subprocess
import sys
from io import BytesIO, StringIO
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from geeks.rendering import render


def rendered(monkeypatch, sent: bytes, *arguments: str) -> str:
    out = StringIO()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=BytesIO(sent)))
    call_command("render", *arguments, stdout=out)
    return out.getvalue()


def lines(monkeypatch, *sent: bytes) -> list[dict]:
    return [json.loads(line) for line in rendered(monkeypatch, b"\n".join(sent), "--jsonl").splitlines()]


def asked(pk, markdown) -> bytes:
    return json.dumps({"id": pk, "markdown": markdown}).encode()


def test_markdown_becomes_the_html_that_is_stored(monkeypatch):
    source = "Some *text* with $x^2$."
    assert rendered(monkeypatch, source.encode()) == render(source).html + "\n"


def test_a_text_beyond_the_limits_is_an_error_with_the_reason(monkeypatch):
    with pytest.raises(CommandError, match="30,001 characters"):
        rendered(monkeypatch, b"x" * 30_001)


def test_every_line_is_answered_in_order(monkeypatch):
    first, second = lines(monkeypatch, asked(7, "Let $a+b$ and $$\\frac1$$ be."), b"", asked("x", "plain"))
    assert first["id"] == 7
    assert [(row["tex"], row["display"], row["ok"]) for row in first["formulas"]] == [
        ("a+b", False, True),
        ("\\frac1", True, False),
    ]
    assert first["formulas"][1]["error"]
    assert first["text"].startswith("Let $a+b$ and")
    assert "error" not in first
    assert second == {"id": "x", "html": "<p>plain</p>", "text": "plain", "excerpt": "plain", "formulas": []}


def test_environments_keep_their_begin_and_end(monkeypatch):
    (row,) = lines(monkeypatch, asked(1, "\\begin{align}a&=b\\end{align}"))
    assert row["formulas"][0]["tex"] == "\\begin{align}a&=b\\end{align}"
    assert row["formulas"][0]["display"] is True


@pytest.mark.parametrize(
    "line", [b"nonsense", b"[]", b"null", b"7", b"{}", b'{"markdown": 3}', b"\xff\xfe", b"[" * 100_000]
)
def test_a_bad_line_is_answered_and_the_next_one_too(monkeypatch, line):
    bad, good = lines(monkeypatch, line, asked(2, "plain"))
    assert bad["error"].startswith("line 1 is not")
    assert good["html"] == "<p>plain</p>"


@pytest.mark.parametrize("line", [b'{"id": "\\ud800", "markdown": "a"}', b'{"id": 1, "markdown": "\\ud800 a \\u0000"}'])
def test_half_a_character_is_answered_too(monkeypatch, line):
    (row,) = lines(monkeypatch, line)
    assert row["html"] == "<p>a</p>"


def test_an_input_beyond_the_limits_is_answered_with_its_escaped_text_and_the_reason(monkeypatch):
    (row,) = lines(monkeypatch, asked(1, "<b>&" + "x" * 30_000))
    assert "30,004 characters" in row["error"]
    assert "&lt;b&gt;&amp;xxx" in row["html"]
    assert row["formulas"] == []


def test_each_line_is_answered_before_the_next_is_sent(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "manage.py", "render", "--jsonl"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATA_DIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )
    try:
        for number in (1, 2):
            process.stdin.write(asked(number, "plain") + b"\n")
            assert select.select([process.stdout], [], [], 60)[0], "no answer within a minute"
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.stdout.close()
