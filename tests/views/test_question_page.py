"""The page of a question: its address, its parts, who sees what."""

import re

import pytest

from geeks.models import Post, view_tally
from tests import make

pytestmark = pytest.mark.django_db


def page_of(browser, question) -> str:
    response = browser.get(question.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def test_it_shows_question_answers_comments_authors_and_formulas(stranger, ada, ben):
    question = make.question(ada)
    answer = make.answer(question, ben)
    comment = answer.comments.write(ada, "Neat, $n/2$ pairs.")
    page = page_of(stranger, question)
    assert '<article class="post' in page
    assert 'id="question"' in page
    assert f'id="answer-{answer.pk}"' in page
    assert f'id="comment-{comment.pk}"' in page
    assert question.body_html in page
    assert answer.body_html in page
    assert page.count('class="author') >= 2
    assert 'data-tex="n/2"' in page


def test_answers_come_by_score_and_the_accepted_one_first(stranger, ada, ben):
    question = make.question(ada)
    low, high, accepted = (make.answer(question, ben) for _ in range(3))
    high.votes.cast(ada, 1)
    question.accept(accepted, ada)
    page = page_of(stranger, question)
    order = [int(pk) for pk in re.findall(r'<article class="post answer[^"]*" id="answer-(\d+)"', page)]
    assert order == [accepted.pk, high.pk, low.pk]
    assert re.search(rf'class="post answer accepted[^"]*" id="answer-{accepted.pk}"', page)


def test_answers_can_be_sorted_by_time(stranger, ada, ben):
    question = make.question(ada)
    first, second = make.answer(question, ben), make.answer(question, ben)
    for sort, expected in (("newest", [second.pk, first.pk]), ("oldest", [first.pk, second.pk])):
        page = stranger.get(question.get_absolute_url(), {"sort": sort}).content.decode()
        assert [int(pk) for pk in re.findall(r'id="answer-(\d+)"', page)] == expected


def test_many_answers_are_paged_and_every_one_is_shown_once(stranger, ada, ben, monkeypatch):
    monkeypatch.setattr("geeks.policy.ANSWERS_A_PAGE", 2)
    question = make.question(ada)
    answers = [make.answer(question, ben) for _ in range(5)]
    question.accept(answers[0], ada)
    seen, url = [], question.get_absolute_url()
    address = url
    while address:
        page = stranger.get(address).content.decode()
        seen += [int(pk) for pk in re.findall(r'<article class="post answer[^"]*" id="answer-(\d+)"', page)]
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = url + following[1].replace("&amp;", "&") if following else None
    assert sorted(seen) == sorted(answer.pk for answer in answers)
    assert seen[0] == answers[0].pk


@pytest.mark.parametrize("tail", ["", "/", "/wrong-slug", "/wrong-slug/"])
def test_any_other_form_of_the_address_redirects_to_the_right_one(stranger, tail):
    question = make.question()
    response = stranger.get(f"/questions/{question.pk}{tail}?sort=newest", follow=True)
    assert response.redirect_chain[-1] == (f"{question.get_absolute_url()}?sort=newest", 301)
    assert response.status_code == 200


def test_the_short_link_leads_there(stranger):
    question = make.question()
    response = stranger.get(f"/q/{question.pk}")
    assert (response.status_code, response["Location"]) == (301, question.get_absolute_url())


@pytest.mark.parametrize("pk", ["0", "999999", "9223372036854775808", "9" * 19, "9" * 20, "9" * 300, "-1", "1e5", "٣"])
@pytest.mark.parametrize("address", ["/questions/{}", "/q/{}", "/a/{}", "/articles/{}", "/posts/{}/revisions"])
def test_a_number_that_names_nothing_is_a_404(stranger, address, pk):
    assert stranger.get(address.format(pk)).status_code == 404


def test_an_answer_or_an_article_is_no_question(stranger):
    assert stranger.get(f"/questions/{make.answer().pk}").status_code == 404
    assert stranger.get(f"/questions/{make.article().pk}").status_code == 404


def test_a_closed_question_says_why_and_by_whom(stranger, mod):
    question, original = make.question(), make.question(title="The original of the two")
    question.close(mod, "duplicate", "Have a look there.", original)
    page = page_of(stranger, question)
    assert "Closed" in page
    assert original.get_absolute_url() in page
    assert "Have a look there." in page
    assert mod.get_absolute_url() in page


def test_a_closing_of_which_the_archive_does_not_say_why_gives_no_reason(stranger):
    question = make.question()
    question.closures.create(reason="")
    type(question).objects.filter(pk=question.pk).update(closed_at=question.created)
    page = page_of(stranger, question)
    assert ">Closed.<" in page


def test_the_form_to_answer_is_for_people_who_may(stranger, browser_of, ada, ben, mod):
    question = make.question(ada)
    assert 'name="body"' in page_of(browser_of(ben), question)
    assert 'name="body"' not in page_of(stranger, question)
    question.close(mod, "unclear")
    assert 'name="body"' not in page_of(browser_of(ben), question)


def test_a_deleted_answer_is_shown_to_its_author_and_moderators_only(stranger, browser_of, ada, ben, mod):
    question = make.question(ada)
    answer = make.answer(question, ben)
    answer.delete_by(ben)
    for browser, sees in (
        (browser_of(ben), True),
        (browser_of(mod), True),
        (browser_of(ada), False),
        (stranger, False),
    ):
        assert (f'id="answer-{answer.pk}"' in page_of(browser, question)) is sees


def test_a_deleted_comment_is_shown_to_nobody(stranger, browser_of, ada, mod):
    question = make.question(ada)
    comment = question.comments.write(ada, "A remark to be deleted.")
    comment.delete_by(ada)
    for browser in (stranger, browser_of(mod)):
        assert "to be deleted" not in page_of(browser, question)


def test_a_view_is_counted(stranger):
    question = make.question()
    page_of(stranger, question)
    page_of(stranger, question)
    view_tally.tally.flush()
    assert Post.objects.get(pk=question.pk).view_count == 2


def test_a_strangers_page_starts_no_session(stranger):
    response = stranger.get(make.question().get_absolute_url())
    assert not response.cookies


def test_hostile_text_is_harmless_on_the_page(stranger, browser_of, ada):
    title = 'Hostile <script>alert(1)</script> "><img src=x onerror=alert(1)>'
    question = make.question(ada, title=title, body="<script>alert(1)</script> <img src=x onerror=alert(1)> and words")
    question.comments.write(ada, "<script>alert(1)</script> [x](javascript:alert(1))")
    for browser in (stranger, browser_of(ada)):
        page = page_of(browser, question)
        assert "<script>alert" not in page
        assert not re.search(r"<[^>]*\sonerror\s*=", page)
        assert 'href="javascript' not in page


def test_a_post_whose_author_left_still_has_its_page(stranger, ada):
    question = make.question(ada)
    make.answer(question, ada)
    question.comments.write(ada, "A remark of mine.")
    ada.delete()
    page_of(stranger, question)
