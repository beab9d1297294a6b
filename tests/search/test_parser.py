"""Reading a query: every operator, and whatever else a person may type."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geeks.search import (
    Among,
    AnyOf,
    Author,
    Category,
    Flag,
    Formula,
    InBody,
    InCode,
    InQuestion,
    InTitle,
    Kind,
    Link,
    Phrase,
    Range,
    Tag,
    Wildcard,
    Word,
    parse,
)
from geeks.search.parser import MAX_FORMULAS, MAX_RESTRICTIONS, MAX_TIMES, MAX_WILDCARDS, MAX_WORDS, OPERATORS

MOST = 2**63 - 1
NOW = datetime(2025, 11, 23, 12, tzinfo=UTC)
CIRCUMSTANCES = {"me": 5, "now": NOW, "question": 77, "bookmarks": lambda: [3, 4]}


@pytest.mark.parametrize(
    ("text", "role", "term"),
    [
        ("gradient", "should", Word("gradient")),
        ("-gradient", "not", Word("gradient")),
        ("well-known", "should", Word("well-known")),
        ("f(x)", "should", Word("f(x)")),
        ("encour*", "should", Wildcard("encour*")),
        ("Ex**nge", "should", Wildcard("ex*nge")),
        ('"mean  field"', "must", Phrase("mean field")),
        ("\u201cmean field\u201d", "must", Phrase("mean field")),
        ('-"mean field"', "not", Phrase("mean field")),
        ("[Tag]", "must", Tag("tag")),
        ("-[tag]", "not", Tag("tag")),
        ("[a] or [b] or [c]", "must", AnyOf((Tag("a"), Tag("b"), Tag("c")))),
        ("category:data-science", "must", Category("data-science")),
        ("Category:Web", "must", Category("web")),
        ("-category:web", "not", Category("web")),
        ("is:question", "must", Kind("question")),
        ("is:q", "must", Kind("question")),
        ("is:a", "must", Kind("answer")),
        ("is:article", "must", Kind("article")),
        ("user:12", "must", Author(12)),
        ("user:me", "must", Author(5)),
        ("inquestion:50691", "must", InQuestion(50691)),
        ("score:3", "must", Range("score", 3)),
        ("score:3..", "must", Range("score", 3)),
        ("score:-1", "must", Range("score", -1)),
        ("score:..-1", "must", Range("score", None, -1)),
        ("score:-3..5", "must", Range("score", -3, 5)),
        ("views:500-1000", "must", Range("views", 500, 1000)),
        ("answers:0", "must", Range("answers", 0, 0)),
        ("answers:2", "must", Range("answers", 2)),
        ("score:1" + "0" * 5000, "must", Range("score", MOST)),
        ("closed:no", "must", Flag("closed", False)),
        ("isaccepted:true", "must", Flag("accepted")),
        ("hascode:1", "must", Flag("hascode")),
        ("title:entropy", "must", InTitle(Word("entropy"))),
        ('title:"heat death"', "must", InTitle(Phrase("heat death"))),
        ("title:ent*", "must", InTitle(Wildcard("ent*"))),
        (r"$\frac{a}{b}$", "should", Formula(r"\frac{a}{b}")),
        (r"$$a_{[i]} = "
         r'"x"$$', "should", Formula(r'a_{[i]} = "x"')),
        (r"-$a^2$", "not", Formula("a^2")),
        ("body:entropy", "must", InBody(Word("entropy"))),
        ('-body:"heat death"', "not", InBody(Phrase("heat death"))),
        ("code:malloc", "must", InCode(Word("malloc"))),
        ("intitle:entropy", "must", InTitle(Word("entropy"))),
        ("url:https://www.Example.org/", "must", Link("example.org")),
        ('url:"*.example.org"', "must", Link("*.example.org")),
        ("url:example.org/docs/", "must", Link("example.org/docs*")),
        ("inquestion:this", "must", InQuestion(77)),
        ("inbookmarks:mine", "must", Among((3, 4))),
        ("created:2012", "must", Range("created", 1325376000, 1356998399)),
        ("lastactive:1d", "must", Range("active", 1763769600, 1763855999)),
        ("-created:2012..", "not", Range("created", 1325376000, None)),
    ],
)  # fmt: skip
def test_one_piece_is_read_as_one_term(text, role, term):
    (clause,) = parse(text, **CIRCUMSTANCES).clauses
    assert (clause.role, clause.term) == (role, term)
    assert parse(clause.source, **CIRCUMSTANCES).clauses == (clause,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("score:high", ["high"]),
        ("is:poem x", ["poem", "x"]),
        ("closed:maybe", ["maybe"]),
        ("user:me", ["me"]),
        ("score:..", []),
        ("category:a/b", ["a/b"]),
        ("created:2012-02-30", ["2012-02-30"]),
        ("lastactive:yesterday", ["yesterday"]),
        ("inquestion:this", ["this"]),
        ("inbookmarks:7", ["7"]),
        ("url:*", []),
    ],
)
def test_an_operator_that_cannot_be_read_becomes_words_and_says_why(text, words):
    query = parse(text)
    assert [term.text for term in query.should] == words
    assert query.must == ()
    assert "was read as words" in query.notes[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('an "unbalanced quote', ["an", "unbalanced", "quote"]),
        ("a[i] + b", ["a", "i", "b"]),
        ("costs $5 and $10", ["costs", "$5", "and", "$10"]),
        ("https://example.org/x?y=1", ["https://example.org/x?y=1"]),
        ("$x$-axis", ["-axis"]),
        ("- -- * ** [] () . 'word'", ["'word'"]),
        ("word WORD Word", ["word"]),
    ],
)
def test_what_is_no_operator_is_words(text, words):
    query = parse(text)
    assert [t.text for t in query.should if isinstance(t, Word)] == words


def test_a_word_said_again_counts_more_up_to_a_bound():
    (word,) = parse("gradient Gradient gradient").should
    assert (word.text, word.times) == ("gradient", 3)
    assert parse("gradient " * 500).should[0].times == MAX_TIMES
    assert [clause.term for clause in parse("-x -x [a] [a] score:1 score:1").clauses] == [
        Word("x"), Tag("a"), Range("score", 1),
    ]  # fmt: skip
    again = parse("a gradient and a gradient of means")
    assert parse(again.text).should[1].times == 2


def test_without_operators_everything_is_words():
    query = parse('About "closed" [tag] score:3 -x en*', operators=False)
    assert {clause.role for clause in query.clauses} == {"should"}
    assert all(isinstance(term, Word) for term in query.should)
    assert len(query.should) == 6


def test_sentences_are_not_restricted_by_what_they_quote():
    query = parse('Why does my professor say that "all models are wrong" [sic] when - as he says - some are useful?')
    assert query.must == query.must_not == ()
    assert "read as sentences" in query.notes[0]
    assert parse('models wrong "all models are wrong"').must == (Phrase("all models are wrong"),)
    assert parse("one two three four five six seven eight nine ten [tag] score:3").must[0] == Tag("tag")


def test_phrases_and_tags_can_be_loosened_into_words():
    query = parse('"flag as spam" [np-hardness] votes -[old] score:3')
    assert [term.text for term in query.loosened.should] == ["flag", "as", "spam", "np", "hardness", "votes"]
    assert query.loosened.must_not == (Tag("old"),)
    assert query.loosened.must == (Range("score", 3),)
    assert parse("votes score:3").loosened is None


def test_a_star_in_the_body_alone_is_looked_for_everywhere_and_says_so():
    query = parse("body:grad*")
    assert query.should == (Wildcard("grad*"),)
    assert "without *" in query.notes[0]


@pytest.mark.parametrize("text", ["deleted:1", "intags:mine", 'collective:"R Language"', "-deleted:all"])
def test_what_nothing_here_can_answer_is_left_out_and_says_why(text):
    query = parse(f"gradient {text}", **CIRCUMSTANCES)
    assert [clause.term for clause in query.clauses] == [Word("gradient")]
    assert "was left out: " in query.notes[0]


def test_a_chip_can_be_taken_out():
    query = parse('gradient "mean field" [a] or [b] -score:3 category:web')
    middle = next(clause for clause in query.clauses if isinstance(clause.term, AnyOf))
    assert query.text_without(middle) == 'gradient "mean field" -score:3 category:web'
    assert query.without(*query.clauses[1:]).text == "gradient"
    assert parse(query.text) == query


def test_an_unknown_order_is_relevance():
    assert parse("x", sort="colour").sort == "relevance"
    assert parse("x", sort="newest").sort == "newest"


def test_very_long_queries_are_cut_and_say_so():
    query = parse(" ".join(f"w{number}" for number in range(10_000)))
    assert len(query.should) == MAX_WORDS
    assert any("left out" in note for note in query.notes)
    many = parse("en* " + " ".join(f"e{number}*" for number in range(500)))
    assert sum(isinstance(term, Wildcard) for term in many.should) == MAX_WILDCARDS
    assert len(parse(" ".join(f"$x_{n}$" for n in range(500))).formulas) == MAX_FORMULAS
    assert len(parse(" ".join(f"[t{n}]" for n in range(500))).must) == MAX_RESTRICTIONS


PIECES = st.lists(
    st.sampled_from(['"', "$", "$$", "[", "]", "-", "*", ":", "..", "or", " ", "\\frac", "{", "}", "\x00", "\ud800"])
    | st.sampled_from(sorted(OPERATORS)).map(lambda name: f"{name}:")
    | st.text(max_size=5)
    | st.integers().map(str),
    max_size=40,
)


@given(PIECES.map("".join) | st.text() | st.binary() | st.none() | st.integers() | st.floats() | st.lists(st.text()))
@example("\U0001f600 \u202e \ud800 \x00")
@example("-" * 5000)
def test_no_input_of_any_kind_raises(text):
    query = parse(text)
    for clause in query.clauses:
        assert clause.source.strip()
        assert query.text_without(clause) is not None
    assert len(query.clauses) <= MAX_WORDS + 2 * MAX_RESTRICTIONS
    sources = [clause.source for clause in query.clauses]
    # A dollar inside a word may open a formula once what stood before it is gone.
    if not any("$" in source for source in sources):
        assert len(parse(" ".join(sources)).clauses) <= len(query.clauses)


@pytest.mark.parametrize(
    "piece", ['"', "$", "$$ ", "[", "-", '-"', 'a:"', "*", "a*b ", "[a] or ", "[a", "score:", "$ $"]
)
def test_hostile_input_of_any_length_takes_no_time(piece):
    started = time.process_time()
    parse(piece * 100_000)
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    ("text", "term"),
    [("-body:conv*", Wildcard("conv*")), ("-score:abc", Word("abc")), ("-user:me", Word("me"))],
)
def test_what_cannot_be_read_and_is_not_wanted_is_left_out_as_words(text, term):
    query = parse(f"cat {text}")
    assert query.should == (Word("cat"),)
    assert query.must_not == (term,)
    assert "words to leave out" in query.notes[0]


def test_the_user_for_nobody_has_a_number_below_zero():
    assert parse("user:-1").must == (Author(-1),)
    assert parse("user:-2").must == ()
