"""Images are stored as they were put; what is shown of them asks no other site for anything."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest

from geeks.rendering import render, render_comment
from geeks.rendering.images import without_foreign_images
from tests.rendering.reading import soup_of

CAT = "![a **cat**](https://e.org/cat.png)"


def shown(source: str) -> str:
    return without_foreign_images(render(source).html)


def test_an_image_from_another_site_is_stored_as_an_image():
    assert render(CAT).html == '<p><img alt="a cat" src="https://e.org/cat.png" loading="lazy"></p>'


def test_an_image_from_another_site_is_shown_as_a_link_to_it():
    link = '<a rel="nofollow ugc noopener" class="image-link" href="https://e.org/cat.png">a cat</a>'
    assert shown(CAT) == f"<p>{link}</p>"


def test_inside_a_link_the_image_leaves_its_text():
    html = shown("[![a cat](https://e.org/cat.png)](https://e.org) ![b](https://e.org/b.png)")
    assert '<span class="image-link">a cat</span></a>' in html
    assert 'href="https://e.org/b.png">b</a>' in html


def test_an_image_of_our_own_stays_and_loads_lazily():
    assert shown("![a](/media/a.png)") == '<p><img alt="a" src="/media/a.png" loading="lazy"></p>'


def test_stack_exchange_s_own_images_are_asked_for_by_https():
    assert 'src="https://i.stack.imgur.com/x.png"' in render("![x](http://i.stack.imgur.com/x.png)").html


@pytest.mark.parametrize(
    "source",
    [
        "<img src='https://e.org/a'>",
        '<img src="HTTP://e.org/a" alt="<img src=x>">',
        "<img src=//e.org/a>",
        r"<img src=/\e.org/a>",
        r"![](\\\\e.org/a)",
        "![a][1]\n\n[1]: https://e.org/a.png",
        '[a](/b "<img src=https://e.org/a>")',
        '<a href="/b" title="<img alt=">x</a> <img alt=" src=" src="https://e.org/a">',
        "- > ![a](http://e.org/a)\n\n| a |\n|---|\n| ![b](http://e.org/b) |",
    ],
)
def test_however_it_is_written_no_image_loads_from_elsewhere(source):
    page = without_foreign_images(f"<!doctype html><a href=/x hidden>x</a><p title='x'>{render(source).html}</p>")
    for image in soup_of(page).find_all("img"):
        assert urljoin("https://here.org/", str(image.get("src", ""))).startswith("https://here.org/"), page


def test_a_title_that_looks_like_an_image_stays_a_title():
    html = shown('[a](/b "<img src=x>") ![c](https://e.org/c)')
    assert soup_of(html).a["title"] == "<img src=x>"


@pytest.mark.parametrize("source", ["![a](mailto:x@e.org)", "![a](javascript:x)", "<img alt='a'>"])
def test_what_is_no_image_leaves_its_text(source):
    assert render(source).html == '<p><span class="image-link">a</span></p>'


def test_showing_twice_changes_nothing():
    once = shown(f"{CAT} ![a](/media/a.png)")
    assert without_foreign_images(once) == once


def test_a_page_without_foreign_images_is_left_as_it_is():
    page = '<head></head><img src="/media/a.png" alt="x"><textarea>&lt;img src="https://e.org"&gt;</textarea>'
    assert without_foreign_images(page) == page


def test_texts_and_excerpts_name_the_image():
    rendered = render(f"See {CAT}")
    assert (rendered.text, rendered.excerpt) == ("See a cat", "See a cat")


def test_a_comment_links_images_wherever_they_are():
    html = render_comment("![a](https://e.org/a.png) ![b](/media/b.png)").html
    assert [link["href"] for link in soup_of(html).select("a.image-link")] == ["https://e.org/a.png", "/media/b.png"]
    assert "<img" not in html
