"""Asking a question: what is stored, and what is refused without storing anything."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from geeks.models import Outbox, Post, Question, Revision, Tag
from tests import make

pytestmark = pytest.mark.django_db


def ask(author, **given):
    given = {
        "title": "Why do sums pair up?",
        "body": make.BODY,
        "category": make.category(),
        "tags": "sums",
        **given,
    }
    return Question.objects.ask(author, given["title"], given["body"], given["category"], given["tags"])


def refusal(author, **given) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        ask(author, **given)
    assert not Post.objects.exists()
    assert not Tag.objects.exists()
    assert not Revision.objects.exists()
    assert not Outbox.objects.exists()
    return caught.value.message_dict


def test_a_question_is_stored_with_its_html_its_tags_and_its_first_revision(ada):
    question = ask(ada, title="  Why do   $n$ sums pair up?  ", tags="Sums, [induction]")
    question.refresh_from_db()
    assert question.title == "Why do $n$ sums pair up?"
    assert 'data-tex="n"' in question.title_html
    assert 'class="math"' in question.body_html
    assert "$n$" in question.excerpt
    assert question.slug == "why-do-n-sums-pair-up"
    assert [tagging.tag.name for tagging in question.taggings.all()] == ["sums", "induction"]
    revision = question.revisions.get()
    assert (revision.number, revision.body, revision.tags, revision.editor) == (1, make.BODY, "sums induction", ada)
    assert Tag.objects.get(name="induction").question_count == 1
    assert list(Outbox.objects.values_list("post_id", flat=True)) == [question.pk]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("title", "", "Write a title."),
        ("title", "\u200b" * 20, "Write a title."),
        ("title", "\u0301" * 20, "Write a title."),
        ("title", "Too short", "at least 10 characters; it has 9"),
        ("title", "x" * 151, "Shorten the title to 150 characters; it has 151"),
        ("body", "", "Write a body."),
        ("body", "   \n  ", "Write a body."),
        ("body", "\u202e\u2066" * 30, "Write a body."),
        ("body", "\u200b" * 30, "Write a body."),
        ("body", "short", "at least 20 characters"),
        ("body", "x" * 30_001, "Shorten the body to 30,000 characters; it has 30,001"),
        ("body", " ".join(f"$x_{{{i}}}$" for i in range(301)), "301 formulas; at most 300"),
        ("category", None, "Choose a category."),
        ("tags", "", "at least one tag"),
        ("tags", "a b c d e f", "at most 5 tags; there are 6"),
        ("tags", "good b@d", "“b@d” cannot be a tag"),
        ("tags", "snake_case", "“snake_case” cannot be a tag"),
        ("tags", "---", "“---” cannot be a tag"),
        ("tags", "x" * 36, "too long: at most 35"),
        ("tags", "evil\u202etag", "cannot be a tag"),
        ("tags", "<script>", "cannot be a tag"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_stored(ada, field, value, says):
    problems = refusal(ada, **{field: value})
    assert list(problems) == [field]
    assert says in " ".join(problems[field])


def test_everything_that_is_wrong_is_said_at_once(ada):
    assert set(refusal(ada, title="", body="", category=None, tags="")) == {"title", "body", "category", "tags"}


@pytest.mark.parametrize(
    "body",
    [
        "A brace that never closes: $\\frac{1$ and some more words.",
        "A macro nobody defined: $\\nosuchmacro{x}$ and some more words.",
        "A macro bomb: $\\def\\a{\\a\\a\\a}\\a$ and some more words.",
        "- " * 1500 + "a list nested very deep",
        "\n".join("  " * min(i, 5) + "- item" for i in range(1500)),
        "".join("    " * i + "- deep\n" for i in range(100)),
        ">" * 1500 + " quoted very deep",
        "(" * 5000 + "[" * 5000 + "*" * 5000 + "`" * 5000,
    ],
    ids=["broken", "unknown", "bomb", "one line", "wide", "deep", "quotes", "openers"],
)
def test_odd_markdown_is_stored_and_its_source_is_kept(ada, body):
    question = ask(ada, body=body)
    question.refresh_from_db()
    assert question.body == body.rstrip()
    assert question.body_html


def test_a_formula_that_cannot_be_typeset_shows_its_source(ada):
    question = ask(ada, body="A brace that never closes: $\\frac{1$ and some more words.")
    assert '<code class="math-error" data-tex="\\frac{1"' in question.body_html


def test_macros_of_one_post_do_not_reach_another(ada):
    ask(ada, body="Here $\\newcommand{\\mine}{x^2} \\mine$ is defined and used.")
    other = ask(ada, body="Here $\\mine$ is used but was never defined in this post.")
    assert "<mtext>\\mine</mtext>" in other.body_html


def test_nul_characters_and_hidden_controls_are_taken_out(ada):
    question = ask(
        ada, title="Why\u202e do \x00sums \u2066pair up?", body="A body \x00with a NUL and \u202e an override."
    )
    question.refresh_from_db()
    assert question.title == "Why do sums pair up?"
    assert "\x00" not in question.body
    assert "\u202e" not in question.body_html + question.text + question.excerpt


def test_a_title_without_latin_letters_still_has_an_address(ada):
    assert ask(ada, title="为什么求和可以配对呢?为什么?").get_absolute_url().endswith("/post")


@pytest.mark.parametrize("name", ["c++", "c#", ".net", "node.js", "k-means", "größe", "数学"])
def test_tags_may_look_like_those_of_stack_exchange(ada, name):
    assert ask(ada, tags=[name]).taggings.get().tag.name == name


def test_an_account_that_is_switched_off_cannot_ask(ada):
    ada.is_active = False
    with pytest.raises(PermissionDenied, match="switched off"):
        ask(ada)


def test_a_newcomer_may_ask_a_limited_number_an_hour(newcomer, monkeypatch):
    monkeypatch.setattr("geeks.policy.NEWCOMER_POSTS_AN_HOUR", 2)
    ask(newcomer, body=make.PLAIN)
    ask(newcomer, body=make.PLAIN)
    with pytest.raises(PermissionDenied, match="2 posts an hour"):
        ask(newcomer, body=make.PLAIN)


@pytest.mark.parametrize("columns", [{"reputation": 10}, {"is_superuser": True}, {"is_moderator": True}])
def test_people_with_reputation_and_those_who_run_the_site_are_not_limited(db, columns, monkeypatch):
    monkeypatch.setattr("geeks.policy.NEWCOMER_POSTS_AN_HOUR", 1)
    author = make.person(**{"reputation": 1, **columns})
    for _ in range(3):
        ask(author, body=make.PLAIN)
    assert Post.objects.count() == 3


def test_whoever_may_not_create_tags_uses_those_there_are(ada, ben, monkeypatch):
    ask(ada, tags=["sums"])
    monkeypatch.setattr("geeks.policy.PRIVILEGES", {**make.PRIVILEGES, "create_tags": 1000})
    assert ask(ben, tags=["sums"]).pk
    with pytest.raises(PermissionDenied, match="You need 1000 reputation to create tags"):
        ask(ben, tags=["sums", "brand-new"])
    assert not Tag.objects.filter(name="brand-new").exists()
