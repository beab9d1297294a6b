"""What archives bring: where it came from, votes without voters, ghosts, the texts of tags."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from geeks.models import Article, Origin, Post, Question, Reputation, User
from geeks.models.counters import post_differences, user_differences
from geeks.models.post import Kind
from geeks.tasks import indexing
from tests import make

pytestmark = pytest.mark.django_db


def refused(write) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


def differences() -> set[str]:
    return {str(found) for found in [*post_differences(), *user_differences()]}


# --- origins ----------------------------------------------------------------------------------------------------------


def test_their_numbers_lead_to_ours_and_back(ada):
    question, person = make.question(ada), make.ghost()
    make.origin(question, 17)
    make.origin(person, 17)
    assert Origin.objects.ours(make.source(), Origin.Kind.POST, [17, 18]) == {17: question.pk}
    assert Origin.objects.ours(make.source(), Origin.Kind.USER, [17]) == {17: person.pk}
    with CaptureQueriesContext(connection) as captured:
        found = Origin.objects.of(Origin.Kind.POST, [question.pk, 0])
        assert found[question.pk].source.url == "https://sums.example.net"
    assert len(captured) == 1


def test_a_number_of_one_source_means_nothing_in_another(ada):
    make.origin(make.question(ada), 17)
    assert Origin.objects.ours(make.source("other.example.net"), Origin.Kind.POST, [17]) == {}


def test_a_row_of_an_archive_is_imported_once(ada):
    question = make.question(ada)
    make.origin(question, 17)
    refused(lambda: make.origin(question, 17))


# --- votes without voters ---------------------------------------------------------------------------------------------


def test_a_score_is_the_votes_cast_here_and_those_that_were_brought(ada, ben):
    question = make.question(ada)
    answer = make.answer(question, ben)
    for kind, count in ((2, 7), (3, 2), (0, -1), (1, 1), (5, 9)):
        make.tally(answer, kind, count)
    answer.votes.cast(ada, 1)
    found = differences()
    assert f"answer {answer.pk}: score is 1, should be 5" in {text.replace("post", "answer") for text in found}
    for row in post_differences():
        row.repair()
    assert Post.objects.get(pk=answer.pk).score == 5
    assert differences() == set()


def test_a_question_is_answered_by_brought_votes(ada, ben):
    question = make.question(ada)
    answer = make.answer(question, ben)
    make.tally(answer, 2, 3)
    Post.objects.filter(pk=answer.pk).update(score=3)
    assert {row.column for row in post_differences()} >= {"answered"}


def test_a_tally_stands_once_for_a_post_a_kind_and_a_day(ada):
    question = make.question(ada)
    make.tally(question)
    refused(lambda: make.tally(question))


def test_a_protection_without_its_row_is_found(ada):
    question = make.question(ada)
    Post.objects.filter(pk=question.pk).update(protected_at=timezone.now())
    assert {row.column for row in post_differences()} == {"protected_at"}


# --- people -----------------------------------------------------------------------------------------------------------


def test_what_a_ghost_had_earned_is_one_row_of_the_ledger(ada):
    ghost = make.ghost(reputation=250_000)
    assert Reputation.objects.get(user=ghost).amount == 249_999
    assert differences() == set()


def test_a_ghost_has_neither_mail_nor_power():
    ghost = make.ghost()
    for columns in ({"email": "a@example.org"}, {"is_superuser": True}, {"is_moderator": True}, {"is_staff": True}):
        refused(lambda columns=columns: User.objects.filter(pk=ghost.pk).update(**columns))


def test_nobody_signs_in_as_a_ghost(client):
    ghost = make.ghost("casper")
    assert not ghost.has_usable_password()
    client.post("/accounts/login", {"login": "casper", "password": ""})
    assert "_auth_user_id" not in client.session


# --- texts of tags ----------------------------------------------------------------------------------------------------


@pytest.fixture(params=[Kind.TAG_EXCERPT, Kind.TAG_WIKI])
def wiki(request, ada):
    return make.wiki(request.param, author=ada, body="The tag for all manner of unusual summations.")


def test_the_text_of_a_tag_stands_in_no_list_search_or_feed(wiki, stranger, ada):
    words = "unusual summations"
    assert list(indexing.documents([wiki.pk])) == []
    for url in ("/", "/questions", "/articles", "/feeds", f"/users/{ada.pk}/feed", ada.get_absolute_url()):
        assert words not in stranger.get(url).content.decode(), url
    for posts in (Question.objects, Article.objects, Post.objects.titled(), Post.objects.without_wikis()):
        assert not posts.exists()


def test_the_text_of_a_tag_takes_no_votes_comments_or_edits(wiki, ada, mod):
    for who in (make.person(), mod):
        with pytest.raises(PermissionDenied):
            wiki.votes.cast(who, 1)
        with pytest.raises(PermissionDenied):
            wiki.comments.write(who, "A remark on this.")
    for who in (ada, mod):
        with pytest.raises(PermissionDenied):
            wiki.edit(who, body="Something else altogether, and quite long.")


def test_pages_of_posts_know_no_texts_of_tags(wiki, browser_of, mod):
    browser = browser_of(mod)
    for url in (f"/q/{wiki.pk}", f"/a/{wiki.pk}", f"/posts/{wiki.pk}/edit"):
        assert browser.get(url).status_code == 404, url
    for url in (f"/posts/{wiki.pk}/votes", f"/posts/{wiki.pk}/comments", f"/posts/{wiki.pk}/bookmark"):
        assert browser.post(url, {"value": "1", "text": "A remark on this."}).status_code == 404, url


def test_a_deleted_text_of_a_tag_stays_a_row(wiki, mod):
    wiki.delete_by(mod)
    wiki.restore_by(mod)
    assert not Post.objects.get(pk=wiki.pk).deleted_at
    assert differences() == set()
