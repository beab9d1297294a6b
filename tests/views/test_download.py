"""Everybody can take along what he wrote, and nothing that somebody else did."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from geeks.models import Post
from tests import make

pytestmark = pytest.mark.django_db


def download(browser, person):
    answer = browser.get(f"/users/{person.pk}/download")
    assert answer.status_code == 200
    return answer, json.loads(b"".join(answer.streaming_content))


@pytest.fixture
def thread(ada, ben):
    question = make.question(ben, title="Why is Ben's title here?", body=f"{make.PLAIN} By Ben.", tags=["sums", "a"])
    answer = make.answer(question, ada, "A plain *answer* of Ada's, with “quotes” and\na second line.")
    question.comments.write(ben, "A remark of Ben's.")
    question.comments.write(ada, "A *remark* of Ada's.")
    question.votes.cast(ada, -1)
    return question, answer


def test_posts_come_as_markdown_with_dates_and_licence(browser_of, ada, thread):
    own = make.question(ada, title="A title of Ada's own, is it?", body=make.PLAIN, tags=["sums", "b"])
    Post.objects.filter(pk=own.pk).update(licence="CC BY-SA 3.0", source=make.source(), deleted_at=timezone.now())
    answer, found = download(browser_of(ada), ada)
    first, second = found["posts"]
    assert first["markdown"] == thread[1].body
    assert (first["kind"], first["question_id"], first["licence"]) == ("answer", thread[0].pk, "CC BY-SA 4.0")
    assert second["title"] == "A title of Ada's own, is it?"
    assert (second["tags"], second["licence"]) == (["sums", "b"], "CC BY-SA 3.0")
    assert second["imported_from"] == "sums.example.net"
    assert second["deleted"]
    assert first["created"] == thread[1].created.isoformat()
    assert answer["Content-Disposition"].startswith('attachment; filename="ada-')
    assert "no-store" in answer["Cache-Control"]


def test_comments_and_votes_are_there_too(browser_of, ada, thread):
    found = download(browser_of(ada), ada)[1]
    assert [comment["markdown"] for comment in found["comments"]] == ["A *remark* of Ada's."]
    assert [(vote["post_id"], vote["value"]) for vote in found["votes"]] == [(thread[0].pk, -1)]
    assert found["person"]["username"] == "ada"


def test_nothing_of_anybody_else_is_in_it(browser_of, ada, thread):
    browser = browser_of(ada)
    text = b"".join(browser.get(f"/users/{ada.pk}/download").streaming_content).decode()
    assert "Ben" not in text
    assert "ben" not in text


def test_only_oneself_can_download_what_one_wrote(browser_of, stranger, ada, ben, mod, thread):
    for person in (ben, mod):
        assert browser_of(person).get(f"/users/{ada.pk}/download").status_code == 403
    assert stranger.get(f"/users/{ada.pk}/download")["Location"].startswith("/accounts/login?next=")


def test_a_person_without_any_post_gets_a_file_all_the_same(browser_of, ada):
    found = download(browser_of(ada), ada)[1]
    assert (found["posts"], found["comments"], found["votes"]) == ([], [], [])


def test_many_posts_cost_what_few_cost(browser_of, ada, thread):
    browser = browser_of(ada)
    counts = []
    for more in (1, 40):
        kept = {"kind": 2, "parent": thread[0], "author": ada, "body": "x"}
        Post.objects.bulk_create(Post(**kept) for _ in range(more))
        with CaptureQueriesContext(connection) as captured:
            download(browser, ada)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_profile_offers_it_to_oneself_alone(browser_of, ada, ben):
    link = f'href="/users/{ada.pk}/download"'
    assert link in browser_of(ada).get(ada.get_absolute_url()).content.decode()
    assert link not in browser_of(ben).get(ada.get_absolute_url()).content.decode()
