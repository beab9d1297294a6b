"""Pages put together of parts that were compressed before: every byte and every outline is there, once."""

from __future__ import annotations

import gzip
import zlib
from sys import getsizeof

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from geeks import rendering
from geeks.rendering import parts
from geeks.rendering.fragments import size_of
from geeks.rendering.mathjax.markup import SHEET_HEAD
from geeks.rendering.parts import LONG, SHEET, SHOWN_AGAIN, Block, Part, Woven, hole, placed, woven
from geeks.rendering.snippets import UNDRAWN

X = '<path id="g-I-1D465" d="M1 2"/>'
Y = '<path id="g-I-1D466" d="M3 4"/>'
Z = '<path id="g-I-1D467" d="M5 6"/>'


def sheet(*outlines):
    return f"{SHEET_HEAD}<defs>{''.join(outlines)}</defs></svg>"


def put_together(page, *parts, filled=hole, finish=lambda head: head):
    return woven(page, list(parts), filled, finish)


@given(st.lists(st.tuples(st.text(max_size=400), st.text(max_size=400)), max_size=5), st.text(max_size=50))
def test_gzip_of_any_blocks_gives_the_page(pairs, last):
    stretches = [one for own, block in pairs for one in (coded(own), Block(coded(block)))]
    page = Woven([*stretches, coded(last)])
    assert gzip.decompress(page.gzipped()) == page.content  # which checks CRC and length
    assert len(page.content) == page.size


def coded(text):
    return text.encode("utf-8", "replace")


@given(st.binary(max_size=3000), st.binary(max_size=3000))
def test_a_crc_goes_on_behind_a_block(before, content):
    block = Block(content)
    assert block.crc_after(zlib.crc32(before)) == zlib.crc32(before + content)


def test_a_block_that_is_shown_again_is_as_small_as_when_it_is_compressed_alone():
    content = b"".join(b"<p>The sum of the first %d odd numbers is %d.</p>" % (n, n * n) for n in range(500))
    block = Block(content)
    shown = [len(block.packed) for _ in range(2 * SHOWN_AGAIN)]
    assert shown[0] > shown[-1]
    assert shown[-1] < len(zlib.compress(content, 6)) + 20
    assert block.content == content


def test_parts_in_a_row_are_one_part():
    long = Part("x" * LONG)
    parts = [
        Part(sheet(X)),
        Part(f"<p>{hole('csrf')}</p>"),
        long,
        Part("<p>end</p>"),
        Part(sheet(X, Y)),
    ]
    whole = Part.joined(parts)
    page = woven(f"{SHEET}{placed(0)}", [whole], str.upper, str)
    each = woven(SHEET + "".join(placed(n) for n in range(5)), parts, str.upper, str)
    assert page.content == each.content
    assert whole.outlines == {**parts[0].outlines, **parts[4].outlines}
    assert [type(one) for one in whole.stretches] == [bytes, str, bytes, Block, bytes]  # one that is packed stays so
    assert not whole.undrawn
    assert Part.joined([]).stretches == []


def test_a_part_with_one_that_the_browser_draws_is_one_itself():
    undrawn = Part(UNDRAWN[0])
    assert undrawn.undrawn
    assert Part.joined([Part("<p>"), undrawn]).undrawn


def test_only_long_stretches_are_compressed_by_themselves():
    assert [isinstance(one, Block) for one in Part("<p>" * LONG).stretches] == [True]
    assert Part("<p>").stretches == [b"<p>"]
    mixed = Part("x" * LONG + hole("csrf") + "y")
    assert [type(one) for one in mixed.stretches] == [Block, str, bytes]
    assert Woven(mixed.filled(lambda name: f"[{name}]")).content == b"x" * LONG + b"[csrf]y"


def test_the_size_of_a_part_is_that_of_what_it_holds():
    long = f'<path id="g-I-1D468" d="{"M1 2" * 500}"/>'
    assert getsizeof(Part(sheet(long))) > 2_000
    assert size_of(frozenset(("g-I-1D465", "g-I-1D466"))) > 100


def test_parts_stand_in_their_places():
    page = put_together(f"<a>{placed(0)}<b>{placed(1)}<c>", Part("one"), Part("two"))
    assert page.content == b"<a>one<b>two<c>"


def test_each_outline_stands_once_in_a_sheet_of_the_page():
    page = put_together(
        f"<body>{SHEET}<h1>{sheet(X, Y)}</h1>{placed(0)}<p>{sheet(X)}</p>{placed(1)}",
        Part(f"a{sheet(X)}"),
        Part(f"b{sheet(X, Z)}"),
    )
    assert page.content.decode() == f"<body>{SHEET_HEAD}<defs>{X}{Z}</defs></svg><h1>{sheet(Y)}</h1>a<p></p>b"


def test_without_glyphs_there_is_no_sheet():
    assert put_together(f"<body>{SHEET}<h1>{placed(0)}", Part("a")).content == b"<body><h1>a"
    assert put_together(f"<body>{SHEET}<h1>").content == b"<body><h1>"


def test_holes_are_filled_for_each_page():
    numbers = iter("1234")
    part = Part(f"({hole('csrf')})")
    page = put_together(
        f"{hole('token')} {hole('token')} {hole('csrf')}{placed(0)}", part, filled=lambda n: n + next(numbers)
    )
    assert page.content == b"token1 token2 csrf3(csrf4)"


def test_a_frame_that_comes_again_is_compressed_once_more_but_for_what_is_one_reader_s(monkeypatch):
    packed, pack = [], parts._pack
    monkeypatch.setattr(parts, "_pack", lambda content, level: packed.append(content) or pack(content, level))
    parts._frames.clear()
    parts._met.clear()
    long, head, own = Part("x" * LONG), "<p>the same for all</p>" * 60, "<p>for one</p>" * 80 + hole("token")
    for number in range(3):
        packed.clear()
        page = put_together(head + placed(0) + own, long, filled=lambda name, n=number: f"{name}{n}")
        assert gzip.decompress(page.gzipped()) == page.content
        assert page.content.startswith(head.encode())
        assert page.content.endswith(b"token%d" % number)
        assert (head.encode() in packed) is (number < 2)
        assert any(one.endswith(b"token%d" % number) for one in packed)


def test_without_a_compressed_part_the_frame_is_not_compressed_apart():
    page = put_together("<p>the same for all</p>" * 60 + placed(0), Part("short"))
    assert not page.has_blocks


def test_nobody_writes_a_place_or_a_hole():
    for mark in (placed(0), hole("csrf"), SHEET):
        assert mark not in escape(mark)
        for source in (mark, f"[x](/a '{mark}')", f'<b title="{mark}">b</b>', f"${mark}$", f"`{mark}`"):
            made = rendering.render(source)
            assert mark not in made.html + made.excerpt_html


def test_images_of_other_sites_are_links_in_parts_too():
    page = put_together(placed(0), Part('<img src="https://elsewhere.example/a.png" alt="A">'))
    assert b"<img" not in page.content


def test_a_formula_for_the_browser_is_told_at_the_head():
    undrawn = '<span class="math" data-tex="x">\\(x\\)</span>'
    told = []
    put_together(f"<head></head>{placed(0)}", Part(undrawn), finish=lambda head: told.append(head) or head)
    put_together(f"<head></head>{undrawn}{placed(0)}", Part("x"), finish=lambda head: told.append(head) or head)
    put_together(f"<head></head>{placed(0)}", Part("x"), finish=lambda head: told.append(head) or head)
    assert len(told) == 2
    assert all(head.startswith("<head></head>") for head in told)


def test_the_mark_tells_pages_apart():
    block = Block(b"one")
    pages = [
        Woven([b"a", block, b"b"]),
        Woven([b"a", Block(b"two"), b"b"]),
        Woven([b"ab", block]),
        Woven([b"a", block, b"c"]),
        Woven([b"a", b"block " + block.digest, b"b"]),
    ]
    assert len({page.mark for page in pages}) == len(pages)
    assert Woven([b"a", Block(b"one"), b"b"]).mark == pages[0].mark
