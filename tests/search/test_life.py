"""The life of an index: commits, crashes, other processes, rebuilding. The same on every backend."""

from __future__ import annotations

import random
import signal

import pytest

from geeks.search import (
    Document,
    IndexReplaced,
    PutAside,
    SearchError,
    SearchUnavailable,
    WriterBusy,
    open_backend,
    parse,
)
from tests.search.posts import START, in_another_process, post

OPEN = "import sys, pathlib; from geeks.search import *; from tests.search.posts import post; "
WRITE_ON_AND_ON = (
    OPEN
    + """
index = open_backend(pathlib.Path(sys.argv[1]), writer=True, engine=sys.argv[2])
for number in range(index.checkpoint() + 1, 100000):
    index.index([post(number, f"word number{number}")])
    index.commit(number)
    print(number, flush=True)
"""
)
FIND_ON_DEMAND = (
    OPEN
    + """
index = open_backend(pathlib.Path(sys.argv[1]), engine=sys.argv[2])
for line in sys.stdin:
    print(index.search(parse(line)).ids, flush=True)
"""
)
TRY_TO_WRITE = (
    OPEN
    + """
try:
    open_backend(pathlib.Path(sys.argv[1]), writer=True, engine=sys.argv[2])
except WriterBusy:
    print("busy")
"""
)


def test_changes_show_at_the_commit_and_not_before(writer, opened):
    writer.index([post(1, "word")])
    writer.commit(5)
    reader = opened()
    writer.index([post(2, "word")])
    writer.delete([1])
    assert reader.search(parse("word")).ids == [1]
    writer.commit(6)
    assert reader.search(parse("word")).ids == [2]
    assert (reader.checkpoint(), writer.checkpoint()) == (6, 6)


def test_indexing_again_replaces(writer):
    for checkpoint, title in enumerate(("old", "old", "new"), 1):
        writer.index([post(1, title)])
        writer.commit(checkpoint)
    assert writer.search(parse("old")).total == 0
    assert writer.search(parse("new")).total == 1
    writer.delete([1, 99])
    writer.delete([1])
    writer.commit(4)
    assert writer.health().documents == 0


def test_a_reader_in_another_process_sees_a_commit_at_its_next_search(writer, engine, folder):
    writer.index([post(1, "word")])
    writer.commit(1)
    with in_another_process(FIND_ON_DEMAND, folder, engine) as reader:

        def ask():
            reader.stdin.write("word sort\n")
            reader.stdin.flush()
            return reader.stdout.readline().strip()

        assert ask() == "[1]"
        for number in (2, 3):
            writer.index([post(number, "word")])
            writer.delete([number - 1])
            writer.commit(number)
            assert ask() == f"[{number}]"
        with writer.rebuild() as new:
            new.index([post(7, "word")])
            new.commit(9)
        assert ask() == "[7]"
        reader.stdin.close()


def test_killing_the_writer_in_the_middle_of_commits_loses_nothing_acknowledged(engine, folder):
    chance = random.Random(20261123)
    acknowledged = 0
    for _ in range(4):
        writing = in_another_process(WRITE_ON_AND_ON, folder, engine)
        for _ in range(chance.randint(1, 12)):
            acknowledged = int(writing.stdout.readline())
        writing.send_signal(signal.SIGKILL)
        rest = writing.stdout.read().split()
        writing.wait()
        acknowledged = int(rest[-1]) if rest else acknowledged
        index = open_backend(folder, writer=True, engine=engine)
        assert index.needs_rebuild() == ""
        assert index.checkpoint() >= acknowledged
        ids = sorted(index.search(parse("word"), size=10_000).ids)
        assert ids[:acknowledged] == list(range(1, acknowledged + 1))
        # A commit whose acknowledgement did not get out may be there; twice is nothing.
        assert len(ids) == len(set(ids)) <= acknowledged + 1
        index.close()


def test_a_second_writer_is_refused_with_a_clear_error(writer, opened, engine, folder):
    with pytest.raises(WriterBusy, match="Only one worker may write it"):
        opened(writer=True)
    with in_another_process(TRY_TO_WRITE, folder, engine) as other:
        assert other.communicate()[0].strip() == "busy"
    writer.close()
    opened(writer=True).commit(1)


def test_a_reader_cannot_write(opened):
    with pytest.raises(SearchError, match="writer=True"):
        opened().index([post(1)])


BAD = {
    "id": 2**70,
    "kind": "song",
    "question_id": "1",
    "title": None,
    "body": b"bytes",
    "tags": ["x" * 300],
    "category": 3,
    "score": 1.5,
    "views": True,
    "answers": -(2**64),
    "created": "yesterday",
    "last_activity": None,
    "flags": ["shiny"],
    "formulas": "x",
}


@pytest.mark.parametrize("name", BAD)
def test_a_document_with_a_bad_value_is_put_aside_and_named_and_the_rest_goes_on(writer, name):
    good = {"kind": "question", "question_id": 2, "created": START, "last_activity": START}
    bad = Document(**({"id": 2, "title": "word", "body": ""} | good | {name: BAD[name]}))
    aside = writer.index([post(1, "word"), bad, post(3, "word")])
    writer.commit(1)
    assert [one.id for one in aside] == [0 if name == "id" else 2]
    assert name in aside[0].reason
    assert sorted(writer.search(parse("word")).ids) == [1, 3]
    assert writer.health().put_aside == tuple(aside)


def test_a_document_that_turns_bad_is_not_found_in_its_old_state(writer):
    writer.index([post(1, "old")])
    writer.commit(1)
    assert writer.index([post(1, "new", score="many")]) == [PutAside(1, "score must be a whole number, not 'many'")]
    writer.commit(2)
    assert writer.health().documents == 0
    writer.index([post(1, "better")])
    writer.commit(3)
    assert writer.health().put_aside == ()


def test_strange_text_is_indexed_and_found(writer):
    strange = "nul\x00byte lone\ud800surrogate \u202eevil \U0001f600 " + "long" * 5_000
    writer.index([post(1, strange, strange + " findme", tags=["c++", "naïve"])])
    writer.commit(1)
    assert writer.search(parse("findme")).ids == [1]
    assert writer.search(parse("[c++] [naïve]")).ids == [1]


def test_a_new_index_asks_to_be_filled_until_it_was(writer):
    assert "never filled" in writer.needs_rebuild()
    writer.commit(1)
    assert writer.needs_rebuild() == ""
    assert writer.health().ok


def test_an_index_that_holds_all_kinds_of_things_is_well(writer):
    everything = {
        "tags": ["a", "b"],
        "links": ["https://example.org"],
        "formulas": ["x^2"],
        "flags": ["closed"],
        "code": "x = 1",
    }
    writer.index([post(1, "word", "$x^2$", **everything), post(2, "word", **everything)])
    writer.delete([2])
    writer.commit(1)
    assert writer.needs_rebuild() == ""


def test_before_there_is_an_index_a_reader_says_so_and_finds_it_later(opened):
    reader = opened()
    with pytest.raises(SearchUnavailable, match="no search index yet"):
        reader.search(parse("word"))
    assert reader.needs_rebuild() == "there is no index"
    assert not reader.health().ok
    writer = opened(writer=True)
    writer.index([post(1, "word")])
    writer.commit(1)
    assert reader.search(parse("word")).ids == [1]


def test_a_rebuild_is_filled_beside_the_old_index_and_swapped_at_its_end(writer, opened):
    writer.index([post(1, "word")])
    writer.commit(3)
    reader = opened()
    with reader.rebuild() as new:
        new.index(post(number, "word") for number in (2, 3))
        new.commit(8)
        assert reader.search(parse("word")).ids == [1]
        with pytest.raises(WriterBusy), opened().rebuild():
            pytest.fail("two rebuilds at once")
    assert sorted(reader.search(parse("word")).ids) == [2, 3]
    assert writer.checkpoint() == 8
    writer.index([post(4, "word")])
    writer.commit(9)
    assert reader.search(parse("word")).total == 3


def test_a_writer_whose_index_was_swapped_is_told_to_begin_from_the_new_checkpoint(writer, opened):
    writer.index([post(1, "word")])
    with opened().rebuild() as new:
        new.commit(8)
    with pytest.raises(IndexReplaced):
        writer.commit(9)
    assert writer.checkpoint() == 8
    writer.index([post(1, "word")])
    writer.commit(9)
    assert writer.search(parse("word")).ids == [1]


def test_a_rebuild_that_fails_leaves_the_old_index(writer, folder):
    writer.index([post(1, "word")])
    writer.commit(3)
    for problem, commits in ((ZeroDivisionError, True), (SearchError, False)):
        with pytest.raises(problem):
            _rebuild_badly(writer, commits)
    assert writer.search(parse("word")).ids == [1]
    assert writer.checkpoint() == 3
    assert len(list(folder.glob("index-*"))) == 1


def test_an_index_made_by_another_version_still_serves_and_asks_for_a_rebuild(writer, opened):
    writer.index([post(1, "word")])
    writer.commit(3)
    writer.close()
    stamp = writer.shelf.current() / "stamp.json"
    stamp.write_text(stamp.read_text().replace("schema", "former schema"))
    new = opened(writer=True)
    assert "schema is now" in new.needs_rebuild()
    assert new.search(parse("word")).ids == [1]
    with pytest.raises(SearchUnavailable, match="must be rebuilt"):
        new.index([post(2, "word")])
    with new.rebuild() as fresh:
        fresh.index([post(2, "word")])
        fresh.commit(4)
    assert new.needs_rebuild() == ""
    assert new.search(parse("word")).ids == [2]


@pytest.mark.parametrize("damage", ["empty", "garbage", "gone"])
def test_a_damaged_index_asks_for_a_rebuild_and_is_replaced(writer, opened, damage):
    writer.index(post(number, "word", "x " * 50) for number in range(50))
    writer.commit(3)
    writer.close()
    for path in list(writer.shelf.current().iterdir()):
        if path.name == "meta.json" or path.suffix in (".store", ".fast", ".idx", ".sqlite3"):
            if damage == "gone":
                path.unlink()
            else:
                path.write_bytes(b"" if damage == "empty" else b"\x07garbage" * (path.stat().st_size // 8 + 1))
    index = opened(writer=True)
    assert index.needs_rebuild()
    assert not index.health().ok or damage == "garbage"
    with index.rebuild() as new:
        new.index([post(1, "word")])
        new.commit(1)
    assert index.search(parse("word")).ids == [1]
    assert index.health().ok


def test_an_unknown_language_or_engine_is_a_clear_error(folder):
    with pytest.raises(ValueError, match="english, .*klingon"):
        open_backend(folder, language="klingon")
    with pytest.raises(ValueError, match="tantivy, sqlite"):
        open_backend(folder, engine="grep")


def _rebuild_badly(writer, commits):
    with writer.rebuild() as new:
        new.index([post(2, "word")])
        if commits:
            new.commit(7)
            raise ZeroDivisionError
