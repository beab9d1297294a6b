"""How what an archive brought looks: credit, states, authors without an account, links, bounties, badges, history."""

import re
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from geeks.models import Badge, Bounty, Closure, Comment, Post, PostEvent, PostLink, Protection, Question, Tag
from geeks.tasks import indexing
from geeks.views import revisions, users
from tests import make
from tests.test_queries import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(ada, ben):
    """A question and its answer, 12 and 34 where they came from, by a ghost who was 7 there."""
    asked = make.question(ada, body=make.PLAIN)
    answer = make.answer(asked, ben, "A plain answer without any formula in it.")
    ghost = make.ghost("Casper", reputation=300)
    Post.objects.update(source=make.source(), licence="CC BY-SA 3.0")
    Post.objects.filter(pk=asked.pk).update(author=ghost)
    Post.objects.filter(pk=answer.pk).update(
        author=None, author_name="user99", editor_name="user98", edited=timezone.now()
    )
    for row, number in ((asked, 12), (answer, 34), (ghost, 7)):
        make.origin(row, number)
    return Question.objects.get(pk=asked.pk)


def page_of(browser, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def texts(markup: str, pattern: str) -> list[str]:
    found = re.findall(pattern, markup, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", text).split()) for text in found]


# --- credit -----------------------------------------------------------------------------------------------------------


def test_every_imported_post_says_where_it_is_from_by_whom_and_on_what_terms(stranger, question):
    page = page_of(stranger, question.get_absolute_url())
    assert texts(page, r'<p class="credit">(.*?)</p>') == [
        "Imported from Sums · by Casper · CC BY-SA 3.0",
        "Imported from Sums · by user99 · CC BY-SA 3.0",
    ]
    for address in (
        "https://sums.example.net/q/12",
        "https://sums.example.net/a/34",
        "https://sums.example.net/users/7",
        "https://creativecommons.org/licenses/by-sa/3.0/",
    ):
        assert f'<a href="{address}"' in page


def test_what_is_edited_here_says_so_and_has_the_sites_own_licence(stranger, question, mod):
    question.edit(mod, body=f"{make.PLAIN} And more.")
    page = page_of(stranger, question.get_absolute_url())
    assert texts(page, r'<p class="credit">(.*?)</p>')[0] == (
        "Imported from Sums and edited here since · by Casper · CC BY-SA 4.0"
    )


def test_what_was_written_here_shows_no_credit(stranger, ada):
    for post in (make.question(ada), make.article(ada)):
        assert "credit" not in page_of(stranger, post.get_absolute_url())


def test_credit_costs_two_queries_however_many_answers_there_are(stranger, question):
    url = question.get_absolute_url()
    stranger.get(url)
    one = queries(stranger, url)
    for number in range(12):
        answer = Post.objects.create(
            kind=2, parent=question, body="x", body_html="x", author=make.ghost(), source=make.source()
        )
        make.origin(answer, 100 + number)
        make.origin(answer.author, 100 + number)
    assert queries(stranger, url) == one
    Post.objects.update(source=None)
    assert queries(stranger, url) == one - 3  # the credits' two, and the bounties


def test_feeds_carry_the_terms_of_each_imported_post(stranger, question):
    entry = page_of(stranger, f"/questions/{question.pk}/feed").split("<entry>")[1]
    assert "<rights>CC BY-SA 3.0 https://creativecommons.org/licenses/by-sa/3.0/</rights>" in entry


def test_how_often_a_question_was_kept_is_shown_where_the_archive_says_it(stranger, question):
    assert "Bookmarked" not in page_of(stranger, question.get_absolute_url())
    Post.objects.filter(pk=question.pk).update(favorite_count=2)
    assert "Bookmarked <b>2 times</b>" in page_of(stranger, question.get_absolute_url())


# --- authors ----------------------------------------------------------------------------------------------------------


def test_authors_without_an_account_are_named_as_the_archive_names_them(stranger, question, ben):
    Comment.objects.create(post=question, author_name="user97", text="x", html="x", score=3, licence="CC BY-SA 3.0")
    page = page_of(stranger, question.get_absolute_url())
    assert texts(page, r'<span class="who">(.*?)</span>') == ["Casper 300", "user98", "user99"]
    assert "user97" in texts(page, r'<li class="comment"(.*?)</li>')[0]
    assert texts(page, r'<span class="score" title="People[^>]*>(.*?)</span>') == ["3"]
    Post.objects.filter(pk=question.pk).update(author=None, author_name="user96", last_active_by=None)
    assert "user96" in page_of(stranger, "/questions")
    assert "<name>user96</name>" in page_of(stranger, "/feeds")
    assert '"name":"user96"' in page_of(stranger, question.get_absolute_url())


def test_a_community_wiki_belongs_to_everybody(stranger, question):
    Post.objects.filter(pk=question.pk).update(wiki_at=timezone.now())
    page = page_of(stranger, question.get_absolute_url())
    assert "Community wiki" in page
    assert "begun by" in page
    assert "is-asker" not in page.split('id="answers"')[0]


def test_the_profile_of_a_ghost_says_that_nobody_signs_in_as_it(stranger, question, ben):
    page = page_of(stranger, question.author.get_absolute_url())
    assert "nobody signs in as this person here" in page
    assert 'href="https://sums.example.net/users/7"' in page
    assert "nobody signs in" not in page_of(stranger, ben.get_absolute_url())


def test_a_merged_account_names_its_other_profiles(stranger, question, ada, mod):
    ada.absorb(question.author, mod)
    page = page_of(stranger, ada.get_absolute_url())
    assert "Also on" in page
    assert "nobody signs in" not in page


# --- states -----------------------------------------------------------------------------------------------------------


def close(question, reason: str, **columns) -> None:
    row = Closure.objects.create(post=question, reason=reason, **columns)
    Post.objects.filter(pk=question.pk).update(closed_at=row.created)


@pytest.mark.parametrize("reason", ["duplicate", "exact-duplicate"])
def test_a_duplicate_names_all_that_it_repeats(stranger, question, ada, reason):
    originals = [make.question(ada, body=make.PLAIN) for _ in range(3)]
    close(question, reason, duplicate_of=originals[0])
    for original in originals[:2]:
        PostLink.objects.create(post=question, related=original, kind=PostLink.Kind.DUPLICATE)
    page = page_of(stranger, question.get_absolute_url())
    notice = re.search(r'<div class="notice warn">.*?</ul>', page, re.DOTALL)[0]
    assert {original.get_absolute_url() in notice for original in originals[:2]} == {True}
    assert originals[2].get_absolute_url() not in notice
    assert next(indexing.documents([question.pk])).flags.count("duplicate") == 1


def test_a_reason_of_old_is_shown_in_words(stranger, question):
    close(question, "too-localized")
    assert "too localized" in page_of(stranger, question.get_absolute_url())


def test_a_protected_question_says_so(stranger, question):
    row = Protection.objects.create(post=question, reason="Thanks only, so far.")
    Post.objects.filter(pk=question.pk).update(protected_at=row.created)
    page = page_of(stranger, question.get_absolute_url())
    assert "Answering takes 10 reputation" in page
    assert "Thanks only, so far." in page


def test_bounties_are_told_while_open_and_on_the_answer_that_won(stranger, question, ben):
    answer = question.answers.get()
    bounty = Bounty.objects.create(post=question, user=ben, amount=50, started=date(2015, 3, 1))
    page = page_of(stranger, question.get_absolute_url())
    assert "Bounty of 50." in page
    assert "1 March 2015" in page
    Bounty.objects.filter(pk=bounty.pk).update(closed=date(2015, 3, 8), answer=answer, awarded=50)
    page = page_of(stranger, question.get_absolute_url())
    assert "Bounty of" not in page
    assert texts(page, r'<p class="bounty-won">(.*?)</p>') == ["+50 This answer was awarded a bounty."]


def test_questions_that_name_each_other_are_linked_both_ways(stranger, question, ada):
    other = make.question(ada, body=make.PLAIN)
    hidden = make.question(ada, body=make.PLAIN, deleted_at=timezone.now())
    for related in (other, hidden, question):
        PostLink.objects.create(post=question, related=related, kind=PostLink.Kind.LINKED)
    for here, there in ((question, other), (other, question)):
        aside = page_of(stranger, here.get_absolute_url()).split("<h2>Linked</h2>")[1].split("</section>")[0]
        assert texts(aside, r'href="([^"]+)"') == [there.get_absolute_url()]


# --- badges -----------------------------------------------------------------------------------------------------------


def test_badges_are_counted_by_rank_and_listed_page_by_page(stranger, ada, monkeypatch):
    monkeypatch.setattr(users, "BADGES_A_PAGE", 4)
    for number in range(9):
        when = datetime(2015, 1, 1 + number // 2, tzinfo=UTC)
        Badge.objects.create(user=ada, name=f"Badge {number}", rank=1 if number == 0 else 3, date=when)
    page = page_of(stranger, ada.get_absolute_url())
    assert texts(page, r'<span class="badge-counts">(.*?)</span></span>') == ["1 gold8 bronze"]
    url, seen = f"{ada.get_absolute_url()}?tab=badges", []
    while url:
        page = page_of(stranger, url)
        seen += texts(page, r'<span class="badge is-[^>]*>(.*?)<span')
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = ada.get_absolute_url() + following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"Badge {number}" for number in range(8, -1, -1)]


def test_who_has_no_badges_shows_none(stranger, ada):
    assert "badge" not in page_of(stranger, ada.get_absolute_url()).lower()
    assert "No badges yet" in page_of(stranger, f"{ada.get_absolute_url()}?tab=badges")


# --- tags -------------------------------------------------------------------------------------------------------------


def test_the_page_of_a_tag_shows_its_text_with_credit_and_history(stranger, question):
    wiki = make.wiki(body="All about **sums**, in $n$ steps.", source=make.source(), licence="CC BY-SA 3.0")
    make.origin(wiki, 55)
    Tag.objects.filter(name="sums").update(wiki_post=wiki, excerpt="For sums.")
    page = page_of(stranger, "/questions/tagged/sums")
    assert "<strong>sums</strong>" in page
    assert texts(page, r'<p class="credit">(.*?)</p>') == ["Imported from Sums · by somebody · CC BY-SA 3.0"]
    assert f'href="/posts/{wiki.pk}/revisions"' in page
    history = page_of(stranger, f"/posts/{wiki.pk}/revisions")
    assert texts(history, r'<p class="page-lead">(.*?)</p>') == ["of the text about the tag sums"]


# --- history ----------------------------------------------------------------------------------------------------------


def test_what_happened_stands_between_the_versions_in_words(stranger, question, ben):
    question.revisions.update(editor=None, editor_name="user95", licence="CC BY-SA 3.0")
    for kind, comment, user in ((10, "101", ben), (19, "", None), (999, "", None)):
        PostEvent.objects.create(
            post=question, kind=kind, comment=comment, user=user, user_name="user94", created=timezone.now()
        )
    page = page_of(stranger, f"/posts/{question.pk}/revisions")
    events = texts(page, r'<p class="event"[^>]*>(.*?)</p>')
    assert [text.split(",")[0] for text in events] == [
        "Event of kind 999 user94",
        "Protected user94",
        "Closed: Duplicate ben",
    ]
    assert "user95" in page
    assert "CC BY-SA 3.0" in page


def test_each_page_of_a_history_has_the_events_of_its_time(stranger, question, mod, monkeypatch):
    monkeypatch.setattr(revisions, "REVISIONS_A_PAGE", 2)
    monkeypatch.setattr(revisions.page_of, "__defaults__", (2,))
    question.revisions.all().delete()
    for number in range(1, 7):
        when = datetime(2015, 1, number, tzinfo=UTC)
        question.revisions.create(number=number, title=f"T{number}", body=f"body {number}", created=when)
        PostEvent.objects.create(post=question, kind=50 + number * 10, created=when.replace(hour=12))
    url, seen = f"/posts/{question.pk}/revisions", []
    while url:
        page = page_of(stranger, url)
        seen.append(texts(page, r'<p class="event"[^>]*>\s*<span>(.*?)</span>'))
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = f"/posts/{question.pk}/revisions{following[1]}".replace("&amp;", "&") if following else ""
    assert seen == [[f"Event of kind {50 + n * 10}" for n in pair] for pair in ((6, 5), (4, 3), (2, 1))]


def test_a_history_with_many_events_costs_what_one_with_few_costs(stranger, question):
    url = f"/posts/{question.pk}/revisions"
    few = queries(stranger, url)
    PostEvent.objects.bulk_create(
        PostEvent(post=question, kind=50, user=make.ghost(), created=timezone.now()) for _ in range(20)
    )
    assert queries(stranger, url) == few
