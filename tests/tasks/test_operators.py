"""Every operator of a search finds what plain Python counts in the data that a site was made from: from the rows of
the database, through the documents, to the ids, on every backend."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from geeks.models import Post
from geeks.search import Backend, open_backend, parse
from geeks.search.opening import ENGINES
from geeks.search.operators import ALIASES, OPERATORS
from geeks.search.parser import READ_AS_FORMULA
from geeks.tasks import indexing
from tests.tasks.operator_cases import CASES, FORMULAS, LOOSE, RESTRICTIONS, Check
from tests.tasks.sample import NOW, SEARCHER, THREAD, Fact, make_site

pytestmark = pytest.mark.django_db  # names the database that `site` is made in


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[tuple[list[Fact], dict[str, Backend]]]:
    """The facts, and an index of the site by each engine. The database forgets it all."""
    backends = {name: open_backend(tmp_path_factory.mktemp(name), writer=True, engine=name) for name in ENGINES}
    with django_db_blocker.unblock(), transaction.atomic():
        facts = make_site()
        ids = list(Post.objects.values_list("pk", flat=True))
        for backend in backends.values():
            indexing.write(backend, ids)
            backend.commit(1)
        transaction.set_rollback(True)
    yield facts, backends
    for backend in backends.values():
        backend.close()


@pytest.fixture(params=ENGINES)
def backend(request, site) -> Backend:
    return site[1][request.param]


@pytest.fixture
def facts(site) -> list[Fact]:
    return site[0]


def asked(text: str, facts: list[Fact], **options: Any) -> Any:
    kept = [fact.id for fact in facts if SEARCHER in fact.kept]
    return parse(text, me=SEARCHER, now=NOW, question=THREAD, bookmarks=lambda: kept, **options)


def found(backend: Backend, text: str, facts: list[Fact]) -> list[int]:
    # Not by relevance, so that a formula finds what is, or has, the formula, and nothing that is merely similar.
    page = backend.search(asked(text, facts, sort="newest"), size=1000)
    assert page.total == len(page.ids)
    return sorted(page.ids)


def counted(facts: list[Fact], check: Check) -> list[int]:
    return [fact.id for fact in facts if check(fact)]


@pytest.mark.parametrize("text", CASES)
def test_a_search_finds_what_is_counted_in_the_data(backend, facts, text):
    assert found(backend, text, facts) == counted(facts, CASES[text])


@pytest.mark.parametrize("text", LOOSE)
def test_a_star_inside_a_word_finds_it_and_at_most_its_other_forms(backend, facts, text):
    least, most = (set(counted(facts, check)) for check in LOOSE[text])
    assert least <= set(found(backend, text, facts)) <= most
    assert most - least


@pytest.mark.parametrize("text", RESTRICTIONS)
def test_a_minus_before_a_restriction_finds_all_the_others(backend, facts, text):
    expected = counted(facts, lambda fact: not RESTRICTIONS[text](fact))
    assert found(backend, f"-{text}", facts) == expected


def test_restrictions_beside_each_other_all_hold(backend, facts):
    chance = random.Random(5)
    for _ in range(80):
        one, other, third = chance.sample(list(RESTRICTIONS), 3)
        minus = chance.choice(("", "-"))
        expected = counted(
            facts,
            lambda fact, a=one, b=other, c=third, wanted=not minus: (
                RESTRICTIONS[a](fact) and RESTRICTIONS[b](fact) and RESTRICTIONS[c](fact) is wanted
            ),
        )
        assert found(backend, f"{one} {minus}{third} {other}", facts) == expected


def test_the_total_by_relevance_is_the_same_where_no_formula_ranks(backend, facts):
    for text in CASES.keys() - FORMULAS.keys():
        if "$" not in text:
            assert backend.search(asked(text, facts), size=0).total == len(counted(facts, CASES[text])), text


def test_facets_count_what_the_data_hold(backend, facts):
    for text in ("gradient", "[probability]", "-is:answer", "created:2026"):
        here = [fact for fact in facts if CASES.get(text, lambda fact: fact.kind != "answer")(fact)]
        counts = backend.facets(asked(text, facts))
        assert counts.kinds == _tally(fact.kind for fact in here)
        assert counts.categories == _tally(fact.category for fact in here)
        assert counts.tags == _tally(tag for fact in here for tag in fact.tags)
        questions = [fact for fact in here if fact.kind == "question"]
        solved = [fact for fact in questions if fact.has_accepted or fact.good_answer]
        assert (counts.answered, counts.unanswered) == (len(solved), len(questions) - len(solved))


def test_each_example_of_the_manual_and_of_the_help_is_among_the_cases_and_read_without_a_note(facts, stranger):
    manual = (settings.BASE_DIR / "docs" / "searching.md").read_text("utf-8")
    shown = re.findall(r"^\| (`.+?`) \|", manual, re.MULTILINE)
    examples = [typed for row in shown for typed in re.findall(r"`([^`]+)`", row)]
    page = stranger.get("/search").content.decode()
    examples += map(html.unescape, re.findall(r'rel="nofollow"><code>([^<]+)</code>', page))
    assert len(examples) > 90
    assert [typed for typed in examples if typed not in CASES.keys() | LOOSE.keys()] == []
    assert {
        typed: notes for typed in examples if (notes := asked(typed, facts).notes) not in ((), (READ_AS_FORMULA,))
    } == {}


def test_what_the_manual_mentions_beside_its_examples_is_among_the_cases_too(facts):
    manual = (settings.BASE_DIR / "docs" / "searching.md").read_text("utf-8")
    written = [typed for typed in re.findall(r"`([^`\n]+)`", manual) if not re.fullmatch(r"[\w.-]+:", typed)]
    restricting = [
        typed for typed in written if any(c.role != "should" for c in asked(typed, facts, bare=False).clauses)
    ]
    assert [typed for typed in restricting if typed not in CASES.keys() | LOOSE.keys()] == []
    misread = {typed for typed in written if ":" in typed and asked(typed, facts).notes}
    assert misread == {"created:2024-02-30", "score:high"}  # of which it says so


def test_every_operator_is_among_the_cases_and_tells_posts_apart(facts):
    named = {text.partition(":")[0] for text in RESTRICTIONS if ":" in text}
    assert named >= {*OPERATORS, *ALIASES}
    barren = [text for text, check in CASES.items() if not 0 < len(counted(facts, check)) < len(facts)]
    # Values that no post has.
    assert barren == ["category:nowhere", "user:999999", "score:5..2", "score:99999999999999999999", "qqqq"]


def _tally(names: Iterator[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts
