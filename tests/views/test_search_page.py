"""The search page: what is found, how it is shown, and how the search can be changed from there."""

import html
import re
from urllib.parse import unquote_plus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geeks.models import Post
from geeks.rendering import mathjax
from geeks.rendering.mathjax import typesetting
from geeks.search.parser import OPERATORS
from geeks.tasks import indexing
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def index(db):
    """Call it to bring the index in step with the database."""
    backend = indexing.writer()
    yield lambda: indexing.rebuild(backend)
    backend.close()


def page_of(browser, q, **more) -> str:
    response = browser.get("/search", {"q": q, **more})
    assert response.status_code == 200, response.content
    return response.content.decode()


def links(page: str) -> list[str]:
    return [html.unescape(link) for link in re.findall(r'href="([^"]+)"', page)]


def test_a_found_post_is_a_row_with_its_words_marked_in_any_form(stranger, index):
    question = make.question(
        title="Where do sample means converge?", body="The converging means of $n$ samples are odd."
    )
    index()
    page = page_of(stranger, "converged")
    assert f'id="summary-{question.pk}"' in page
    assert "<mark>converging</mark>" in page
    assert "1 result for" in " ".join(page.split())


def test_each_operator_is_a_chip_that_can_be_removed(stranger, index):
    make.question(tags=["bayes"])
    index()
    page = page_of(stranger, 'sums [bayes] "pair up" -matlab score:0', tab="newest")
    assert page.count('<li class="chip') == 4
    assert "/search?q=sums+%22pair+up%22+-matlab+score%3A0&tab=newest" in links(page)
    assert '<li class="chip without"><span><span class="role">without </span>matlab' in page
    assert "<span>sums</span>" not in page, "plain words need no chip"


def test_a_formula_s_chip_is_typeset(stranger, index):
    index()
    assert re.search(r'<li class="chip"><span>.*data-tex="x\^2".*Remove \$x\^2\$', page_of(stranger, "$x^2$ mean"))


def test_a_search_that_was_read_otherwise_says_so(stranger, index):
    index()
    assert "was read as words" in page_of(stranger, "score:high")


def test_tabs_and_pages_keep_the_search(stranger, index, monkeypatch):
    monkeypatch.setattr("geeks.policy.PAGE_SIZE", 2)
    for number in range(5):
        make.question(title=f"Why does the zeta function vanish, part {number}?")
    index()
    page = page_of(stranger, "zeta")
    assert "5 results" in page
    assert "?tab=newest&q=zeta" in links(page)
    following = next(link for link in links(page) if "after=" in link)
    assert "q=zeta" in following
    second = stranger.get(f"/search{following}").content.decode()
    assert second.count('class="post-summary') == 2
    assert 'rel="prev"' in second


def test_a_formula_is_found_in_other_letters_and_marked(stranger, index):
    question = make.question(title="Which triangles are right?", body="Those with $a^2+b^2=c^2$, and only those are.")
    index()
    page = page_of(stranger, "$x^2+y^2=z^2$")
    row = page[page.index(f'id="summary-{question.pk}"') :]
    assert "same formula" in row or "same shape" in row
    assert '<span class="math math-hit" data-tex="a^2+b^2=c^2"' in row
    assert f"{question.get_absolute_url()}?hl=a%5E2%2Bb%5E2%3Dc%5E2" in links(row)


def test_an_answer_s_short_link_takes_its_marks_along(stranger, index):
    answer = make.answer(body="Take $a^2+b^2=c^2$ and solve it for $c$, then you are done.")
    index()
    link = next(link for link in links(page_of(stranger, "$x^2+y^2=z^2$")) if link.startswith(f"/a/{answer.pk}?hl="))
    response = stranger.get(link)
    marks = "?hl=a%5E2%2Bb%5E2%3Dc%5E2"
    assert response["Location"] == f"{answer.parent.get_absolute_url()}{marks}#answer-{answer.pk}"


def test_a_formula_far_down_a_post_is_shown_in_its_row(stranger, index):
    words = "many words before it come " * 60
    make.question(body=f"{words} and $x$ then $\\frac{{\\alpha}}{{\\beta+1}}$ {words}")
    index()
    assert 'class="math math-hit" data-tex="\\frac{\\alpha}{\\beta+1}"' in page_of(
        stranger, "$\\frac{\\alpha}{\\beta+1}$"
    )


def test_a_row_shows_formulas_as_its_post_has_drawn_them(stranger, index, monkeypatch):
    make.question(body="The root $\\sqrt{x^2+1}$ grows steadily.")
    make.answer(body="Steadily, as $\\lvert x\\rvert$ does.")
    index()
    mathjax.forget()
    monkeypatch.setattr(typesetting, "_ready_engine", lambda shared: pytest.fail("a formula was typeset again"))
    page = page_of(stranger, "steadily")
    assert page.count('<span class="math-mathml">') == 2


def test_nothing_but_tex_is_a_formula_and_can_be_searched_as_text(stranger, index):
    make.question(body="Look at $\\frac{1}{2}$ for a while, and then again.")
    index()
    page = page_of(stranger, "\\frac{1}{2}")
    assert "math-hit" in page
    assert any("as=text" in link for link in links(page))
    as_text = page_of(stranger, "\\frac{1}{2}", **{"as": "text"})
    assert "math-hit" not in as_text
    assert "Read formulas as formulas again" in as_text
    assert any("tab=newest" in link and "as=text" in link for link in links(as_text))


def test_without_an_index_the_page_says_so(stranger):
    response = stranger.get("/search", {"q": "zeta [bayes]"})
    assert response.status_code == 503
    assert "being built" in response.content.decode()
    assert '<li class="chip"' in response.content.decode()


def test_nothing_found_still_has_its_tabs(stranger, index):
    index()
    page = page_of(stranger, "qqqq")
    assert "Nothing found." in page
    assert "tab=newest" in page


def test_where_nothing_has_it_all_the_page_says_what_to_leave_out(stranger, index):
    for tags in (["bayes"], ["bayes"], ["sums"]):
        make.question(title="Why does the zeta function vanish?", tags=tags)
    index()
    page = page_of(stranger, 'zeta "function eta" [bayes] score:-5', tab="score")
    assert "No post has all of this." in page
    offered = re.findall(r'<a href="([^"]+)" rel="nofollow">(.*?)</a> <span class="meta">(\d+)', page)
    assert [(html.unescape(href), re.sub(r"<[^>]+>", "", text), int(count)) for href, text, count in offered] == [
        (
            "?q=zeta+function+eta+bayes+score%3A-5&tab=score",
            "the words zeta function eta bayes score:-5 wherever they stand",
            3,
        ),
        ("?q=zeta+%5Bbayes%5D+score%3A-5&tab=score", "without &#34;function eta&#34;", 2),
    ]
    for href, _, count in offered:
        assert f"{count} results" in " ".join(stranger.get(f"/search{html.unescape(href)}").content.decode().split())


def test_several_restrictions_that_each_leave_nothing_are_left_out_together(stranger, index):
    make.question(title="Why does the zeta function vanish?")
    index()
    page = page_of(stranger, "zeta score:500 -is:question")
    assert re.findall(r'<a href="([^"]+)" rel="nofollow">without <code>(.*?)</code>', page) == [
        ("?q=zeta&amp;tab=relevance", "score:500 -is:question")
    ]
    assert "No post has all" not in page_of(stranger, "qqqq")
    assert "No post has all" not in page_of(stranger, "qqqq score:500")


def test_what_was_deleted_since_is_not_shown(stranger, index, ada):
    question = make.question(ada, title="Why does the zeta function vanish?")
    answer = make.answer(make.question(ada, title="What of the eta function then?"), body="It is zeta in a way, $x$.")
    index()
    Post.objects.filter(pk__in=[question.pk, answer.parent_id]).update(deleted_at=question.created)
    assert 'class="post-summary' not in page_of(stranger, "zeta")


def test_this_question_is_the_one_whose_page_sent_the_search(stranger):
    came_from = {"Referer": "http://testserver/questions/12/why"}
    response = stranger.get("/search", {"q": "means inquestion:this"}, headers=came_from)
    assert response.status_code == 302
    assert response["Location"] == "/search?q=means+inquestion%3A12&tab=relevance"


@pytest.mark.parametrize(
    "referer", ["", "http://evil.example/questions/12/x", "http://testserver/c/web", "http://[bad"]
)
def test_elsewhere_there_is_no_this_question(stranger, index, referer):
    index()
    headers = {"Referer": referer} if referer else {}
    assert stranger.get("/search", {"q": "means inquestion:this"}, headers=headers).status_code == 200


def test_a_category_and_a_question_have_a_box_of_their_own(stranger):
    question = make.question()
    for page, within in (
        (question.get_absolute_url(), f"inquestion:{question.pk}"),
        (question.category.get_absolute_url(), "category:data-science"),
    ):
        assert f'name="within" value="{within}"' in stranger.get(page).content.decode()
        found = stranger.get("/search", {"q": "mean", "within": within})
        assert unquote_plus(found["Location"]) == f"/search?q={within} mean&tab=relevance"


def test_a_place_that_is_none_is_passed_over(stranger, index):
    assert stranger.get("/search", {"q": "mean", "within": "user:1 is:answer"}).status_code == 200


def test_a_page_of_results_costs_the_same_for_two_and_for_twenty(stranger, browser_of, ada, index):
    make.question(ada, title="Why does the zeta function vanish?")
    make.answer(body="It is the zeta function $\\zeta$, of course.")
    index()
    counts = []
    for _ in range(2):
        for browser in (stranger, browser_of(ada)):
            with CaptureQueriesContext(connection) as captured:
                page_of(browser, "zeta")
            counts.append(len(captured))
        for number in range(9):
            make.question(title=f"Why does the zeta function vanish, part {number}?", tags=[f"t{number}", "b"])
            make.answer(body=f"It is the zeta function $\\zeta_{number}$, of course, {number}.")
        index()
    assert counts[:2] == counts[2:]
    assert max(counts) <= 8


def test_the_help_lists_every_operator_with_an_example_that_runs(browser_of, ada, index):
    make.question()
    index()
    browser = browser_of(ada)
    examples = re.findall(r'href="(/search\?q=[^"]+)" rel="nofollow"><code>', browser.get("/search").content.decode())
    shown = " ".join(unquote_plus(html.unescape(example)) for example in examples)
    assert [name for name in OPERATORS if f"{name}:" not in shown] == []
    for example in examples:
        page = browser.get(html.unescape(example))
        assert page.status_code == 200
        assert "was read as words" not in page.content.decode(), example


def facets(page: str) -> dict[str, tuple[int, str, bool]]:
    """name -> (count, address, chosen)"""
    found = re.findall(
        r'<a href="([^"]+)" rel="nofollow"( aria-current="true")?><span>([^<]+).*?<span class="meta">([\d,]+)</span>',
        page,
    )
    return {name: (int(count), html.unescape(link), bool(chosen)) for link, chosen, name, count in found}


def test_facets_count_independently_of_the_engine_and_narrow_the_search_down(stranger, index, ada, ben):
    web, android = make.category("web"), make.category("android")
    asked = [
        make.question(ada, title=f"Why does the zeta function vanish, part {n}?", category=shelf, tags=tags)
        for n, (shelf, tags) in enumerate([(web, ["zeta", "sums"]), (web, ["zeta"]), (android, ["zeta"])])
    ]
    make.answer(asked[0], ben, "The zeta function has trivial zeros, that is why.").votes.cast(ada, 1)
    make.article(ben, title="The zeta function, a tutorial", category=android, tags=["zeta"])
    index()
    found = facets(page_of(stranger, "zeta"))
    counts = {name: count for name, (count, _, _) in found.items()}
    assert counts == {
        "Questions": 3, "Answers": 1, "Articles": 1, "Web": 3, "Android": 2, "Answered": 1, "Not answered": 2,
        "zeta": 5, "sums": 2,
    }  # fmt: skip
    narrowed = page_of(stranger, "zeta category:web")
    assert found["Web"][1] == "?q=zeta+category%3Aweb&tab=relevance"
    assert "3 results" in " ".join(narrowed.split())
    assert facets(narrowed)["Web"] == (3, "?q=zeta&tab=relevance", True)
    assert "Android" not in facets(narrowed)
    for name, (count, link, _) in found.items():
        page = " ".join(stranger.get(f"/search{link}").content.decode().split())
        assert f"{count} result" in page, name


def test_a_misspelt_word_leads_to_the_one_that_was_meant(stranger, index):
    make.question(title="Why does the gradient vanish?", body="The gradient vanishes and I do not see why it does.")
    index()
    page = page_of(stranger, "gradeint [sums]", tab="score")
    assert "Did you mean" in page
    assert "?q=gradient+%5Bsums%5D&tab=score" in links(page)
    assert "Did you mean" not in page_of(stranger, "gradient [sums]")
