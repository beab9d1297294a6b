"""What only Tantivy can do wrong: its writer dies, its commit fails, its files pile up."""

from __future__ import annotations

import itertools

import pytest
import tantivy

import geeks.search.tantivy.nearness as nearness
import geeks.search.tantivy.reader as reading
import geeks.search.tantivy.schema as schema
import geeks.search.tantivy.writer as writing
from geeks.search import SearchError, SearchUnavailable, WriterBusy, open_backend, parse
from geeks.search.tantivy.combining import every
from geeks.search.tantivy.schema import SAMPLES, in_sample
from tests.search.posts import post


@pytest.fixture
def engine():
    return "tantivy"


def test_a_document_the_engine_refuses_is_put_aside_and_the_batch_goes_on(writer, monkeypatch):
    honest = writing.to_document

    def poisoned(record, language):
        document = honest(record, language)
        if record.id == 2:
            document.add_unsigned("views", 3)
        return document

    writer.index([post(2, "word old")])
    writer.commit(1)
    monkeypatch.setattr(writing, "to_document", poisoned)
    writer.index([post(1, "word"), post(2, "word"), post(3, "word")])
    writer.commit(2)
    aside = writer.health().put_aside
    assert [one.id for one in aside] == [2]
    assert "refused" in aside[0].reason
    assert sorted(writer.search(parse("word")).ids) == [1, 3]


class Failing:
    """A writer whose commits fail while `broken` holds, or whenever document 2 is in them."""

    broken = False
    poison = True

    def __init__(self, writer):
        self.writer = writer
        self.holds_poison = False

    def __getattr__(self, name):
        return getattr(self.writer, name)

    def delete_documents_by_term(self, field, value):
        return self.writer.delete_documents_by_term(field, value)

    def add_document(self, document):
        self.holds_poison |= Failing.poison and document.get_first("id") == 2
        return self.writer.add_document(document)

    def commit(self):
        if Failing.broken or self.holds_poison:
            raise ValueError("An index writer was killed.")
        return self.writer.commit()


@pytest.fixture
def failing(writer, monkeypatch):
    honest = writing.Writer._open
    monkeypatch.setattr(writing.Writer, "_open", lambda self, path: Failing(honest(self, path)))
    monkeypatch.setattr(Failing, "broken", False)
    monkeypatch.setattr(Failing, "poison", True)
    return writer


def test_a_writer_killed_at_the_commit_is_reopened_and_only_the_culprit_is_left_out(failing):
    failing.index([post(1, "word"), post(2, "word"), post(3, "word")])
    failing.commit(7)
    assert sorted(failing.search(parse("word")).ids) == [1, 3]
    assert [one.id for one in failing.health().put_aside] == [2]
    assert failing.checkpoint() == 7


def test_a_commit_that_fails_for_a_full_disk_blames_no_document_and_may_be_repeated(failing, monkeypatch):
    monkeypatch.setattr(Failing, "poison", False)
    monkeypatch.setattr(Failing, "broken", True)
    failing.index([post(1, "word"), post(2, "word")])
    with pytest.raises(SearchError, match="cannot be written"):
        failing.commit(7)
    assert failing.health().put_aside == ()
    assert failing.checkpoint() == 0
    monkeypatch.setattr(Failing, "broken", False)
    failing.commit(7)
    assert sorted(failing.search(parse("word")).ids) == [1, 2]


def test_the_engines_own_lock_is_a_clear_error_too(writer):
    index = tantivy.Index.open(str(writer.shelf.current()))
    held = index.writer(15_000_000, 1)
    with pytest.raises(WriterBusy, match="stop it first"):
        writer.index([post(1, "word")])
    del held


def test_a_word_said_twice_weighs_more(writer):
    writer.index(
        [post(1, "", "alpha filler"), post(2, "", "omega filler"), *(post(n, "", "filler") for n in range(3, 9))]
    )
    writer.commit(1)
    assert writer.search(parse("alpha omega omega")).ids == [2, 1]
    assert writer.search(parse("alpha alpha omega")).ids == [1, 2]


def test_files_do_not_pile_up_over_many_commits(writer):
    for number in range(1, 41):
        writer.index([post(number % 5, "word")])
        writer.commit(number)
    assert len(list(writer.shelf.current().iterdir())) < 120
    assert writer.health().documents == 5


def test_a_panic_of_the_engine_is_an_error_of_ours(writer, monkeypatch):
    class PanicException(BaseException):
        pass

    def panic(*_, **__):
        raise PanicException("index out of bounds")

    writer.commit(1)
    monkeypatch.setattr("geeks.search.tantivy.reader.page", panic)
    with pytest.raises(SearchUnavailable, match="out of bounds"):
        writer.search(parse("word"))


@pytest.mark.parametrize(
    ("language", "text", "query"),
    [
        ("german", "Die Schätzungen der Häuser", "schätzung"),
        ("french", "les dérivées partielles", "dérivée"),
        ("russian", "методы оптимизации", "оптимизация"),
        ("none", "running", "running"),
    ],
)
def test_the_language_of_the_stems_can_be_chosen(tmp_path, language, text, query):
    index = open_backend(tmp_path, writer=True, language=language)
    index.index([post(1, text)])
    index.commit(1)
    assert index.search(parse(query)).ids == [1]
    assert "language is now" in open_backend(tmp_path).needs_rebuild()
    index.close()


def test_facets_of_very_many_results_are_estimated_from_a_sample(writer, monkeypatch):
    writer.index(post(n, "word", category="web" if n % 4 else "android", tags=["a"]) for n in range(1, 2001))
    writer.commit(1)
    counted = writer.facets(parse("word"))
    assert counted.exact
    monkeypatch.setattr(reading, "MOST_COUNTED", 1_000)
    estimated = writer.facets(parse("word"))
    assert not estimated.exact
    assert estimated.total == 2_000
    for name, count in {**counted.categories, **counted.tags, **counted.kinds}.items():
        guess = {**estimated.categories, **estimated.tags, **estimated.kinds}[name]
        assert abs(guess - count) < count / 5
        assert guess % 10 == 0
    assert writer.facets(parse("word category:android")).exact


@pytest.mark.parametrize(
    ("sampled", "share", "about"),
    [
        *((count, 1, count) for count in (0, 7, 1234)),
        *((0, 8, 0), (1, 8, 8), (12, 8, 100), (99, 8, 800), (1234, 8, 9900), (125_432, 8, 1_000_000)),
        *((1, 64, 60), (13, 64, 800), (130, 64, 8300), (999, 512, 510_000)),
    ],
)
def test_an_estimate_has_two_digits_or_one_of_few(sampled, share, about):
    assert reading.estimated(sampled, share) == about


@pytest.mark.parametrize(
    ("total", "share"),
    [(0, 1), (10_000, 1), (10_001, 8), (80_000, 8), (80_001, 64), (640_000, 64), (640_001, 512), (90_000_000, 512)],
)
def test_facets_look_at_as_few_results_as_tell_enough(total, share):
    assert reading.share_of(total, list(SAMPLES)) == share
    assert reading.share_of(total, [8]) == min(share, 8)
    assert reading.share_of(total, []) == 1


def test_samples_are_as_large_as_they_say_and_each_is_a_part_of_the_one_before():
    samples = [{number for number in range(300_000) if in_sample(number, share)} for share in SAMPLES]
    for share, sample in zip(SAMPLES, samples, strict=True):
        assert len(sample) == pytest.approx(300_000 / share, rel=0.02)
    assert all(smaller < larger for larger, smaller in itertools.pairwise(samples))


def test_facets_of_an_index_without_samples_are_counted(writer, monkeypatch):
    """One of an older version, which serves while a new one is made."""
    monkeypatch.setattr(schema, "SAMPLES", {})
    writer.index(post(n, "word", tags=["a"]) for n in range(1, 30))
    writer.commit(1)
    facets = writer.facets(parse("word"), total=90_000)
    assert (facets.tags, facets.exact) == ({"a": 29}, True)


def test_what_is_not_answered_is_estimated_by_itself(writer, monkeypatch):
    monkeypatch.setattr(reading, "MOST_COUNTED", 250)
    writer.index(post(n, "word", flags=["isanswered"] if n % 300 else []) for n in range(1, 2001))
    writer.commit(1)
    few = sum(in_sample(n, 8) for n in range(300, 2001, 300))
    assert writer.facets(parse("word")).unanswered == reading.estimated(few, 8)


def test_facets_take_the_word_of_whoever_has_counted(writer):
    writer.index(post(n, "word", tags=["a"]) for n in range(1, 9))
    writer.commit(1)
    given = writer.facets(parse("word"), total=20_000)
    assert (given.total, given.exact) == (20_000, False)
    assert writer.facets(parse("word"), total=8) == writer.facets(parse("word"))


@pytest.mark.parametrize(
    "text",
    [
        "word other",
        "word other third",
        '"word other" third',
        "word [a]",
        "title:other word",
        "wor* third",
        "$x^2$ word",
        "$x^2$",
        "-third word",
        "is:answer other",
        "body:word score:0",
        "nowhere",
    ],
)
def test_facets_and_orders_find_what_relevance_finds(writer, text):
    """They are asked without what only ranks."""
    writer.index(
        post(
            n,
            " ".join(word for at, word in enumerate(("word", "other", "third")) if n >> at & 1) or "none",
            " ".join(word for at, word in enumerate(("word", "other", "third")) if n >> at & 8 << at) + " end",
            tags=["a"] if n % 3 else ["b"],
            kind="question" if n % 5 else "answer",
            formulas=["x^2"] if n % 4 == 0 else [],
        )
        for n in range(1, 60)
    )
    writer.commit(1)
    found = writer.search(parse(text), size=100)
    newest = writer.search(parse(text, sort="newest"), size=100)
    assert sorted(newest.ids) == sorted(found.ids)
    assert writer.facets(parse(text)).total == found.total == len(found.ids)
    assert sum(writer.facets(parse(text)).kinds.values()) == found.total


@pytest.fixture
def apart(writer):
    """Forty posts with two words that stand one to nine words apart, and some with one of them; three in titles."""
    for number in range(1, 41):
        between = " ".join(f"w{number}x{step}" for step in range(number % 9))
        writer.index([post(number, "red" if number % 13 == 0 else "", f"red {between} kite {'red ' * (number % 4)}")])
    writer.index([post(number, "", "red " * (number - 40)) for number in range(41, 46)])
    writer.commit(1)
    return writer


def test_frequent_words_near_each_other_earn_the_same_among_the_best(apart, monkeypatch):
    def found(words):
        page = apart.search(parse(words), size=100)
        return page.total, [(hit.id, pytest.approx(hit.score, rel=1e-5)) for hit in page.hits]

    searches = ("red kite", "kite red red", "red kite w3x1", 'red kite -"red kite"', "red kite $x^2$", "red")
    rare = [found(words) for words in searches]
    monkeypatch.setattr(nearness, "FREQUENT", 0)
    assert [found(words) for words in searches] == rare
    monkeypatch.setattr(nearness.Nearness, "put_in_order", lambda self, hits, near: hits)
    assert [found(words) for words in searches] != rare  # it matters to these


def test_pages_of_what_is_put_in_order_again_follow_each_other(apart, monkeypatch):
    whole = [hit.id for hit in apart.search(parse("red kite"), size=100).hits]
    monkeypatch.setattr(nearness, "FREQUENT", 0)
    monkeypatch.setattr(nearness, "BEST", 15)
    monkeypatch.setattr(reading, "BEST", 15)
    pages = [apart.search(parse("red kite"), size=10, offset=offset) for offset in range(0, 50, 10)]
    ids = [hit.id for page in pages for hit in page.hits]
    assert sorted(ids) == sorted(whole)  # each once
    assert {page.total for page in pages} == {45}
    assert ids == [hit.id for hit in apart.search(parse("red kite"), size=45).hits]
    assert ids != whole  # what is far down has not been looked at


def test_a_sample_of_each_word_is_a_sample_of_the_results(apart, monkeypatch):
    monkeypatch.setattr(reading, "MOST_COUNTED", 5)
    for words in ("red kite", "red -kite", "kite", '"red kite"', "is:question red", "is:question", "[none] red"):
        query = parse(words)
        searcher, compiler = apart._reader.look()
        sample = compiler.one("states", SAMPLES[8])
        counted = reading.page(searcher, compiler.compile(query, ranked=False, among=sample)[0], size=100)
        both = reading.page(searcher, every([compiler.compile(query, ranked=False)[0], sample]), size=100)
        assert sorted(counted.ids) == sorted(both.ids), words
        assert counted.total == both.total, words
