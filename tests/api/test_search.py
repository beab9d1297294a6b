"""Searching through the API asks the site's own index."""

from datetime import timedelta

import pytest
from django.utils import timezone

from geeks.models import Post
from tests import make

pytestmark = pytest.mark.django_db


def ids(found) -> list[int]:
    return [item.get("question_id") for item in found]


@pytest.fixture
def three(ada, ben, mod):
    now = timezone.now()
    means = make.question(
        ada,
        title="Where do sample means converge?",
        body="The converging means of $\\frac{a^2+b^2}{n}$ samples are odd. See https://www.else.example/means.",
        tags=["means", "limits"],
        created=now - timedelta(days=3),
    )
    graphs = make.question(
        ben,
        title="Which graphs expand?",
        body="Expanders have a spectral gap; do sample graphs too?",
        tags=["graphs"],
        category=make.category("web"),
        created=now - timedelta(days=2),
    )
    closed = make.question(
        ada, title="Is every sample fair?", body=make.PLAIN, tags=["means"], created=now - timedelta(days=1)
    )
    answer = make.answer(graphs, ada, "The gap of $x^2+y^2$ bounds how a sample graph expands.")
    graphs.accept(answer, ben)
    closed.close(mod, "off-topic")
    Post.objects.filter(pk=means.pk).update(score=5, view_count=40)
    Post.objects.filter(pk=answer.pk).update(score=2)
    return means, graphs, closed, answer


def test_words_and_formulas_rank_by_relevance(items, index, three):
    means, graphs, closed, answer = three
    index()
    assert ids(items("search/advanced", q="converging sample means", sort="relevance"))[0] == means.pk
    assert ids(items("search/advanced", q="$\\frac{p^2+q^2}{n}$", sort="relevance")) == [means.pk]
    assert answer.pk not in ids(items("search/advanced", q="gap", sort="relevance"))
    assert ids(items("search/advanced", q='"spectral gap" [graphs]')) == [graphs.pk]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"tagged": "means;graphs"}, "210"),
        ({"tagged": "means", "nottagged": "limits"}, "2"),
        ({"title": "sample means"}, "0"),
        ({"title": "means sample"}, ""),
        ({"body": "spectral gap"}, "1"),
        ({"accepted": "true"}, "1"),
        ({"accepted": "False", "tagged": "means"}, "20"),
        ({"closed": "True"}, "2"),
        ({"closed": "false"}, "10"),
        ({"answers": 1}, "1"),
        ({"views": 40}, "0"),
        ({"url": "else.example"}, "0"),
        ({"url": "https://else.example/me*"}, "0"),
        ({"category": "web"}, "1"),
        ({"site": "web"}, "1"),
        ({"site": "geeksmental"}, "210"),
        ({"sort": "votes", "min": 1}, "0"),
        ({"wiki": "true"}, ""),
        ({"migrated": "true"}, ""),
        ({"notice": "true"}, ""),
    ],
    ids=str,
)
def test_everything_known_of_a_question_restricts(items, index, three, parameters, expected):
    index()
    found = items("search/advanced", **{"sort": "creation", **parameters})
    assert ids(found) == [three[int(number)].pk for number in expected]


def test_the_author_restricts(items, index, three, ben):
    index()
    assert ids(items("search/advanced", user=ben.pk)) == [three[1].pk]


def test_dates_restrict_and_orders_go_both_ways(items, index, three):
    index()
    means, graphs, closed, _ = three
    second = int(graphs.created.timestamp())
    assert ids(items("search/advanced", fromdate=second, todate=second)) == [graphs.pk]
    assert ids(items("search/advanced", sort="creation", min=second, order="asc")) == [graphs.pk, closed.pk]
    assert ids(items("search/advanced", sort="creation")) == [closed.pk, graphs.pk, means.pk]
    assert ids(items("search/advanced", sort="votes"))[0] == means.pk
    assert ids(items("search/advanced", sort="activity", order="asc"))[0] == means.pk


def test_the_plain_search_needs_a_title_or_tags(call, items, index, three):
    index()
    assert ids(items("search", intitle="sample means")) == [three[0].pk]
    assert sorted(ids(items("search", tagged="limits;graphs"))) == sorted([three[0].pk, three[1].pk])
    assert ids(items("search", intitle="sample", tagged="limits")) == [three[0].pk]
    assert "`intitle`" in call("search", 400, nottagged="x")["error_message"]


def test_excerpts_give_questions_and_answers_with_the_words_marked(call, items, index, three):
    means, graphs, _, answer = three
    index()
    found = items("search/excerpts", q="gap", sort="votes")
    assert [(item["item_type"], item["question_id"]) for item in found] == [
        ("answer", graphs.pk),
        ("question", graphs.pk),
    ]
    assert found[0]["answer_id"] == answer.pk
    assert found[0]["title"] == "Which graphs expand?"
    assert found[0]["tags"] == ["graphs"]
    assert found[0]["category"] == "web"
    assert found[0]["is_accepted"] is True
    assert found[0]["question_score"] == 0
    assert found[0]["excerpt"] == (
        'The <span class="highlight">gap</span> of $x^2+y^2$ bounds how a sample graph expands.'
    )
    assert "answer_id" not in found[1]
    assert found[1]["has_accepted_answer"] is True
    assert found[1]["answer_count"] == 1
    assert call("search/excerpts", q="gap", filter="total") == {"total": 2}
    assert call("search/excerpts", q="$u^2+v^2$", filter="total") == {"total": 2}


def test_an_excerpt_shows_the_formula_that_was_found_and_escapes_the_rest(items, index, ada):
    filler = "Words that say nothing of note stand here. " * 12
    make.question(ada, title="Where is the formula?", body=f'{filler}Then <b>"quoted"</b> & $a<b^2$ follow.')
    index()
    (item,) = items("search/excerpts", q="$a<b^2$")
    assert "$a&lt;b^2$" in item["excerpt"]
    assert "&amp;" in item["excerpt"]
    assert "<b>" not in item["excerpt"]


def test_articles_are_not_among_the_results(items, index, ada):
    make.article(ada, title="Pairing sums of samples", body=make.PLAIN)
    index()
    assert items("search/excerpts", q="pairing") == []
    assert items("search/advanced", q="pairing") == []


def test_a_search_may_be_four_thousand_characters_long(call, index, ada):
    make.question(ada)
    index()
    assert call("search/advanced", q=("sums pair " * 400)[:4_000], sort="relevance")["items"]
    assert "`q`" in call("search/advanced", 400, q="x" * 4_001)["error_message"]


def test_pages_of_results(call, index, ada):
    now = timezone.now()
    made = [make.question(ada, created=now + timedelta(seconds=number)) for number in range(5)]
    index()
    pages = [call("search/advanced", q="sums", sort="creation", pagesize=2, page=page) for page in (1, 2, 3)]
    assert [item["question_id"] for page in pages for item in page["items"]] == [q.pk for q in reversed(made)]
    assert [page["has_more"] for page in pages] == [True, True, False]
    assert call("search/advanced", q="sums", filter="total")["total"] == 5
    assert "`page`" in call("search/advanced", 400, q="sums", page=101, pagesize=100)["error_message"]


def test_what_was_deleted_since_is_not_shown(items, index, ada):
    question = make.question(ada)
    index()
    question.delete_by(ada)
    assert items("search/advanced", q="sums") == []
    assert items("search/excerpts", q="sums") == []


@pytest.mark.parametrize(
    "parameters",
    [
        {"sort": "relevance", "min": 1},
        {"sort": "activity", "min": -5},
        {"sort": "creation", "max": 10**20},
        {"sort": "votes", "min": "many"},
        {"url": "..."},
        {"accepted": "perhaps"},
        {"sort": "hot"},
    ],
    ids=str,
)
def test_what_cannot_be_understood_is_refused(call, index, parameters):
    index()
    assert call("search/advanced", 400, q="sums", **parameters)["error_name"] == "bad_parameter"


def test_without_an_index_search_is_temporarily_unavailable(call, ada):
    question = make.question(ada)
    for method in ("search/advanced?q=x", "search/excerpts?q=x", "search?intitle=x", "similar?title=x"):
        assert call(method, 400)["error_name"] == "temporarily_unavailable"
    assert call(f"questions/{question.pk}/related")["items"] == []


# --- what belongs together --------------------------------------------------------------------------------------------


def test_similar_questions_by_a_title(call, items, index, ada):
    zeta = make.question(ada, title="Why does the zeta function vanish?", body=make.PLAIN, tags=["zeta"])
    where = make.question(ada, title="Where does the zeta function vanish?", body=make.PLAIN, tags=["zeros"])
    make.question(ada, title="Which graphs expand?", body=make.PLAIN)
    index()
    title = "When does the zeta function vanish?"
    assert sorted(ids(items("similar", title=title))) == [zeta.pk, where.pk]
    assert ids(items("similar", title=title, nottagged="zeta")) == [where.pk]
    assert ids(items("similar", title=title, sort="relevance", tagged="zeros"))[0] == where.pk
    assert ids(items("similar", title=title, sort="creation")) == [where.pk, zeta.pk]
    assert "`title`" in call("similar", 400)["error_message"]


def test_related_questions_of_one_and_of_several(items, index, ada):
    zeta = make.question(ada, title="Why does the zeta function vanish?", body=make.PLAIN)
    where = make.question(ada, title="Where does the zeta function vanish?", body=make.PLAIN)
    which = make.question(ada, title="Which zeta function does not vanish?", body=make.PLAIN)
    index()
    assert sorted(ids(items(f"questions/{zeta.pk}/related"))) == [where.pk, which.pk]
    assert ids(items(f"questions/{zeta.pk};{where.pk}/related", sort="rank")) == [which.pk]
    assert items("questions/987654/related") == []
