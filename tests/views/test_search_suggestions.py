"""What the index offers unasked: while typing, while asking, beside a question."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geeks import policy
from geeks.models import Post, User
from geeks.search import SearchUnavailable
from geeks.tasks import indexing, searching
from geeks.views import suggestions
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def index(db):
    """Call it to bring the index in step with the database."""
    backend = indexing.writer()
    yield lambda: indexing.rebuild(backend)
    backend.close()


def ask(browser, q) -> dict:
    response = browser.get("/search/suggestions", {"q": q})
    assert response.status_code == 200
    return response.json()


def test_titles_are_completed_with_their_formulas_typeset(stranger, index):
    question = make.question(title="Why does $\\zeta(s)$ vanish at even negatives?")
    article = make.article(title="Vanishing points, a short tutorial")
    make.answer(body="Everything vanishes, sooner or later.")
    index()
    found = ask(stranger, "vanis")["titles"]
    assert {one["url"] for one in found} == {question.get_absolute_url(), article.get_absolute_url()}
    assert any('class="math" data-tex="\\zeta(s)"' in one["title_html"] for one in found)


def test_operators_and_formulas_of_the_query_do_not_hinder_the_titles(stranger, index):
    question = make.question(title="Why does the zeta function vanish?")
    index()
    for q in ("[sums] zeta func", "score:3 zeta func", "$x^2$ zeta func", "zeta func [su"):
        assert [one["url"] for one in ask(stranger, q)["titles"]] == [question.get_absolute_url()], q


@pytest.mark.parametrize(
    ("typed", "filled"),
    [
        ("prob", "[probability] "),
        ("[prob", "[probability] "),
        ("means of -[prob", "means of -[probability] "),
        ("means PROB", "means [probability] "),
    ],
)
def test_a_tag_completes_the_last_word(stranger, typed, filled):
    make.question(tags=["probability"])
    make.question(tags=["statistics"])
    assert [(tag["name"], tag["query"]) for tag in ask(stranger, typed)["tags"]] == [("probability", filled)]


def test_tags_come_by_how_often_they_are_used_and_unused_ones_not_at_all(stranger, ada):
    for tags in (["prime"], ["probability"], ["probability"]):
        make.question(ada, tags=tags)
    make.question(ada, tags=["proof"]).delete_by(ada)
    assert [tag["name"] for tag in ask(stranger, "pr")["tags"]] == ["probability", "prime"]


def test_people_are_found_by_any_of_their_names(stranger, ada):
    User.objects.filter(pk=ada.pk).update(display_name="Ada Lovelace")
    for typed in ("ada", "LOVE", "sums by lov"):
        assert [one["url"] for one in ask(stranger, typed)["people"]] == [f"/users/{ada.pk}/ada-lovelace"], typed
    assert ask(stranger, "is:q user:lov")["people"][0]["query"] == f"is:q user:{ada.pk} "


def test_a_switched_off_account_is_not_suggested(stranger, ada):
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert ask(stranger, "ada")["people"] == []


def test_a_finished_formula_comes_back_typeset_and_an_unfinished_one_does_not(stranger):
    assert 'data-tex="x^2"' in ask(stranger, "mean of $x^2$")["formulas"][0]
    assert 'data-tex="\\frac{1}{2}"' in ask(stranger, "\\frac{1}{2}")["formulas"][0], "without dollars too"
    assert ask(stranger, "mean of $x^")["formulas"] == []


@pytest.mark.parametrize("q", ["", " ", "\x00", "x" * 301, '"', "[", "user:", "%", "_", "\\", "$" + "{" * 200 + "$"])
def test_whatever_is_typed_gets_an_answer(stranger, index, q):
    make.question()
    index()
    assert set(ask(stranger, q)) == {"titles", "tags", "people", "formulas"}


def test_without_an_index_tags_and_people_are_still_there(stranger):
    make.question(tags=["probability"])
    found = ask(stranger, "proba")
    assert (found["titles"], len(found["tags"])) == ([], 1)


def test_suggestions_are_few_queries_remembered_and_limited(stranger, index, monkeypatch):
    make.question(title="Why does the zeta function vanish?", tags=["zeta"])
    index()
    with CaptureQueriesContext(connection) as first:
        ask(stranger, "zeta")
    assert len(first) <= 3
    with CaptureQueriesContext(connection) as again:
        ask(stranger, "zeta")
    assert len(again) == 0
    monkeypatch.setattr(policy, "SUGGESTIONS_A_MINUTE", 2)
    assert stranger.get("/search/suggestions?q=zet").status_code == 429


# --- while asking -----------------------------------------------------------------------------------------------------


def similar(browser, **draft) -> str:
    response = browser.post("/questions/similar", draft)
    assert response.status_code == 200
    return response.content.decode()


def test_similar_questions_are_shown_with_typeset_titles(stranger, index):
    question = make.question(title="Why does $\\zeta(s)$ vanish at even negatives?")
    make.question(title="How are eigenvalues of graphs bounded?", body=make.PLAIN)
    index()
    fragment = similar(stranger, title="Where does the zeta vanish?", body="I mean the negatives.")
    assert question.get_absolute_url() in fragment
    assert 'data-tex="\\zeta(s)"' in fragment
    assert "eigenvalues" not in fragment
    assert "<html" not in fragment


def test_at_most_five_are_shown_and_none_that_were_deleted(stranger, index, ada):
    made = [make.question(ada, title=f"Why does the zeta function vanish, part {n}?") for n in range(7)]
    index()
    Post.objects.filter(pk__in=[post.pk for post in made[:6]]).update(deleted_at=made[0].created)
    assert similar(stranger, title="Why does the zeta function vanish?", body="").count("<li>") <= 1
    Post.objects.update(deleted_at=None)
    assert similar(stranger, title="Why does the zeta function vanish?", body="").count("<li>") == 5


def test_an_empty_draft_and_a_missing_index_give_nothing(stranger):
    assert similar(stranger).strip() == ""
    assert similar(stranger, title="Why does the zeta function vanish?", body="\x00").strip() == ""


def test_similar_questions_are_only_asked_for_by_post_and_are_limited(stranger, monkeypatch):
    assert stranger.get("/questions/similar").status_code == 405
    monkeypatch.setattr(policy, "SIMILAR_A_MINUTE", 1)
    similar(stranger, title="a title")
    assert stranger.post("/questions/similar", {"title": "a title"}).status_code == 429


def test_the_ask_page_has_a_place_for_them_that_scripts_fill(browser_of, ada):
    page = browser_of(ada).get("/questions/ask").content.decode()
    assert 'data-similar="/questions/similar"' in page
    assert 'class="similar js-only"' in page


# --- beside a question ------------------------------------------------------------------------------------------------


def test_related_questions_stand_beside_a_question_in_one_query(stranger, index, ada):
    first = make.question(ada, title="Why does the zeta function vanish?", body=make.PLAIN)
    second = make.question(ada, title="Where else does the zeta function vanish?", body=make.PLAIN)
    index()
    cold = stranger.get(first.get_absolute_url()).content.decode()
    assert f'href="{second.get_absolute_url()}"' in cold[cold.index("<h2>Related</h2>") :]
    assert [post.pk for post in suggestions.related(first)] == [second.pk]
    with CaptureQueriesContext(connection) as captured:
        suggestions.related(first)
    assert len(captured) == 1


def test_a_related_question_that_was_deleted_is_gone_at_once(index, ada):
    first = make.question(ada, title="Why does the zeta function vanish?")
    second = make.question(ada, title="Where else does the zeta function vanish?")
    index()
    assert suggestions.related(first)
    second.delete_by(ada)
    assert suggestions.related(first) == []


def test_an_edited_question_has_other_relatives(index, ada):
    question = make.question(ada, title="Why does the zeta function vanish?", body=make.PLAIN)
    graphs = make.question(
        ada, title="How are eigenvalues of graphs bounded?", body="A question on expanders and eigenvalues."
    )
    index()
    suggestions.related(question)
    question.edit(
        ada, title="Which graphs have bounded eigenvalues?", body="Expanders have bounded eigenvalues, I read."
    )
    assert graphs.pk in [post.pk for post in suggestions.related(question)]


def test_a_missing_index_neither_breaks_the_page_nor_is_remembered(stranger, ada):
    first = make.question(ada, title="Why does the zeta function vanish?")
    make.question(ada, title="Where else does the zeta function vanish?")
    page = stranger.get(first.get_absolute_url())
    assert page.status_code == 200
    assert b"<h2>Related</h2>" not in page.content
    backend = indexing.writer()
    indexing.rebuild(backend)
    assert b"<h2>Related</h2>" in stranger.get(first.get_absolute_url()).content
    backend.close()


def test_what_is_remembered_spares_the_index(index, ada, monkeypatch):
    first = make.question(ada, title="Why does the zeta function vanish?")
    make.question(ada, title="Where else does the zeta function vanish?")
    index()
    suggestions.related(first)

    def away():
        raise SearchUnavailable("gone")

    monkeypatch.setattr(searching, "backend", away)
    assert suggestions.related(first)
    cache.clear()
    assert suggestions.related(first)  # for a minute the process itself remembers
    searching._related.clear()
    assert suggestions.related(first) == []
