"""`manage.py fill`: a made-up site whose rows are what the models would have written, only faster."""

import os
import random
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.forms.models import model_to_dict

from geeks.dumps.synthetic import load, plan
from geeks.dumps.synthetic.formulas import SHAPES, Drawing
from geeks.dumps.synthetic.plan import STRIDES, Plan
from geeks.dumps.synthetic.texts import Texts
from geeks.dumps.synthetic.threads import Maker
from geeks.dumps.synthetic.words import FUNCTION_WORDS, Vocabulary
from geeks.models import Acceptance, Comment, Outbox, Post, PostTally, Question, Revision, Tagging, User, Vote
from geeks.models.slugs import slug_of
from geeks.models.tag import clean_tag_names
from geeks.rendering import mathjax, render, render_comment, render_title
from geeks.search import parse
from geeks.tasks import indexing
from tests import make
from tests.browser.site import ROOT

QUESTIONS = 25
PLAN = Plan(
    seed=3,
    questions=QUESTIONS,
    first=dict.fromkeys([*STRIDES, "user"], 1),
    categories={"web": 1, "data-science": 2},
    tags=((1, "sums"), (2, "primes"), (3, "limits")),
)


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(plan, "QUESTIONS", 5)
    monkeypatch.setattr(load, "BATCH", 2)


def fill(questions: int = QUESTIONS, **options: int) -> str:
    out = StringIO()
    call_command("fill", questions=questions, processes=0, stdout=out, **options)
    return out.getvalue()


def content() -> list[dict[str, object]]:
    """All that a reader can tell of a site."""
    models = (Post, Revision, Tagging, Comment, Vote, Acceptance)
    rows = [model_to_dict(row) for model in models for row in model.objects.order_by("pk")]
    return rows + list(User.objects.order_by("pk").values("pk", "username", "display_name", "reputation"))


@pytest.mark.django_db
def test_a_filled_site_has_right_counters_and_breaks_no_rule():
    assert fill().startswith("Added 25 questions.")
    assert Question.objects.count() == QUESTIONS
    assert Post.objects.count() == Revision.objects.count() == Comment.objects.count() == 3 * QUESTIONS
    assert Vote.objects.count() > 2 * QUESTIONS
    assert Acceptance.objects.exists()
    connection.check_constraints()
    out = StringIO()
    call_command("recount", stdout=out)
    assert out.getvalue() == "no differences\n"
    for question in Question.objects.prefetch_related("tags"):
        answers = list(question.answers)
        assert question.last_activity == max(post.created for post in [question, *answers])
        assert clean_tag_names([tag.name for tag in question.tags.all()])
        assert question.revisions.get().tags == " ".join(tag.tag.name for tag in question.taggings.all())


@pytest.mark.django_db
def test_what_is_stored_is_what_rendering_writes():
    fill()
    for post in Post.objects.all():
        rendered = render(post.body)
        assert (post.body_html, post.text) == (rendered.html, rendered.text)
        assert (post.excerpt, post.excerpt_html) == (rendered.excerpt, rendered.excerpt_html)
        if post.title:
            assert post.title_html == render_title(post.title).html
            assert post.slug == slug_of(post.title, "post")
    for comment in Comment.objects.all():
        assert comment.html == render_comment(comment.text).html


def test_all_kinds_of_texts_are_as_rendering_writes_them():
    texts = Texts(1, Vocabulary(1, 3_000), drawings=60)
    sources = []
    for number in range(150):
        chance = random.Random(number)
        made = texts.body(chance, chance.choice((0, 1, 5)))
        rendered = render(made.source)
        assert made.html == rendered.html
        assert (made.text, made.excerpt, made.excerpt_html) == (rendered.text, rendered.excerpt, rendered.excerpt_html)
        sources.append(made.source)
    text = "\n".join(sources)
    assert not [mark for mark in ("**", "`", "](https:", "\n- ", "\n> ", "\n```", "$$", r"\frac") if mark not in text]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("display", [False, True])
def test_a_formula_with_other_digits_is_as_the_typesetter_sets_it(shape, display):
    tex = shape.format(a="a", b="k", c="z", f="g", n="5689", m="3")
    drawing = Drawing(tex, "5689" if "5689" in tex else "", display)
    for digits in ("5689", "9068", "6005", "8888"):
        changed = drawing.tex_with(digits if drawing.sample else "")
        (result,) = mathjax.typeset([(changed, display)])
        html, paths = drawing.with_digits(digits if drawing.sample else "")
        assert html.replace("\0", "g") == mathjax.formula_html(changed, display, result, "g")
        assert "".join(paths).replace("\0", "g") in mathjax.glyph_sheet([result], "g")
        assert len(paths) == len(result.glyphs)


def test_the_same_seed_makes_the_same_site_and_another_makes_another():
    block = Maker(PLAN).block(3).tables
    assert Maker(PLAN).block(3).tables == block
    other = Maker(Plan(**{**vars(PLAN), "seed": 4})).block(3).tables
    assert other["post"][0] != block["post"][0]


def test_other_processes_make_the_same_blocks():
    script = f"""
import django
django.setup()
from geeks.dumps.synthetic import plan
plan.QUESTIONS = 5
from geeks.dumps.synthetic.load import Plan, making
def made(processes):
    with making({PLAN}, 0, processes) as blocks:
        return [rows.tables for rows in blocks]
print(made(2) == made(0))
"""
    quick = {**os.environ, "GEEKS_MATHJAX": "off"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=quick, capture_output=True, text=True, timeout=120
    )
    assert done.stdout == "True\n", done.stderr


def test_words_follow_the_law():
    vocabulary = Vocabulary(1, 30_000)
    chance = random.Random(1)
    words = " ".join(vocabulary.run(chance, 5) for _ in range(4_000)).split()
    assert len(words) == 20_000
    share = sum(word in FUNCTION_WORDS for word in words) / len(words)
    assert 0.4 < share < 0.65
    assert 2_000 < len(set(words)) < 10_000
    assert set(words) & set(vocabulary.words[20_000:])


@pytest.mark.django_db
def test_an_interrupted_fill_is_finished_by_the_next_run(monkeypatch):
    store, stored = load.store, []

    def interrupted(model, columns, rows):
        stored.append(model)
        if stored.count(Vote) == 4:  # in the second batch
            raise KeyboardInterrupt
        store(model, columns, rows)

    monkeypatch.setattr(load, "store", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fill()
    assert Question.objects.count() == 10
    out = StringIO()
    call_command("recount", stdout=out)
    assert out.getvalue() == "no differences\n"
    monkeypatch.setattr(load, "store", store)
    with pytest.raises(CommandError, match=r"Finish it first: fill --questions 25 --seed 1"):
        fill(10, seed=2)
    assert fill().startswith("Added 15 questions.")
    once = [row[0] for number in range(5) for row in Maker(_plan_of_the_site()).block(number).tables["vote"]]
    assert list(Vote.objects.order_by("pk").values_list("pk", flat=True)) == sorted(once)
    out = StringIO()
    call_command("recount", stdout=out)
    assert out.getvalue() == "no differences\n"


@pytest.mark.django_db
def test_what_people_post_while_a_fill_is_interrupted_is_counted_once(monkeypatch, ada):
    """Also where the last block is not full, so that their numbers would have been its own."""
    store = load.store

    def interrupted(model, columns, rows):
        if model is Vote and Vote.objects.exists():
            raise KeyboardInterrupt
        store(model, columns, rows)

    monkeypatch.setattr(load, "store", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fill(23)
    for _ in range(4):
        make.question(ada, tags=["sums"])
    monkeypatch.setattr(load, "store", store)
    fill(23)
    assert PostTally.objects.get(author=ada).count == 4
    out = StringIO()
    call_command("recount", stdout=out)
    assert out.getvalue() == "no differences\n"


def _plan_of_the_site() -> Plan:
    plan = load._planned(QUESTIONS, 1)
    assert plan is not None
    return plan


@pytest.mark.django_db
def test_a_second_run_changes_nothing_and_another_seed_adds_a_site():
    fill(5)
    before = content()
    assert fill(5) == "This site holds the 5 questions of seed 1 already.\n"
    assert content() == before
    with pytest.raises(CommandError, match="Choose another --seed"):
        fill(10)
    assert fill(5, seed=2).startswith("Added 5 questions.")
    assert Question.objects.count() == 10


@pytest.mark.django_db
def test_what_was_there_before_stays_and_what_comes_after_has_numbers_of_its_own(ada, ben):
    question = make.question(ada, tags=["sums"])
    make.answer(question, ben).votes.cast(ada, 1)
    fill(5)
    assert Question.objects.get(pk=question.pk).title == question.title
    later = make.question(ada)
    make.answer(later, ben).votes.cast(ada, 1)
    assert later.pk > max(Post.objects.filter(author__username__startswith="made-").values_list("pk", flat=True))
    assert Question.objects.count() == 7


@pytest.mark.django_db
def test_nobody_can_sign_in_as_the_people_made_up():
    fill(5)
    people = User.objects.filter(username__startswith="made-1-")
    assert people.count() >= 40
    assert not [user for user in people if user.has_usable_password()]
    assert not people.filter(is_staff=True) | people.filter(is_moderator=True) | people.exclude(email="")


@pytest.mark.django_db
def test_names_that_are_taken_are_refused():
    make.person("made-1-7")
    with pytest.raises(CommandError, match="Choose another --seed"):
        fill(5)
    assert not Post.objects.exists()


@pytest.mark.parametrize(("given", "said"), [({"questions": 0}, "--questions"), ({"seed": -1}, "--seed")])
def test_impossible_figures_are_refused(given, said):
    with pytest.raises(CommandError, match=said):
        fill(**given)


@pytest.mark.django_db
def test_the_worker_finds_a_filled_site(ada):
    backend = indexing.writer()
    try:
        make.question(ada)
        backend.commit(Outbox.objects.get().pk - 1)  # whatever other tests took from the sequence
        follower = indexing.Follower(backend)
        follower.catch_up()
        fill(5)
        follower.catch_up()
        found = backend.search(parse("is:question")).ids
        assert set(found) == set(Question.objects.values_list("pk", flat=True))
        assert backend.checkpoint() == Outbox.objects.order_by("pk").last().pk
    finally:
        backend.close()
