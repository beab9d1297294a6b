"""`manage.py rerender` renews stored HTML, goes on where it was stopped, and leaves what is refused as it was."""

from io import StringIO

import pytest
from django.core.management import call_command

from geeks.models import Comment, Outbox, Post, PostLink, User
from geeks.rendering import RENDER_VERSION
from tests import make

pytestmark = pytest.mark.django_db


def rerender(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("rerender", *arguments, stdout=out, stderr=err)
    return out.getvalue().strip(), err.getvalue().strip()


@pytest.fixture
def posts(ada):
    made = [make.question(ada, body=make.PLAIN) for _ in range(3)]
    Post.objects.update(body_html="old", render_version="before")
    Outbox.objects.all().delete()
    return made


def test_posts_of_an_older_renderer_are_renewed_and_announced(posts):
    assert rerender()[0] == "3 posts rendered, 3 changed, 0 left as they were."
    assert set(Post.objects.values_list("body_html", "render_version")) == {(f"<p>{make.PLAIN}</p>", RENDER_VERSION)}
    assert set(Outbox.objects.values_list("post_id", flat=True)) == {post.pk for post in posts}


def test_a_second_run_passes_them_over(posts):
    rerender()
    assert rerender()[0] == "0 posts rendered, 0 changed, 0 left as they were."


def test_it_goes_on_where_it_was_stopped(posts, monkeypatch):
    done = []
    render = Post.render

    def stopped(post):
        if len(done) == 1:
            raise KeyboardInterrupt
        done.append(post.pk)
        render(post)

    with monkeypatch.context() as patch:
        patch.setattr(Post, "render", stopped)
        with pytest.raises(KeyboardInterrupt):
            rerender()
    assert Post.objects.filter(render_version=RENDER_VERSION).count() == 1
    assert rerender()[0].startswith("2 posts rendered")


def test_a_dry_run_only_counts(posts):
    assert rerender("--dry-run")[0] == "3 posts rendered, 3 would change, 0 left as they were."
    assert set(Post.objects.values_list("body_html", flat=True)) == {"old"}
    assert not Outbox.objects.exists()


def test_what_is_refused_now_is_named_and_kept(posts):
    Post.objects.filter(pk=posts[1].pk).update(body="$x$ " * 301)
    out, err = rerender()
    assert out == "3 posts rendered, 2 changed, 1 left as they were."
    assert err.startswith(f"left as it was: post {posts[1].pk}: The text has 301 formulas")
    assert Post.objects.get(pk=posts[1].pk).body_html == "old"


def test_counters_are_left_alone(posts, ben):
    posts[0].votes.cast(ben, 1)
    rerender()
    assert Post.objects.get(pk=posts[0].pk).score == 1


def test_everything_includes_comments_and_profiles(ada, posts):
    comment = posts[0].comments.write(ada, "A *remark* of mine.")
    ada.describe(display_name="Ada", about="I like *sums*.")
    Comment.objects.update(html="old")
    User.objects.update(about_html="old")
    rerender("--all", "--dry-run")
    comment.refresh_from_db()
    assert comment.html == "old"
    rerender("--all")
    comment.refresh_from_db()
    ada.refresh_from_db()
    assert comment.html == "A <em>remark</em> of mine."
    assert "<em>sums</em>" in ada.about_html


def test_what_is_edited_meanwhile_keeps_its_new_html(ada, posts, monkeypatch):
    post, render = posts[0], Post.render

    def edited_first(self):
        with monkeypatch.context() as patch:
            patch.setattr(Post, "render", render)
            if self.pk == post.pk:
                Post.objects.get(pk=post.pk).edit(ada, body="Another text, written in the meantime.")
        render(self)

    monkeypatch.setattr(Post, "render", edited_first)
    rerender()
    assert Post.objects.get(pk=post.pk).body_html == "<p>Another text, written in the meantime.</p>"


def test_links_between_posts_are_noted_but_for_those_of_archives():
    named = make.question()
    naming = [make.question(body=f"{make.BODY} See [it](/q/{named.pk}).") for _ in range(2)]
    Post.objects.filter(pk=naming[1].pk).update(source=make.source())
    PostLink.objects.all().delete()
    for _ in range(2):
        call_command("rerender", "--all", stdout=StringIO())
        assert list(PostLink.objects.values_list("post", "related")) == [(naming[0].pk, named.pk)]
