"""What a search finds, in which order: the same on every backend."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from geeks.search import SORTS, Category, Formula, InTitle, Kind, Phrase, Query, parse
from geeks.search.query import Clause
from tests.search.posts import post


def test_more_matching_words_rank_higher(found):
    documents = [
        post(1, "Momentum", "gradient methods with momentum"),
        post(2, "Cooking", "a recipe with a steep gradient of heat"),
        post(3, "Gradient descent", "gradient descent with momentum and a learning rate"),
    ]
    assert found("gradient descent momentum", *documents) == [3, 1, 2]


def test_a_word_in_the_title_counts_more(found):
    body = "some words about nothing at all that fill the page"
    assert found("entropy", post(1, "Heat", f"{body} entropy"), post(2, "Entropy", f"{body} heat")) == [2, 1]


def test_inflected_forms_and_accents_are_found(found):
    found("x", post(1, "Poincaré", "the estimators were converging"))
    assert found("poincare") == [1]
    assert found("Estimator") == [1]
    assert found("converge") == [1]


def test_function_words_alone_are_still_searched(found):
    assert found("to be or not to be", post(1, "Hamlet", "to be or not to be"), post(2, "Rice", "boil it")) == [1]


def test_function_words_find_nothing_beside_others(found):
    assert found("what is the entropy", post(1, "Heat", "what is the answer"), post(2, "x", "entropy")) == [2]


def test_a_phrase_restricts_and_words_beside_it_only_rank(found):
    documents = [
        post(1, "a", "field of mean values"),
        post(2, "b", "the mean field approximation"),
        post(3, "c", "mean field theory of spins"),
    ]
    assert found('"mean field" spins', *documents) == [3, 2]


def test_a_phrase_does_not_run_from_the_title_into_the_body(found):
    assert found('"red green"', post(1, "blue red", "green blue")) == []


@pytest.mark.parametrize(("text", "ids"), [("entropy -heat", [2]), ('entropy -"cold heat"', [2]), ("-entropy", [3])])
def test_a_minus_excludes(found, text, ids):
    documents = [post(1, "x", "entropy and cold heat"), post(2, "x", "entropy"), post(3, "x", "nothing")]
    assert found(text, *documents) == ids


def test_tags_restrict_and_may_be_joined_with_or(found):
    documents = [
        post(1, "kernel", tags=["svm", "kernel-methods"]),
        post(2, "kernel", tags=["linux"]),
        post(3, "kernel", tags=["android", "linux"]),
    ]
    assert set(found("kernel [linux]", *documents)) == {2, 3}
    assert found("[linux] [android]") == [3]
    assert found("[linux] -[android]") == [2]
    assert found("[svm] or [android]") == [3, 1]
    assert found("[kernel*]") == [1]
    assert found("[Linux]") == [3, 2]


DAY = datetime(2026, 3, 10, 12, tzinfo=UTC)
OPERATED = [
    post(1, "q", category="web", author_id=7, score=3, answers=0, views=10, flags=["hasaccepted", "isanswered"]),
    post(2, "q", category="android", author_id=8, score=-2, answers=2, views=600, flags=["closed", "duplicate"]),
    post(3, "", "q", kind="answer", question_id=1, category="web", author_id=8, flags=["accepted"], tags=["t"]),
    post(4, "q", kind="article", category="linux-security", author_id=8, score=9, flags=["locked", "hascode"]),
    post(5, "q", score=3, created=DAY, last_activity=DAY + timedelta(days=40)),
]
ABOUT = {"me": 7, "now": datetime(2026, 4, 20, tzinfo=UTC), "question": 2, "bookmarks": lambda: [2, 5, 99]}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("category:web", {1, 3}),
        ("-category:web", {2, 4, 5}),
        ("is:question", {1, 2, 5}),
        ("is:a", {3}),
        ("is:article", {4}),
        ("user:8", {2, 3, 4}),
        ("user:me", {1}),
        ("user:8 -is:answer", {2, 4}),
        ("score:3", {1, 4, 5}),
        ("score:3..3", {1, 5}),
        ("score:..-1", {2}),
        ("score:-2..3", {1, 2, 3, 5}),
        ("score:99999999999999999999999", set()),
        ("score:..-99999999999999999999999", set()),
        ("views:100..700", {2}),
        ("views:100-700", {2}),
        ("views:..10", {1, 4, 5}),
        ("answers:0", {1, 5}),
        ("answers:1..", {2}),
        ("closed:yes", {2}),
        ("closed:no", {1, 3, 4, 5}),
        ("duplicate:yes", {2}),
        ("locked:1", {4}),
        ("hascode:true", {4}),
        ("wiki:yes", set()),
        ("isaccepted:1", {3}),
        ("isaccepted:no", set()),
        ("hasaccepted:yes", {1}),
        ("hasaccepted:no", {2, 5}),
        ("isanswered:no", {2, 5}),
        ("-isanswered:no", {1, 3, 4}),
        ("inquestion:1", {1, 3}),
        ("inquestion:this", {2}),
        ("inbookmarks:mine", {2, 5}),
        ("inbookmarks:mine -category:android", {5}),
        ("created:2026-03", {5}),
        ("created:2026-03-10", {5}),
        ("created:2025", set()),
        ("created:1m", {5}),
        ("created:..2026-02", {1, 2, 3, 4}),
        ("lastactive:2m..", {5}),
        ("lastactive:2026-01..2026-01", {1, 2, 3, 4}),
        ("category:nowhere", set()),
    ],
)
def test_operators_restrict(found, text, ids):
    found("q", *OPERATED)
    assert set(found(text, **ABOUT)) == ids


def test_body_looks_past_the_title(found):
    documents = [
        post(1, "Heat death", "the end"),
        post(2, "Heat death", "the heat and the cold death"),
        post(3, "The end", "heat death of all"),
        post(4, "Heat death", "heat death"),
    ]
    assert set(found("body:heat", *documents)) == {2, 3, 4}
    assert set(found('body:"heat death"')) == {3, 4}
    assert set(found("-body:heat is:question")) == {1}
    assert set(found("title:heat -body:heat")) == {1}
    assert found("body:nothing") == []


def test_code_is_looked_for_unstemmed_and_apart(found):
    documents = [
        post(1, "Reading files", "call malloc", code="import numpy as np\nx = malloc(3)"),
        post(2, "malloc", "import numpy", code="np.importer()"),
        post(3, "none", "malloc"),
    ]
    assert found("code:malloc", *documents) == [1]
    assert found('code:"import numpy"') == [1]
    assert found("code:imp*ter") == [2]
    assert found("code:imports") == []


def test_links_are_found_by_host_path_and_star(found):
    documents = [
        post(1, "q", links=["https://www.example.org/docs/a?x=1#y", "mailto:me@example.net"]),
        post(2, "q", links=["http://sub.example.org", "/local", "https://other.net/example.org"]),
        post(3, "q"),
    ]
    assert found("url:example.org", *documents) == [1]
    assert found('url:"*.example.org"') == [2]
    assert set(found("url:*example.org*")) == {1, 2}
    assert found("url:example.org/docs") == [1]
    assert found("url:HTTPS://EXAMPLE.ORG/docs/a") == [1]
    assert found("url:example.net") == []
    assert set(found("-url:other.net/x")) == {1, 2, 3}


def test_one_of_the_words_must_be_there_beside_a_filter(found):
    assert found("rice category:web", post(1, "rice", category="web"), post(2, "heat", category="web")) == [1]


@pytest.mark.parametrize("text", ["encour*", "enc*ment", "*couragemen*"])
def test_a_star_stands_for_any_letters(found, text):
    assert found(text, post(1, "x", "Encouragement helps"), post(2, "x", "enclosure")) == [1]


def test_a_word_with_a_star_is_found_in_any_of_its_forms(found):
    documents = [post(1, "x", "Theories differ"), post(2, "x", "one theory"), post(3, "x", "a theorem")]
    assert set(found("theory*", *documents)) == {1, 2}
    assert set(found("*heor*es")) == {1, 2}
    assert found("theorem*") == [3]


def test_a_word_with_a_star_is_found_after_all_posts_that_had_it_first_were_edited(writer):
    writer.index([post(1, "x", "theories")])
    writer.commit(1)
    writer.index([post(1, "x", "nothing"), post(2, "x", "theory")])
    writer.commit(2)
    writer.index([post(3, "x", "theories")])
    writer.commit(3)
    assert set(writer.search(parse("theorie*")).ids) == {2, 3}


def test_title_looks_in_titles_only(found):
    documents = [post(1, "Heat death", "entropy"), post(2, "Entropy", "heat death")]
    assert found("title:entropy", *documents) == [2]
    assert found('title:"heat death"') == [1]
    assert found("title:ent*") == [2]


def test_orders_are_newest_active_and_score(found):
    documents = [
        post(1, "q", score=5),
        post(2, "q", score=-3, last_activity=post(9).created),
        post(3, "q", score=0),
    ]
    found("q", *documents)
    assert found("q", sort="newest") == [3, 2, 1]
    assert found("q", sort="active") == [2, 3, 1]
    assert found("q", sort="score") == [1, 3, 2]


def test_orders_can_be_turned_round_but_relevance(writer):
    writer.index([post(1, "q", score=5), post(2, "q", score=-3, last_activity=post(9).created), post(3, "q", score=0)])
    writer.commit(1)
    turned = {sort: writer.search(parse("q").sorted_by(sort, ascending=True)).ids for sort in SORTS}
    assert turned["newest"] == [1, 2, 3]
    assert turned["active"] == [1, 3, 2]
    assert turned["score"] == [2, 3, 1]
    assert turned["relevance"] == writer.search(parse("q")).ids
    second = writer.search(parse("q").sorted_by("newest", ascending=True), size=1, offset=1)
    assert second.ids == [2]


def test_a_search_of_filters_alone_shows_the_latest_activity_first(found):
    documents = [post(number, "q", category="web") for number in (2, 1, 3)]
    assert found("category:web", *documents) == [3, 2, 1]


def test_pages_follow_each_other_and_the_total_is_exact(writer):
    writer.index(post(number, "q", f"word {'word ' * (number % 7)}") for number in range(1, 48))
    writer.commit(1)
    for sort in ("relevance", "newest"):
        pages = [writer.search(parse("word", sort=sort), size=10, offset=offset) for offset in range(0, 60, 10)]
        assert sorted(i for page in pages for i in page.ids) == list(range(1, 48))
        assert {(page.total, page.total_is_exact) for page in pages} == {(47, True)}
    assert writer.search(parse("word"), size=10, offset=10**9).ids == []


def test_an_empty_query_finds_nothing(found):
    assert found("", post(1, "q")) == []
    assert found("   ") == []


def test_scripts_without_spaces_are_found_by_what_stands_together(found):
    documents = [
        post(1, "机器学习中的梯度下降", "学习率怎么选?"),
        post(2, "学生机票", "习惯"),
        post(3, "勾配降下法", "ベイズ推定"),
        post(4, "경사하강법", ""),
        post(5, "การเรียนรู้ของเครื่อง", ""),
        post(6, "Обучение нейронных сетей", "градиент"),
    ]
    assert found("机器学习", *documents) == [1]
    assert found('"学习"') == [1]
    assert found("ベイズ") == [3]
    assert found("하강") == [4]
    assert found("เรียนรู้") == [5]
    assert found("ГРАДИЕНТ") == [6]


def test_names_that_lose_their_point_to_a_word_splitter_are_kept(found):
    documents = [post(1, "Pointers in C++", ""), post(2, "Plan C", ""), post(3, "Generics in C#", "")]
    assert found("c++", *documents) == [1]
    assert found("C#") == [3]


def test_a_word_is_not_found_inside_a_formula_but_the_formula_is(found):
    documents = [
        post(1, "Loss", r"Take $\alpha + b$ here", formulas=[r"\alpha + b"]),
        post(2, "Money", "It costs $5 and $10 in alpha", formulas=[]),
    ]
    assert found("alpha", *documents) == [2]
    assert found("costs") == [2]
    assert found(r"$\alpha+b$") == [1]
    assert found(r"-$\alpha$ is:question") == [2]


def test_a_query_can_be_restricted_further(writer):
    writer.index([post(1, "q", category="web"), post(2, "q", category="web", kind="article"), post(3, "q")])
    writer.commit(1)
    query = parse("q").restricted(Category("web"), excluding=(Kind("article"),))
    assert writer.search(query).ids == [1]
    assert writer.search(Query().restricted(Category("web"))).total == 2


@pytest.mark.parametrize("role", ["should", "must", "not"])
@pytest.mark.parametrize("term", [Phrase("?!"), Formula("{}"), InTitle(Phrase("")), Formula("\x00")])
def test_a_term_without_a_word_breaks_nothing(writer, role, term):
    writer.index([post(1, "q")])
    writer.commit(1)
    assert writer.search(Query((Clause(role, term),))).total == (1 if role == "not" else 0)


def test_similar_posts_share_the_telling_words(writer):
    filler = [post(number, "How do I do this", f"a question about topic{number} and more") for number in range(10, 40)]
    writer.index(
        [
            *filler,
            post(1, "Gradient of softmax", "cross entropy and the softmax derivative"),
            post(2, "Softmax temperature", "what does the softmax temperature do"),
            post(3, "", "softmax cross entropy answer", kind="answer", question_id=1),
        ]
    )
    writer.commit(1)
    draft = {"title": "Derivative of softmax", "exclude": {2}}
    assert [hit.id for hit in writer.similar("I do not get the cross entropy", 5, **draft)][:1] == [1]
    assert 2 not in {hit.id for hit in writer.similar("softmax", 50, **draft)}
    assert [hit.id for hit in writer.similar("softmax", kind="answer")] == [3]
    assert writer.similar("") == writer.similar("zzzzqqq") == []


def test_suggestions_complete_the_last_word_of_a_title(writer):
    writer.index(
        [
            post(1, "Convergence of gradient descent"),
            post(2, "Gradient clipping", "convergence"),
            post(3, "Konvergenz", "convergence", kind="article"),
            post(4, "", "Convergence", kind="answer", question_id=1),
        ]
    )
    writer.commit(1)
    assert [hit.id for hit in writer.suggest("convergenc")] == [1]
    assert [hit.id for hit in writer.suggest("descent gra")] == [1]
    assert {hit.id for hit in writer.suggest("grad")} == {1, 2}
    assert writer.suggest("") == writer.suggest("*?") == []


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ('"of the"', [1, 4]),
        ('"the of"', [5]),
        ('"of the of"', []),
        ('"to be or not to be"', [2]),
        ('"not to be or to be"', [3]),
        ('"be or not"', [2]),
        ('"sum of the"', [1]),
        ('title:"of the"', [4]),
        ('body:"of the"', [1]),
    ],
)
def test_phrases_of_nothing_but_common_words_are_found(found, phrase, expected):
    documents = [
        post(1, body="the sum of the series"),
        post(2, body="to be or not to be"),
        post(3, body="not to be or to be"),
        post(4, title="Values of the sum"),
        post(5, body="the of"),
        post(6, title="What is this made of", body="the end is here"),
    ]
    assert sorted(found(phrase, *documents)) == expected


def test_facets_count_the_results_of_a_search(writer):
    writer.index(
        [
            post(1, "word", category="web", tags=["a", "b"], flags=["isanswered"]),
            post(2, "word", category="web", tags=["a"]),
            post(3, "", "word", kind="answer", question_id=1, category="web", tags=["a", "b"]),
            post(4, "word", category="android", kind="article"),
            post(5, "other", category="android", tags=["c"]),
        ]
    )
    writer.commit(1)
    facets = writer.facets(parse("word"))
    assert facets.total == 4
    assert facets.categories == {"web": 3, "android": 1}
    assert facets.kinds == {"question": 2, "answer": 1, "article": 1}
    assert list(facets.tags.items()) == [("a", 3), ("b", 2)]
    assert (facets.answered, facets.unanswered) == (1, 1)
    assert writer.facets(parse("word -category:web")).kinds == {"article": 1}
    assert list(writer.facets(parse("word"), tags=1).tags) == ["a"]
    assert writer.facets(parse("")).total == writer.facets(parse("nowhere")).total == 0


def test_a_misspelt_word_is_corrected_and_the_rest_of_the_query_stays(writer):
    writer.index(post(number, f"gradient descent {number}", "the statistics of it") for number in range(1, 30))
    writer.commit(1)
    assert writer.corrected(parse("gradeint descent score:3 [tag]")) == "gradient descent score:3 [tag]"
    assert writer.corrected(parse("radient")) == "gradient"
    assert writer.corrected(parse("Statistcs?")) == "statistics"
    for fine in (
        "gradient",
        "gradients descents",
        "zzzzzzz",
        '"gradeint descent"',
        "-gradeint",
        "title:gradeint",
        "x",
        "",
    ):
        assert writer.corrected(parse(fine)) == "", fine


def test_a_formula_of_a_draft_finds_the_same_in_other_variables(writer):
    filler = [post(number, f"Some topic {number}", f"words about it {number}") for number in range(10, 30)]
    writer.index(
        [
            *filler,
            post(1, "About triangles", r"why $a^2+b^2=c^2$", formulas=["a^2+b^2=c^2"]),
            post(2, "About letters", "why $x$", formulas=["x"]),
        ]
    )
    writer.commit(1)
    assert [hit.id for hit in writer.similar("Is $x^2 + y^2 = z^2$ true?", 3, title="Hm")][:1] == [1]
    assert [hit.id for hit in writer.similar("", 3, formulas=["u^2+v^2=w^2"])] == [1]
    assert writer.similar("", 3, formulas=["x"]) == []


HOSTILE = [
    "word " * 10_000,
    " ".join(f"w{number}" for number in range(10_000)),
    " ".join(f"a{number}*b" for number in range(500)),
    "*",
    "**" * 1000,
    'unbalanced "quote and $dollar',
    "score:",
    "score:99999999999999999999..1",
    "created:2024-02-30",
    "created:9999..",
    "lastactive:9999y..",
    ".* [a-z]+ (x|y)? ^$ \\d{3} a{1000000}",
    "\x00 \U0001f600 \u202e مرحبا \ud800",
    "$" + "{" * 1000 + "$",
    " ".join(rf"$\frac{{\square}}{{x_{{{number}}}}}$" for number in range(100)),
    "[" * 1000 + "]" * 1000,
    "-" * 1000 + "x",
    "url:" + "*a" * 100,
    "code:" + "(" * 1000,
    "title:" + "a*" * 100,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_hostile_query_is_an_error_or_slow(writer, text):
    writer.index(
        post(number, f"word w{number} a1b", "x " * number, formulas=[f"x_{number}"]) for number in range(1, 60)
    )
    writer.commit(1)
    started = time.process_time()
    query = parse(text)
    writer.search(query)
    writer.facets(query)
    writer.corrected(query)
    writer.similar(text, title=text)
    writer.suggest(text)
    assert time.process_time() - started < 2
