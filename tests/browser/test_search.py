"""Searching as a person does it: suggestions and typeset formulas while typing, chips, facets, saving, all by keyboard;
similar questions while asking; nothing the content policy or axe would mind."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.client import Client
from tests.browser.site import Site
from tests.browser.test_accessibility import problems

WORD = "gradient"  # of several titles of the demo


@pytest.fixture(scope="module")
def indexed(site: Site) -> None:
    """The worker has built the index by the time a search finds something."""
    client = Client(site.url)
    for _ in range(600):
        if 'class="post-summary' in client.get(f"/search?q={WORD}").text:
            return
    raise AssertionError("the demo is not found by search")


@pytest.fixture
def adas(browser: Browser, site: Site, keys, indexed):
    context = browser.new_context(base_url=site.url, storage_state=keys["ada"], viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.problems = []  # type: ignore[attr-defined]
    page.on("console", lambda line: page.problems.append(line.text) if line.type == "error" else None)  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.problems.append(str(error)))  # type: ignore[attr-defined]
    yield page
    assert page.problems == []  # type: ignore[attr-defined]
    context.close()


def box(page: Page):
    return page.locator(".site-search input[name=q]")


def type_in(page: Page, text: str) -> None:
    """As a person: the key that leads to the box, then the text."""
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    page.keyboard.type(text)


def test_suggestions_are_walked_with_the_arrow_keys(adas: Page) -> None:
    adas.goto("/")
    type_in(adas, WORD[:5])
    options = adas.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(box(adas)).to_have_attribute("aria-expanded", "true")
    adas.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box(adas)).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "")
    adas.keyboard.press("ArrowUp")
    expect(box(adas)).not_to_have_attribute("aria-activedescendant", re.compile("."))
    adas.keyboard.press("Escape")
    expect(adas.get_by_role("listbox")).to_be_hidden()
    expect(box(adas)).to_have_value(WORD[:5])
    adas.keyboard.press("ArrowDown")
    adas.keyboard.press("ArrowDown")
    title = options.first.text_content()
    adas.keyboard.press("Enter")
    adas.wait_for_url(re.compile(r"/(questions|articles)/\d+/"))
    assert title


def test_a_tag_is_completed_and_the_search_goes_on(adas: Page) -> None:
    adas.goto("/")
    type_in(adas, "why [grad")
    tag = adas.get_by_role("option").filter(has=adas.locator(".tag")).first
    expect(tag).to_be_visible()
    while tag.get_attribute("aria-selected") != "true":
        adas.keyboard.press("ArrowDown")
    adas.keyboard.press("Enter")
    expect(box(adas)).to_have_value(re.compile(r"^why \[grad[\w-]*\] $"))
    expect(box(adas)).to_be_focused()
    adas.keyboard.press("Enter")
    adas.wait_for_url(re.compile(r"/search\?q=why"))


def test_a_formula_is_typeset_while_it_is_typed(adas: Page) -> None:
    adas.goto("/")
    type_in(adas, "mean $\\frac{a}{b}$")
    drawn = adas.locator(".suggestions-formulas .math")
    expect(drawn).to_have_attribute("data-tex", "\\frac{a}{b}")
    assert drawn.locator("svg").count() == 1


def tab_to(page: Page, target: Locator) -> None:
    """Walk with the Tab key until `target` has the focus, as somebody without a mouse does."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("the Tab key does not lead there")


def test_a_chip_is_removed_a_facet_followed_and_the_search_saved_by_keyboard(adas: Page) -> None:
    adas.goto("/")
    type_in(adas, f"{WORD} is:question")
    adas.keyboard.press("Enter")
    adas.wait_for_url(re.compile("/search"))
    chip = adas.get_by_role("link", name="Remove is:question")
    tab_to(adas, chip)
    adas.keyboard.press("Enter")
    adas.wait_for_url(lambda url: "is%3Aquestion" not in url)
    assert adas.locator(".chip").count() == 0
    assert adas.locator(".post-summary mark").count()

    facet = adas.locator(".facet a").first
    tab_to(adas, facet)
    adas.keyboard.press("Enter")
    expect(adas.locator(".facet a[aria-current]").first).to_be_visible()
    assert adas.locator(".chip").count() == 1
    assert adas.locator(".post-summary").count()

    tab_to(adas, adas.get_by_label("Name of the search"))
    adas.keyboard.type("Slopes")
    adas.keyboard.press("Enter")
    expect(adas.get_by_text("The search is saved.")).to_be_visible()
    adas.goto("/searches")
    expect(adas.get_by_role("link", name="Slopes", exact=True)).to_be_visible()
    remove = adas.get_by_role("button", name="Remove Slopes")
    tab_to(adas, remove)
    adas.keyboard.press("Enter")
    expect(adas.get_by_text("The search is removed")).to_be_visible()


def test_the_formula_that_was_found_is_marked_on_its_page(adas: Page) -> None:
    adas.goto("/search?q=%24a%5E2%24")
    row = adas.locator(".post-summary").first
    expect(row.locator(".match")).to_be_visible()
    row.locator("h3 a").click()
    adas.wait_for_url(re.compile("hl="))
    expect(adas.locator("main .math-hit").first).to_be_visible()


def test_similar_questions_appear_while_asking(adas: Page) -> None:
    adas.goto("/questions/ask")
    adas.get_by_label("Title").focus()
    adas.keyboard.type(f"Why does {WORD} descent converge?")
    place = adas.locator(".similar")
    expect(place.locator("li").first).to_be_visible()
    expect(place.get_by_role("status")).to_contain_text("similar question")
    assert problems(adas) == []


@pytest.mark.parametrize("query", [WORD, "%24a%5E2%24+[gradient-descent]", "score%3Ahigh"])
def test_a_page_of_results_holds_no_barrier(adas: Page, query: str) -> None:
    adas.goto(f"/search?q={query}")
    assert problems(adas) == []


def test_open_suggestions_hold_no_barrier(adas: Page) -> None:
    adas.goto("/")
    type_in(adas, f"$x^2$ {WORD[:4]}")
    expect(adas.get_by_role("option").first).to_be_visible()
    expect(adas.locator(".suggestions-formulas .math")).to_be_visible()
    report = Axe().run(adas, context=".site-search")
    assert [rule["id"] for rule in report.response["violations"]] == []


def test_without_scripts_the_search_is_a_plain_form(browser: Browser, site: Site, indexed) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    box(page).fill(f"{WORD} is:question")
    box(page).press("Enter")
    page.wait_for_url(re.compile("/search"))
    assert page.locator(".post-summary").count()
    page.locator(".chip a").click()
    assert page.locator(".chip").count() == 0
    context.close()


def test_a_bookmark_is_kept_in_place_and_listed_on_ones_profile(adas: Page, places: dict[str, str]) -> None:
    adas.goto(places["question"])
    button = adas.locator("#question").get_by_role("button", name="Bookmark")
    button.focus()
    adas.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    adas.goto(adas.locator(".me").get_attribute("href") or "")
    adas.get_by_role("link", name="Bookmarks").click()
    expect(adas.locator(".post-summary")).to_have_count(1)
    adas.goto(places["question"])
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
