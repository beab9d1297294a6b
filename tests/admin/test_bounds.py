"""Lists of the admin cost the same on a few posts and on very many: a fixed number of queries, each walking an index in
the order it needs, none counting further than the list goes."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from geeks.admin.lists import COUNTED
from geeks.models import Answer, Audit, Category, Comment, Post, Question, Vote
from geeks.models.post import Kind
from tests import make, plans
from tests.admin.acts import list_url, page_url

QUESTIONS = 340  # every score with every state, and some older than a week
MANY = COUNTED + 100
STATES = ("", "live", "closed", "locked", "deleted")
SCORES = ("", "10", "0", "-5")
DATES = ("", "7", "year")


@pytest.fixture
def short_pages(monkeypatch):
    for model in (Question, Answer):
        monkeypatch.setattr(admin.site.get_model_admin(model), "list_per_page", 5)


@pytest.fixture
def crowd(ada, ben, mod):
    """Questions, as many answers, some closed, locked and deleted, written past the models. What SQLite plans does not
    depend on how many they are: nobody has told it."""
    shelves = [make.category("web"), make.category("android")]
    now = timezone.now()
    questions = Question.objects.bulk_create(
        Question(
            kind=Kind.QUESTION,
            author=ada,
            title=f"Question number {n}",
            body="text",
            text="text " * 50,
            category=shelves[n % 2],
            score=n % 17 - 6,
            created=now - timedelta(hours=n),
            deleted_at=now if n % 10 == 0 else None,
        )
        for n in range(QUESTIONS)
    )
    Answer.objects.bulk_create(
        Answer(kind=Kind.ANSWER, author=ben, parent=question, body="text", created=question.created)
        for question in questions
    )
    for question in Question.objects.visible()[:3]:
        question.close(mod, "unclear")
        question.lock(mod)
    return questions


def queries_of(client, model, **parameters):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(list_url(model), parameters)
    assert response.status_code == 200
    return [query["sql"] for query in captured]


def problems_of(client, model, sorts: bool = False, **parameters):
    """What in the plans of a list grows with the table."""
    with plans.asked() as asked:
        assert client.get(list_url(model), parameters).status_code == 200
    counts = [sql for sql, _ in asked if "COUNT(" in sql and "LIMIT" not in sql]
    return [*(f"counts without a limit: {sql}" for sql in counts), *plans.problems_of(asked, sorts)]


def test_no_choice_of_filters_reads_or_sorts_all_posts(desk, crowd, short_pages):
    shelf = str(crowd[0].category_id)
    for state, score, date, category in itertools.product(STATES, SCORES, DATES, ("", shelf)):
        date = str(timezone.localtime().year) if date == "year" else date
        chosen = {"state": state, "score": score, "date": date, "category__id__exact": category}
        chosen = {name: value for name, value in chosen.items() if value}
        # Closed and locked posts are few: their rows are fetched and then put in order. Of a bound on the score and one
        # on the date only one can be walked; SQLite may choose the date.
        few = state in ("closed", "locked") or bool(score and date)
        assert not problems_of(desk, "question", few, **chosen), chosen
        if not category and state != "closed":
            assert not problems_of(desk, "answer", few, **chosen), chosen


@pytest.mark.parametrize("model", ["comment", "vote", "audit", "revision", "reputation", "outbox", "deletion", "tag"])
def test_no_other_list_reads_or_sorts_its_table(desk, crowd, model):
    assert not problems_of(desk, model)


@pytest.mark.parametrize("words", ["text", "Question number", "ada", "17", "nothing like it"])
def test_no_search_reads_all_posts(desk, crowd, words):
    assert not problems_of(desk, "question", sorts=True, q=words)


def test_no_list_counts_or_pages_beyond_its_end(desk, crowd):
    Question.objects.bulk_create(
        Question(kind=Kind.QUESTION, title=f"More {n}", body="x", category=crowd[0].category) for n in range(MANY)
    )
    assert Question.objects.count() > COUNTED
    for parameters in ({}, {"state": "live"}, {"score": "0"}):
        counts = [sql for sql in queries_of(desk, "question", **parameters) if "COUNT(" in sql]
        assert len(counts) == 1
        assert f"LIMIT {COUNTED}" in counts[0]
    page = desk.get(list_url("question"))
    assert page.context["cl"].result_count == COUNTED
    assert "Lists end at" in page.content.decode()
    assert desk.get(list_url("question"), {"p": "41"}).status_code == 302


def test_the_filters_choose_what_they_say(desk, crowd):
    def ids(**parameters):
        return {post.pk for post in desk.get(list_url("question"), {**parameters, "all": ""}).context["cl"].queryset}

    def those(**conditions):
        return set(Question.objects.filter(**conditions).values_list("pk", flat=True))

    web = Category.objects.get(slug="web").pk
    now = timezone.now()
    assert ids() == those()
    assert ids(state="live") == those(deleted_at=None)
    assert ids(state="deleted") == those(deleted_at__isnull=False)
    assert ids(state="closed") == those(closed_at__isnull=False) != set()
    assert ids(state="locked") == those(locked_at__isnull=False) != set()
    assert ids(score="10") == those(score__gte=10, deleted_at=None) != set()
    assert ids(score="-1", state="deleted") == those(score__in=(-4, -3, -2, -1), deleted_at__isnull=False)
    assert ids(date="7", category__id__exact=web) == those(
        created__gte=now - timedelta(days=7), deleted_at=None, category=web
    )
    assert ids(state="nonsense", score="nonsense", date="nonsense") == those()


def test_a_filter_of_an_address_that_no_list_offers_is_refused(desk, crowd):
    assert desk.get(list_url("question"), {"body__icontains": "text"}).status_code == 400


def test_fifty_rows_take_as_many_queries_as_ten(desk, ada, mod):
    models = ("question", "answer", "comment", "audit", "vote", "revision", "outbox", "user", "tag")

    def grow(by):
        for _ in range(by):
            question = make.question(make.person(), tags=[f"tag{Post.objects.count()}", "sums"])
            question.comments.write(question.author, "A remark on this.")
            answer = make.answer(question)
            answer.votes.cast(ada, 1)
            question.accept(answer, question.author)
            question.lock(mod)

    def counted():
        return {model: len(queries_of(desk, model)) for model in models}

    grow(10)
    counted()
    ten = counted()
    grow(40)
    assert counted() == ten


def test_the_page_of_a_post_takes_as_many_queries_with_much_history_as_with_little(desk, mod, ada):
    question = make.question(ada)

    def counted():
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(page_url(question)).status_code == 200
        return len(captured)

    question.lock(mod)
    question.unlock(mod)
    counted()
    few = counted()
    for _ in range(20):
        question.lock(mod)
        question.unlock(mod)
        make.answer(question, make.person())
    assert counted() == few


def test_lists_do_not_read_the_long_texts(desk, crowd, ada):
    comment = crowd[1]
    Comment.objects.create(post=comment, author=ada, text="x", html="x")
    Vote.objects.create(post=comment, user=ada, value=1)
    Audit.objects.record(ada, "edit", post=comment)
    for model in ("question", "answer", "article", "comment", "vote", "audit"):
        for sql in queries_of(desk, model):
            assert '"body"' not in sql
            assert '"body_html"' not in sql


class TestSearch:
    """The search box of the admin."""

    def ids(self, client, model, words):
        return {row.pk for row in client.get(list_url(model), {"q": words}).context["cl"].queryset}

    def test_a_post_is_found_by_its_number_author_title_and_text(self, desk, ada, ben):
        question = make.question(ada, title="Telescoping products", body="Consider the Wallis product and its limit.")
        make.question(ben)
        for words in (str(question.pk), f"#{question.pk}", "ada", "@ada", "telescoping", "wallis limit"):
            assert self.ids(desk, "question", words) == {question.pk}, words

    def test_a_deleted_post_is_found_too(self, desk, mod, ada):
        question = make.question(ada, title="Telescoping products")
        question.delete_by(mod)
        assert self.ids(desk, "question", "telescoping") == {question.pk}

    def test_only_posts_of_the_lists_kind_are_found(self, desk, ada):
        answer = make.answer(make.question(ada), ada)
        assert self.ids(desk, "question", f"#{answer.pk}") == set()
        assert self.ids(desk, "answer", str(answer.pk)) == {answer.pk}

    def test_a_comment_is_found_by_its_post_author_and_words(self, desk, ada, ben):
        question = make.question(ada)
        comment = question.comments.write(ben, "Mind the empty sum.")
        make.question(ada).comments.write(ada, "Something else.")
        for words in (str(question.pk), "ben", "empty sum"):
            assert comment.pk in self.ids(desk, "comment", words)
        assert self.ids(desk, "comment", "empty sum") == {comment.pk}

    def test_the_audit_is_found_by_post_and_person(self, desk, mod, ada):
        question = make.question(ada)
        question.lock(mod)
        make.question(ada).lock(mod)
        row = question.audit.get()
        assert self.ids(desk, "audit", str(question.pk)) == {row.pk}
        assert len(self.ids(desk, "audit", "mod")) == 2

    def test_a_person_is_found_by_a_part_of_a_name_and_by_mail_for_superusers_only(self, desk, throne, db):
        person = make.person("rosalind", display_name="Röslein", email="rosa@example.org")
        for words in ("salin", "slein", str(person.pk)):
            assert person.pk in self.ids(desk, "user", words)
        assert self.ids(desk, "user", "rosa@example.org") == set()
        assert self.ids(throne, "user", "rosa@example.org") == {person.pk}

    def test_a_null_character_is_an_error_message(self, desk, db):
        assert desk.get(list_url("question"), {"q": "a\x00b"}).status_code == 200
