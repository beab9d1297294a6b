"""The site by keyboard, on small screens, and where things go wrong while somebody writes."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.client import ask, number_of
from tests.browser.site import Site

WIDE = "\n\n".join(
    (
        "A wide formula in the line: $" + "+".join(f"a_{{{n}}}x^{{{n}}}" for n in range(20)) + "$",
        "One too wide to be typeset: $" + "+".join(f"a_{{{n}}}x^{{{n}}}" for n in range(40)) + "$",
        "$$" + "+".join(f"b_{{{n}}}y^{{{n}}}" for n in range(20)) + r"\tag{1}$$",
        "| " + " | ".join(f"column {n}" for n in range(14)) + " |\n|" + "---|" * 14 + "\n|" + " value |" * 14,
        "    " + "code_that_never_ends(" * 12,
        "https://example.org/" + "very-long-path/" * 20,
        "W" * 300,
    )
)


@pytest.fixture
def ada_context(browser: Browser, site: Site, keys) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=site.url, storage_state=keys["ada"])
    made.set_default_timeout(15_000)
    yield made
    made.close()


@pytest.fixture
def adas_page(ada_context: BrowserContext) -> Page:
    return ada_context.new_page()


@pytest.fixture(scope="module")
def wide_question(ada) -> str:
    title = "Does $" + "+".join(f"c_{{{n}}}" for n in range(20)) + "$ fit?"
    return ask(ada, title, WIDE, "width a-tag-name-that-is-quite-long")


def focused(page: Page) -> str:
    """The text or the name of what has the focus."""
    return page.evaluate("(document.activeElement.innerText || document.activeElement.name || '').trim()")


def too_wide(page: Page) -> str:
    """ "", or what sticks out of the page to the right."""
    return page.evaluate("""() => {
      const wide = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= wide) return "";
      const all = [...document.querySelectorAll("body *")];
      const out = all.filter((one) => one.getBoundingClientRect().right > wide + 1).map((one) => one.outerHTML);
      return `${document.documentElement.scrollWidth} > ${wide}: ${out.slice(0, 3).map((html) => html.slice(0, 120))}`;
    }""")


def test_the_first_key_offers_a_way_past_the_menu(page: Page, places: dict[str, str]) -> None:
    page.goto(places["question"])
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    assert page.locator("a.skip").bounding_box()["y"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('main')")


def test_the_tab_key_goes_through_a_page_in_the_order_of_reading(page: Page, places: dict[str, str]) -> None:
    page.goto(places["front page"])
    orders = page.evaluate("[...document.querySelectorAll('[tabindex]')].map((one) => one.tabIndex)")
    assert all(order <= 0 for order in orders)
    seen = []
    for _ in range(25):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate("""() => {
              const one = document.activeElement;
              const part = ["header", "nav", "main", "aside", "footer"].find((name) => one.closest(name)) ?? "body";
              const outline = getComputedStyle(one);
              return [part, outline.outlineStyle !== "none" || outline.boxShadow !== "none"];
            }""")
        )
    parts = [part for part, _ in seen]
    assert parts.index("header") < parts.index("nav") < parts.index("main")
    assert "header" not in parts[parts.index("main") :]
    assert all(visible for _, visible in seen), "something has the focus and does not show it"


def test_a_slash_goes_to_search_and_typing_one_does_not(page: Page, places: dict[str, str]) -> None:
    page.goto(places["front page"])
    page.keyboard.press("/")
    assert focused(page) == "q"
    page.keyboard.type("and/or")
    assert page.locator("header input[name=q]").input_value() == "and/or"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search\?q=and%2For"))


def test_a_question_is_asked_by_keyboard_alone(adas_page: Page) -> None:
    page = adas_page
    page.goto("/questions/ask")
    page.locator("input[name=title]").focus()
    page.keyboard.type("Can all of this be done by keyboard?")
    page.keyboard.press("Tab")
    page.keyboard.type("Web")
    for _ in range(25):
        page.keyboard.press("Tab")
        if focused(page) == "body" or page.evaluate("document.activeElement.name") == "body":
            break
    page.keyboard.type("It should be: a form is a form, and $x$ is a formula.")
    while page.evaluate("document.activeElement.name") != "tags":
        assert page.evaluate("!!document.activeElement.closest('main')"), "the keyboard left the form before its end"
        page.keyboard.press("Tab")
    page.keyboard.type("keyboard")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/questions/\d+/"))
    assert page.locator("#question .math > svg").count() == 1


@pytest.mark.parametrize("width", [320, 360])
def test_no_page_scrolls_sideways_for_strangers(
    width: int, page: Page, places: dict[str, str], wide_question: str
) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    wide = {}
    for name, path in {**places, "wide question": wide_question}.items():
        page.goto(path)
        wide[name] = too_wide(page)
    assert {name: found for name, found in wide.items() if found} == {}


@pytest.mark.parametrize("width", [320, 360])
def test_no_page_scrolls_sideways_for_somebody_who_writes(
    width: int, adas_page: Page, places: dict[str, str], wide_question: str
) -> None:
    adas_page.set_viewport_size({"width": width, "height": 700})
    number = number_of(wide_question)
    paths = ["/questions/ask", wide_question, f"/posts/{number}/edit", f"/posts/{number}/revisions", "/uploads"]
    wide = {}
    for path in [*paths, places["question"], places["front page"], "/accounts/password/change", "/accounts/email"]:
        adas_page.goto(path)
        if path.endswith("/edit"):
            adas_page.wait_for_selector(".preview .math > svg")
        wide[path] = too_wide(adas_page)
    assert {path: found for path, found in wide.items() if found} == {}


def test_a_phone_is_enough_to_answer(browser: Browser, site: Site, keys, places: dict[str, str]) -> None:
    phone = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
    context = browser.new_context(base_url=site.url, storage_state=keys["ada"], **phone)
    page = context.new_page()
    page.goto(places["question"])
    box = page.locator(".your-answer textarea")
    box.scroll_into_view_if_needed()
    size = box.bounding_box()
    assert size
    assert size["width"] > 250
    assert float(box.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")) >= 16  # else iOS zooms in
    box.fill("From a phone: $\\frac{1}{2}$ is a half, and that is all there is to it.")
    page.locator(".your-answer button.primary").tap()
    page.wait_for_url(re.compile("#answer-"))
    context.close()


def test_the_chosen_theme_stays_from_page_to_page(page: Page, places: dict[str, str]) -> None:
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto(places["front page"])
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("header [data-theme-button]").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != before
    page.goto(places["question"])
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    page.locator("header [data-theme-button]").click()
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == before


def test_the_preview_says_why_the_server_refuses(adas_page: Page) -> None:
    adas_page.goto("/questions/ask")
    adas_page.locator("textarea[name=body]").evaluate(
        "one => { one.value = 'x'.repeat(30001); one.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    status = adas_page.locator(".editor-status")
    expect(status).to_have_text("Shorten the text to 30,000 characters; it has 30,001.")
    adas_page.fill("textarea[name=body]", "Short enough $x$.")
    expect(adas_page.locator(".preview .math > svg")).to_have_count(1)
    expect(status).to_have_text("")


def test_the_preview_keeps_the_last_text_typed(adas_page: Page) -> None:
    adas_page.goto("/questions/ask")
    body = adas_page.locator("textarea[name=body]")
    body.press_sequentially("first $x$ second $y$ third", delay=15)
    expect(adas_page.locator(".preview")).to_have_text(re.compile("third"))
    expect(adas_page.locator(".preview .math > svg")).to_have_count(2)


def test_an_image_is_uploaded_by_the_editor_and_shown(adas_page: Page) -> None:
    page = adas_page
    page.goto("/questions/ask")
    page.fill("textarea[name=body]", "Look: ")
    page.locator(".editor input[type=file]").set_input_files(
        {"name": "dot.png", "mimeType": "image/png", "buffer": picture(40, 30)}
    )
    image = page.locator(".preview img")
    image.wait_for()
    assert "![what the image shows](/media/uploads/" in page.locator("textarea[name=body]").input_value()
    expect(image).to_have_js_property("naturalWidth", 40)


def test_a_file_that_is_no_image_is_refused_with_a_sentence(adas_page: Page) -> None:
    adas_page.goto("/questions/ask")
    adas_page.locator(".editor input[type=file]").set_input_files(
        {"name": "dot.png", "mimeType": "image/png", "buffer": b"this is not a picture"}
    )
    expect(adas_page.locator(".editor-status.bad")).to_have_text(re.compile(r"\w+ .*\."))
    assert adas_page.locator("textarea[name=body]").input_value() == ""


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_what_was_typed_stays_after_a_refusal(scripts: bool, browser: Browser, site: Site, keys) -> None:
    context = browser.new_context(base_url=site.url, storage_state=keys["ada"], java_script_enabled=scripts)
    page = context.new_page()
    page.goto("/questions/ask")
    body = 'A body with $x < y$ & "quotes", long enough.\n\n    and code\n'
    page.fill("input[name=title]", 'Is $a<b$ & "c" kept here?')
    page.select_option("select[name=category]", "android")
    page.fill("textarea[name=body]", body)
    page.fill("input[name=tags]", "one two three four five six")
    page.locator("main form button.primary").click()
    page.wait_for_load_state()
    assert page.locator("#id_tags_error").inner_text().strip()
    assert page.locator("#id_tags").get_attribute("aria-invalid") == "true"
    assert page.input_value("input[name=title]") == 'Is $a<b$ & "c" kept here?'
    assert page.input_value("select[name=category]") == "android"
    assert page.input_value("textarea[name=body]") == body
    assert page.input_value("input[name=tags]") == "one two three four five six"
    page.fill("input[name=tags]", "one two")
    page.locator("main form button.primary").click()
    page.wait_for_url(re.compile(r"/questions/\d+/"))
    context.close()


def test_a_draft_outlives_a_closed_page_but_not_its_posting(adas_page: Page) -> None:
    page = adas_page
    page.goto("/questions/ask")
    page.fill("textarea[name=body]", "Half a thought")
    page.goto("/about")
    page.goto("/questions/ask")
    assert page.input_value("textarea[name=body]") == "Half a thought"


def picture(width: int, height: int) -> bytes:
    """A grey PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x80" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
