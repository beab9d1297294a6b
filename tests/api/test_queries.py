"""A call costs a fixed number of queries however many objects it answers with, and lists are read along indexes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geeks.api.filters import created
from geeks.api.shapes import TYPES
from geeks.api.users import MODERATORS
from geeks.models import Comment, Post, Question, Revision, User, Vote
from tests import make, plans
from tests.test_queries import fill

pytestmark = pytest.mark.django_db

METHODS = [
    "questions",
    "questions/unanswered",
    "questions/{ids}",
    "questions/{ids}/answers",
    "questions/{ids}/comments",
    "questions/{one}/related",
    "answers",
    "answers/{ids}",
    "answers/{ids}/comments",
    "answers/{ids}/questions",
    "posts",
    "posts/{ids}",
    "posts/{ids}/comments",
    "posts/{ids}/revisions",
    "comments",
    "comments/{ids}",
    "users",
    "users/{ids}",
    "users/{ids}/questions",
    "users/{ids}/answers",
    "users/{ids}/comments",
    "tags",
    "tags/sums;tag1;tag2/info",
    "search?tagged=sums",
    "search/advanced?q=title",
    "search/excerpts?q=title",
    "similar?title=title",
    "sites",
]
EVERYTHING = [f"{name}.{field}" for name, shape in TYPES.items() for field in shape.all_fields()]


def grow(author, count: int) -> None:
    """`count` more questions with all that can hang off them, each by somebody else."""
    fill(author, count)
    questions = list(Question.objects.exclude(children__isnull=False))
    people = list(User.objects.order_by("-id")[: len(questions)])
    answers = Post.objects.bulk_create(
        Post(kind=2, parent=question, author=person, body="x title", body_html="x", text="x title")
        for question, person in zip(questions, people, strict=False)
    )
    Comment.objects.bulk_create(
        Comment(post=post, author=post.author, text="x", html="x") for post in [*questions, *answers]
    )
    Revision.objects.bulk_create(
        Revision(post=post, editor=post.author, number=number, body="x")
        for post in [*questions, *answers]
        if not post.revisions.exists()
        for number in (1, 2)
    )
    Vote.objects.bulk_create(Vote(post=post, user=author, value=1) for post in answers)
    Post.objects.filter(pk__in=[answer.pk for answer in answers]).update(editor=author, edited=author.date_joined)


def cost(stranger, method: str, wanted: str) -> int:
    rows = {"comments": Comment.objects, "users": User.objects}.get(method.partition("/")[0], Post.objects)
    # Of all kinds of posts: those that a method is not about are passed over.
    ids = ";".join(map(str, rows.order_by("-id").values_list("pk", flat=True)[:100]))
    one = Question.objects.order_by("-id").values_list("pk", flat=True)[0]
    url = f"/api/2.3/{method.replace('{ids}', ids).replace('{one}', str(one))}"
    with CaptureQueriesContext(connection) as captured:
        response = stranger.get(f"{url}{'&' if '?' in url else '?'}pagesize=100&filter={wanted}")
    assert response.status_code == 200, response.content
    assert response.json()["items"], method
    return len(captured)


@pytest.mark.parametrize("wanted", ["default", "everything"])
def test_a_call_costs_the_same_for_ten_and_for_fifty(stranger, ada, index, wanted):
    wanted = created("default", EVERYTHING, []) if wanted == "everything" else wanted
    make.question(ada, tags=["sums"])
    grow(ada, 9)
    index()
    ten = {method: cost(stranger, method, wanted) for method in METHODS}
    grow(ada, 40)
    index()
    fifty = {method: cost(stranger, method, wanted) for method in METHODS}
    assert fifty == ten
    assert max(fifty.values()) <= (5 if wanted == "default" else 15), fifty


# --- indexes ----------------------------------------------------------------------------------------------------------


def test_moderators_are_not_looked_for_among_all_people(stranger, ada, mod):
    make.question(ada, tags=["sums"])
    with plans.asked() as asked:
        assert stranger.get("/api/2.3/users/moderators?sort=name").status_code == 200
    listing = next(one for one in asked if f" LIMIT {MODERATORS}" in one[0])
    assert "user_moderates" in plans.indexes_of(listing)
