"""axe finds nothing to mend, in light and dark, on a wide screen and on a phone."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.client import Client
from tests.browser.site import Site

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
STRANGERS = (
    "front page",
    "category",
    "question",
    "search",
    "nothing found",
    "sign-in",
    "sign-up",
    "article",
    "tags",
    "people",
    "profile",
    "help on maths",
    "missing",
)
SIGNED_IN = ("question", "ask", "edit", "history", "profile form")
LOOKS = [("light", 1280), ("dark", 360)]
# What is left is dark on a wide screen: every rule has run on both sizes, and light's colours are the same on both.
COLOURS = ("dark", 1280)


@pytest.fixture(scope="module")
def strangers_page(browser: Browser, site: Site):
    context = browser.new_context(base_url=site.url)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def adas_page(browser: Browser, site: Site, keys):
    context = browser.new_context(base_url=site.url, storage_state=keys["ada"])
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def moderators_page(browser: Browser, site: Site, keys):
    context = browser.new_context(base_url=site.url, storage_state=keys["mod"])
    yield context.new_page()
    context.close()


def problems(page: Page, part: str | None = None, looks: Sequence[tuple[str, int]] = (*LOOKS, COLOURS)) -> list[str]:
    """Each as `rule look element`."""
    found = []
    for scheme, width in looks:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 800})
        # The admin's links go from one scheme's colour to the other's in a transition: wait for its end.
        page.evaluate("() => Promise.allSettled(document.getAnimations().map(each => each.finished))")
        every = {"type": "tag", "values": RULES}
        only = {"type": "rule", "values": ["color-contrast"]} if (scheme, width) == COLOURS else every
        report = Axe().run(page, context=part, options={"runOnly": only, "resultTypes": ["violations"]})
        for rule in report.response["violations"]:
            for node in rule["nodes"][:3]:
                why = node["any"][0]["message"] if node["any"] else ""
                found.append(f"{rule['id']} {scheme} {width}: {node['html'][:200]} ({why})")
    return found


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_meets_no_barrier_on(name: str, strangers_page: Page, places: dict[str, str]) -> None:
    strangers_page.goto(places[name])
    assert not (found := problems(strangers_page)), "\n".join(found)


@pytest.mark.parametrize("name", SIGNED_IN)
def test_a_person_meets_no_barrier_on(name: str, adas_page: Page, places: dict[str, str], ada: Client) -> None:
    own = re.search(r'class="me" href="([^"]+)"', ada.get("/").text)
    assert own
    number = places["question"].split("/")[2]
    more = {
        "ask": "/questions/ask",
        "edit": f"/posts/{number}/edit",
        "profile form": "/".join(own[1].split("/")[:3]) + "/edit",
    }
    adas_page.goto({**places, **more}[name])
    if name == "question":
        for folded in adas_page.locator("main details > summary").all()[:6]:
            folded.click()
    assert not (found := problems(adas_page)), "\n".join(found)


def test_a_moderator_meets_no_barrier_on_a_question(moderators_page: Page, places: dict[str, str]) -> None:
    moderators_page.goto(places["question"])
    assert not (found := problems(moderators_page)), "\n".join(found)


def test_a_moderator_meets_no_barrier_on_the_admin_s_page_of_a_post(moderators_page: Page) -> None:
    moderators_page.goto("/admin/geeks/question/")
    moderators_page.locator("#result_list th a").first.click()
    moderators_page.wait_for_url("**/change/")
    assert not (found := problems(moderators_page, "#content")), "\n".join(found)


def test_the_checker_sees_a_barrier_where_there_is_one(strangers_page: Page, places: dict[str, str]) -> None:
    strangers_page.goto(places["front page"])
    strangers_page.evaluate("document.querySelector('.site-search input').removeAttribute('aria-label')")
    strangers_page.evaluate("document.querySelector('.site-search input').removeAttribute('placeholder')")
    assert any(found.startswith("label ") for found in problems(strangers_page, looks=LOOKS[:1]))


def test_every_formula_of_a_long_list_can_be_read_aloud(strangers_page: Page) -> None:
    """Also those the browser has not laid out yet, for they are far below."""
    strangers_page.goto("/questions?tab=score")
    written = strangers_page.locator(".math-mathml > math").count()
    network = strangers_page.context.new_cdp_session(strangers_page)
    nodes = network.send("Accessibility.getFullAXTree")["nodes"]
    read = [node for node in nodes if node.get("role", {}).get("value") in ("math", "MathMLMath")]
    assert written > 20
    assert len(read) == written
