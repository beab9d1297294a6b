"""HTML of dumps: made safe, its formulas and code ours, its words all there, its links turned home."""

import re

import pytest

from geeks.rendering import RENDER_VERSION, UNFINISHED, foreign, render_html
from geeks.rendering.addresses import at_home, places


def shown(source, **how):
    return render_html(source, **how).html


def formulas(source):
    return [(formula.tex, formula.display) for formula in render_html(source, quick=True).formulas]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('<p>Let <span class="math-container">$a&lt;b$</span>.</p>', [("a<b", False)]),
        ('<p><span class="math-container">$$\\sum_k k$$</span></p>', [("\\sum_k k", True)]),
        ('<p><span class="math-container">$ x $</span></p>', [("x", False)]),
        (
            '<span class="math-container">\\begin{align}a&amp;=b\\end{align}</span>',
            [("\\begin{align}a&=b\\end{align}", True)],
        ),
        ('<span class="math-container">$a\\text{ if $b$ holds}$</span>', [("a\\text{ if $b$ holds}", False)]),
        ('<span class="math-container">$a$ and $b$</span>', [("a", False), ("b", False)]),
        ("<p>Old: $n^2$ and $$n^3$$, <em>$k$</em></p>", [("n^2", False), ("n^3", True), ("k", False)]),
        ("<p>It costs $5 and $10.</p>", []),
        ("<pre><code>echo $HOME$x$</code></pre> <code>$y$</code>", []),
        ('<p><a href="/x?a=$b$" title="$c$">d</a></p>', []),
        ('<p><span class="math-container">$$</span> and <span class="math-container">?</span></p>', []),
    ],
)
def test_formulas_are_found_where_their_site_found_them(source, expected):
    assert formulas(source) == expected


def test_formulas_are_typeset_as_in_posts_written_here():
    html = shown('<p>So <span class="math-container">$x^2$</span>.</p>')
    assert '<span class="math" data-tex="x^2"><svg' in html
    assert "math-container" not in html


def test_quickly_formulas_show_their_source_and_the_post_is_marked_as_unfinished():
    rendered = render_html('<p>So <span class="math-container">$x^2$</span>.</p>', quick=True)
    assert rendered.html == '<p>So <span class="math" data-tex="x^2">\\(x^2\\)</span>.</p>'
    assert (rendered.text, rendered.excerpt) == ("So $x^2$.", "So $x^2$.")
    assert not rendered.finished
    assert render_html("<p>No formula at all.</p>", quick=True).finished
    assert UNFINISHED != RENDER_VERSION


def test_code_is_coloured_by_its_hint_and_quickly_not_yet():
    source = '<pre class="lang-py prettyprint-override"><code>if a &lt; b:\n    return "x"\n</code></pre>'
    assert '<pre class="highlight"><code class="language-python"><span class="k">if</span>' in shown(source)
    quick = render_html(source, quick=True)
    assert quick.html == '<pre><code>if a &lt; b:\n    return "x"\n</code></pre>'
    assert not quick.finished
    assert render_html('<pre class="lang-none"><code>a</code></pre>', quick=True).finished


def test_stack_exchanges_classes_become_ours_and_others_go():
    html = shown(
        '<p><a href="https://a.stackexchange.com/questions/tagged/sums" class="post-tag" rel="tag">sums</a></p>'
        '<blockquote class="spoiler"><p>It is 7.</p></blockquote>'
        '<div class="s-table-container"><table class="s-table">'
        '<tr><td style="text-align: right;">1</td></tr></table></div>'
        '<p class="post-summary">x <span class="author">y</span></p>'
    )
    assert 'class="tag"' in html
    assert '<blockquote class="spoiler">' in html
    assert '<div class="table-container"><table>' in html
    assert '<td align="right">1</td>' in html
    assert "post-summary" not in html
    assert "author" not in html


def test_addresses_without_a_host_lead_to_the_site_they_came_from():
    html = shown('<p><a href="/help">h</a> <a href="//b.example/x">b</a></p>', host="a.stackexchange.com")
    assert 'href="https://a.stackexchange.com/help"' in html
    assert 'href="https://b.example/x"' in html
    assert html.count('rel="nofollow ugc noopener"') == 2


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script><p>a</p>",
        '<p onclick="alert(1)">a</p>',
        '<a href="javascript:alert(1)">a</a>',
        '<span class="math-container">$\\href{javascript:alert(1)}{x}$</span>',
        '<span class="math-container">$a</span><script>alert(1)</script>$',
        '<pre class="lang-py"><code>a</code></pre><img src=x onerror=alert(1)>',
        "<pre class='lang-py\" onclick=\"alert(1)'><code>a</code></pre>",
        '<span class="math-container"><img src=x onerror=alert(1)>$a$</span>',
        '<a title="<span class=math-container>$x$</span>" href="/q">a</a>',
        "<svg><use href='data:x'/></svg><math><mi>x</mi></math>",
    ],
)
def test_nothing_hostile_comes_through_in_either_way(hostile):
    for quick in (True, False):
        html = shown(hostile, quick=quick)
        tags = re.sub(r' data-tex="[^"]*"', "", html)
        assert not re.search(r"<[^>]*(?:\son\w+=|javascript:|<script|<use href='data)", tags), html
        assert "<script" not in html


def test_what_is_too_long_or_knotted_is_shown_as_it_is():
    long = "<p>" + "ab " * (foreign.LONGEST // 3) + "</p>"
    assert shown(long, quick=True).startswith("<pre>&lt;p&gt;ab ab")
    knotted = "".join(f'<b id="{n}">' for n in range(40)) + "<p>x" * 1_000
    html = shown(knotted, quick=True)
    assert html.startswith('<pre>&lt;b id="0"&gt;')
    assert len(html) < 20 * len(knotted)


def test_more_formulas_than_a_person_may_write_are_all_kept():
    source = "".join(f'<p><span class="math-container">$x_{{{n}}}$</span></p>' for n in range(400))
    rendered = render_html(source, quick=True)
    assert len(rendered.formulas) == 400
    assert rendered.html.count("data-tex=") == 400


FOUND = {
    ("post", "12"): "/questions/112/why-sums",
    ("post", "34"): "/a/134",
    ("comment", "56"): "/questions/112/why-sums#comment-156",
    ("user", "7"): "/users/107/ada",
    ("tag", "c++"): "/questions/tagged/c%2B%2B",
}


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("https://sums.example/questions/12/why-sums", "/questions/112/why-sums"),
        ("http://www.sums.example/questions/12", "/questions/112/why-sums"),
        ("https://sums.example/q/12/99", "/questions/112/why-sums"),
        ("https://sums.example/a/34/7", "/a/134"),
        ("https://sums.example/questions/12/why-sums/34#34", "/a/134"),
        ("https://sums.example/questions/12/why-sums#34", "/a/134"),
        ("https://sums.example/questions/12/why-sums/99#99", "/questions/112/why-sums"),
        ("https://sums.example/questions/12/why#comment56_34", "/questions/112/why-sums#comment-156"),
        ("https://sums.example/posts/34/revisions", "/a/134"),
        ("https://sums.example/users/7/ada", "/users/107/ada"),
        ("https://sums.example/questions/tagged/c%2b%2b", "/questions/tagged/c%2B%2B"),
        ("https://sums.example/tags/c%2b%2b/info", "/questions/tagged/c%2B%2B"),
        ("https://sums.example/questions/99/gone", ""),
        ("https://sums.example/help/on-topic", ""),
        ("https://sums.example", ""),
        ("https://other.example/questions/12", ""),
    ],
)
def test_links_to_the_old_site_are_turned_home(address, ours):
    html = shown(f'<p><a href="{address}" title="t">x</a></p>')
    turned = at_home(html, "sums.example", FOUND)
    assert turned == (f'<p><a title="t" href="{ours}">x</a></p>' if ours else html)


def test_what_links_name_is_known_before_it_is_looked_up():
    html = shown('<p><a href="https://sums.example/questions/12/a/34#34">x</a> https://sums.example/q/5</p>')
    assert places(html, "sums.example") == {("post", "12"), ("post", "34")}
