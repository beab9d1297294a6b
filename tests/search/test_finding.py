"""What a search finds, in which order: the same on every backend."""

from __future__ import annotations

import pytest

from geeks.search import Category, Formula, InTitle, Kind, Phrase, Query, parse
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


def test_operators_restrict(found):
    documents = [
        post(1, "q", category="web", author_id=7, score=3, answers=0, views=10),
        post(2, "q", category="android", author_id=8, score=-2, answers=2, views=600, flags=["closed"]),
        post(3, "", "q", kind="answer", question_id=1, category="web", author_id=8, flags=["accepted"]),
        post(4, "q", kind="article", category="linux-security", author_id=8, score=9),
    ]
    found("q", *documents)
    expected = {
        "category:web": {1, 3},
        "-category:web": {2, 4},
        "is:question": {1, 2},
        "is:a": {3},
        "is:article": {4},
        "user:8": {2, 3, 4},
        "user:8 -is:answer": {2, 4},
        "score:3": {1, 4},
        "score:..-1": {2},
        "score:-2..3": {1, 2, 3},
        "views:100..700": {2},
        "views:100-700": {2},
        "is:q answers:0": {1},
        "closed:yes": {2},
        "closed:no": {1, 3, 4},
        "isaccepted:1": {3},
        "inquestion:1": {1, 3},
        "category:nowhere": set(),
        "score:99999999999999999999999": set(),
    }
    assert {text: set(found(text)) for text in expected} == expected


def test_one_of_the_words_must_be_there_beside_a_filter(found):
    assert found("rice category:web", post(1, "rice", category="web"), post(2, "heat", category="web")) == [1]


@pytest.mark.parametrize("text", ["encour*", "enc*ment", "*couragemen*"])
def test_a_star_stands_for_any_letters(found, text):
    assert found(text, post(1, "x", "Encouragement helps"), post(2, "x", "enclosure")) == [1]


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
