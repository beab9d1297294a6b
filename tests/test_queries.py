"""Pages cost a fixed number of queries however long they are, and every list is read along an index."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geeks.jinja.fragments import fragments
from geeks.models import Article, Comment, Post, Question, Tag, Tagging, User, Vote, paginate
from geeks.views import lists
from tests import make, plans

pytestmark = pytest.mark.django_db


def queries(browser, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = browser.get(url)
    assert response.status_code == 200
    return len(captured)


def fill(author, count: int) -> None:
    """`count` more questions and articles, each by somebody else, with tags of their own."""
    category = make.category()
    number = Post.objects.count()
    people = User.objects.bulk_create(
        User(username=f"p{number + n}", display_name=f"P {number + n}", reputation=20 + n) for n in range(count)
    )
    tags = Tag.objects.bulk_create(Tag(name=f"tag{number + n}", question_count=1) for n in range(count))
    for kind in (1, 9):
        posts = Post.objects.bulk_create(
            Post(
                kind=kind,
                author=person,
                last_active_by=person,
                category=category,
                title=f"Title {number + n}",
                title_html=f"Title {number + n}",
                slug="title",
                body="x",
                excerpt_html="x",
            )
            for n, person in enumerate(people)
        )
        common = Tag.objects.get(name="sums")
        Tagging.objects.bulk_create(
            Tagging(post=post, tag=tag) for post, own in zip(posts, tags, strict=True) for tag in (common, own)
        )


def anew(browser, url: str) -> int:
    """Queries of a page none of whose rows has been laid out before."""
    fragments.clear()
    return queries(browser, url)


LISTS = ["/", "/questions", "/articles", "/c/data-science", "/questions/tagged/sums", "/tags", "/users", "/c"]


@pytest.mark.parametrize("url", LISTS)
def test_a_list_of_fifty_costs_what_a_list_of_ten_costs(stranger, browser_of, ada, monkeypatch, url):
    monkeypatch.setattr("geeks.policy.PAGE_SIZE", 50)
    monkeypatch.setattr(lists.page_of, "__defaults__", (50,))
    make.question(ada, tags=["sums"])
    make.article(ada, tags=["sums"])
    reader = browser_of(ada)
    fill(ada, 9)
    for browser in (stranger, reader):
        browser.get(url)  # what is remembered between requests is not counted
    ten = [anew(browser, url) for browser in (stranger, reader)]
    fill(ada, 40)
    fifty = [anew(browser, url) for browser in (stranger, reader)]
    assert fifty == ten
    assert max(ten) <= 10


def thread(question, author, count: int) -> None:
    number = Post.objects.count()
    people = User.objects.bulk_create(User(username=f"q{number + n}", display_name=f"Q {n}") for n in range(count))
    answers = Post.objects.bulk_create(
        Post(kind=2, parent=question, author=person, editor=person, body="x", body_html="x") for person in people
    )
    Comment.objects.bulk_create(
        Comment(post=post, author=person, text="x", html="x")
        for post, person in zip([question, *answers], [author, *people], strict=False)
    )
    Vote.objects.bulk_create(Vote(post=post, user=author, value=1) for post in answers)
    Post.objects.filter(pk=question.pk).update(answer_count=Post.objects.filter(parent=question).count())


@pytest.mark.parametrize("who", ["stranger", "ben", "mod"])
def test_a_question_with_fifty_answers_costs_what_one_with_ten_costs(
    stranger, browser_of, ada, ben, mod, monkeypatch, who
):
    monkeypatch.setattr("geeks.policy.ANSWERS_A_PAGE", 100)
    question = make.question(ada)
    browser = stranger if who == "stranger" else browser_of({"ben": ben, "mod": mod}[who])
    thread(question, ben, 10)
    browser.get(question.get_absolute_url())
    ten = queries(browser, question.get_absolute_url())
    thread(question, ben, 40)
    assert browser.get(question.get_absolute_url()).content.decode().count('id="answer-') == 50
    assert queries(browser, question.get_absolute_url()) == ten
    assert ten <= 14


def test_a_long_history_costs_what_a_short_one_costs(stranger, ada):
    question = make.question(ada)
    url = f"/posts/{question.pk}/revisions"
    question.edit(ada, body=f"{make.PLAIN} again")
    question.edit(ada, body=f"{make.PLAIN} and again")
    few = queries(stranger, url)
    for number in range(10):
        question.edit(make.person(reputation=5000), body=f"{make.PLAIN} {number}")
    assert queries(stranger, url) == few


# --- indexes ----------------------------------------------------------------------------------------------------------


def page_query(queryset, order, cursor: str = ""):
    """The very query of a page: what `paginate` would read, caught before it is read."""
    caught = []

    class Caught(type(queryset)):
        def __iter__(self):
            caught.append(self)
            return iter([])

    queryset = queryset._chain()
    queryset.__class__ = Caught
    paginate(queryset, order, after=cursor)
    query = caught[0]
    query.__class__ = type(queryset).__mro__[1]
    return query


def cursor_of(order) -> str:
    rows = Post.objects.order_by(*order)
    return paginate(rows, order, size=1).next


POSTS = {
    "the front page": (lambda: Question.objects.visible(), "post_kind"),
    "articles": (lambda: Article.objects.visible(), "post_kind"),
    "a category": (lambda: Question.objects.visible().filter(category=make.category()), "post_cat"),
    "a tag": (lambda: Question.objects.visible().tagged(*Tag.objects.all()), "tagging"),
}
SHORT = {"active": "act", "newest": "new", "score": "score", "hot": "hot", "unanswered": "unans"}


@pytest.mark.parametrize("name", POSTS)
def test_each_tab_of_a_list_has_an_index_of_its_own(ada, name):
    for _ in range(3):
        make.question(ada, body=make.PLAIN)
    make_posts, index = POSTS[name]
    for tab, short in SHORT.items():
        posts = make_posts().unanswered() if tab == "unanswered" else make_posts()
        for cursor in ("", cursor_of(lists.ORDERS[tab])):
            page = page_query(posts.for_lists(), lists.ORDERS[tab], cursor)
            read = plans.indexes_of(page.query.sql_with_params())
            # PostgreSQL finds the index over all posts as good for the order of activity.
            assert f"{index}_{short}" in read or (tab == "active" and "post_active" in read), (tab, read)


def test_answers_comments_and_votes_of_a_page_are_found_by_their_post(ada):
    make.comment(make.question(ada), ada)
    answers = Post.objects.filter(parent_id=1).order_by("-score", "-id")
    comments = Comment.objects.visible().filter(post_id__in=[1, 2]).order_by()
    votes = Vote.objects.filter(user=ada, post_id__in=[1, 2])
    for queryset, index in ((answers, "post_answers"), (comments, "comment_of_post"), (votes, "one_vote")):
        read = plans.indexes_of(queryset.query.sql_with_params())
        assert any(re.search(rf"{index}|geeks_\w+_(post|user)_id_|sqlite_autoindex|vote_by_user", one) for one in read)


def test_no_list_reads_the_long_texts_of_profiles(stranger, ada):
    """They hold drawn formulas; a page of posts and comments would read one for each of their authors."""
    question = make.question(ada)
    make.answer(question).edit(make.person(reputation=5000), body=make.PLAIN)
    question.comments.write(ada, "A remark of mine.")
    make.article(ada)
    for url, most in (("/", 0), ("/questions", 0), ("/articles", 0), (question.get_absolute_url(), 1)):
        with CaptureQueriesContext(connection) as captured:
            assert stranger.get(url).status_code == 200
        assert sum("about_html" in query["sql"] for query in captured) <= most
