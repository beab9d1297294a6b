"""Out again: what is written, what never leaves, and that both round trips come back to where they began."""

import io
import re
from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from geeks.dumps.stackexchange import FILES, saving
from geeks.dumps.stackexchange.archive import open_dump
from geeks.dumps.stackexchange.rows import rows
from geeks.models import Post, Question
from geeks.rendering import render
from geeks.rendering.abroad import html_abroad
from tests import make
from tests.dumps import small

pytestmark = pytest.mark.django_db

# Numbers of rows that nothing refers to are given anew.
NUMBERED_ANEW = {"Badges.xml", "PostHistory.xml", "PostLinks.xml", "Votes.xml"}


def run(command, *given, **options):
    out = io.StringIO()
    call_command(command, *map(str, given), stdout=out, stderr=out, **options)
    return out.getvalue()


def read(folder):
    """All files as sets of rows, an empty attribute being an absent one, and favourites without their people."""
    dump = open_dump(folder)
    return {name: Counter(plain(name, row) for row in rows(dump.chunks(name), name)) for name in dump.where}


def plain(name, row):
    left_out = {"Id"} if name in NUMBERED_ANEW else set()
    if name == "Votes.xml" and row["VoteTypeId"] == "5":
        left_out.add("UserId")
    return tuple(sorted((key, value) for key, value in row.items() if value and key not in left_out))


def of(folder, name, **wanted):
    """The rows of a file whose attributes are as `wanted`."""
    found = rows(open_dump(folder).chunks(name), name)
    return [row for row in found if all(row.get(key) == value for key, value in wanted.items())]


@pytest.fixture
def imported(tmp_path):
    """The small dump, and the category it is in."""
    run("import_stackexchange", small.write(tmp_path / small.HOST, small.site()), category="sums")
    return tmp_path / small.HOST


def test_an_archive_comes_out_as_it_went_in_but_for_rows_that_were_skipped(imported, tmp_path):
    run("export_stackexchange", tmp_path / "out", category="sums")
    came, went = read(imported), read(tmp_path / "out")
    for name in FILES:
        more = went[name] - came[name]
        # A post without a history has its text as it came for a first revision.
        assert {dict(row)["PostId"] for row in more} == ({"6"} if name == "PostHistory.xml" else set()), name
    skipped = {name: (came[name] - went[name]).total() for name in FILES}
    assert skipped == {
        **{"Tags.xml": 0, "Users.xml": 0, "Badges.xml": 1, "Posts.xml": 2, "PostHistory.xml": 1},
        **{"Comments.xml": 1, "PostLinks.xml": 1, "Votes.xml": 1},
    }


def test_a_site_goes_out_and_comes_back_the_same(imported, tmp_path, ada, ben, mod):
    question = make.question(ada, title="Why is $e$ not rational at all?", tags=["sums", "proofs"])
    answer = make.answer(question, ben, created=timezone.now() - timedelta(days=2))
    answer.votes.cast(ada, 1)
    question.accept(answer, ada)
    question.edit(ada, body=f"{make.BODY}\n\n```python\nx = 1 < 2\n```\n\nSee [there](/q/1).", comment="code")
    make.comment(question, ben, "Is $n$ even?")
    Question.objects.get(pk=question.pk).close(mod, "duplicate", duplicate_of=Question.objects.get(pk=1))
    Post.objects.get(pk=answer.pk).lock(mod, "calm down")
    run("export_stackexchange", tmp_path / "out")
    run("import_stackexchange", tmp_path / "out", category="back", source="back.example.org")
    run("export_stackexchange", tmp_path / "again", category="back")
    here, back = shape(tmp_path / "out"), shape(tmp_path / "again")
    assert here == back


def shape(folder):
    """An export without the numbers of this site, which a second import beside the first has to change."""
    numbers = {"Id", "PostId", "UserId", "ParentId", "AcceptedAnswerId", "OwnerUserId", "LastEditorUserId"}
    numbers |= {"RelatedPostId", "ExcerptPostId", "WikiPostId"}
    dump = open_dump(folder)
    return {
        name: Counter(
            tuple(
                sorted(
                    (key, re.sub(r"\d+", "0", value) if key == "Text" else value)
                    for key, value in row.items()
                    if key not in numbers
                )
            )
            for row in rows(dump.chunks(name), name)
        )
        for name in dump.where
        if name != "Tags.xml"
    }


def test_what_was_written_here_goes_out_as_stack_exchange_would_write_it(tmp_path, ada, ben, mod):
    question = make.question(ada, title="Why is $e$ not rational at all?", tags=["sums", "c++"])
    answer = make.answer(
        question, ben, body="By its series: $$e = \\sum_k \\frac1{k!}$$ and `x`.\n\n```python\nx = 1\n```"
    )
    answer.votes.cast(ada, 1)
    question.accept(answer, ada)
    question.edit(ada, body=make.BODY, title="Why is $e$ not a fraction at all?", comment="clearer")
    Question.objects.get(pk=question.pk).close(mod, "unclear")
    Question.objects.get(pk=question.pk).reopen(mod)
    out = tmp_path / "out"
    run("export_stackexchange", out, category="data-science")
    (asked,) = of(out, "Posts.xml", PostTypeId="1")
    assert asked["Body"] == html_abroad(Question.objects.get(pk=question.pk).body_html, "http://127.0.0.1:8000")
    assert '<span class="math-container">$\\sum_{k=1}^n k$</span>' in asked["Body"]
    assert (asked["Tags"], asked["AcceptedAnswerId"], asked["AnswerCount"]) == ("<sums><c++>", str(answer.pk), "1")
    assert asked["ContentLicense"] == "CC BY-SA 4.0"
    (answered,) = of(out, "Posts.xml", PostTypeId="2")
    assert '<span class="math-container">$$e = \\sum_k \\frac1{k!}$$</span>' in answered["Body"]
    assert '<pre class="lang-python prettyprint-override"><code>x = 1\n</code></pre>' in answered["Body"]
    assert [row["VoteTypeId"] for row in of(out, "Votes.xml", PostId=str(answer.pk))] == ["1", "2"]
    told = [row["PostHistoryTypeId"] for row in of(out, "PostHistory.xml", PostId=str(question.pk))]
    assert told == ["2", "1", "3", "4", "10", "11"]
    assert {row["DisplayName"] for row in of(out, "Users.xml")} == {"ada", "ben"}


def test_what_a_stranger_may_not_see_stays_here(tmp_path, ada, ben, mod):
    mail = "ada@mail.example"
    type(ada).objects.filter(pk=ada.pk).update(email=mail)
    question = make.question(ada, body="This will stay, and it is long enough to be asked.")
    hidden = make.question(ada, body="This will go, though it is long enough to be asked.")
    lost = make.answer(hidden, ben, body="An answer to what will go, long enough to be given.")
    answer = make.answer(question, ben, body="An answer that will go, long enough to be given.")
    kept = make.answer(question, ben, body="An answer that stays and is long enough to be given.")
    comment = make.comment(question, ben, "A comment that will go.")
    make.comment(lost, ada, "A comment on what will go.")
    kept.votes.cast(ada, 1)
    question.bookmarks.keep(ben)
    comment.delete_by(mod)
    Post.objects.get(pk=answer.pk).delete_by(mod)
    Post.objects.get(pk=hidden.pk).delete_by(mod)
    run("export_stackexchange", tmp_path / "out")
    everything = "".join((tmp_path / "out" / name).read_text() for name in FILES)
    assert "This will stay" in everything
    assert "An answer that stays" in everything
    assert "will go" not in everything
    assert mail not in everything
    assert not [row for row in of(tmp_path / "out", "Votes.xml") if "UserId" in row]
    assert not of(tmp_path / "out", "Votes.xml", VoteTypeId="5")


def test_one_category_goes_without_the_others_people_and_tags(tmp_path, ada, ben):
    make.question(ada, tags=["sums"])
    make.question(ben, category=make.category("web"), tags=["http"])
    run("export_stackexchange", tmp_path / "out", category="web")
    assert [row["TagName"] for row in of(tmp_path / "out", "Tags.xml")] == ["http"]
    assert [row["DisplayName"] for row in of(tmp_path / "out", "Users.xml")] == ["ben"]
    assert len(of(tmp_path / "out", "Posts.xml")) == 1


def test_the_number_of_queries_does_not_grow_with_the_posts(tmp_path, django_assert_max_num_queries, ada):
    question = make.question(ada)
    for _ in range(12):
        make.answer(question, ada)
    with django_assert_max_num_queries(60):
        run("export_stackexchange", tmp_path / "out")


def test_a_folder_that_holds_a_dump_is_not_written_over(imported):
    with pytest.raises(CommandError, match=r"holds Tags\.xml already"):
        run("export_stackexchange", imported)


def test_a_category_that_is_not_there_is_named(tmp_path, ada):
    make.question(ada)
    with pytest.raises(CommandError, match="no category webb. There are: data-science"):
        run("export_stackexchange", tmp_path / "out", category="webb")


def test_a_full_disk_leaves_no_half_dump(imported, tmp_path, monkeypatch):
    written = []

    def full(row):
        written.append(row)
        if len(written) > 8:
            raise OSError(28, "No space left on device")
        return "  <row />\n"

    monkeypatch.setattr(saving, "line", full)
    with pytest.raises(CommandError, match=r"No space left on device\. No file was written\."):
        run("export_stackexchange", tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_html_goes_abroad_and_comes_back_with_the_same_words():
    source = (
        "Let $a<b$ and\n\\begin{align}x&=1\\end{align}\n[tag:sums] ![p](/media/p.webp)\n\n> `$HOME` $\\badcommand{$"
    )
    rendered = render(source)
    abroad = html_abroad(rendered.html, "https://maths.example")
    assert '<span class="math-container">$a&lt;b$</span>' in abroad
    assert '<span class="math-container">\\begin{align}x&amp;=1\\end{align}</span>' in abroad
    assert 'src="https://maths.example/media/p.webp"' in abroad
    assert "<svg" not in abroad
    assert "data-tex" not in abroad
