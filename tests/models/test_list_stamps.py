"""What lists show of a post and do not read has another stamp whenever it is another: the database stamps it."""

import pytest
from django.core.management import call_command
from django.db import connection

from geeks.models import Post
from tests import make

pytestmark = pytest.mark.django_db

LONGER = "Another text with $n^3$ in it, which is long enough to be a question's and to be shown in lists."


def stamp(post: Post) -> int | None:
    return Post.objects.values_list("list_stamp", flat=True).get(pk=post.pk)


def sql(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


ACTS = {
    "another title": lambda post: post.edit(post.author, title="Why do sums not pair up at all?", body=post.body),
    "another text": lambda post: post.edit(post.author, body=LONGER),
    "many rows at once": lambda post: Post.objects.update(excerpt_html="<i>x</i>"),
    "a statement": lambda post: sql("UPDATE geeks_post SET title_html = 'x' WHERE id = %s", post.pk),
    "a stamp written back": lambda post: Post.objects.filter(pk=post.pk).update(list_stamp=7),
}
OTHERS = {
    "a vote": lambda post: post.votes.cast(make.person(), 1),
    "all columns as they are": lambda post: post.save(),
    "the same texts": lambda post: Post.objects.update(excerpt_html=post.excerpt_html, title_html=post.title_html),
    "a deletion": lambda post: post.delete_by(post.author),
}


@pytest.mark.parametrize("stamped", [False, True])
@pytest.mark.parametrize("act", ACTS)
def test_another_text_has_another_stamp(ada, act, stamped):
    post, other = make.question(ada), make.question(ada)
    if stamped:
        Post.objects.filter(pk=post.pk).update(excerpt_html="<b>1</b>")
    before = stamp(post)
    assert (before is not None) is stamped
    ACTS[act](Post.objects.get(pk=post.pk))
    assert stamp(post) not in (None, 7, before)
    assert (stamp(other) is None) is (act != "many rows at once")


@pytest.mark.parametrize("act", OTHERS)
def test_what_changes_neither_title_nor_excerpt_leaves_the_stamp(ada, act):
    post = make.question(ada)
    Post.objects.filter(pk=post.pk).update(excerpt_html="<b>1</b>")
    before = stamp(post)
    OTHERS[act](Post.objects.get(pk=post.pk))
    assert stamp(post) == before is not None


def test_a_post_saved_again_by_who_read_it_before_its_text_changed_gets_no_old_stamp(ada):
    post = Post.objects.get(pk=make.question(ada).pk)
    Post.objects.filter(pk=post.pk).update(excerpt_html="<b>1</b>")
    post.refresh_from_db()
    old = post.list_stamp
    post.excerpt_html = "<b>2</b>"
    post.save()
    post.save()  # brings the old stamp, which stood for other words
    assert stamp(post) not in (None, old)


def test_rendering_anew_stamps_what_comes_out_otherwise(ada):
    posts = [make.question(ada) for _ in range(2)]
    Post.objects.filter(pk=posts[0].pk).update(excerpt_html="of an older version", render_version="old")
    Post.objects.filter(pk=posts[1].pk).update(render_version="old")
    before = [stamp(post) for post in posts]
    call_command("rerender", verbosity=0)
    assert stamp(posts[0]) not in (None, before[0])
    assert stamp(posts[1]) is None
