"""A whole small dump into a category: what comes over, what is skipped and why, and what must not happen twice."""

import io
import json
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from geeks.dumps.stackexchange import load, reading, store
from geeks.dumps.stackexchange.reading import Reading
from geeks.models import (
    Badge,
    Bookmark,
    Bounty,
    Category,
    Closure,
    Comment,
    ImportedBody,
    ImportedFile,
    Lock,
    Origin,
    Outbox,
    Post,
    PostEvent,
    PostLink,
    Protection,
    Question,
    Source,
    Tag,
    User,
    VoteTally,
)
from geeks.rendering import RENDER_VERSION, UNFINISHED
from tests import make
from tests.dumps import small
from tests.dumps.tables import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def dump(tmp_path):
    return small.write(tmp_path / small.HOST, small.site())


def run(path, category="sums", **options):
    out = io.StringIO()
    call_command("import_stackexchange", str(path), category=category, stdout=out, stderr=out, **options)
    return out.getvalue()


def report_of(path, tmp_path, **options):
    run(path, report=tmp_path / "report.json", **options)
    return json.loads((tmp_path / "report.json").read_text())["files"]


def recounted():
    out = io.StringIO()
    call_command("recount", stdout=out)
    return out.getvalue().strip()


SKIPPED = {
    "Tags.xml": {},
    "Users.xml": {},
    "Badges.xml": {"its person is not here": 1},
    "Posts.xml": {"a text of the help pages has no place here": 1, "its question is not here": 1},
    "PostHistory.xml": {"its post is not here": 1},
    "Comments.xml": {"its post is not here": 1},
    "PostLinks.xml": {"one of its posts is not here": 1},
    "Votes.xml": {"its post is not here": 1},
}


def test_the_report_accounts_for_every_row(dump, tmp_path):
    files = report_of(dump, tmp_path)
    assert {name: told["skipped"] for name, told in files.items()} == SKIPPED
    for name, rows in small.site().items():
        assert files[name]["read"] == len(rows)
        assert files[name]["read"] == files[name]["written"] + sum(files[name]["skipped"].values())


def test_a_dry_run_says_the_same_and_writes_nothing(dump, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "ROWS", 2)
    before = everything()
    dry = report_of(dump, tmp_path, dry_run=True)
    assert everything() == before
    assert dry == report_of(dump, tmp_path)
    assert dry == report_of(dump, tmp_path, dry_run=True)


def test_a_second_run_changes_nothing(dump, tmp_path):
    first = report_of(dump, tmp_path)
    before = everything()
    assert "here already" in run(dump)
    assert report_of(dump, tmp_path) == first
    assert everything() == before


def test_all_counters_hold_afterwards(dump):
    run(dump)
    assert recounted() == "no differences"


def test_questions_and_answers_come_over(dump):
    run(dump)
    question = Question.objects.get(pk=1)
    assert question.title == "How large are sums of $k$?"
    assert question.body == f"Is $\\sum_k k$ large? See [another](https://{small.HOST}/questions/6/why)."
    assert (question.score, question.view_count, question.favorite_count) == (5, 100, 1)
    assert (question.answer_count, question.comment_count, question.answered) == (2, 1, True)
    assert [tag.name for tag in question.tags.order_by("taggings__position")] == ["sums", "c++", "odd_tag!"]
    assert str(question.category) == "Sums"
    assert question.licence == "CC BY-SA 4.0"
    assert question.source.host == small.HOST
    assert question.created.isoformat() == "2015-03-01T10:20:30.457000+00:00"
    assert (question.author.display_name, question.editor.display_name) == ("Ada ", "Ben")
    assert question.accepted_answer_id == 2
    assert question.acceptance.created.date().isoformat() == "2015-03-05"
    gone = Post.objects.get(pk=3)
    assert (gone.author, gone.author_name, gone.score) == (None, "gone", -1)
    assert gone.wiki_at is not None
    assert Post.objects.get(pk=11).parent_id == 12


def test_texts_and_titles_longer_than_anybody_may_write_are_kept(dump):
    run(dump)
    post = Post.objects.get(pk=6)
    assert post.title == small.LONG_TITLE
    assert len(post.title) > 200
    assert post.body == small.LONG_BODY
    assert post.text.split() == small.LONG_BODY[3:-4].split()


def test_people_come_as_ghosts_with_what_they_had_earned(dump):
    run(dump)
    ada = User.objects.get(pk=1)
    assert ada.ghost
    assert not ada.has_usable_password()
    assert (ada.reputation, ada.location, ada.website) == (101, "London", "https://ada.example")
    assert ada.about_html == "<p>I <b>sum</b>.</p>"
    assert (ada.network_id, ada.view_count, ada.up_votes, ada.down_votes) == (1001, 5, 6, 7)
    assert list(ada.reputations.values_list("kind", "amount")) == [("imported", 100)]
    assert User.objects.get(pk=-1).display_name == "Community"
    assert list(Badge.objects.values_list("user", "name", "rank", "tag_based")) == [
        (1, "Teacher", 3, False),
        (1, "sums", 1, True),
    ]


def test_the_sites_own_user_has_a_page_like_everybody(dump, stranger):
    run(dump)
    community = User.objects.get(pk=-1)
    page = stranger.get(community.get_absolute_url())
    assert page.status_code == 200
    assert "Community" in page.content.decode()
    assert stranger.get("/users/-2").status_code == 404


def test_the_history_becomes_revisions_and_events(dump):
    run(dump)
    first, second = Post.objects.get(pk=1).revisions.order_by("number")
    assert (first.title, first.body, first.tags) == ("How big are sums?", "Is $\\sum k$ big?", "sums")
    assert (second.title, second.tags, second.comment) == ("How large are sums of $k$?", "sums c++ odd_tag!", "k")
    assert (first.editor.pk, second.editor.pk, first.kinds, second.kinds) == (1, 2, "2 1 3", "5 4 6")
    assert Post.objects.get(pk=3).revisions.get().editor_name == "gone"
    assert Post.objects.get(pk=6).revisions.get().body == small.LONG_BODY
    assert list(PostEvent.objects.filter(post=5).order_by("pk").values_list("kind", flat=True)) == [10, 11, 14, 19]


def test_the_states_that_hold_at_the_end_are_open(dump):
    run(dump)
    repeated = Closure.objects.get(post=4)
    assert (repeated.reason, repeated.duplicate_of_id, repeated.ended, repeated.user_id) == ("duplicate", 1, None, 1)
    assert Post.objects.get(pk=4).closed_at == repeated.created
    spell = Closure.objects.get(post=5)
    assert (spell.reason, spell.ended.day, spell.ended_by_id) == ("unclear", 3, 1)
    assert Lock.objects.get(post=5, ended=None).user_id == -1
    assert Protection.objects.get(post=5, ended=None).user_id == 1
    five = Post.objects.get(pk=5)
    assert (five.closed_at, five.locked_at.day, five.protected_at.day) == (None, 4, 5)


def test_votes_come_as_tallies_and_keep_the_score(dump):
    run(dump)
    tallies = {(row.post_id, row.kind): row.count for row in VoteTally.objects.all()}
    assert tallies == {(1, 2): 4, (1, 3): 1, (1, 0): 2, (2, 1): 1, (2, 2): 1, (2, 0): 2, (1, 5): 1, (3, 0): -1}
    assert Bookmark.objects.get().user_id == 2
    bounty = Bounty.objects.get()
    assert (bounty.post_id, bounty.user_id, bounty.amount) == (1, 2, 50)
    assert (bounty.answer_id, bounty.awarded, bounty.closed.isoformat()) == (2, 50, "2015-03-06")


def test_comments_links_and_the_texts_of_tags_come_over(dump):
    run(dump)
    asked, replied = Comment.objects.order_by("pk")
    assert (asked.score, asked.author_id, asked.licence) == (2, 2, "CC BY-SA 4.0")
    assert 'data-tex="n"' in asked.html
    assert (replied.author, replied.author_name, replied.html) == (None, "gone", "No, <em>odd</em>.")
    assert set(PostLink.objects.values_list("post", "related", "kind")) == {(1, 6, 1), (4, 1, 3)}
    tag = Tag.objects.get(name="sums")
    assert (tag.excerpt, tag.excerpt_post_id, tag.wiki_post_id) == ("About sums.", 8, 9)
    assert tag.question_count == 4
    assert Tag.objects.get(name="c++").is_required


def test_links_to_the_old_site_lead_to_what_is_here_also_further_down(dump):
    run(dump)
    assert '<a href="/questions/6/why-does-a-very' in Post.objects.get(pk=1).body_html
    assert '<a href="/questions/6/why-does-a-very' in Comment.objects.get(pk=1).html


def test_numbers_that_are_taken_are_mapped_and_found_again(dump):
    Question(pk=1, kind=1, title="Written here", category=make.category(), body="Before.").publish(["sums"])
    run(dump)
    assert Question.objects.get(pk=1).title == "Written here"
    source = Source.objects.get()
    ours = Origin.objects.ours(source, Origin.Kind.POST, [1, 2])
    assert ours[2] == 2
    assert ours[1] > 12
    question = Question.objects.get(pk=ours[1])
    assert question.title == "How large are sums of $k$?"
    assert question.accepted_answer_id == 2
    assert Closure.objects.get(post=4).duplicate_of_id == question.pk
    assert recounted() == "no differences"


def test_two_sites_with_the_same_numbers_stand_side_by_side(dump, tmp_path):
    run(dump)
    other = small.write(tmp_path / "other.stackexchange.com", small.site())
    run(other, category="others")
    assert Post.objects.filter(category__slug="sums").count() == Post.objects.filter(category__slug="others").count()
    assert User.objects.filter(ghost=True).count() == 6
    assert recounted() == "no differences"
    question = make.question(make.person())
    new = {Origin.Kind.POST: question, Origin.Kind.USER: question.author, Origin.Kind.COMMENT: make.comment(question)}
    for kind, row in new.items():  # each table counts for itself
        assert row.pk > max(Origin.objects.filter(kind=kind).values_list("our_id", flat=True))


def test_what_is_written_here_gets_numbers_beyond_the_archives(dump):
    run(dump)
    assert make.person().pk > 2
    question = make.question()
    assert question.pk > 12
    assert make.comment(question).pk > 3


def test_tags_with_bars_are_the_same(dump, tmp_path):
    run(dump)
    rows = small.site()
    for row in rows["Posts.xml"]:
        if "Tags" in row:
            row["Tags"] = str(row["Tags"]).replace("><", "|").replace("<", "|").replace(">", "|")
    run(small.write(tmp_path / "bars.stackexchange.com", rows), category="bars")
    tags = [
        list(Question.objects.filter(category__slug=slug).order_by("pk", "tags__name").values_list("tags__name"))
        for slug in ("sums", "bars")
    ]
    assert tags[0] == tags[1]


def test_the_search_index_hears_of_every_post(dump):
    run(dump)
    assert set(Outbox.objects.values_list("post_id", flat=True)) == set(Post.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("batches", [0, 3, 7, 14, 22, 30])
def test_an_import_that_was_stopped_goes_on_to_the_same_end(dump, batches, monkeypatch, tmp_path):
    monkeypatch.setattr(reading, "ROWS", 3)
    stopped_after(batches, dump, monkeypatch)
    assert recounted() == "no differences"
    files = report_of(dump, tmp_path)
    assert {name: told["skipped"] for name, told in files.items()} == SKIPPED
    assert facts() == FACTS
    assert recounted() == "no differences"


def stopped_after(batches, dump, monkeypatch):
    """An import that somebody stops when it has stored so many batches."""
    whole, left = Reading._store, [batches]

    def stopping(self, batch, finished=False):
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        whole(self, batch, finished)

    with monkeypatch.context() as patched:
        patched.setattr(Reading, "_store", stopping)
        with pytest.raises(CommandError, match="run the same command again"):
            run(dump)


FACTS = {Post: 10, User: 3, Comment: 2, VoteTally: 8, PostEvent: 7, Closure: 2, Badge: 2, PostLink: 2, Bounty: 1}


def facts():
    return {model: model.objects.count() for model in FACTS}


def test_a_file_that_breaks_off_is_one_clear_line_and_a_whole_one_goes_on(dump, tmp_path):
    posts = dump / "Posts.xml"
    whole = posts.read_bytes()
    posts.write_bytes(whole[: whole.index(b'<row Id="5"') + 40])
    with pytest.raises(CommandError) as caught:
        run(dump)
    assert str(caught.value).startswith("Posts.xml breaks off after row 4.")
    assert "\n" not in str(caught.value)
    assert Post.objects.count() == 4
    assert recounted() == "no differences"
    posts.write_bytes(whole)
    assert {name: told["skipped"] for name, told in report_of(dump, tmp_path).items()} == SKIPPED
    assert facts() == FACTS


@pytest.mark.parametrize("file", small.site())
def test_another_dump_of_the_same_site_is_refused_and_nothing_of_it_is_taken(dump, file):
    run(dump)
    before = everything()
    for change in (changed, grown, shrunk):
        rows = small.site()
        change(rows[file])
        rows["Votes.xml"].append({**rows["Votes.xml"][0], "Id": 900})
        small.write(dump, rows)
        with pytest.raises(CommandError, match=r"A newer dump cannot be laid over .* docs/moving\.md") as caught:
            run(dump)
        assert "\n" not in str(caught.value)
        assert everything() == before


def changed(rows):
    rows[0]["CreationDate"] = small.at(8)


def grown(rows):
    rows.append({**rows[-1], "Id": 901})


def shrunk(rows):
    rows.pop()


def test_a_begun_import_does_not_go_on_with_another_dump(dump, monkeypatch):
    monkeypatch.setattr(reading, "ROWS", 3)
    stopped_after(8, dump, monkeypatch)
    before = everything()
    rows = small.site()
    rows["Users.xml"].append({**rows["Users.xml"][-1], "Id": 901})
    with pytest.raises(CommandError, match=r"Users\.xml is not the file"):
        run(small.write(dump, rows))
    assert everything() == before


def test_processes_render_what_is_rendered_in_place(dump, monkeypatch, tmp_path):
    run(dump)
    started = []
    begin = load.Renderers.__enter__
    monkeypatch.setattr(load.Renderers, "__enter__", lambda self: started.append(self.workers) or begin(self))
    monkeypatch.setattr(load, "FEWEST", 1)
    monkeypatch.setattr(load, "cores", lambda: 2)
    monkeypatch.setattr(reading, "ROWS", 3)
    run(small.write(tmp_path / "other.stackexchange.com", small.site()), category="others")
    assert started == [2]
    for model, of in ((Post, "source__host"), (Comment, "post__source__host")):
        text, html = ("body", "body_html") if model is Post else ("text", "html")
        here, there = (
            sorted(
                (body, led_nowhere(shown)) for body, shown in model.objects.filter(**{of: host}).values_list(text, html)
            )
            for host in (small.HOST, "other.stackexchange.com")
        )
        assert len(here) == FACTS[model]
        assert here == there


def led_nowhere(html):
    """HTML but for where its links lead: those of the second site are left as they were."""
    return re.sub(r"<a [^>]*>", "<a>", html)


def test_a_site_stays_in_its_category(dump):
    run(dump)
    with pytest.raises(CommandError, match="into the category sums before"):
        run(dump, category="others")
    assert not Category.objects.filter(slug="others").exists()


@pytest.mark.parametrize("call", [1, 4, 9, 14])
def test_a_full_disk_is_one_clear_line_and_nothing_is_half_done(dump, call, monkeypatch):
    monkeypatch.setattr(reading, "ROWS", 4)
    whole, left = store.insert, [call]

    def full(model, rows):
        left[0] -= 1
        if left[0] < 0:
            raise OperationalError("database or disk is full")
        whole(model, rows)

    monkeypatch.setattr(store, "insert", full)
    with pytest.raises(CommandError, match=r"The database refuses: database or disk is full\. What was read"):
        run(dump)
    monkeypatch.setattr(store, "insert", whole)
    assert recounted() == "no differences"
    run(dump)
    assert facts() == FACTS


def test_two_imports_of_one_site_do_not_mix(dump, monkeypatch):
    monkeypatch.setattr(reading, "ROWS", 2)
    whole = Reading._pass_over

    def meanwhile(self, stream):
        whole(self, stream)
        if self.state.name == "Comments.xml" and self.state.pk is None:
            self.state.save()
            type(self.state).objects.filter(pk=self.state.pk).update(rows=2)

    monkeypatch.setattr(Reading, "_pass_over", meanwhile)
    with pytest.raises(CommandError, match="Another import of"):
        run(dump)


@pytest.mark.parametrize("file", ["Tags.xml", "Users.xml", "Posts.xml", "Votes.xml"])
def test_an_import_that_begins_beside_another_is_told_of_it(dump, monkeypatch, file):
    """The second has looked at what is stored before the first stored this file, and all that follows."""
    honest, begun = Reading._pass_over, []

    def late(self, stream):
        if self.step.file == file and not begun:
            begun.append(file)
            run(dump)
        honest(self, stream)

    monkeypatch.setattr(Reading, "_pass_over", late)
    with pytest.raises(CommandError, match=r"^Another import of sums\.stackexchange\.com is running"):
        run(dump)
    assert facts() == FACTS
    assert recounted() == "no differences"
    assert "here already" in run(dump)


def test_an_import_beside_another_stores_no_answers_before_the_other_has_the_questions(dump, monkeypatch):
    honest = Reading._pass_over

    def late(self, stream):
        if self.step.name == "Posts.xml":
            ImportedFile.objects.create(source=self.step.into.source, name="Posts.xml", rows=2)
        honest(self, stream)

    monkeypatch.setattr(Reading, "_pass_over", late)
    with pytest.raises(CommandError, match="^Another import of"):
        run(dump)
    assert not ImportedFile.objects.filter(name__startswith="Posts.xml:").exists()


def test_an_import_that_begins_at_the_same_moment_is_told_of_it(dump, monkeypatch):
    honest = load.Load._new_category

    def meanwhile(self):
        category = honest(self)
        Source.objects.create(host=self.host, name=self.host, category=category)
        return category

    monkeypatch.setattr(load.Load, "_new_category", meanwhile)
    with pytest.raises(CommandError, match="^Another import of"):
        run(dump)
    monkeypatch.undo()
    run(dump)
    assert facts() == FACTS


def test_bad_rows_are_counted_by_reason(dump, tmp_path):
    rows = small.site()
    rows["Posts.xml"] += [
        {**rows["Posts.xml"][0]},
        {"PostTypeId": 1},
        {**rows["Posts.xml"][0], "Id": 20, "CreationDate": "soon"},
        {**rows["Posts.xml"][0], "Id": 21, "Title": " "},
        small.post(2, 1, "<p>An answer has this number.</p>", Title="A question with the number of an answer"),
        small.post(22, 2, "<p>x</p>", ParentId=3),
    ]
    files = report_of(small.write(dump, rows), tmp_path)
    assert files["Posts.xml"]["skipped"] == {
        **SKIPPED["Posts.xml"],
        "its Id came before": 2,
        "no Id": 1,
        "CreationDate cannot be read": 1,
        "it has no Title": 1,
        "its question is not here": 2,
    }


def test_an_unknown_attribute_is_told(dump):
    rows = small.site()
    rows["Posts.xml"][0]["Mood"] = "sunny"
    assert "Posts.xml: the attribute Mood is unknown" in run(small.write(dump, rows))


def test_a_flood_of_unknown_attributes_does_not_flood_the_terminal(dump):
    rows = small.site()
    rows["Posts.xml"][0] |= {f"Mood{number}": "sunny" for number in range(10_000)}
    told = run(small.write(dump, rows))
    assert told.count("is unknown") == 20
    assert "Posts.xml: further unknown attributes were passed over" in told


def test_formulas_wait_for_rerender_and_are_all_set_by_it(dump):
    out = run(dump)
    assert "1 posts show formulas or code plainly until `manage.py rerender` has been run." in out
    post = Post.objects.get(pk=1)
    assert post.render_version == UNFINISHED
    assert "<svg" not in post.body_html
    call_command("rerender", stdout=io.StringIO(), stderr=io.StringIO())
    post.refresh_from_db()
    assert post.render_version == RENDER_VERSION
    assert '<span class="math" data-tex="\\sum_k k"><svg' in post.body_html
    assert '<a href="/questions/6/why-does-a-very' in post.body_html
    assert "<svg" in Comment.objects.get(pk=1).html
    assert Post.objects.get(pk=6).text.split() == small.LONG_BODY[3:-4].split()
    assert User.objects.get(pk=1).about_html == "<p>I <b>sum</b>.</p>"


def test_formulas_can_be_set_at_once(dump):
    assert "plainly" not in run(dump, typeset=True)
    assert "<svg" in Post.objects.get(pk=1).body_html


def test_an_imported_post_that_is_edited_is_rendered_from_its_new_markdown(dump, mod):
    run(dump)
    post = Post.objects.get(pk=2)
    post.edit(mod, body="Quite **large**, but $n$ is not even at all.")
    post.refresh_from_db()
    assert "<strong>large</strong>" in post.body_html
    assert not ImportedBody.objects.filter(post=post).exists()
    assert post.revisions.count() == 2
    call_command("rerender", all=True, stdout=io.StringIO(), stderr=io.StringIO())
    post.refresh_from_db()
    assert "<strong>large</strong>" in post.body_html


def test_what_cannot_be_a_name_is_refused(dump):
    with pytest.raises(CommandError, match="cannot be a category's short name"):
        run(dump, category="Sums & more")
    with pytest.raises(CommandError, match="is no name of a site"):
        run(dump, source="https://sums.example/")
    with pytest.raises(CommandError, match="no file or folder"):
        run(dump / "nothing")
    assert not Source.objects.exists()


def test_the_steps_cover_every_file():
    assert {step.file for step in load.STEPS} == set(load.FILES)
