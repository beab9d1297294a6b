"""A tag merged into another while somebody asks, edits, deletes or merges with it: whoever comes first, nobody meets an
error of the database and the counts are right in the end. On PostgreSQL, where two transactions write at once."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from geeks.models import Article, Post, Question, Tag, User
from geeks.models.counters import differences
from tests import make
from tests.models.together import at_once, meanwhile

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite writes one transaction at a time"),
]


@pytest.fixture
def question(ada, ben, mod):
    """The one with the tag "old"; another has "new". Both have an answer."""
    question = make.question(ada, tags=["old"])
    for each in (question, make.question(ada, tags=["new"])):
        make.answer(each, ben)
    return question


def merge(old: str = "old", into: str = "new") -> None:
    Tag.objects.get(name=old).merge_into(Tag.objects.get(name=into), User.objects.get(username="mod"))


def ask(*names: str) -> None:
    make.question(User.objects.get(username="ben"), tags=list(names))


def retag(question: Question, *names: str) -> None:
    Post.objects.get(pk=question.pk).edit(question.author, body=question.body, tags=list(names))


def counts() -> dict[str, int]:
    """How many questions each tag has, and nothing that is stored is wrong."""
    assert [str(found) for found in differences()] == []
    return dict(Tag.objects.values_list("name", "question_count"))


def merge_and_before_its_tags_are_held(act) -> list[list[BaseException]]:
    """Merge, and each time before the two tags are held do `act`; gives what it raised."""
    raised = []

    def wrapper(execute, sql, *given):
        if sql.endswith("FOR UPDATE") and 'FROM "geeks_tag"' in sql:
            raised.append(at_once(act))
        return execute(sql, *given)

    with connection.execute_wrapper(wrapper):
        merge()
    return raised


def test_a_question_stored_while_the_merge_begins_is_merged_and_counted(question):
    acts = iter([lambda: ask("old"), lambda: None])
    assert merge_and_before_its_tags_are_held(lambda: next(acts)()) == [[], []]
    assert counts() == {"new": 3}


def test_a_merge_gives_up_with_a_sentence_where_posts_get_the_tag_all_the_time(question, monkeypatch):
    monkeypatch.setattr("geeks.models.tag.GOES", 2)
    with pytest.raises(ValidationError, match="faster than it can be merged"):
        merge_and_before_its_tags_are_held(lambda: ask("old"))
    assert counts() == {"old": 3, "new": 1}


def test_a_merge_waits_for_a_question_that_is_being_stored(question):
    assert meanwhile(lambda: ask("old", "other"), merge) == []
    assert counts() == {"new": 3, "other": 1}


@pytest.mark.parametrize("names", [["old"], ["new", "old"], ["old", "fresh"]])
def test_who_asks_during_a_merge_gets_the_tags_that_he_named(question, names):
    """As if he had asked a moment later: the name of a tag that was merged away is a new tag's."""
    assert meanwhile(merge, lambda: ask(*names)) == []
    assert list(Question.objects.last().tags.values_list("name", flat=True).order_by("taggings__position")) == names
    assert counts() == {**dict.fromkeys(names, 1), "new": 3 if "new" in names else 2}


@pytest.mark.parametrize("merged_first", [True, False])
def test_an_article_counts_for_nothing_and_keeps_a_tag(question, merged_first):
    def write():
        make.article(User.objects.get(username="ben"), tags=["old", "new"])

    assert (meanwhile(merge, write) if merged_first else meanwhile(write, merge)) == []
    names = set(Article.objects.get().tags.values_list("name", flat=True))
    assert names == ({"old", "new"} if merged_first else {"new"})
    assert counts() == ({"new": 2, "old": 0} if merged_first else {"new": 2})


@pytest.mark.parametrize("merged_first", [True, False])
@pytest.mark.parametrize("restored", [True, False])
def test_a_question_deleted_or_restored_beside_a_merge_is_counted_once(question, mod, merged_first, restored):
    if restored:
        Post.objects.get(pk=question.pk).delete_by(mod)

    def act():
        post = Post.objects.get(pk=question.pk)
        (post.restore_by if restored else post.delete_by)(User.objects.get(pk=mod.pk))

    assert (meanwhile(merge, act) if merged_first else meanwhile(act, merge)) == []
    assert counts() == {"new": 2 if restored else 1}


@pytest.mark.parametrize("merged_first", [True, False])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["old"], ["new"]),
        (["new"], ["old"]),
        (["old"], ["old", "new"]),
        (["old", "new"], ["old"]),
        (["new"], ["other"]),
    ],
)
def test_tags_edited_beside_a_merge_are_right_whoever_comes_first(question, ada, before, after, merged_first):
    edited = make.question(ada, tags=before)

    def edit():
        retag(edited, *after)

    assert (meanwhile(merge, edit) if merged_first else meanwhile(edit, merge)) == []
    names = after if merged_first else list(dict.fromkeys("new" if name == "old" else name for name in after))
    assert set(Post.objects.get(pk=edited.pk).tags.values_list("name", flat=True)) == set(names)
    assert counts() == {**dict.fromkeys(names, 1), "new": 3 if "new" in names else 2}


def test_a_tag_merged_by_two_at_once_is_merged_once(question):
    (refusal,) = meanwhile(merge, merge)
    assert isinstance(refusal, ValidationError)
    ask("old")
    (refusal,) = meanwhile(merge, lambda: merge("new", "old"))
    assert isinstance(refusal, ValidationError)
    assert counts() == {"new": 3}


def test_two_who_exchange_the_same_tags_do_not_wait_for_each_other_forever(question, ada):
    for _ in range(4):
        there, back = make.question(ada, tags=["old"]), make.question(ada, tags=["new"])
        assert at_once(lambda q=there: retag(q, "new", "a", "b"), lambda q=back: retag(q, "b", "a", "old")) == []
    assert counts() == {"old": 5, "new": 5, "a": 8, "b": 8}


def test_many_acts_beside_merges_end_without_an_error_of_the_database(question, ada, mod):
    for number in range(4):
        shared = [make.question(ada, tags=tags) for tags in (["old", "x"], ["x", "y"], ["y", "old"], ["new", "x"])]
        acts = [lambda: merge("old", "new"), lambda: merge("x", "y")]
        acts += [lambda: ask("old", "x", "new"), lambda n=number: ask("y", f"fresh-{n}", "old")]
        acts += [lambda q=shared[0]: retag(q, "new", "y"), lambda q=shared[1]: retag(q, "old", "new")]
        acts += [lambda q=post: Post.objects.get(pk=q.pk).votes.cast(mod, 1) for post in shared[:2]]
        acts += [lambda q=shared[2]: Post.objects.get(pk=q.pk).delete_by(mod)]
        raised = at_once(*acts)
        # Somebody may take a tag away before its merge begins, or while it does.
        assert all(isinstance(error, ValidationError | Tag.DoesNotExist) for error in raised), raised
        for name in ("old", "new", "x", "y"):
            Tag.objects.get_or_create(name=name)
    counts()
