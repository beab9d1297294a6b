"""Formulas written to do harm: each is answered in time, and the engine is alive afterwards."""

import time

import pytest

from geeks.rendering import mathjax


def doubling(count):
    names = "abcdefghijklmnopqrstuvwxyz"
    return (
        "".join(rf"\def\{names[i]}{{\{names[i + 1]}\{names[i + 1]}}}" for i in range(count))
        + rf"\def\{names[count]}{{x}}\a"
    )


def nested(opening, closing, depth):
    return opening * depth + "x" + closing * depth


BOMBS = {
    "a macro that calls itself": r"\def\a{\a}\a",
    "a macro that calls itself twice": r"\def\a{\a\a}\a",
    "doubling twelve times": doubling(12),
    "doubling twenty times": doubling(20),
    "a wide macro": r"\def\a#1{#1#1#1#1#1#1#1#1}\a{\a{\a{\a{\a{\a{x}}}}}}",
    "a hundred thousand columns": r"\begin{array}{*{100000}{c}}x\end{array}",
    "columns of columns": r"\newcolumntype{c}{*{9999}{c}}\begin{array}{c}x\end{array}",
    "deep fractions": nested(r"\frac1{", "}", 400),
    "deep powers": nested("x^{", "}", 900),
    "deep roots": nested(r"\sqrt{", "}", 500),
    "deep matrices": nested(r"\begin{pmatrix}", r"\end{pmatrix}", 130),
    "braces": nested("{", "}", 1990),
    "deep text": nested(r"\text{$", "$}", 400),
    "a large matrix": r"\begin{matrix}" + r"\\".join(["&".join("1" * 44)] * 44) + r"\end{matrix}",
    "a long sum": "x+" * 1999,
    "a long text": r"\text{" + "é" * 3900 + "}",
    "a long reaction": r"\ce{" + "A->" * 1300 + "}",
    "too long": "x" * 4001,
    "thirty thousand": "x+" * 15_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_answered_in_time_and_the_engine_lives(name):
    mathjax.available()
    started = time.process_time()
    result = mathjax.typeset([(BOMBS[name], True)])[0]
    assert time.process_time() - started < 3
    assert result.error or len(result.svg) <= 200_000
    assert mathjax.typeset([(r"\frac{a}{b}", False)])[0].svg


@pytest.mark.parametrize("name", ["a long sum", "columns of columns", "a long reaction"])
def test_many_bombs_in_one_post_use_up_one_time(name):
    post = [(f"{number}{BOMBS[name]}"[:4000], True) for number in range(7)]
    started = time.process_time()
    results = mathjax.typeset(post)
    assert time.process_time() - started < 3
    assert all("too long" in result.error.lower() for result in results)


def test_a_bomb_is_not_tried_again_at_once():
    bomb = [("7+" * 1999, True)]
    mathjax.typeset(bomb)
    started = time.process_time()  # a new engine may start, which is quick; the bomb is not run again
    assert "too long" in mathjax.typeset([("7+" * 1999, False)])[0].error
    assert time.process_time() - started < 0.6


def test_macros_survive_a_bomb_in_the_middle_of_their_post():
    post = [(r"\newcommand{\R}{\mathbb R}\R", False), ("x+" * 1999, True), (r"\R^n", False)]
    first, bomb, last = mathjax.typeset(post, seconds=30)
    assert bomb.error
    assert first.svg
    assert '<mi mathvariant="double-struck">R</mi>' in last.mathml


def test_a_post_of_many_formulas_gets_further_with_each_attempt():
    post = [(rf"a_{{{number}}}=\frac{{{number}}}{{b}}", False) for number in range(2_000)]
    mathjax.forget()
    failed = [sum(bool(result.error) for result in mathjax.typeset(post, seconds=0.3)) for _ in range(3)]
    assert failed[0] > failed[1] > failed[2]


def test_a_bulk_job_may_allow_more_time():
    post = [(rf"c_{{{number}}}", False) for number in range(300)]
    assert not any(result.error for result in mathjax.typeset(post, seconds=60))


@pytest.mark.parametrize(
    "tex",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\href{ JaVaScRiPt:alert(1)}{x}",
        "\\href{java\nscript:alert(1)}{x}",
        r"\href{data:text/html,<script>alert(1)</script>}{x}",
        r"\href{file:///etc/passwd}{x}",
        r"\href{//evil.example}{x}",
        r"\require{html}\href{vbscript:x}{x}",
        r"\mmlToken{mi}[href=javascript:alert(1)]{x}",
        r"\mmlToken{mi}[style=position:fixed]{x}",
        r"\mmlToken{mi}[id=login]{x}",
        r"\style{position:fixed;background:url(https://evil.example)}{x}",
        r"\bbox[position:fixed;top:0]{x}",
        r"\class{button}{x}",
        r"\cssId{login}{x}",
        r"\data{onclick=alert(1)}{x}",
        r"\color{url(https://evil.example)}{x}",
        r'\color{red" onload="alert(1)}{x}',
        r"\color{red;position:fixed}{x}",
        r"\text{<img src=x onerror=alert(1)>}",
        r"\tag{<b onclick=alert(1)>}x",
        r"\unicode[x' onload='alert(1)]{x263a}",
        r"\label{\" onload=alert(1)}x",
        r"<tex-html><img src=x onerror=alert(1)></tex-html>",
        r"\texttip{x}{<img src=x onerror=alert(1)>}",
        r"\mathtip{x}{y}\toggle{a}{b}\endtoggle",
    ],
)
def test_hostile_markup_never_reaches_the_page(tex):
    result = mathjax.typeset([(tex, True)])[0]
    for made in (result.svg + result.mathml, mathjax.glyph_sheet([result], "p")):
        assert (
            not any(
                f" {name}=" in made.lower() for name in ("onload", "onclick", "onerror", "style", "src", "data-onclick")
            )
            or "&lt;" in made
        )
        for bad in ("javascript:", "vbscript:", "data:", "file:", "url(", "<img", "<script", "<b", 'href="//', "login"):
            assert bad not in made.lower()


@pytest.mark.parametrize("name", ["../../x", "[mathjax]/x", "texhtml", "setoptions", "constructor"])
def test_only_known_extensions_are_loaded(name):
    assert mathjax.typeset([(rf"\require{{{name}}}x", False)])[0].error


@pytest.mark.parametrize("tex", [r"\setOptions{maxMacros=9}x", r"\begingroupSandbox", r"\begingroupReset"])
def test_commands_of_the_house_are_not_for_authors(tex):
    result = mathjax.typeset([(tex, False)])[0]
    assert "not allowed" in result.error or 'fill="red"' in result.svg


@pytest.mark.parametrize(
    "tex",
    [
        r"\rule{10000em}{1em}",
        r"\rule{1em}{10000em}",
        r"x\hspace{100000em}y",
        r"\raise500em{x}",
        r"\bbox[10000em]{x}",
        r"\vphantom{\rule{1em}{9999em}}",
        r"\mmlToken{mspace}[width=9999em]{}x\kern9999em x",
    ],
)
def test_a_huge_box_is_refused(tex):
    assert mathjax.typeset([(tex, True)])[0].error


def test_what_javascript_cannot_take_is_replaced():
    assert mathjax.typeset([("a\0b\ud800c", False)])[0].error == ""
