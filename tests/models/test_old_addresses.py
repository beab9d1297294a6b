"""Addresses of a site that was imported lead to what is here of it."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geeks.models import ImportedBody, Origin, Post, Tag
from geeks.models.old_addresses import here, led_home, place_of
from geeks.rendering import RENDER_VERSION
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(ada, ben):
    """A question and an answer that were 12 and 34 where they came from, the comment 5, the people 7 and 8."""
    question = make.question(ada, body=make.PLAIN, tags=["c++"])
    answer = make.answer(question, ben, "A plain answer without any formula in it.")
    comment = make.comment(answer, ben, "A plain remark.")
    Post.objects.update(source=make.source())
    for row, number in ((question, 12), (answer, 34), (comment, 5), (ada, 7)):
        make.origin(row, number)
    return question, answer, comment


def test_each_kind_of_address_leads_to_its_page(thread, ada):
    question, answer, comment = thread
    for address, ours in (
        ("/questions/12/why", question.get_absolute_url()),
        ("/q/12", question.get_absolute_url()),
        ("/a/34/7", f"/a/{answer.pk}"),
        ("/questions/12/why/34#34", f"/a/{answer.pk}"),
        ("/questions/12/why#comment5_34", f"/q/{question.pk}#comment-{comment.pk}"),
        ("/users/7/ada", f"/users/{ada.pk}"),
        ("/questions/tagged/C%2B%2B", "/questions/tagged/c%2B%2B"),
        ("/tags/c%2b%2b/info", "/questions/tagged/c%2B%2B"),
    ):
        assert place_of(make.source(), address) == ours, address


def test_what_is_not_here_leads_nowhere(thread):
    for address in (
        "/questions/99/gone",
        "/users/99",
        "/questions/tagged/unknown",
        "/questions/tagged/a%00b",
        "/help",
        "/",
        "",
        f"/q/1#{'9' * 5000}",
        "/q/١٢",
    ):
        assert place_of(make.source(), address) is None, address
    assert place_of(make.source("other.example.net"), "/q/12") is None


def test_an_address_of_the_text_of_a_tag_leads_to_the_tag(thread):
    wiki = make.wiki(source=make.source())
    Tag.objects.filter(name="c++").update(wiki_post=wiki)
    make.origin(wiki, 55)
    assert place_of(make.source(), "/posts/55/revisions") == "/questions/tagged/c%2B%2B"


def test_many_addresses_cost_what_few_cost(thread):
    few = {("post", "12"), ("user", "7"), ("comment", "5"), ("tag", "c++")}
    many = few | {(kind, str(number)) for kind in ("post", "user", "comment", "tag") for number in range(100, 150)}
    with CaptureQueriesContext(connection) as captured:
        assert here(make.source(), many) == here(make.source(), few)
    assert len(captured) <= 2 * 7 + 4


def test_links_in_a_text_lead_home_and_to_every_site_that_was_imported(thread, ben):
    question = thread[0]
    other = make.source("more.example.net")
    Origin.objects.create(source=other, kind=Origin.Kind.USER, their_id=3, our_id=ben.pk)
    html = '<p><a rel="nofollow ugc noopener" href="https://{}">x</a></p>'
    assert led_home(html.format("sums.example.net/q/12")) == (f'<p><a href="{question.get_absolute_url()}">x</a></p>')
    assert led_home(html.format("more.example.net/users/3")) == f'<p><a href="/users/{ben.pk}">x</a></p>'
    for elsewhere in ("more.example.net/q/12", "example.org/q/12", "sums.example.net.evil.example/q/12"):
        assert led_home(html.format(elsewhere)) == html.format(elsewhere)


# --- rendering --------------------------------------------------------------------------------------------------------

BROUGHT = '<p>See <a href="/q/12">there</a>: <span class="math-container">$x^2$</span></p>'


@pytest.fixture
def imported(thread):
    """A question that holds still what its archive had of it."""
    asked = make.question(make.ghost(reputation=100), body=make.PLAIN, licence="CC BY-SA 3.0", source=make.source())
    Post.objects.filter(pk=asked.pk).update(render_version="old", editor_name="user9")
    ImportedBody.objects.create(post=asked, html=BROUGHT)
    asked.refresh_from_db()
    return asked


def test_rerender_renews_an_imported_post_from_what_its_archive_had(imported, thread, capsys):
    call_command("rerender")
    imported.refresh_from_db()
    assert f'href="{thread[0].get_absolute_url()}"' in imported.body_html
    assert 'data-tex="x^2"' in imported.body_html
    assert imported.text.startswith("See there: $x^2$")
    assert imported.render_version == RENDER_VERSION
    assert imported.body == make.PLAIN


def test_an_edit_here_is_rendered_from_its_markdown_under_the_sites_own_licence(imported, mod, thread):
    imported.edit(mod, body=f"{make.PLAIN} See [there](https://sums.example.net/q/12).")
    imported.refresh_from_db()
    assert "plain text" in imported.text
    assert f'<a href="{thread[0].get_absolute_url()}">there</a>' in imported.body_html
    assert (imported.licence, imported.editor_name) == ("", "")
    assert not ImportedBody.objects.exists()
    call_command("rerender", all=True)
    imported.refresh_from_db()
    assert "plain text" in imported.text


def test_posts_written_here_keep_their_links(thread, ada):
    written = make.question(ada, body="This one was asked at https://sums.example.net/q/12 before.")
    assert 'href="https://sums.example.net/q/12"' in written.body_html


def test_comments_on_imported_posts_lead_home_and_stay_so(thread, ben):
    comment = thread[0].comments.write(ben, "See https://sums.example.net/a/34 for more.")
    question, answer, _ = thread
    comment = Post.objects.get(pk=question.pk).comments.write(ben, "See https://sums.example.net/a/34 for more.")
    assert f'href="/a/{answer.pk}"' in comment.html
    call_command("rerender")
    comment.refresh_from_db()
    assert f'href="/a/{answer.pk}"' in comment.html


def test_what_an_archive_says_of_a_ghost_is_rendered_as_html(db):
    ghost = make.ghost(about="<p>I count.</p>\n<p>Twice: $1+1$</p><script>alert(1)</script>")
    make.person(about="I *count*.")
    call_command("rerender")
    ghost.refresh_from_db()
    assert "<p>I count.</p>" in ghost.about_html
    assert 'data-tex="1+1"' in ghost.about_html
    assert "script" not in ghost.about_html
