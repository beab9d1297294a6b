"""Pages put together of parts that were compressed before: every byte and every outline is there, once."""

from __future__ import annotations

import gzip
import re
import zlib

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from geeks import rendering
from geeks.rendering.glyphs import outlines_of
from geeks.rendering.parts import Part, Woven, hole, placed, woven

X = '<path id="g-I-1D465" d="M1 2"/>'
Y = '<path id="g-I-1D466" d="M3 4"/>'


def sheet(*outlines):
    return f'<svg class="math-glyphs" aria-hidden="true"><defs>{"".join(outlines)}</defs></svg>'


def put_together(page, *parts, filled=hole, finish=lambda head: head):
    return woven(page, list(parts), filled, finish)


@given(st.lists(st.tuples(st.text(max_size=400), st.text(max_size=400)), max_size=5), st.text(max_size=50))
def test_gzip_of_any_parts_gives_the_page(pairs, last):
    stretches = [one for own, part in pairs for one in (own.encode("utf-8", "replace"), Part(clean(part)))]
    page = Woven([*stretches, last.encode("utf-8", "replace")])
    assert gzip.decompress(page.gzipped()) == page.content  # which checks CRC and length
    assert len(page.content) == page.size


def clean(text):
    return text.encode("utf-8", "replace").decode()


@given(st.binary(max_size=3000), st.text(max_size=3000))
def test_a_crc_goes_on_behind_a_part(before, text):
    part = Part(clean(text))
    assert part.crc_after(zlib.crc32(before)) == zlib.crc32(before + part.content)


def test_a_part_is_as_small_as_when_it_is_compressed_alone():
    html = "<p>The sum of the first n odd numbers is a square.</p>" * 200
    assert len(Part(html).packed) < len(zlib.compress(html.encode(), 6)) + 20


def test_parts_stand_in_their_places():
    page = put_together(f"<a>{placed(0)}<b>{placed(1)}<c>", Part("one"), Part("two"))
    assert page.content == b"<a>one<b>two<c>"
    assert [part.content for part in page.parts] == [b"one", b"two"]


def test_an_outline_of_a_part_stands_nowhere_else():
    page = put_together(f"<h1>{sheet(X, Y)}</h1>{placed(0)}<p>{sheet(X)}</p>", Part(sheet(X)))
    assert page.content.decode() == f"<h1>{sheet(Y)}</h1>{sheet(X)}<p></p>"


def test_parts_with_the_same_outline_are_put_together_as_one_text():
    page = put_together(f"{placed(0)}<hr>{placed(1)}", Part(f"a{sheet(X)}"), Part(f"b{sheet(X, Y)}"))
    assert page.parts == []
    assert outlines_of(page.content.decode()) == ["g-I-1D465", "g-I-1D466"]
    assert re.sub("<[^>]*>", "", page.content.decode()) == "ab"


def test_holes_are_filled_for_each_page():
    numbers = iter("123")
    page = put_together(f"{hole('token')} {hole('token')} {hole('csrf')}", filled=lambda name: name + next(numbers))
    assert page.content == b"token1 token2 csrf3"


def test_nobody_writes_a_place_or_a_hole():
    for mark in (placed(0), hole("csrf")):
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
    part, other = Part("one"), Part("two")
    pages = [
        Woven([b"a", part, b"b"]),
        Woven([b"a", other, b"b"]),
        Woven([b"ab", part]),
        Woven([b"a", part, b"c"]),
        Woven([b"a", b"part " + part.digest, b"b"]),
    ]
    assert len({page.mark for page in pages}) == len(pages)
    assert Woven([b"a", Part("one"), b"b"]).mark == pages[0].mark
