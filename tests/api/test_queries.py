"""A call costs a fixed number of queries however many objects it answers with, and lists are read along indexes."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geeks.api.filters import created
from geeks.api.shapes import TYPES
from geeks.api.users import MODERATORS
from geeks.models import Comment, Post, Question, Revision, User, Vote
from tests import make
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

LISTS = {
    "questions": ("activity", "creation", "votes", "hot"),
    "questions/unanswered": ("creation",),
    "questions/no-answers": ("activity", "creation", "votes"),
    "answers": ("activity", "creation", "votes"),
    "posts": ("activity", "creation", "votes"),
    "comments": ("creation", "votes"),
    "users": ("reputation", "creation", "name", "modified"),
    "tags": ("popular", "name"),
    "questions?category=data-science": ("activity", "creation", "votes", "hot"),
    "questions/unanswered?category=data-science": ("creation",),
    "questions?fromdate=1000000000&todate=4000000000": ("creation",),
    "questions?min=1&max=4000000000": ("activity", "creation", "votes"),
    "users?min=1&max=10000": ("reputation",),
    "comments?min=0&max=10": ("votes",),
}
WALKS = [f"{path}{'&' if '?' in path else '?'}sort={sort}" for path, sorts in LISTS.items() for sort in sorts]


@pytest.mark.parametrize("order", ["desc", "asc"])
@pytest.mark.parametrize("walk", WALKS)
def test_a_list_of_all_walks_along_its_index(stranger, ada, walk, order):
    make.question(ada, tags=["sums"])
    grow(ada, 9)
    for plan in plans_of(stranger, f"{walk}&order={order}"):
        # An incremental sort goes along the index, too: it orders what is equal there by number.
        assert not re.search(r"TEMP B-TREE|^(\s*->)?\s*Sort  |Seq Scan", plan, re.MULTILINE), plan
        assert not re.search(r"SCAN \w+$", plan, re.MULTILINE), plan  # of a table, not of its index


def test_moderators_are_not_looked_for_among_all_people(stranger, ada, mod):
    make.question(ada, tags=["sums"])
    grow(ada, 40)
    (plan,) = plans_of(stranger, "users/moderators?sort=name", limit=MODERATORS)
    assert "user_moderates" in plan, plan


def plans_of(stranger, walk: str, limit: int = 6) -> list[str]:
    """How the lists of a call are read."""
    sent: list[tuple[str, tuple[object, ...]]] = []

    def note(execute, sql, params, many, context):
        sent.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):  # with the parameters apart, as the database plans it
        response = stranger.get(f"/api/2.3/{walk}&pagesize=5")
    assert response.status_code == 200, response.content
    listing = [(sql, params) for sql, params in sent if f" LIMIT {limit}" in sql]
    assert listing, sent
    return [plan_of(sql, params) for sql, params in listing]


def plan_of(sql: str, params: object) -> str:
    """How the database would read it, when it may neither sort nor read a whole table unless it must."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}", params)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
