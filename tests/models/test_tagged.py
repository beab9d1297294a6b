"""Posts by their tags, in every order of lists: each tag of a post has the columns that lists go by, as the post has
them, whoever writes (triggers of the database keep them)."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from geeks.models import Article, Post, Question, Tag, Tagging
from geeks.models.counters import tagging_differences
from geeks.models.paging import in_order
from geeks.models.tag import COPIED
from tests import make

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)


@pytest.fixture
def site(ada):
    """Thirty questions of forty carry the common tag, every thirteenth the rare one; two carry both."""
    for number in range(40):
        names = ["common"] * (number % 4 != 0) + ["rare"] * (number % 13 == 0)
        make.question(ada, body=make.PLAIN, tags=names or ["other"])
    make.article(ada, tags=["common", "rare"])
    return {tag.name: tag for tag in Tag.objects.all()}


def kept(post) -> dict[str, object]:
    """What stands beside the post's tags, the same for each."""
    rows = list(post.taggings.order_by().values("kind", *COPIED).distinct())
    assert len(rows) == 1, rows
    return rows[0]


def sql(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@pytest.mark.parametrize("order", [("-created", "-id"), ("score", "id"), ("-hotness", "-id"), ("id",)])
@pytest.mark.parametrize("names", [["common"], ["rare"], ["common", "rare"], ["rare", "common"]])
def test_what_carries_all_of_the_tags_is_found_in_any_order(site, names, order):
    Post.objects.filter(pk__in=Post.objects.order_by("pk")[10:20]).update(score=3, hotness=1)
    found = in_order(Question.objects.visible().tagged(*(site[name] for name in names)), order)
    all_of_them = Question.objects.order_by(*order).prefetch_related("tags")
    assert list(found) == [one for one in all_of_them if set(names) <= {tag.name for tag in one.tags.all()}] != []


def test_each_kind_is_found_by_itself(site):
    article = Article.objects.get()
    assert list(Article.objects.tagged(site["common"], site["rare"])) == [article]
    assert article.pk not in Question.objects.tagged(site["common"]).values_list("pk", flat=True)


def test_what_is_deleted_is_not_found_and_what_is_restored_is(ada, mod):
    question = make.question(ada, tags=["sums", "primes"])
    tag = Tag.objects.get(name="sums")
    question.delete_by(ada)
    assert not Question.objects.tagged(tag).exists()
    assert kept(question)["kind"] is None
    question.restore_by(mod)
    assert Question.objects.tagged(tag).get() == question


def test_unanswered_questions_of_a_tag(ada, ben):
    solved, open_one = make.question(ada, tags=["sums"]), make.question(ada, tags=["sums"])
    solved.accept(make.answer(solved, ben), ada)
    make.answer(open_one, ben)
    assert Question.objects.tagged(Tag.objects.get(name="sums")).unanswered().get() == open_one


def vote(question, ben):
    question.votes.cast(ben, 1)


def votes(question, ben):
    for person in (ben, make.person(), make.person()):
        question.votes.cast(person, 1)


def answer(question, ben):
    question.give_answer(ben, "A plain answer without any formula in it.")


def accept(question, ben):
    question.accept(make.answer(question, ben), question.author)


def retag(question, ben):
    question.edit(question.author, body=question.body, tags=["primes", "limits", "series"])


ACTS = {
    "votes": (votes, {"score", "hotness"}),
    "an answer": (answer, {"last_activity"}),
    "an acceptance": (accept, {"last_activity", "answered"}),
    "other tags": (retag, {"last_activity"}),
    "many rows at once": (lambda *_: Post.objects.update(score=9, created=LONG_AGO), {"score", "created"}),
    "a deletion": (lambda question, _: question.delete_by(question.author), {"kind"}),
    "all columns": (lambda question, _: question.save(), set()),
    "a statement": (lambda *_: sql("UPDATE geeks_post SET hotness = 7, answered = %s", True), {"hotness", "answered"}),
}


@pytest.mark.parametrize("act", ACTS)
def test_what_changes_in_a_post_changes_beside_its_tags(ada, ben, act):
    question, other = make.question(ada, tags=["sums", "primes"]), make.question(ada, tags=["primes"])
    before = kept(question)
    do, changes = ACTS[act]
    do(Question.objects.get(pk=question.pk), ben)
    after = kept(question)
    assert {name for name in after if after[name] != before[name]} == changes
    assert kept(other)["kind"] == 1
    assert list(tagging_differences()) == []


def test_a_tag_that_is_given_past_the_models_takes_what_the_post_has(ada, ben):
    """As older code on another machine gives it, during an upgrade."""
    question = make.question(ada, tags=["sums"])
    vote(question, ben)
    tag = Tag.objects.create(name="new")
    sql("INSERT INTO geeks_tagging (post_id, tag_id, position) VALUES (%s, %s, 1)", question.pk, tag.pk)
    assert Tagging.objects.get(tag=tag).score == 1
    assert kept(question) == {name: getattr(Question.objects.get(pk=question.pk), name) for name in ("kind", *COPIED)}


def test_a_tag_takes_nothing_of_another_post(ada):
    first, second = make.question(ada, tags=["sums"]), make.question(ada, tags=["sums"])
    Post.objects.filter(pk=first.pk).update(score=4)
    assert (kept(first)["score"], kept(second)["score"]) == (4, 0)


def test_planted_differences_are_found_and_repaired(ada):
    question = make.question(ada, tags=["sums", "primes"])
    tagging = question.taggings.first()
    planted = {"kind": None, "score": 3, "hotness": 1.5, "answered": True, "created": LONG_AGO, "last_activity": None}
    Tagging.objects.filter(pk=tagging.pk).update(**planted)
    found = list(tagging_differences())
    assert {(one.row.pk, one.column) for one in found} == {(tagging.pk, name) for name in planted}
    for one in found:
        one.repair()
    assert list(tagging_differences()) == []


def test_a_merged_tag_brings_what_its_posts_have(ada, ben, mod):
    question = make.question(ada, tags=["summation"])
    target = make.question(ada, tags=["sums"]).tags.get()
    vote(question, ben)
    Tag.objects.get(name="summation").merge_into(target, mod)
    vote(question, make.person())
    assert Tagging.objects.get(post=question).score == 2
    first = in_order(Question.objects.tagged(target), ("-score", "-id")).first()
    assert first == question
    assert list(tagging_differences()) == []
